"""Builds applications."""

from db.applications import ApplicationStore
from services.applications.applications import Applications
from services.opportunities.opportunities import Opportunities
from services.registry import Deps, Room, Turn
from services.sync.changelog import Changelogs


def build(deps: Deps) -> Room:
    """Return ``Applications``."""
    applications = Applications(ApplicationStore(deps.database), deps[Changelogs], deps[Opportunities])
    return Room(
        services=[applications],
        chores={Turn.ANNOUNCING: [applications.sweep], Turn.FORGETTING: [applications.forget]},
    )
