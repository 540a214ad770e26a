"""A refresh as the product does it: postings loaded into a database, the shortlist, the judge, the actions."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from db.driver.client import Database
from db.learnt_postings import LearntPostingStore
from db.opportunities import OpportunityRecord, OpportunityStore
from db.profiles import ProfileRecord
from services.career_actions.generation import ActionDraft, generate
from services.llm.port import GenerationSubject
from services.matching.asking.judge import judge
from services.matching.judging import Judgement
from services.matching.matches import growth_areas_of
from services.matching.shortlist import Shortlist
from services.matching.ties import with_ties
from services.offline_coach.coach import OfflineCoach
from services.opportunities.importing import OpportunityLoader
from services.promises.promises import promised
from tests.proofs.quality.corpus import Json, parsed

CANDIDATES = 50
"""As many as a refresh judges unless it is set otherwise."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh shows, best first, and the processor seconds of this process that it took."""

    matches: list[Judgement]
    postings: dict[str, OpportunityRecord]
    actions: list[ActionDraft]
    seconds: float

    @property
    def ranked(self) -> list[str]:
        """The postings' own ids by their score; equal ones by an id that says nothing."""
        by_score = sorted(self.matches, key=lambda one: (-one.score, one.opportunity_id))
        return [self.postings[match.opportunity_id].external_id for match in by_score]

    @property
    def shown(self) -> list[str]:
        """The postings' own ids as a client shows them: of those tied the newer first."""
        return [self.postings[match.opportunity_id].external_id for match in self.matches]

    @property
    def scores(self) -> dict[str, float]:
        return {self.postings[one.opportunity_id].external_id: one.score for one in self.matches}

    @property
    def groups(self) -> dict[str, int]:
        """The groups of ties by the postings' own ids, the best 1."""
        return {self.postings[one.opportunity_id].external_id: one.rank_group for one in self.matches}

    @property
    def tiers(self) -> dict[str, str]:
        return {self.postings[one.opportunity_id].external_id: one.tier.value for one in self.matches}


class Board:
    """A board of postings, and the built-in rules that match people with it."""

    def __init__(self, database: Database) -> None:
        store = OpportunityStore(database)
        self._loader = OpportunityLoader(store)
        self._shortlist = Shortlist(store, LearntPostingStore(database))
        self._coach = OfflineCoach(pace=0)

    async def load(self, items: Sequence[Json]) -> None:
        """Load new and changed postings."""
        await self._loader.load(parsed(list(items)))

    async def shortlisted(
        self, profile: ProfileRecord, candidates: int = CANDIDATES
    ) -> list[OpportunityRecord]:
        """Return what a refresh judges, best first."""
        return await self._shortlist.best_for(profile, candidates)

    async def refresh(self, profile: ProfileRecord, candidates: int = CANDIDATES) -> Refreshed:
        began = time.process_time()
        found = await self.shortlisted(profile, candidates)
        result = await judge(self._coach, profile, found, rules=self._coach)
        kept = await promised(profile, found, result.judgements)
        matches = with_ties(kept, {one.id: one.title for one in found})
        subject = GenerationSubject(profile, growth_areas_of(matches), [], [])
        actions = (await generate(self._coach, subject)).actions
        seconds = time.process_time() - began
        return Refreshed(matches, {one.id: one for one in found}, actions, seconds)
