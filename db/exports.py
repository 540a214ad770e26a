"""What there is of a person, page by page, whatever of it is shown at the moment."""

from typing import Any

from db.driver.client import Database
from db.driver.collections import DocumentT, PersonalCollection, Place


class ExportStore:
    """Reads everything of a person."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, collection: PersonalCollection[DocumentT], profile_id: str, after: Place | None, limit: int
    ) -> list[DocumentT]:
        """Return at most ``limit`` documents that come after the place, in the order of its section."""
        section = collection.section
        first, second = section.order
        match: dict[str, Any] = {collection.owner: profile_id}
        pipeline: list[dict[str, Any]] = [{"$match": match}]
        if after is not None:
            match[first] = {"$gte": after[0]}
            pipeline.append({"$match": {"$or": [{first: {"$gt": after[0]}}, {second: {"$gt": after[1]}}]}})
        pipeline += [{"$sort": {first: 1, second: 1}}, {"$limit": limit}]
        found = self._database[collection.name].aggregate(pipeline)
        return [section.record.from_bson(document) async for document in found]
