"""Career actions: one document each, changed only by compare-and-set on ``version``."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from db.client import ASC, DESC, Database, DuplicateKey, Index
from db.records import Document, Record

_CHUNK = 100

INDEXES = [
    Index("career_actions", [("profile_id", ASC), ("created_at", DESC), ("_id", DESC)]),
    Index("career_actions", [("unannounced", ASC), ("touched_at", ASC)]),
]


class ActionType(StrEnum):
    REPLICATE = "REPLICATE"
    COLLABORATE = "COLLABORATE"
    START_ORG = "START_ORG"
    IDENTIFY_GAPS = "IDENTIFY_GAPS"
    VOLUNTEER = "VOLUNTEER"
    BUILD_TOOLS = "BUILD_TOOLS"
    TEACH_WRITE = "TEACH_WRITE"
    DEVELOP_SKILLS = "DEVELOP_SKILLS"


class ActionStatus(StrEnum):
    SUGGESTED = "SUGGESTED"
    SAVED = "SAVED"
    DISMISSED = "DISMISSED"
    IN_PROGRESS = "IN_PROGRESS"
    DONE = "DONE"


class PendingRecord(Record):
    """A change that is written but not yet numbered in the profile's stream."""

    version: int
    mutation_id: str | None = None


class CareerActionRecord(Document):
    """``batch`` is the generation that a suggested action belongs to: it shows only while that one is current.

    ``last_write`` names the write that made this version, so that a writer who lost the answer knows its own.
    """

    profile_id: str
    type: ActionType
    title: str
    description: str
    rationale: str
    profile_basis: list[str]
    status: ActionStatus
    run_id: str
    batch: str
    model_version: str
    created_at: datetime
    saved_at: datetime | None = None
    dismissed_at: datetime | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    completion_conversation_started: bool = False
    version: int
    pending: list[PendingRecord] = []
    unannounced: bool = False
    touched_at: datetime
    last_write: str


class CareerActionStore:
    """Career actions. Every filter names the profile, which is the shard key."""

    def __init__(self, database: Database) -> None:
        self._actions = database["career_actions"]

    async def get(self, profile_id: str, action_id: str) -> CareerActionRecord | None:
        document = await self._actions.find_one({"_id": action_id, "profile_id": profile_id})
        return None if document is None else CareerActionRecord.from_bson(document)

    async def some(self, profile_id: str, action_ids: Sequence[str]) -> list[CareerActionRecord]:
        found: list[CareerActionRecord] = []
        for start in range(0, len(action_ids), _CHUNK):
            ids = list(action_ids[start : start + _CHUNK])
            async for document in self._actions.find({"_id": {"$in": ids}, "profile_id": profile_id}):
                found.append(CareerActionRecord.from_bson(document))
        return found

    async def page(
        self,
        profile_id: str,
        *,
        batch: str | None,
        statuses: Sequence[ActionStatus] | None = None,
        limit: int | None = None,
        after: tuple[datetime, str] | None = None,
    ) -> list[CareerActionRecord]:
        """What the owner sees, newest first: suggested actions of ``batch`` only, all others whatever theirs."""
        match: dict[str, Any] = {"profile_id": profile_id}
        pipeline: list[dict[str, Any]] = [{"$match": match}]
        if after is not None:
            at, last = after
            match["created_at"] = {"$lte": at}
            pipeline.append({"$match": {"$or": [{"created_at": {"$lt": at}}, {"_id": {"$lt": last}}]}})
        if statuses is not None:
            pipeline.append({"$match": {"status": {"$in": [status.value for status in statuses]}}})
        shown = {"$or": [{"status": {"$ne": ActionStatus.SUGGESTED.value}}, {"batch": batch}]}
        pipeline += [{"$match": shown}, {"$sort": {"created_at": -1, "_id": -1}}]
        if limit is not None:
            pipeline.append({"$limit": limit})
        return [
            CareerActionRecord.from_bson(document) async for document in self._actions.aggregate(pipeline)
        ]

    async def suggested(self, profile_id: str) -> list[CareerActionRecord]:
        """Suggested actions of every batch, those that do not show included."""
        query = {"profile_id": profile_id, "status": ActionStatus.SUGGESTED.value}
        return [CareerActionRecord.from_bson(document) async for document in self._actions.find(query)]

    async def update(
        self, action: CareerActionRecord, changes: dict[str, Any], mutation_id: str | None, write: str
    ) -> CareerActionRecord | None:
        """Apply ``changes`` if the action is still as it was read, marked as not yet announced; else None.

        ``changes`` holds ``touched_at``, the time of the change.
        """
        version = action.version + 1
        mark = PendingRecord(version=version, mutation_id=mutation_id)
        written = {**changes, "version": version, "unannounced": True, "last_write": write}
        result = await self._actions.update_one(
            {"_id": action.id, "profile_id": action.profile_id, "version": action.version},
            {"$set": written, "$push": {"pending": mark.model_dump()}},
        )
        if result.modified_count != 1:
            return None
        return action.model_copy(update={**written, "pending": [*action.pending, mark]})

    async def mark_announced(self, action: CareerActionRecord) -> None:
        """Unmark, if its version is still the one that was numbered."""
        await self._actions.update_one(
            {"_id": action.id, "profile_id": action.profile_id, "version": action.version},
            {"$set": {"unannounced": False, "pending": []}},
        )

    async def unannounced(self, before: datetime, limit: int) -> list[CareerActionRecord]:
        """What was written before ``before`` and is still marked: its writer died, or is slow."""
        cursor = self._actions.find({"unannounced": True, "touched_at": {"$lte": before}}).limit(limit)
        return [CareerActionRecord.from_bson(document) async for document in cursor]

    async def insert(self, actions: Sequence[CareerActionRecord]) -> None:
        """Write a batch that is not shown yet. What an earlier try wrote stays as it is."""
        for action in actions:
            try:
                await self._actions.insert_one(action.to_bson())
            except DuplicateKey:
                continue  # ids are derived from batch and place: it is this very action

    async def delete(self, action: CareerActionRecord) -> None:
        """Remove an action if it is still as it was read."""
        await self._actions.delete_one(
            {"_id": action.id, "profile_id": action.profile_id, "version": action.version}
        )
