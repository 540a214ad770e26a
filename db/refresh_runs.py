"""Refresh runs: numbered without gaps for each profile, so that inserting the next one is what makes it unique."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from db.accounts import refuse_deleted
from db.driver.client import ASC, DESC, Database, DuplicateKey
from db.driver.collections import Index, PersonalCollection, Section
from db.driver.records import Document, Record

_CHUNK = 100


class StageStatus(StrEnum):
    PENDING = "PENDING"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    INTERRUPTED = "INTERRUPTED"


class StageRecord(Record):
    """``done`` of ``total`` steps: opportunities judged, or actions saved. ``result`` counts what was published."""

    status: StageStatus = StageStatus.PENDING
    done: int = 0
    total: int = 0
    result: int = 0
    failure_code: str | None = None
    failure_message: str | None = None


class RefreshRunRecord(Document):
    """``lease_until`` is when ``owner`` counts as dead; ``attempt`` counts owners, and names what they write."""

    profile_id: str
    number: int
    version: int
    active: bool
    matching: StageRecord = StageRecord()
    generation: StageRecord = StageRecord()
    warnings: list[str] = []
    input_tokens: int = 0
    output_tokens: int = 0
    model_version: str
    attempt: int = 0
    owner: str | None = None
    lease_until: datetime
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None = None


COLLECTION = PersonalCollection(
    name="refresh_runs",
    export=Section(RefreshRunRecord, ("number", "_id")),
    indexes=[
        Index([("profile_id", ASC), ("number", DESC)], unique=True),
        Index([("profile_id", ASC), ("updated_at", ASC)]),
        Index([("active", ASC), ("lease_until", ASC)]),
    ],
)


def run_id(profile_id: str, number: int) -> str:
    """The id of a profile's n-th run."""
    return f"{profile_id}-{number}"


class RefreshRunStore:
    """Refresh runs."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._runs = database[COLLECTION.name]

    async def get(self, profile_id: str, id_: str) -> RefreshRunRecord | None:
        document = await self._runs.find_one({"_id": id_, "profile_id": profile_id})
        return None if document is None else RefreshRunRecord.from_bson(document)

    async def latest(self, profile_id: str) -> RefreshRunRecord | None:
        """None before the first one. Raises ``AccountDeleted``, so that nobody waits for one."""
        cursor = self._runs.find({"profile_id": profile_id}).sort("number", DESC).limit(1)
        found = [RefreshRunRecord.from_bson(document) async for document in cursor]
        if not found:
            await refuse_deleted(self._database, COLLECTION, profile_id)
        return next(iter(found), None)

    async def insert(self, run: RefreshRunRecord) -> bool:
        """False when the profile has a run of this number already. Raises ``AccountDeleted``."""
        try:
            await self._runs.insert_one(run.to_bson())
        except DuplicateKey:
            return False
        await refuse_deleted(self._database, COLLECTION, run.profile_id)
        return True

    async def update(self, run: RefreshRunRecord, changes: dict[str, Any]) -> RefreshRunRecord | None:
        """Apply ``changes`` if the run is still as it was read; else None."""
        changed = run.model_copy(update={**changes, "version": run.version + 1})
        document = changed.to_bson()
        written = {key: document[key] for key in (*changes, "version")}
        # Whoever begins anew after a deletion comes to the same ids and versions, but not at the same moment.
        as_read = {"_id": run.id, "version": run.version, "created_at": run.created_at}
        result = await self._runs.update_one({**as_read, "profile_id": run.profile_id}, {"$set": written})
        return changed if result.modified_count == 1 else None

    async def extend_lease(self, run: RefreshRunRecord, until: datetime) -> bool:
        """Stay alive; False when another owner took the run. No version: nobody is shown a lease."""
        result = await self._runs.update_one(
            {"_id": run.id, "profile_id": run.profile_id, "owner": run.owner, "active": True},
            {"$set": {"lease_until": until}},
        )
        return result.matched_count == 1

    async def expired(self, at: datetime, limit: int) -> list[RefreshRunRecord]:
        """Active runs whose owner counts as dead."""
        cursor = self._runs.find({"active": True, "lease_until": {"$lt": at}}).limit(limit)
        return [RefreshRunRecord.from_bson(document) async for document in cursor]

    async def touched(self, profile_ids: Sequence[str], since: datetime) -> set[str]:
        """Which of the profiles have a run that changed since then."""
        found: set[str] = set()
        for start in range(0, len(profile_ids), _CHUNK):
            ids = list(profile_ids[start : start + _CHUNK])
            query = {"profile_id": {"$in": ids}, "updated_at": {"$gte": since}}
            async for document in self._runs.find(query, {"profile_id": 1}):
                found.add(document["profile_id"])
        return found
