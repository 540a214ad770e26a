"""Learnings: proposed changes to a profile, one document each, changed only by compare-and-set on ``version``."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial

from db.accounts import made
from db.driver.client import ASC, DESC, Database
from db.driver.collections import Index, PersonalCollection, Section
from db.driver.durable import insert_once, written
from db.driver.keyset import Keyset
from db.profiles import LearningKind, ProfilePartRecord
from db.sync.outbox import UNANNOUNCED, OutboxRecord, OutboxStore

KIND = "LEARNING"
"""The list's name in the changelog."""

_NEWEST_FIRST = Keyset("created_at", direction=DESC)


class LearningStatus(StrEnum):
    PENDING = "PENDING"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    RETRACTED = "RETRACTED"


class LearningRecord(OutboxRecord):
    """``quotation`` is from the person's message ``message_id``; ``action_id`` is None for the general conversation.

    ``settled`` tells whether the profile shows already what the status says. ``extraction`` names the extraction that
    proposed it.
    """

    action_id: str | None
    kind: LearningKind
    proposal: ProfilePartRecord
    message_id: str
    quotation: str
    status: LearningStatus = LearningStatus.PENDING
    settled: bool = True
    extraction: str = ""
    model_version: str
    created_at: datetime


COLLECTION = PersonalCollection(
    name="learnings",
    export=Section(LearningRecord, ("created_at", "_id")),
    indexes=[
        Index([("profile_id", ASC), ("created_at", DESC), ("_id", DESC)]),
        UNANNOUNCED,
        Index([("settled", ASC), ("touched_at", ASC)]),
    ],
)


class LearningStore(OutboxStore[LearningRecord]):
    """Learnings, by profile."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._learnings = database[COLLECTION.name]
        super().__init__(self._learnings, LearningRecord)

    async def page(
        self,
        profile_id: str,
        *,
        limit: int | None = None,
        after: tuple[datetime, str] | None = None,
    ) -> list[LearningRecord]:
        """Newest first."""
        pipeline = _NEWEST_FIRST.page({"profile_id": profile_id}, after, limit)
        return [LearningRecord.from_bson(document) async for document in self._learnings.aggregate(pipeline)]

    async def insert(self, learnings: Sequence[LearningRecord]) -> list[LearningRecord]:
        """Insert learnings and return the new ones: the same proposal from the same conversation has the same id.

        Raises ``AccountDeleted``.
        """
        people = [learning.profile_id for learning in learnings]
        return await made(self._insert(learnings), self._database, COLLECTION, *people)

    async def _insert(self, learnings: Sequence[LearningRecord]) -> list[LearningRecord]:
        inserted: list[LearningRecord] = []
        for learning in learnings:
            if await insert_once(self._learnings, learning.to_bson(), identity=["extraction"]):
                inserted.append(learning)
        return inserted

    async def mark_settled(self, learning: LearningRecord) -> None:
        """Say that the profile shows the learning's status, if that is still the one it had."""
        settle = partial(self._learnings.update_one, self.as_read(learning), {"$set": {"settled": True}})
        await written(settle)

    async def unsettled(self, before: datetime, limit: int) -> list[LearningRecord]:
        """Return learnings decided before ``before`` that have not reached the profile: the writer died, or is slow."""
        return await self._left({"settled": False}, before, limit)
