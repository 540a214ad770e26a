"""Builds matches."""

from db.matches import MatchStore
from services.matching.matches import Matches
from services.registry import Deps, Room
from services.sync.changelog import Changelogs


def build(deps: Deps) -> Room:
    """Return ``Matches``."""
    return Room(services=[Matches(MatchStore(deps.database), deps[Changelogs])])
