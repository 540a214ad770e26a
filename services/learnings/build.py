"""Builds learnings."""

from dataclasses import dataclass

from db.learnings import LearningStore
from db.messages import ExchangeStore
from db.profiles import ProfileStore
from services.career_actions.career_actions import CareerActions
from services.conversations.exchanges import conversation_of, turns_of
from services.learnings.learnings import Learnings
from services.llm.port import Turn as Said
from services.profiles.profiles import Profiles
from services.registry import Deps, Room, Turn
from services.sync.changelog import Changelogs


@dataclass(frozen=True, slots=True)
class LearningOptions:
    """``max_tokens`` of one answer of the model."""

    max_tokens: int


def build(deps: Deps) -> Room:
    """Return ``Learnings``. Takes ``LearningOptions``."""
    exchanges = ExchangeStore(deps.database)

    async def said(profile_id: str, action_id: str | None) -> list[Said]:
        return turns_of(await exchanges.conversation(profile_id, conversation_of(action_id)))

    learnings = Learnings(
        LearningStore(deps.database),
        deps[Changelogs],
        deps.model,
        profiles=deps[Profiles],
        profile_of=deps[ProfileStore].get,
        career_actions=deps[CareerActions],
        turns_of=said,
        max_tokens=deps.options[LearningOptions].max_tokens,
    )
    return Room(services=[learnings], chores={Turn.ANNOUNCING: [learnings.sweep]})
