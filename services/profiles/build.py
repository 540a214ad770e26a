"""Builds profiles."""

from db.profiles import ProfileStore
from services.profiles.profiles import Profiles
from services.registry import Deps, Room


def build(deps: Deps) -> Room:
    """Return ``Profiles``, and their store for those who read a profile as it is."""
    store = ProfileStore(deps.database)
    return Room(services=[store, Profiles(store)])
