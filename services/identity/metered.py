"""A model whose calls are paid for out of the budget of the person they are made for."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from services.identity.budgets import Budgets
from services.llm.port import Model, TextRequest, ToolReply, ToolRequest

_TOOL_TOKENS = 1_000
"""Upper bound of the tokens that a provider adds to a request with a tool."""
_TURN_TOKENS = 10


class Metered:
    """Reserves before each call and settles after it, whatever its end. Raises ``BudgetExhausted`` as well."""

    def __init__(self, model: Model, budgets: Budgets) -> None:
        self._model = model
        self._budgets = budgets

    @property
    def version(self) -> str:
        """The model's."""
        return self._model.version

    async def call_tool(self, request: ToolRequest) -> ToolReply:
        """Reserve tokens, make one attempt, and settle."""
        tool = request.tool
        longest = most_tokens(request.system, request.context, request.prompt, tool.name, tool.description)
        longest += most_tokens(repr(tool.input_schema)) + _TOOL_TOKENS
        profile_id = request.subject.profile.id
        async with self._budgets.spending(profile_id, longest, request.max_tokens) as tally:
            return await self._model.call_tool(replace(request, tally=tally))

    async def stream_text(self, request: TextRequest) -> AsyncGenerator[str, None]:
        """Text as it arrives, paid for."""
        longest = most_tokens(request.system, *(turn.text for turn in request.turns))
        longest += _TURN_TOKENS * (len(request.turns) + 1)
        profile_id = request.subject.profile.id
        async with (
            self._budgets.spending(profile_id, longest, request.max_tokens) as tally,
            aclosing(self._model.stream_text(replace(request, tally=tally))) as pieces,
        ):
            async for piece in pieces:
                yield piece

    async def aclose(self) -> None:
        """Give connections back."""
        await self._model.aclose()


def most_tokens(*texts: str) -> int:
    """As many as the texts can be, whoever wrote them and whatever for: no token is shorter than a byte."""
    return sum(len(text.encode(errors="replace")) for text in texts)
