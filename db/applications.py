"""Applications: one document each with its posting as it was, changed only by compare-and-set on ``version``."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

from db.accounts import inserted
from db.driver.client import ASC, DESC, Database
from db.driver.collections import Index, PersonalCollection, Section
from db.driver.durable import written
from db.driver.finding import find_each
from db.driver.keyset import Keyset
from db.driver.records import Record
from db.opportunities import OpportunityKind, Remote
from db.sync.changelog import Group, Kind
from db.sync.outbox import UNANNOUNCED, OutboxRecord, OutboxStore

KIND = Kind("APPLICATION", Group.PREP)
"""The list's name in the changelog, and its group."""

_NEWEST_FIRST = Keyset("created_at", direction=DESC)


class ApplicationStage(StrEnum):
    """In the order in which an application goes through them."""

    INTERESTED = "INTERESTED"
    APPLIED = "APPLIED"
    RESPONDED = "RESPONDED"
    INTERVIEWING = "INTERVIEWING"
    OFFERED = "OFFERED"
    CLOSED = "CLOSED"


class ApplicationOutcome(StrEnum):
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"
    NO_RESPONSE = "NO_RESPONSE"
    POSTING_GONE = "POSTING_GONE"


class StepBy(StrEnum):
    PERSON = "PERSON"


class PostingRecord(Record):
    """The posting as it was when it was tracked, without its text. ``salary`` is in the posting's own words."""

    title: str
    organization: str
    kind: OpportunityKind | None = None
    location: str | None = None
    remote: Remote | None = None
    salary: str | None = None
    url: str | None = None
    posted_at: datetime | None = None
    deadline_at: datetime | None = None


class StepRecord(Record):
    """A move from stage to stage: ``at`` is when it happened, ``recorded_at`` when that was written down.

    ``before`` is None for the first. ``reached`` is the stage that a closed application had come to.
    """

    at: datetime
    recorded_at: datetime
    before: ApplicationStage | None
    after: ApplicationStage
    by: StepBy = StepBy.PERSON
    round: int | None = None
    note: str | None = None
    channel: str | None = None
    outcome: ApplicationOutcome | None = None
    reached: ApplicationStage | None = None
    reasons: list[str] = []


class ApplicationRecord(OutboxRecord):
    """All but the posting's text. ``opportunity_id`` is None for a posting that the person entered.

    ``removed``: the person took it out of the list, and nothing of what it said is left.
    """

    opportunity_id: str | None
    posting: PostingRecord
    stage: ApplicationStage = ApplicationStage.INTERESTED
    outcome: ApplicationOutcome | None = None
    reached: ApplicationStage | None = None
    reasons: list[str] = []
    round: int | None = None
    applied_at: datetime | None = None
    channel: str | None = None
    history: list[StepRecord]
    removed: bool = False
    created_at: datetime


class WholeApplicationRecord(ApplicationRecord):
    """An application with the text of its posting."""

    text: str


COLLECTION = PersonalCollection(
    name="applications",
    export=Section(WholeApplicationRecord, ("created_at", "_id")),
    indexes=[
        Index([("profile_id", ASC), ("created_at", DESC), ("_id", DESC)]),
        UNANNOUNCED,
        Index([("removed", ASC), ("touched_at", ASC)]),
    ],
)


class ApplicationStore(OutboxStore[ApplicationRecord]):
    """Applications, by profile. ``get`` and ``some`` find removed ones, too."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._applications = database[COLLECTION.name]
        super().__init__(self._applications, ApplicationRecord)

    async def page(
        self,
        profile_id: str,
        *,
        stages: Sequence[ApplicationStage] | None = None,
        outcomes: Sequence[ApplicationOutcome] | None = None,
        limit: int | None = None,
        after: tuple[datetime, str] | None = None,
    ) -> list[ApplicationRecord]:
        """Newest first; None for stages or outcomes asks for nothing."""
        where: list[dict[str, Any]] = [{"removed": False}]
        for name, wanted in (("stage", stages), ("outcome", outcomes)):
            if wanted is not None:
                where.append({name: {"$in": sorted({value.value for value in wanted})}})
        pipeline = _NEWEST_FIRST.page({"profile_id": profile_id}, after, limit, where=where)
        found = self._applications.aggregate([*pipeline, {"$project": {"text": 0}}])
        return [ApplicationRecord.from_bson(document) for document in await found.to_list(None)]

    async def count(self, profile_id: str, most: int) -> int:
        """Return the number of a person's applications, at most ``most``."""
        query = {"profile_id": profile_id, "removed": False}
        count: int = await self._applications.count_documents(query, limit=most)
        return count

    async def texts(self, profile_id: str, ids: Sequence[str]) -> Mapping[str, str]:
        """Return the texts of the postings, by the applications' ids."""
        found = find_each(self._applications, "_id", ids, {"profile_id": profile_id}, {"text": 1})
        return {document["_id"]: document["text"] async for document in found}

    async def insert(self, application: WholeApplicationRecord) -> bool:
        """Insert it; False where one with its id was there before. Raises ``AccountDeleted``."""
        return await inserted(self._database, COLLECTION, application.to_bson(), ["last_write"])

    async def delete_removed(self, before: datetime) -> None:
        """Delete what was removed before then, and has been announced."""
        query = {"removed": True, "unannounced": False, "touched_at": {"$lt": before}}
        await written(partial(self._applications.delete_many, query))
