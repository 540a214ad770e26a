"""What there is of a person, page by page, whatever of it is shown at the moment."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from db.career_actions import CareerActionRecord
from db.driver.client import Database
from db.driver.records import Document
from db.learnings import LearningRecord
from db.matches import MatchRecord
from db.messages import ExchangeRecord
from db.refresh_runs import RefreshRunRecord

DocumentT = TypeVar("DocumentT", bound=Document)
Place = tuple[Any, Any]
"""What a document has in the two fields that its section is sorted by."""


@dataclass(frozen=True, slots=True)
class Section(Generic[DocumentT]):
    """A collection with many documents of a person, sorted by two fields that together are unique among them."""

    collection: str
    record: type[DocumentT]
    order: tuple[str, str]

    @property
    def kinds(self) -> tuple[type[Any], ...]:
        """The types of the two fields."""
        names = ("id" if name == "_id" else name for name in self.order)
        return tuple(cast("type[Any]", self.record.model_fields[name].annotation) for name in names)

    def place(self, record: DocumentT) -> Place:
        first, second = (getattr(record, "id" if name == "_id" else name) for name in self.order)
        return first, second


RUNS = Section("refresh_runs", RefreshRunRecord, ("number", "_id"))
ACTIONS = Section("career_actions", CareerActionRecord, ("created_at", "_id"))
MATCHES = Section("matches", MatchRecord, ("batch", "_id"))
EXCHANGES = Section("exchanges", ExchangeRecord, ("conversation", "number"))
LEARNINGS = Section("learnings", LearningRecord, ("created_at", "_id"))
SECTIONS: tuple[Section[Any], ...] = (RUNS, ACTIONS, MATCHES, EXCHANGES, LEARNINGS)


class ExportStore:
    """Reads everything of a person."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, section: Section[DocumentT], profile_id: str, after: Place | None, limit: int
    ) -> list[DocumentT]:
        """At most ``limit`` documents that come after the place."""
        first, second = section.order
        match: dict[str, Any] = {"profile_id": profile_id}
        pipeline: list[dict[str, Any]] = [{"$match": match}]
        if after is not None:
            match[first] = {"$gte": after[0]}
            pipeline.append({"$match": {"$or": [{first: {"$gt": after[0]}}, {second: {"$gt": after[1]}}]}})
        pipeline += [{"$sort": {first: 1, second: 1}}, {"$limit": limit}]
        found = self._database[section.collection].aggregate(pipeline)
        return [section.record.from_bson(document) async for document in found]
