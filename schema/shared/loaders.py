"""Loaders gather the ids asked for in one tick into one read."""

from strawberry.dataloader import DataLoader

from db.opportunities import OpportunityRecord
from services.applications.applications import Applications
from services.opportunities.opportunities import Opportunities
from services.registry import Services


class Loaders:
    """Without caches: one set serves a whole websocket connection and must not go stale."""

    def __init__(self, services: Services) -> None:
        self.opportunity: DataLoader[str, OpportunityRecord | None] = DataLoader(
            load_fn=services[Opportunities].get_many, cache=False
        )
        self.posting_text: DataLoader[tuple[str, str], str | None] = DataLoader(
            load_fn=services[Applications].texts, cache=False
        )
