"""Loaders gather the ids asked for in one tick into one read."""

from strawberry.dataloader import DataLoader

from db.opportunities import OpportunityRecord
from services.opportunities.opportunities import Opportunities


class Loaders:
    """Without caches: one set serves a whole websocket connection and must not go stale."""

    def __init__(self, opportunities: Opportunities) -> None:
        self.opportunity: DataLoader[str, OpportunityRecord | None] = DataLoader(
            load_fn=opportunities.get_many, cache=False
        )
