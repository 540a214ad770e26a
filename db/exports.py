"""All documents of a person, page by page, also those that lists do not show at the moment."""

from db.driver.client import Database
from db.driver.collections import DocumentT, PersonalCollection, Place
from db.driver.keyset import Keyset


class ExportStore:
    """Reads everything of a person."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, collection: PersonalCollection[DocumentT], profile_id: str, after: Place | None, limit: int
    ) -> list[DocumentT]:
        """Return at most ``limit`` documents that come after the place, in the order of its section."""
        section = collection.section
        pipeline = Keyset(*section.order).page(collection.owned_by(profile_id), after, limit)
        found = self._database[collection.name].aggregate(pipeline)
        return [section.record.from_bson(document) async for document in found]
