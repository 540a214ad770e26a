"""A local server in the shape of Anthropic's API, over real HTTP, that misbehaves when asked to.

    async with model_server() as server:
        server.enqueue(tool_call("generate_career_actions", {"actions": []}))
        model = AnthropicModel("a-key", base_url=server.url)

Each request takes the next reply in the queue of the tool that it forces, else of the common queue, else what
``server.fallback`` makes of it. ``server.requests`` holds every body, ``server.headers`` every header set.
"""

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.support.canaries import NAMES
from tests.support.serving import serving

Event = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Pause:
    """Silence in the middle of a reply, in seconds."""

    seconds: float


@dataclass(frozen=True)
class Wait:
    """Silence until ``event`` is set."""

    event: asyncio.Event


class Abort:
    """The connection breaks here, without the end of the body."""


@dataclass(frozen=True)
class Raw:
    """Bytes that are sent as they are."""

    data: bytes


Step = Event | Pause | Wait | Abort | Raw


@dataclass(frozen=True)
class Reply:
    """Either a stream of ``steps``, or an error of ``status`` with a JSON ``body``."""

    steps: Sequence[Step] = ()
    status: int = 200
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def cut(self, steps: int) -> "Reply":
        """Only the first ``steps`` steps: the body then ends as if all were well."""
        return Reply(self.steps[:steps])

    def then(self, *steps: Step, after: int) -> "Reply":
        """With ``steps`` put in after the first ``after``."""
        return Reply([*self.steps[:after], *steps, *self.steps[after:]])


def tool_call(
    name: str,
    value: object,
    *,
    pieces: int = 4,
    stop_reason: str = "tool_use",
    raw: str | None = None,
    usage: tuple[int, int] = (25, 15),
    kept: Mapping[str, int] | None = None,
) -> Reply:
    """A proper tool call, its input in ``pieces`` parts; ``raw`` replaces the input's JSON text.

    ``usage`` is in tokens: what went in, what came out; ``kept`` are counts of what went into a cache and came out
    of one, which the API tells apart from the first.
    """
    text = json.dumps(value) if raw is None else raw
    size = max(1, -(-len(text) // pieces))
    parts = [text[start : start + size] for start in range(0, len(text), size)]
    block = {"type": "tool_use", "id": "toolu_1", "name": name, "input": {}}
    deltas = [{"type": "input_json_delta", "partial_json": part} for part in parts]
    return Reply(_message(block, deltas, stop_reason, usage, kept or {}))


def text_reply(*pieces: str, stop_reason: str = "end_turn", usage: tuple[int, int] = (25, 15)) -> Reply:
    """A reply of text."""
    deltas = [{"type": "text_delta", "text": piece} for piece in pieces]
    return Reply(_message({"type": "text", "text": ""}, deltas, stop_reason, usage, {}))


def error_reply(status: int, kind: str, **headers: str) -> Reply:
    """An error as the API words it. Underscores in header names stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, body=_error(kind), headers=named)


def error_event(kind: str) -> Event:
    """An error in the middle of a stream."""
    return "error", _error(kind)


def _error(kind: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": f"secret words of the provider, {NAMES[5]}"}}


def _message(
    block: Mapping[str, Any],
    deltas: Sequence[Mapping[str, Any]],
    stop_reason: str,
    usage: tuple[int, int],
    kept: Mapping[str, int],
) -> list[Step]:
    message: dict[str, Any] = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "local",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": usage[0], "output_tokens": 1, **kept},
    }
    events: list[Event] = [
        ("message_start", {"message": message}),
        ("content_block_start", {"index": 0, "content_block": block}),
        ("ping", {}),
        *(("content_block_delta", {"index": 0, "delta": delta}) for delta in deltas),
        ("content_block_stop", {"index": 0}),
        (
            "message_delta",
            {
                "delta": {"stop_reason": stop_reason, "stop_sequence": None},
                "usage": {"output_tokens": usage[1]},
            },
        ),
        ("message_stop", {}),
    ]
    return [(name, {"type": name, **data}) for name, data in events]


class ModelServer:
    """Script of the model server's answers, and the requests it received."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.fallback: Callable[[dict[str, Any]], Reply] | None = None
        self.asked = asyncio.Event()
        self.hung_up = asyncio.Event()
        self._common: deque[Reply] = deque()
        self._by_tool: dict[str, deque[Reply]] = {}

    def reset(self) -> None:
        """Forget everything."""
        self.requests.clear()
        self.headers.clear()
        self.fallback = None
        self.asked.clear()
        self.hung_up.clear()
        self._common.clear()
        self._by_tool.clear()

    def enqueue(self, *replies: Reply, tool: str | None = None) -> None:
        """Answer the next requests with these, in order; with ``tool``, only those that force it."""
        queue = self._common if tool is None else self._by_tool.setdefault(tool, deque())
        queue.extend(replies)

    async def messages(self, request: Request) -> Response:
        """POST /v1/messages."""
        body: dict[str, Any] = await request.json()
        self.requests.append(body)
        self.asked.set()
        self.headers.append(dict(request.headers))
        reply = self._next(body)
        if reply.status != 200:
            return JSONResponse(reply.body, status_code=reply.status, headers=dict(reply.headers))
        return StreamingResponse(self._stream(reply.steps), media_type="text/event-stream")

    def _next(self, body: dict[str, Any]) -> Reply:
        tool = str((body.get("tool_choice") or {}).get("name"))
        for queue in (self._by_tool.get(tool), self._common):
            if queue:
                return queue.popleft()
        if self.fallback is not None:
            return self.fallback(body)
        return error_reply(500, "api_error")

    async def _stream(self, steps: Sequence[Step]) -> AsyncIterator[bytes]:
        try:
            for step in steps:
                match step:
                    case Pause(seconds):
                        await asyncio.sleep(seconds)
                    case Wait(event):
                        await event.wait()
                    case Abort():
                        raise ConnectionAbortedError
                    case Raw(data):
                        yield data
                    case (name, data):
                        yield f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
        except (asyncio.CancelledError, GeneratorExit):
            self.hung_up.set()
            raise


@contextlib.asynccontextmanager
async def model_server() -> AsyncIterator[ModelServer]:
    """A server on a free port of the loopback, in this event loop."""
    state = ModelServer()
    app = Starlette(routes=[Route("/v1/messages", state.messages, methods=["POST"])])
    async with serving(app, lifespan=False, timeout_graceful_shutdown=1) as address:
        state.url = f"http://{address}"
        yield state
