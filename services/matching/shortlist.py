"""The opportunities that a lexical ranking puts first for a profile."""

import asyncio
from collections.abc import Sequence

from db.opportunities import OpportunityRecord, OpportunityStatus, OpportunityStore
from db.profiles import ProfileRecord
from services.kit import clock
from services.kit.offloading import offloaded
from services.matching.candidates import Candidate
from services.matching.ranking import rank
from services.matching.seeking import seeking
from services.opportunities.high_water import HighWater

_CHUNK = 250
_OVERLAP = 120.0  # seconds; longer than a write is under way
_WHOLE = 600.0


class Shortlist:
    """Ranks the open opportunities."""

    def __init__(self, store: OpportunityStore) -> None:
        self._store = store
        self._catalogue = _Catalogue(store)

    async def best_for(self, profile: ProfileRecord, limit: int) -> list[OpportunityRecord]:
        """The open opportunities that a lexical ranking puts first, best first; none share no word with it."""
        now = clock.now()
        candidates = await self._catalogue.open()
        ranked = await offloaded(lambda: rank(seeking(profile), candidates, limit, now=now))
        found = {record.id: record for record in await self._store.get_many([one for one, _ in ranked])}
        return [found[one] for one, _ in ranked if one in found]


class _Catalogue:
    """The open opportunities as the ranking sees them, kept in memory; a look reads only what changed."""

    def __init__(self, store: OpportunityStore) -> None:
        self._store = store
        self._known: dict[str, tuple[str, Candidate]] = {}
        self._water = HighWater(_OVERLAP, _WHOLE)
        self._reading = asyncio.Lock()

    async def open(self) -> list[Candidate]:
        async with self._reading:
            after = self._water.after()
            if after is None and self._known:
                highest = await self._compare()
            else:
                highest = await self._read(after)
            self._water.read(highest, whole=after is None)
            return [candidate for _, candidate in self._known.values()]

    async def _read(self, after: int | None) -> int:
        """Take in what was written after that number, or everything; return the highest."""
        highest = 0
        if after is not None:
            async for record, number in self._store.changed_since(OpportunityStatus.CLOSED, after):
                self._known.pop(record.id, None)
                highest = max(highest, number)
        fresh: list[OpportunityRecord] = []
        async for record, number in self._store.changed_since(OpportunityStatus.OPEN, after):
            highest = max(highest, number)
            known = self._known.get(record.id)
            if known is None or known[0] != record.digest:
                fresh.append(record)
            if len(fresh) == _CHUNK:
                await self._learn(fresh)
                fresh = []
        await self._learn(fresh)
        return highest

    async def _compare(self) -> int:
        """Compare with all that is open, and read what differs: its number may have come late. Return the highest."""
        present = await self._store.digests(OpportunityStatus.OPEN)
        for id_ in self._known.keys() - present.keys():
            del self._known[id_]
        differing = [id_ for id_, (digest, _) in present.items() if self._known.get(id_, ("",))[0] != digest]
        for start in range(0, len(differing), _CHUNK):
            records = await self._store.get_many(differing[start : start + _CHUNK])
            await self._learn([record for record in records if record.status is OpportunityStatus.OPEN])
        return max((number for _, number in present.values()), default=0)

    async def _learn(self, records: Sequence[OpportunityRecord]) -> None:
        candidates = await offloaded(lambda: [Candidate.of(record) for record in records])
        for record, candidate in zip(records, candidates, strict=True):
            self._known[record.id] = (record.digest, candidate)
