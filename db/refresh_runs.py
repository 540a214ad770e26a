"""Refresh runs: numbered without gaps for each profile, so that inserting the next one is what makes it unique."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from db.accounts import refuse_deleted
from db.driver.client import ASC, DESC, Database
from db.driver.collections import Index, PersonalCollection, Section
from db.driver.finding import find_each
from db.driver.records import Record
from db.sync.leased import LeasedRecord, LeasedStore
from db.sync.outbox import UNANNOUNCED

KIND = "REFRESH_RUN"
"""The list's name in the changelog."""


class StageStatus(StrEnum):
    PENDING = "PENDING"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    INTERRUPTED = "INTERRUPTED"


class StageRecord(Record):
    """``done`` of ``total`` steps: opportunities judged, or actions saved. ``result`` counts what was published.

    ``inputs`` is the digest of all that the model was asked with, where a later run may take its answer again.
    """

    status: StageStatus = StageStatus.PENDING
    done: int = 0
    total: int = 0
    result: int = 0
    failure_code: str | None = None
    failure_message: str | None = None
    inputs: str | None = None


class RefreshRunRecord(LeasedRecord):
    """A refresh: two stages, what they warned of and what they cost.

    ``starting`` names the start that wrote it. ``started_by`` is the id of the record of the mutation that started
    it, where there is one.
    """

    number: int
    matching: StageRecord = StageRecord()
    generation: StageRecord = StageRecord()
    warnings: list[str] = []
    input_tokens: int = 0
    output_tokens: int = 0
    model_version: str
    starting: str = ""
    started_by: str | None = None


COLLECTION = PersonalCollection(
    name="refresh_runs",
    export=Section(RefreshRunRecord, ("number", "_id")),
    indexes=[
        Index([("profile_id", ASC), ("number", DESC)], unique=True),
        Index([("profile_id", ASC), ("updated_at", ASC)]),
        Index([("active", ASC), ("lease_until", ASC)]),
        UNANNOUNCED,
    ],
)


def run_id(profile_id: str, number: int) -> str:
    """The id of a profile's n-th run."""
    return f"{profile_id}-{number}"


class RefreshRunStore(LeasedStore[RefreshRunRecord]):
    """Refresh runs, by profile."""

    identity: ClassVar[Sequence[str]] = ("starting",)

    def __init__(self, database: Database) -> None:
        super().__init__(database, COLLECTION, RefreshRunRecord)
        self._runs = database[COLLECTION.name]

    async def latest(self, profile_id: str) -> RefreshRunRecord | None:
        """None before the first one. Raises ``AccountDeleted``, so that nobody waits for one."""
        found = await self.newest(profile_id, 1)
        if not found:
            await refuse_deleted(self._database, COLLECTION, profile_id)
        return next(iter(found), None)

    async def newest(self, profile_id: str, limit: int) -> list[RefreshRunRecord]:
        """Return the last ones, newest first."""
        cursor = self._runs.find({"profile_id": profile_id}).sort("number", DESC).limit(limit)
        return [RefreshRunRecord.from_bson(document) async for document in cursor]

    async def started_by(self, profile_id: str, key: str) -> RefreshRunRecord | None:
        """Return the run that this mutation started, None if there is none."""
        document = await self._runs.find_one({"profile_id": profile_id, "started_by": key})
        return None if document is None else RefreshRunRecord.from_bson(document)

    async def active(self, profile_ids: Sequence[str]) -> dict[str, tuple[str, int]]:
        """Return id and version of the run that is active, by profile."""
        found: dict[str, tuple[str, int]] = {}
        shown = {"profile_id": 1, "version": 1}
        async for document in find_each(self._runs, "profile_id", profile_ids, {"active": True}, shown):
            found[document["profile_id"]] = (document["_id"], document["version"])
        return found

    async def touched(self, profile_ids: Sequence[str], since: datetime) -> set[str]:
        """Return those of the profiles that have a run changed since then."""
        changed = {"updated_at": {"$gte": since}}
        found = find_each(self._runs, "profile_id", profile_ids, changed, {"profile_id": 1})
        return {document["profile_id"] async for document in found}
