"""Opportunities: shared by everybody, read as a filtered list, by id, and ranked for a profile."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from db.opportunities import OpportunityKind, OpportunityRecord, OpportunityStatus, OpportunityStore, Remote
from db.profiles import ProfileRecord
from services.kit import clock
from services.kit.errors import InvalidInput
from services.kit.offloading import offloaded
from services.kit.terms import skill_key, skill_term, words
from services.matching.candidates import Candidate, profile_terms, rank

_LONGEST_SEARCH = 200
_LONGEST_SKILL = 100
_MOST_SKILLS = 20
_CHUNK = 250
# Longer than a write is under way and than the clocks of two processes differ.
_OVERLAP = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class OpportunityQuery:
    """Which opportunities to list; what is empty leaves all. ``search``: all of its words, in any order."""

    kinds: Sequence[OpportunityKind] = ()
    remote: Sequence[Remote] = ()
    skills: Sequence[str] = ()
    search: str = ""
    status: OpportunityStatus = OpportunityStatus.OPEN


class Opportunities:
    """What everybody may read of opportunities."""

    def __init__(self, store: OpportunityStore) -> None:
        self._store = store
        self._catalogue = _Catalogue(store)

    async def page(
        self, query: OpportunityQuery, limit: int, after: tuple[datetime, str] | None = None
    ) -> list[OpportunityRecord]:
        """Newest posted first. Raises ``InvalidInput``."""
        return await self._store.page(
            now=clock.now(),
            status=query.status,
            kinds=query.kinds,
            remote=query.remote,
            terms=_terms(query),
            limit=limit,
            after=after,
        )

    async def get_many(self, ids: Sequence[str]) -> list[OpportunityRecord | None]:
        """In the order of the ids, None for what does not exist."""
        found = {record.id: record for record in await self._store.get_many(list(dict.fromkeys(ids)))}
        return [found.get(one) for one in ids]

    async def best_for(self, profile: ProfileRecord, limit: int) -> list[OpportunityRecord]:
        """The open opportunities that a lexical ranking puts first, best first; none share no word with it."""
        now = clock.now()
        candidates = await self._catalogue.open(now)
        ranked = await offloaded(lambda: rank(profile_terms(profile), candidates, limit, now=now))
        records = await self.get_many([one for one, _ in ranked])
        return [record for record in records if record is not None]


class _Catalogue:
    """The open opportunities as the ranking sees them, kept in memory; a look reads only what changed."""

    def __init__(self, store: OpportunityStore) -> None:
        self._store = store
        self._known: dict[str, tuple[str, Candidate]] = {}
        self._read_at: datetime | None = None
        self._reading = asyncio.Lock()

    async def open(self, now: datetime) -> list[Candidate]:
        async with self._reading:
            since = datetime.fromtimestamp(0, UTC) if self._read_at is None else self._read_at - _OVERLAP
            if self._read_at is not None:
                async for record in self._store.changed_since(OpportunityStatus.CLOSED, since):
                    self._known.pop(record.id, None)
            fresh: list[OpportunityRecord] = []
            async for record in self._store.changed_since(OpportunityStatus.OPEN, since):
                known = self._known.get(record.id)
                if known is None or known[0] != record.digest:
                    fresh.append(record)
                if len(fresh) == _CHUNK:
                    await self._learn(fresh)
                    fresh = []
            await self._learn(fresh)
            self._read_at = now
            return [candidate for _, candidate in self._known.values()]

    async def _learn(self, records: Sequence[OpportunityRecord]) -> None:
        candidates = await offloaded(lambda: [Candidate.of(record) for record in records])
        for record, candidate in zip(records, candidates, strict=True):
            self._known[record.id] = (record.digest, candidate)


def _terms(query: OpportunityQuery) -> list[str]:
    if len(query.search) > _LONGEST_SEARCH:
        raise InvalidInput("filter.search", f"Too long: the limit is {_LONGEST_SEARCH} characters.")
    if len(query.skills) > _MOST_SKILLS:
        raise InvalidInput("filter.skills", f"Too many skills: the limit is {_MOST_SKILLS}.")
    terms = dict.fromkeys(words(query.search, prose=False))
    for at, skill in enumerate(query.skills):
        key = skill_key(skill) if len(skill) <= _LONGEST_SKILL else ""
        if not key:
            raise InvalidInput(f"filter.skills[{at}]", "Not a skill name.")
        terms[skill_term(key)] = None
    return list(terms)
