"""Builds profiles."""

from db.profiles import KIND, ProfileStore
from services.profiles.profiles import Profiles
from services.registry import Deps, Room, Turn
from services.sync.announcer import Announcer
from services.sync.changelog import Changelogs


def build(deps: Deps) -> Room:
    """Return ``Profiles``, and their store for those who read a profile as it is."""
    store = ProfileStore(deps.database)
    announcer = Announcer(store, deps[Changelogs], KIND)
    return Room(services=[store, Profiles(store, announcer)], chores={Turn.ANNOUNCING: [announcer.sweep]})
