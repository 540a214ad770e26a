"""Documents that one process at a time works on: claimed under a lease, extended, handed over, found when it is over.

Each step is one ``update_one`` that is a compare-and-set. See docs/decisions/0012-tasks.md.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, ClassVar, TypeVar

from db.accounts import inserted
from db.driver.client import ASC, Database
from db.driver.collections import PersonalCollection
from db.driver.durable import Found, compare_and_set, next_version, written
from db.driver.finding import find_each
from db.driver.records import Document
from db.sync.outbox import MarkedRecord, Outbox

_EXTENDING = 1.0

NOBODYS = {"owner": None, "lease_until": datetime(1970, 1, 1, tzinfo=UTC)}
"""The fields of a record that was handed over: its lease is over by any clock, and whoever comes first claims it."""


class LeasedRecord(MarkedRecord):
    """``lease_until`` is when ``owner`` counts as dead; ``attempt`` counts owners, and names what they write."""

    profile_id: str
    version: int = 1
    active: bool = True
    attempt: int = 0
    owner: str | None = None
    lease_until: datetime
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None = None


class LeaseState(Document):
    """The part of a leased record that changes while its owner lives."""

    profile_id: str
    version: int
    owner: str | None
    lease_until: datetime


_STATE = dict.fromkeys(("profile_id", "version", "owner", "lease_until"), 1)

LeasedT = TypeVar("LeasedT", bound=LeasedRecord)


class LeasedStore(Outbox[LeasedT]):
    """Base of stores of leased documents. Every filter of one document names the profile, which is the shard key.

    ``extendable`` is what must hold of a record besides its owner for its lease to be extended. ``identity`` names
    the fields by which one who inserts knows the own record.
    """

    extendable: ClassVar[Mapping[str, Any]] = {}
    identity: ClassVar[Sequence[str]]

    def __init__(
        self, database: Database, collection: PersonalCollection[LeasedT], record: type[LeasedT]
    ) -> None:
        super().__init__(database[collection.name], record)
        self._database = database
        self._declared = collection
        self._record = record
        self._collection = database[collection.name]

    async def get(self, profile_id: str, id_: str) -> LeasedT | None:
        """Return one person's record, or None."""
        document = await self._collection.find_one({"_id": id_, "profile_id": profile_id})
        return None if document is None else self._record.from_bson(document)

    async def these(self, profile_id: str, ids: Sequence[str]) -> list[LeasedT]:
        """Return those of one person's records that have these ids."""
        found = find_each(self._collection, "_id", ids, {"profile_id": profile_id})
        return [self._record.from_bson(document) async for document in found]

    async def insert(self, record: LeasedT) -> bool:
        """Insert a record. False when its number is taken already. Raises ``AccountDeleted``."""
        return await inserted(self._database, self._declared, record.to_bson(), self.identity)

    async def update(
        self, record: LeasedT, changes: Mapping[str, Any], mark: Mapping[str, Any] | None = None
    ) -> LeasedT | None:
        """Apply ``changes`` if the record is still as it was read; else return None. Its lease may be another.

        ``mark`` are the fields that mark it as not announced (``record.marked``), for what its list shows.
        """
        return await self._update(record, changes, mark or {}, {})

    async def free(
        self, record: LeasedT, changes: Mapping[str, Any], mark: Mapping[str, Any]
    ) -> LeasedT | None:
        """``update`` if nobody has extended the lease since the record was read either; else return None."""
        lease = {"owner": record.owner, "lease_until": record.lease_until}
        return await self._update(record, changes, mark, lease)

    async def _update(
        self, record: LeasedT, changes: Mapping[str, Any], mark: Mapping[str, Any], lease: Mapping[str, Any]
    ) -> LeasedT | None:
        version = record.version + 1
        changed = record.model_copy(update={**changes, **mark, "version": version})
        document = changed.to_bson()
        written = {name: document[name] for name in (*changes, "version")}
        marked = {name: document[name] for name in mark}
        done = await compare_and_set(
            self._collection,
            {**self.as_read(record), **lease},
            {"$set": {**written, **marked}},
            next_version(record.version, written),  # the mark may be gone already
        )
        return changed if done else None

    async def claim(
        self,
        record: LeasedT,
        owner: str,
        until: datetime,
        changes: Mapping[str, Any],
        mark: Mapping[str, Any] | None = None,
    ) -> LeasedT | None:
        """Make ``owner`` its owner, as the next attempt, if the record is still as it was read; else return None."""
        claim = {"owner": owner, "attempt": record.attempt + 1, "lease_until": until}
        return await self.update(record, {**changes, **claim}, mark)

    async def extend_lease(self, record: LeasedT, until: datetime) -> bool:
        """Stay alive. False when another owner took it, or it has ended. No version: nobody is shown a lease."""
        held = {**self._held(record), **self.extendable}
        extend = partial(self._collection.update_one, held, {"$set": {"lease_until": until}})
        # Not for long: until then another moment is to be written.
        return (await written(extend, seconds=_EXTENDING)).matched_count == 1

    async def hand_over(self, record: LeasedT) -> bool:
        """Give the record back, for another process to claim at once. False when it was not ours any more."""

        def is_nobodys(found: Found) -> bool:
            return all(found.get(name) == value for name, value in NOBODYS.items())

        return await compare_and_set(self._collection, self._held(record), {"$set": NOBODYS}, is_nobodys)

    async def expired(self, at: datetime, limit: int) -> list[LeasedT]:
        """Return active records without an owner whose lease ended before ``at``."""
        query = {"active": True, "lease_until": {"$lt": at}, "owner": None}
        cursor = self._collection.find(query).limit(limit)
        return [self._record.from_bson(document) async for document in cursor]

    async def leases(self, limit: int) -> list[LeaseState]:
        """Return the leases of active records, those that end first at the beginning."""
        cursor = self._collection.find({"active": True}, _STATE).sort("lease_until", ASC).limit(limit)
        return [LeaseState.from_bson(document) async for document in cursor]

    async def leases_beyond(self, at: datetime, limit: int) -> list[LeaseState]:
        """Return the leases of active records that end after ``at``: by a clock that is wrong, if that is far away."""
        query = {"active": True, "lease_until": {"$gt": at}}
        return [
            LeaseState.from_bson(found) async for found in self._collection.find(query, _STATE).limit(limit)
        ]

    def as_read(self, record: LeasedT) -> dict[str, Any]:
        # Whoever begins anew after a deletion comes to the same ids and versions, but not at the same moment.
        return {**super().as_read(record), "created_at": record.created_at}

    def _held(self, record: LeasedT) -> dict[str, Any]:
        return {"_id": record.id, "profile_id": record.profile_id, "owner": record.owner, "active": True}
