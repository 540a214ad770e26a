"""Matches: replaced as a whole, run by run. Which run's are shown is said by the profile's stream document."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial

from db.accounts import made
from db.driver.client import ASC, Database
from db.driver.collections import Index, PersonalCollection, Section
from db.driver.durable import insert_once, written
from db.driver.finding import find_each
from db.driver.records import Document, Record

KIND = "MATCH"
"""The list's name in the changelog."""


class MatchTier(StrEnum):
    STRONG = "STRONG"
    PROMISING = "PROMISING"
    EXPLORATORY = "EXPLORATORY"


class StepKind(StrEnum):
    """Kind of a step by which a match would rise. ``YEAR``: a year more of related work."""

    SKILLS = "SKILLS"
    YEAR = "YEAR"
    CONSTRAINT = "CONSTRAINT"


class CounterfactualRecord(Record):
    """The cheapest step to the next ``tier``; ``names`` are skills, or the field of the constraints."""

    tier: MatchTier
    kind: StepKind
    names: list[str]
    cost: int


class CauseKind(StrEnum):
    """Kind of what moved a match. ``DATE_PASSED``: a job that goes on is longer. ``JUDGED_AGAIN``: by one model."""

    PROFILE_CHANGED = "PROFILE_CHANGED"
    POSTING_CHANGED = "POSTING_CHANGED"
    DATE_PASSED = "DATE_PASSED"
    RULES_CHANGED = "RULES_CHANGED"
    REFERENCE_CHANGED = "REFERENCE_CHANGED"
    MODEL_CHANGED = "MODEL_CHANGED"
    JUDGED_AGAIN = "JUDGED_AGAIN"


class CauseRecord(Record):
    """Reason for a score's ``change`` since the last refresh. ``part`` is the field of the profile or the posting.

    ``estimated``: a model judged, and the rules say how much it is.
    """

    kind: CauseKind
    part: str | None = None
    change: float
    estimated: bool = False


class AskedRecord(Record):
    """Part of a model's answer that is kept, so that it need not be asked again while nothing has changed.

    ``key`` is the digest of all that it was told and of the model; ``explanation`` and ``band`` are those of the answer
    alone. ``in_full``: it was asked for evidence, not for a score only.
    """

    key: str
    explanation: str
    band: float
    in_full: bool


class MatchRecord(Document):
    """``match_id`` is the public id, the same for one profile and opportunity over all runs; ``_id`` is one batch's.

    ``version`` is the number of the run, so it grows with every replacement. ``order`` is the sort key, None where it
    is the score, in batches of earlier releases. ``score_before`` and ``tier_before`` are of the refresh before, None
    where the match was not there.
    """

    match_id: str
    profile_id: str
    opportunity_id: str
    run_id: str
    batch: str
    version: int
    tier: MatchTier
    score: float
    explanation: str
    strengths: list[str]
    gaps: list[str]
    recommendations: list[str]
    band: float = 0.02
    tier_firm: bool = True
    rank_group: int = 0
    order: float | None = None
    counterfactual: CounterfactualRecord | None = None
    score_before: float | None = None
    tier_before: MatchTier | None = None
    causes: list[CauseRecord] = []
    asked: AskedRecord | None = None
    model_version: str
    created_at: datetime

    @property
    def sort_key(self) -> float:
        """Descending in the order in which matches show."""
        return self.score if self.order is None else self.order


def _place(match: MatchRecord) -> tuple[float, str]:
    return match.sort_key, match.id


COLLECTION = PersonalCollection(
    name="matches",
    export=Section(MatchRecord, ("batch", "_id")),
    indexes=[
        Index([("profile_id", ASC), ("batch", ASC), ("match_id", ASC)]),
    ],
)


class MatchStore:
    """Matches. Every filter names the profile, which is the shard key."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._matches = database[COLLECTION.name]

    async def some(self, profile_id: str, batch: str, match_ids: Sequence[str]) -> list[MatchRecord]:
        """Return the matches with these ids that are in ``batch``."""
        found = find_each(self._matches, "match_id", match_ids, {"profile_id": profile_id, "batch": batch})
        return [MatchRecord.from_bson(document) async for document in found]

    async def page(
        self,
        profile_id: str,
        batch: str,
        *,
        tier: MatchTier | None = None,
        limit: int | None = None,
        after: tuple[float, str] | None = None,
    ) -> list[MatchRecord]:
        """A batch, best first; ``after`` is the ``sort_key`` and ``_id`` of the last one seen.

        A batch is as small as what a refresh judges, and is read whole, since one of an earlier release has no
        ``order``.
        """
        query = {"profile_id": profile_id, "batch": batch, **({} if tier is None else {"tier": tier.value})}
        found = [MatchRecord.from_bson(document) async for document in self._matches.find(query)]
        shown = sorted(found, key=_place, reverse=True)
        rest = shown if after is None else [match for match in shown if _place(match) < after]
        return rest if limit is None else rest[:limit]

    async def insert(self, matches: Sequence[MatchRecord]) -> None:
        """Write a batch that is not shown yet. What an earlier try wrote stays as it is.

        Raises ``AccountDeleted``.
        """
        people = [match.profile_id for match in matches]
        await made(self._insert(matches), self._database, COLLECTION, *people)

    async def _insert(self, matches: Sequence[MatchRecord]) -> None:
        for match in matches:
            # Ids are derived from batch and opportunity: one that is there already is this very match.
            await insert_once(self._matches, match.to_bson(), identity=[])

    async def delete_batches(self, profile_id: str, *, before: int, keep: Sequence[str]) -> None:
        """Remove the batches of runs before that number, but ``keep``: nobody reads them any more."""
        older = {"profile_id": profile_id, "version": {"$lt": before}, "batch": {"$nin": list(keep)}}
        await written(partial(self._matches.delete_many, older))
