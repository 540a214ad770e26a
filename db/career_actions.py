"""Career actions: one document each, changed only by compare-and-set on ``version``."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

from db.accounts import made
from db.driver.client import ASC, DESC, Database, PlainDatabase, in_one_go
from db.driver.collections import Index, PersonalCollection, Section
from db.driver.durable import insert_once, written
from db.driver.keyset import Keyset
from db.driver.records import Record
from db.sync.changelog import PositionRecord, shown_batch
from db.sync.outbox import UNANNOUNCED, OutboxRecord, OutboxStore

KIND = "CAREER_ACTION"
"""The list's name in the changelog."""

_NEWEST_FIRST = Keyset("created_at", direction=DESC)


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


class ActionPlanRecord(Record):
    """Plan in the words of the person: why it matters, the day on which they begin (ISO 8601), later what came of it.

    ``answered_at``: they were asked for the last, whether they said anything or not.
    """

    why: str | None = None
    begin_on: str | None = None
    planned_at: datetime
    came_of_it: str | None = None
    answered_at: datetime | None = None


class CareerActionRecord(OutboxRecord):
    """``batch`` is the generation that a suggested action belongs to: it shows only while that one is current."""

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
    plan: ActionPlanRecord | None = None


COLLECTION = PersonalCollection(
    name="career_actions",
    export=Section(CareerActionRecord, ("created_at", "_id")),
    indexes=[
        Index([("profile_id", ASC), ("created_at", DESC), ("_id", DESC)]),
        UNANNOUNCED,
    ],
)


class CareerActionStore(OutboxStore[CareerActionRecord]):
    """Career actions, by profile."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._actions = database[COLLECTION.name]
        super().__init__(self._actions, CareerActionRecord)

    async def page(
        self,
        profile_id: str,
        *,
        batch: str | None,
        statuses: Sequence[ActionStatus] | None = None,
        limit: int | None = None,
        after: tuple[datetime, str] | None = None,
    ) -> list[CareerActionRecord]:
        """Return the actions that the owner sees, newest first: suggested ones of ``batch`` only, all others of any."""
        found = self._actions.aggregate(_page(profile_id, batch, statuses, limit, after))
        return [CareerActionRecord.from_bson(document) for document in await found.to_list(None)]

    async def shown_page(
        self,
        profile_id: str,
        *,
        statuses: Sequence[ActionStatus] | None = None,
        limit: int | None = None,
        after: tuple[datetime, str] | None = None,
    ) -> tuple[list[CareerActionRecord], PositionRecord | None]:
        """Return ``page`` of the batch that is shown, and the changelog's position before it was read."""

        def read(database: PlainDatabase) -> tuple[list[dict[str, Any]], PositionRecord | None]:
            batch, position = shown_batch(database, profile_id, KIND)
            pipeline = _page(profile_id, batch, statuses, limit, after)
            return list(database[COLLECTION.name].aggregate(pipeline)), position

        documents, position = await in_one_go(self._database, read)
        return [CareerActionRecord.from_bson(document) for document in documents], position

    async def suggested(self, profile_id: str) -> list[CareerActionRecord]:
        """Suggested actions of every batch, those that do not show included."""
        query = {"profile_id": profile_id, "status": ActionStatus.SUGGESTED.value}
        return [CareerActionRecord.from_bson(document) async for document in self._actions.find(query)]

    async def insert(self, actions: Sequence[CareerActionRecord]) -> None:
        """Write a batch that is not shown yet. What an earlier try wrote stays as it is.

        Raises ``AccountDeleted``.
        """
        people = [action.profile_id for action in actions]
        await made(self._insert(actions), self._database, COLLECTION, *people)

    async def _insert(self, actions: Sequence[CareerActionRecord]) -> None:
        for action in actions:
            # Ids are derived from batch and place: one that is there already is this very action.
            await insert_once(self._actions, action.to_bson(), identity=[])

    async def delete(self, action: CareerActionRecord) -> None:
        """Remove an action if it is still as it was read."""
        await written(partial(self._actions.delete_one, self.as_read(action)))


def _page(
    profile_id: str,
    batch: str | None,
    statuses: Sequence[ActionStatus] | None,
    limit: int | None,
    after: tuple[datetime, str] | None,
) -> list[dict[str, Any]]:
    shown = {"$or": [{"status": {"$ne": ActionStatus.SUGGESTED.value}}, {"batch": batch}]}
    where: list[dict[str, Any]] = [shown]
    if statuses is not None:
        where.insert(0, {"status": {"$in": sorted({status.value for status in statuses})}})
    return _NEWEST_FIRST.page({"profile_id": profile_id}, after, limit, where=where)
