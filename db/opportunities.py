"""Opportunities: shared by everybody, loaded in bulk, one document a posting (source and external id)."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from pymongo import InsertOne, ReplaceOne
from pymongo.errors import BulkWriteError

from db.driver.client import ASC, DESC, Database
from db.driver.collections import Index, KeptCollection
from db.driver.durable import written
from db.driver.finding import find_each
from db.driver.keyset import Keyset
from db.driver.records import Document, Record
from db.numbers import Numbers

_DUPLICATE = 11000
_BEGINNING = datetime(1969, 12, 31, tzinfo=UTC)  # every posting is newer
_WINDOWS = [timedelta(days=days) for days in (7, 30, 120, 480, 1920)]


_NEWEST_FIRST = Keyset("posted_at", direction=DESC)


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
    """Facts about a stored posting that the loader compares."""

    digest: str
    posted_at: datetime
    created_at: datetime
    url: str | None
    location: str | None


COLLECTION = KeptCollection(
    name="opportunities",
    not_personal="Postings: the same for everybody.",
    indexes=[
        Index([("status", ASC), ("posted_at", DESC), ("_id", DESC)]),
        Index([("status", ASC), ("number", ASC)]),
    ],
)


class OpportunityStore:
    """Opportunities. The shard key is ``_id``."""

    def __init__(self, database: Database) -> None:
        self._opportunities = database[COLLECTION.name]
        self._numbers = Numbers(database, COLLECTION.name)

    async def page(
        self,
        *,
        now: datetime,
        status: OpportunityStatus,
        kinds: Sequence[OpportunityKind] = (),
        remote: Sequence[Remote] = (),
        terms: Sequence[Sequence[str]] = (),
        limit: int,
        after: tuple[datetime, str] | None = None,
    ) -> list[OpportunityRecord]:
        """Newest posted first. An empty sequence asks for nothing; of each of ``terms`` one must be there."""
        wanted: dict[str, Any] = {}
        if kinds:
            wanted["kind"] = {"$in": [kind.value for kind in kinds]}
        if remote:
            wanted["remote"] = {"$in": [level.value for level in remote]}
        if sure := [one for one, *others in terms if not others]:
            wanted["terms"] = {"$all": sure}
        either = [{"terms": {"$in": list(spellings)}} for spellings in terms if len(spellings) > 1]
        start = now if after is None else max(_BEGINNING, min(now, after[0]))
        newest: dict[str, datetime] = {}
        found: list[OpportunityRecord] = []
        # Back in time by windows: the embedded database sorts all that a range holds before it cuts. Each window holds
        # its newest moment and not its oldest, as the direction of the index wants it (see ``Keyset``).
        for oldest in (*(start - window for window in _WINDOWS), _BEGINNING):
            window = {"status": status.value, "posted_at": {"$gt": oldest, **newest}}
            pipeline = _NEWEST_FIRST.page(window, after, limit - len(found), where=[wanted, *either])
            async for document in self._opportunities.aggregate(pipeline):
                found.append(OpportunityRecord.from_bson(document))
            if len(found) == limit:
                break
            newest, after = {"$lte": oldest}, None  # an older window holds nothing that was seen
        return found

    async def get_many(self, ids: Sequence[str]) -> list[OpportunityRecord]:
        """Return the ones that exist, in no particular order."""
        return [
            OpportunityRecord.from_bson(found) async for found in find_each(self._opportunities, "_id", ids)
        ]

    async def changed_since(
        self, status: OpportunityStatus, number: int | None
    ) -> AsyncIterator[tuple[OpportunityRecord, int]]:
        """Return all with the status that were written under a number after ``number``, with theirs; with None all."""
        later = {} if number is None else {"number": {"$gt": number}}
        async for found in self._opportunities.find({"status": status.value, **later}):
            yield OpportunityRecord.from_bson(found), found.get("number", 0)

    async def digests(self, status: OpportunityStatus) -> dict[str, tuple[str, int]]:
        """Return digest and number of all with the status, by id."""
        fields = {"digest": 1, "number": 1}
        return {
            found["_id"]: (found["digest"], found.get("number", 0))
            async for found in self._opportunities.find({"status": status.value}, fields)
        }

    async def known(self, ids: Sequence[str]) -> dict[str, KnownPosting]:
        """Of those that exist, what a loader compares."""
        found = find_each(
            self._opportunities,
            "_id",
            ids,
            projection=dict.fromkeys(("digest", "posted_at", "created_at", "url", "location"), 1),
        )
        return {
            each["_id"]: KnownPosting(
                each["digest"], each["posted_at"], each["created_at"], each.get("url"), each.get("location")
            )
            async for each in found
        }

    async def write(self, new: Sequence[OpportunityRecord], changed: Sequence[OpportunityRecord]) -> None:
        """Insert and overwrite, all of them together at most 100."""
        number = await self._numbers.next()
        await written(partial(self._write, new, changed, number))

    async def _write(
        self, new: Sequence[OpportunityRecord], changed: Sequence[OpportunityRecord], number: int
    ) -> None:
        writes = [InsertOne(_numbered(record, number)) for record in new] + [
            _overwrite(record, number) for record in changed
        ]
        try:
            await self._opportunities.bulk_write(writes, ordered=False)
        except BulkWriteError as error:
            errors = (error.details or {}).get("writeErrors", [])
            if not errors or any(each["code"] != _DUPLICATE for each in errors):
                raise
            # Another loader inserted them in the same moment, or an earlier try did.
            await self._opportunities.bulk_write(
                [_overwrite(new[each["index"]], number) for each in errors], ordered=False
            )


def _overwrite(record: OpportunityRecord, number: int) -> ReplaceOne[dict[str, Any]]:
    return ReplaceOne({"_id": record.id}, _numbered(record, number))


def _numbered(record: OpportunityRecord, number: int) -> dict[str, Any]:
    return {**record.to_bson(), "number": number}
