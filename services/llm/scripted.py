"""A model that answers from a script: for tests, and for trying a client out without spending tokens."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from services.llm.port import ModelError, TextRequest, ToolReply, ToolRequest


class Gate:
    """A place where a reply waits: ``reached`` tells that it got there, ``release`` lets it go on."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.release = asyncio.Event()

    async def wait(self) -> None:
        """Pass, once released."""
        self.reached.set()
        await self.release.wait()


Outcome: TypeAlias = Mapping[str, Any] | ToolReply | ModelError
Answer: TypeAlias = Outcome | Callable[[ToolRequest], Outcome]
ToolStep: TypeAlias = Answer | tuple[Gate, Answer]
TextStep: TypeAlias = Sequence[str | Gate | ModelError]


class ScriptedModel:
    """Answers each call with the next step of its script, in order.

    ``tools`` maps a tool's name to steps, or to one callable that answers every call. A step is the tool's
    input, a whole reply, an error to raise, a callable, or a gate with one of these. ``texts`` holds replies:
    the pieces of each, with gates and errors where they come. ``requests`` is what was asked, in order.
    """

    version = "scripted/1"

    def __init__(
        self,
        tools: Mapping[str, Iterable[ToolStep] | Callable[[ToolRequest], Outcome]] | None = None,
        texts: Iterable[TextStep] = (),
    ) -> None:
        self.requests: list[ToolRequest | TextRequest] = []
        self.closed_streams = 0
        self._always: dict[str, Callable[[ToolRequest], Outcome]] = {}
        self._steps: dict[str, deque[ToolStep]] = {}
        self._texts = deque(texts)
        for name, script in (tools or {}).items():
            if callable(script):
                self._always[name] = script
            else:
                self._steps[name] = deque(script)

    def add(self, tool: str, *steps: ToolStep) -> None:
        """Append to the script of a tool."""
        self._steps.setdefault(tool, deque()).extend(steps)

    def add_text(self, *texts: TextStep) -> None:
        """Append replies of text."""
        self._texts.extend(texts)

    async def call_tool(self, request: ToolRequest) -> ToolReply:
        """The next step for this tool. A script without one raises ``ModelError``."""
        self.requests.append(request)
        name = request.tool.name
        steps = self._steps.get(name)
        step: ToolStep | None = steps.popleft() if steps else self._always.get(name)
        if step is None:
            raise ModelError(f"the script has no reply for {name}")
        if isinstance(step, tuple):
            gate, step = step
            await gate.wait()
        outcome = step(request) if callable(step) else step
        if isinstance(outcome, ModelError):
            raise outcome
        return outcome if isinstance(outcome, ToolReply) else ToolReply(input=outcome)

    async def stream_text(self, request: TextRequest) -> AsyncGenerator[str, None]:
        """The pieces of the next text."""
        self.requests.append(request)
        if not self._texts:
            raise ModelError("the script has no text")
        try:
            for piece in self._texts.popleft():
                if isinstance(piece, Gate):
                    await piece.wait()
                elif isinstance(piece, ModelError):
                    raise piece
                else:
                    yield piece
        finally:
            self.closed_streams += 1

    async def aclose(self) -> None:
        """Nothing to give back."""
