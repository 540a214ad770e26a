"""Builds the catalogue of opportunities."""

from db.opportunities import OpportunityStore
from services.opportunities.opportunities import Opportunities
from services.registry import Deps, Room


def build(deps: Deps) -> Room:
    """Return ``Opportunities``."""
    return Room(services=[Opportunities(OpportunityStore(deps.database))])
