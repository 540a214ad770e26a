"""Opportunities: shared by everybody, loaded in bulk, one document a posting (source and external id)."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from db.client import ASC, DESC, Database, Index
from db.records import Document, Record

_CHUNK = 100
_DUPLICATE = 11000

INDEXES = [
    Index("opportunities", [("status", ASC), ("posted_at", DESC), ("_id", DESC)]),
    Index("opportunities", [("status", ASC), ("updated_at", ASC)]),
    Index("opportunities", [("terms", ASC)]),
]


class OpportunityKind(StrEnum):
    JOB = "JOB"
    FELLOWSHIP = "FELLOWSHIP"
    TRAINING = "TRAINING"
    VOLUNTEER = "VOLUNTEER"
    GRANT = "GRANT"


class Remote(StrEnum):
    """JSON Resume's level of remote work."""

    FULL = "FULL"
    HYBRID = "HYBRID"
    NONE = "NONE"


class OpportunityStatus(StrEnum):
    OPEN = "OPEN"
    CLOSED = "CLOSED"


class SalaryRecord(Record):
    """``minimum`` and ``maximum`` are a year's gross in ``currency`` (ISO 4217); ``text`` is what the posting says."""

    text: str
    minimum: int | None = None
    maximum: int | None = None
    currency: str | None = None


class OpportunityRecord(Document):
    """``terms`` are the words and skills it is found by; ``digest`` tells whether a posting changed."""

    source: str
    external_id: str
    title: str
    organization: str
    kind: OpportunityKind
    description: str
    required_skills: list[str] = []
    desired_skills: list[str] = []
    location: str | None = None
    remote: Remote | None = None
    salary: SalaryRecord | None = None
    url: str | None = None
    posted_at: datetime
    deadline_at: datetime | None = None
    status: OpportunityStatus = OpportunityStatus.OPEN
    terms: list[str] = []
    digest: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class KnownPosting:
    """What a loader must know of a posting that is here already."""

    digest: str
    posted_at: datetime


class OpportunityStore:
    """Opportunities. The shard key is ``_id``."""

    def __init__(self, database: Database) -> None:
        self._opportunities = database["opportunities"]

    async def page(
        self,
        *,
        status: OpportunityStatus,
        kinds: Sequence[OpportunityKind] = (),
        remote: Sequence[Remote] = (),
        terms: Sequence[str] = (),
        limit: int,
        after: tuple[datetime, str] | None = None,
    ) -> list[OpportunityRecord]:
        """Newest posted first. An empty sequence asks for nothing; all of ``terms`` must be there."""
        match: dict[str, Any] = {"status": status.value}
        if terms:
            match["terms"] = {"$all": list(terms)}
        pipeline: list[dict[str, Any]] = [{"$match": match}]
        if after is not None:
            at, last = after
            match["posted_at"] = {"$lte": at}
            pipeline.append({"$match": {"$or": [{"posted_at": {"$lt": at}}, {"_id": {"$lt": last}}]}})
        if kinds:
            match["kind"] = {"$in": [kind.value for kind in kinds]}
        if remote:
            match["remote"] = {"$in": [level.value for level in remote]}
        pipeline += [{"$sort": {"posted_at": -1, "_id": -1}}, {"$limit": limit}]
        return [OpportunityRecord.from_bson(found) async for found in self._opportunities.aggregate(pipeline)]

    async def get_many(self, ids: Sequence[str]) -> list[OpportunityRecord]:
        """Those that exist, in no order."""
        return [OpportunityRecord.from_bson(found) async for found in self._by_ids(ids)]

    async def changed_since(
        self, status: OpportunityStatus, since: datetime
    ) -> AsyncIterator[OpportunityRecord]:
        """All with the status that were written at ``since`` or later."""
        async for found in self._opportunities.find({"status": status.value, "updated_at": {"$gte": since}}):
            yield OpportunityRecord.from_bson(found)

    async def known(self, ids: Sequence[str]) -> dict[str, KnownPosting]:
        """Of those that exist, what a loader compares."""
        found = self._by_ids(ids, {"digest": 1, "posted_at": 1})
        return {each["_id"]: KnownPosting(each["digest"], each["posted_at"]) async for each in found}

    async def write(self, records: Sequence[OpportunityRecord]) -> int:
        """Insert or overwrite at most 100, keeping ``created_at``. How many were inserted."""
        writes = [_upsert(record) for record in records]
        try:
            result = await self._opportunities.bulk_write(writes, ordered=False)
        except BulkWriteError as error:
            if any(each["code"] != _DUPLICATE for each in (error.details or {}).get("writeErrors", [])):
                raise
            # Another loader inserted one of them in the same moment: now they all exist.
            inserted = int((error.details or {}).get("nUpserted", 0))
            await self._opportunities.bulk_write(writes, ordered=False)
            return inserted
        return int(result.upserted_count)

    async def _by_ids(
        self, ids: Sequence[str], projection: Mapping[str, int] | None = None
    ) -> AsyncIterator[dict[str, Any]]:
        for start in range(0, len(ids), _CHUNK):
            query = {"_id": {"$in": list(ids[start : start + _CHUNK])}}
            async for found in self._opportunities.find(query, projection):
                yield found


def _upsert(record: OpportunityRecord) -> UpdateOne:
    document = record.to_bson()
    created = {"created_at": document.pop("created_at")}
    return UpdateOne({"_id": document.pop("_id")}, {"$set": document, "$setOnInsert": created}, upsert=True)
