"""The offline coach: answers by rules, without a key and without a network. Its version says so."""

import asyncio
from collections.abc import AsyncGenerator

from services.kit.offloading import offloaded
from services.llm.port import (
    ExtractionSubject,
    GenerationSubject,
    MatchSubject,
    TextRequest,
    ToolReply,
    ToolRequest,
)
from services.offline_coach.actions import generate_career_actions
from services.offline_coach.chat import reply_pieces
from services.offline_coach.extraction import extract_learnings
from services.offline_coach.matching import judge_matches

VERSION = "offline-coach/1"


class OfflineCoach:
    """Gives the same answer to the same question, from the request's ``subject`` alone.

    ``pace`` is how many seconds pass between two words of a text.
    """

    version = VERSION

    def __init__(self, pace: float = 0.03) -> None:
        self._pace = pace

    async def call_tool(self, request: ToolRequest) -> ToolReply:
        """Return the result of the rules in the tool's shape."""
        match request.subject:
            case MatchSubject() as subject:
                return ToolReply(input=await offloaded(judge_matches, subject), by_rules=True)
            case GenerationSubject() as subject:
                return ToolReply(input=await offloaded(generate_career_actions, subject))
            case ExtractionSubject() as subject:
                return ToolReply(input=await offloaded(extract_learnings, subject))

    async def stream_text(self, request: TextRequest) -> AsyncGenerator[str, None]:
        """A short reply that asks about what the person wrote."""
        for at, piece in enumerate(await offloaded(lambda: list(reply_pieces(request)))):
            if at and self._pace:
                await asyncio.sleep(self._pace)
            yield piece

    async def aclose(self) -> None:
        """Nothing to give back."""
