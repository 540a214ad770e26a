"""Builds career actions."""

from db.career_actions import CareerActionStore
from services.career_actions.career_actions import CareerActions
from services.registry import Deps, Room, Turn
from services.sync.changelog import Changelogs


def build(deps: Deps) -> Room:
    """Return ``CareerActions``."""
    career_actions = CareerActions(CareerActionStore(deps.database), deps[Changelogs])
    return Room(services=[career_actions], chores={Turn.ANNOUNCING: [career_actions.sweep]})
