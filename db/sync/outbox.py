"""The outbox of a live list, kept in its documents: a change is marked in the update that makes it, until numbered.

See docs/decisions/0006-sync-protocol.md.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, ClassVar, Generic, TypeVar

from db.driver.client import ASC, Collection, PlainDatabase, database_with, in_one_go
from db.driver.collections import Index
from db.driver.durable import compare_and_set, next_version, written
from db.driver.finding import find_each
from db.driver.records import Document, Record
from db.sync.outcomes import MUTATIONS, OutcomeRecord, OutcomeStore, Settling, settling

_AHEAD = timedelta(seconds=3)
"""A mark that was made later than this after "before" was made by a clock that is ahead."""

UNANNOUNCED = Index([("unannounced", ASC), ("touched_at", ASC)])
"""The index by which the sweep finds what is marked."""
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.model_dump() if isinstance(value, Record) else value


class PendingRecord(Record):
    """A change that is written but not yet numbered in the profile's changelog.

    ``key`` is the id of the mutation's record, where there is one.
    """

    version: int
    mutation_id: str | None = None
    key: str | None = None


class MarkedRecord(Document):
    """A document with an outbox. ``touched_at`` is the time of its last mark; one that was never live has none."""

    version: int
    pending: list[PendingRecord] = []
    unannounced: bool = False
    touched_at: datetime = _NEVER

    def marked(self, version: int, at: datetime, mutation_id: str | None = None) -> dict[str, Any]:
        """Return the fields that mark it as coming to ``version``, for the update that makes it so."""
        mark = PendingRecord(version=version, mutation_id=mutation_id)
        before = [
            each for each in self.pending if each.mutation_id is not None
        ]  # the newest stands for the others
        return {"pending": [*before, mark], "unannounced": True, "touched_at": at}


MarkedT = TypeVar("MarkedT", bound=MarkedRecord)


def marked_as_new(at: datetime, mutation_id: str | None = None) -> dict[str, Any]:
    """Return the fields that mark a document as new."""
    mark = PendingRecord(version=1, mutation_id=mutation_id)
    return {"pending": [mark], "unannounced": True, "touched_at": at}


class OutboxRecord(MarkedRecord):
    """``last_write`` names the write that made this version, so that a writer who lost the answer knows its own."""

    profile_id: str
    last_write: str


OutboxT = TypeVar("OutboxT", bound=OutboxRecord)


class Outbox(Generic[MarkedT]):
    """The marks in a collection's documents. ``owner`` is the field that holds the profile's id, and the shard key.

    ``unmarked`` are the fields of a document without marks.
    """

    owner: ClassVar[str] = "profile_id"
    unmarked: ClassVar[Mapping[str, Any]] = {"unannounced": False, "pending": []}

    def __init__(self, collection: Collection, record: type[MarkedT]) -> None:
        self._marked = collection
        self._marked_record = record

    async def mark_announced(self, record: MarkedT) -> None:
        """Keep the outcomes of its mutations, then unmark, if its version is still the one that was numbered.

        In this order: a mark is what tells who takes a mutation over that it was made. Both in one visit to the
        driver's threads.
        """
        outcomes, as_read = self._outcomes_of(record), self.as_read(record)

        def mark(database: PlainDatabase) -> None:
            for query, update in outcomes:
                database[MUTATIONS].update_one(query, update)
            database[self._marked.name].update_one(as_read, {"$set": dict(self.unmarked)})

        await written(partial(in_one_go, database_with(self._marked), mark))

    def _outcomes_of(self, _record: MarkedT) -> Sequence[Settling]:
        """Return nothing: only marks of ``OutboxStore`` name the records of mutations."""
        return ()

    async def unannounced(self, before: datetime, limit: int) -> list[MarkedT]:
        """Return what was written before ``before`` and is still marked: its writer died, or is slow."""
        return await self._left({"unannounced": True}, before, limit)

    async def _left(self, marked: dict[str, Any], before: datetime, limit: int) -> list[MarkedT]:
        """Return what is marked and was touched before ``before``, or so far after it that a clock is wrong.

        What is found too early is numbered twice, which changes nothing.
        """
        ahead = before + _AHEAD
        oldest = await self._marked.find(marked).sort("touched_at", ASC).limit(limit).to_list(None)
        found = [each for each in oldest if each["touched_at"] <= before or each["touched_at"] > ahead]
        if len(oldest) == limit and len(found) < limit:  # else one query is enough: mostly there are none
            beyond = {**marked, "touched_at": {"$gt": ahead}}
            found = [each for each in found if each["touched_at"] <= before]
            found += await self._marked.find(beyond).limit(limit - len(found)).to_list(None)
        return [self._marked_record.from_bson(each) for each in found]

    async def delete_read(self, record: MarkedT) -> None:
        """Delete the record if nothing was written to it since it was read."""
        await written(partial(self._marked.delete_one, self.as_read(record)))

    def profile_of(self, record: MarkedT) -> str:
        """Return the profile in whose changelog the record's changes are numbered."""
        return str(getattr(record, self.owner))

    def as_read(self, record: MarkedT) -> dict[str, Any]:
        return {"_id": record.id, self.owner: self.profile_of(record), "version": record.version}


class OutboxStore(Outbox[OutboxT]):
    """Base of the stores of live lists."""

    def __init__(self, collection: Collection, record: type[OutboxT]) -> None:
        super().__init__(collection, record)
        self._collection = collection
        self._record = record
        self._outcomes = OutcomeStore(database_with(collection))

    async def get(self, profile_id: str, id_: str) -> OutboxT | None:
        document = await self._collection.find_one({"_id": id_, "profile_id": profile_id})
        return None if document is None else self._record.from_bson(document)

    async def some(self, profile_id: str, ids: Sequence[str]) -> list[OutboxT]:
        found = find_each(self._collection, "_id", ids, {"profile_id": profile_id})
        return [self._record.from_bson(document) async for document in found]

    async def update(
        self,
        record: OutboxT,
        changes: dict[str, Any],
        mutation_id: str | None,
        write: str,
        key: str | None = None,
    ) -> OutboxT | None:
        """Apply ``changes`` if the record is still as it was read, marked as not yet announced; else None.

        ``changes`` holds ``touched_at``, the time of the change.
        """
        version = record.version + 1
        mark = PendingRecord(version=version, mutation_id=mutation_id, key=key)
        written = {**changes, "version": version, "unannounced": True, "last_write": write}
        plain = {name: _plain(value) for name, value in written.items()}
        marked = {"$set": plain, "$push": {"pending": mark.model_dump()}}
        named = {"last_write": write}
        if not await compare_and_set(
            self._collection, self.as_read(record), marked, next_version(record.version, named)
        ):
            return None
        return record.model_copy(update={**written, "pending": [*record.pending, mark]})

    def _outcomes_of(self, record: OutboxT) -> Sequence[Settling]:
        return [
            settling(record.profile_id, mark.key, OutcomeRecord(id=record.id, version=mark.version))
            for mark in record.pending
            if mark.key is not None
        ]

    async def refuse_pending(self, record: OutboxT, refusal: dict[str, Any]) -> None:
        """Keep the refusal as the outcome of the mutation that made this version: its change is to be taken back."""
        for mark in record.pending:
            if mark.version == record.version and mark.key is not None:
                await self._outcomes.refuse(record.profile_id, mark.key, refusal)

    async def delete_read(self, record: OutboxT) -> None:
        """Delete the record if nothing was written to it since it was read."""
        as_read = {**self.as_read(record), "last_write": record.last_write}
        await written(partial(self._collection.delete_one, as_read))
