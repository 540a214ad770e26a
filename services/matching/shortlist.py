"""The opportunities that a lexical ranking puts first for a profile."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from db.opportunities import OpportunityRecord, OpportunityStatus, OpportunityStore
from db.profiles import ProfileRecord
from services.kit import clock
from services.kit.offloading import offloaded
from services.matching.candidates import Candidate, profile_terms, rank

_CHUNK = 250
# Longer than a write is under way and than the clocks of two processes differ.
_OVERLAP = timedelta(minutes=2)


class Shortlist:
    """Ranks the open opportunities."""

    def __init__(self, store: OpportunityStore) -> None:
        self._store = store
        self._catalogue = _Catalogue(store)

    async def best_for(self, profile: ProfileRecord, limit: int) -> list[OpportunityRecord]:
        """The open opportunities that a lexical ranking puts first, best first; none share no word with it."""
        now = clock.now()
        candidates = await self._catalogue.open(now)
        ranked = await offloaded(lambda: rank(profile_terms(profile), candidates, limit, now=now))
        found = {record.id: record for record in await self._store.get_many([one for one, _ in ranked])}
        return [found[one] for one, _ in ranked if one in found]


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
