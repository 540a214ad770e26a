"""The opportunities that fit a profile best."""

import asyncio
from collections.abc import Mapping, Sequence

import structlog

from db.driver.errors import DatabaseError
from db.learnt_postings import LearntPostingRecord, LearntPostingStore
from db.opportunities import OpportunityRecord, OpportunityStatus, OpportunityStore
from db.profiles import ProfileRecord
from services.kit import clock
from services.kit.offloading import offloaded
from services.matching.candidates import Candidate
from services.matching.postings import form_version
from services.matching.ranking import rank
from services.matching.seeking import seeking
from services.opportunities.high_water import HighWater

logger = structlog.get_logger()

_CHUNK = 250
_OVERLAP = 120.0  # seconds; longer than a write is under way
_WHOLE = 600.0


class Shortlist:
    """Ranks the open opportunities."""

    def __init__(self, store: OpportunityStore, learnt: LearntPostingStore) -> None:
        self._store = store
        self._catalogue = _Catalogue(store, learnt)

    async def best_for(self, profile: ProfileRecord, limit: int) -> list[OpportunityRecord]:
        """The open opportunities that fit best, best first; none share nothing with the profile."""
        now = clock.now()
        candidates = await self._catalogue.open()
        ranked = await offloaded(lambda: rank(seeking(profile), candidates, limit, now=now))
        found = {record.id: record for record in await self._store.get_many([one for one, _ in ranked])}
        return [found[one] for one, _ in ranked if one in found]

    async def open_digests(self) -> Mapping[str, str]:
        """Return the digests of the open opportunities by their ids, as this process has last read them."""
        return await self._catalogue.digests()


class _Catalogue:
    """The open opportunities as the ranking sees them, kept in memory; a look reads only what changed.

    What one process has learnt of a posting is kept in the database, and read by others and after a restart.
    """

    def __init__(self, store: OpportunityStore, learnt: LearntPostingStore) -> None:
        self._store = store
        self._learnt = learnt
        self._known: dict[str, tuple[str, Candidate]] = {}
        self._water = HighWater(_OVERLAP, _WHOLE)
        self._reading = asyncio.Lock()

    async def open(self) -> list[Candidate]:
        async with self._reading:
            after = self._water.after()
            highest = await (self._compare() if after is None else self._read(after))
            self._water.read(highest, whole=after is None)
            return [candidate for _, candidate in self._known.values()]

    async def digests(self) -> dict[str, str]:
        await self.open()
        return {id_: digest for id_, (digest, _) in self._known.items()}

    async def _read(self, after: int) -> int:
        """Take in what was written after that number; return the highest."""
        highest = 0
        async for record, number in self._store.changed_since(OpportunityStatus.CLOSED, after):
            self._known.pop(record.id, None)
            highest = max(highest, number)
        fresh: list[OpportunityRecord] = []
        async for record, number in self._store.changed_since(OpportunityStatus.OPEN, after):
            highest = max(highest, number)
            if self._digest(record.id) != record.digest:
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
        differing = {id_: digest for id_, (digest, _) in present.items() if self._digest(id_) != digest}
        await self._recall(differing)
        unknown = [id_ for id_, digest in differing.items() if self._digest(id_) != digest]
        for start in range(0, len(unknown), _CHUNK):
            records = await self._store.get_many(unknown[start : start + _CHUNK])
            await self._learn([record for record in records if record.status is OpportunityStatus.OPEN])
        return max((number for _, number in present.values()), default=0)

    def _digest(self, id_: str) -> str | None:
        known = self._known.get(id_)
        return None if known is None else known[0]

    async def _recall(self, digests: Mapping[str, str]) -> None:
        """Take in what was learnt of postings before, of those that have not changed since."""
        version = await offloaded(form_version)
        few = len(digests) <= _CHUNK
        kept = self._learnt.some(list(digests), version) if few else self._learnt.all(version)
        chunk: list[LearntPostingRecord] = []
        async for record in kept:
            if digests.get(record.id) == record.digest:
                chunk.append(record)
            if len(chunk) == _CHUNK:
                await self._restore(chunk)
                chunk = []
        await self._restore(chunk)

    async def _restore(self, kept: Sequence[LearntPostingRecord]) -> None:
        restored = await offloaded(lambda: [Candidate.restored(record.id, record.form) for record in kept])
        for record, candidate in zip(kept, restored, strict=True):
            self._known[record.id] = (record.digest, candidate)

    async def _learn(self, records: Sequence[OpportunityRecord]) -> None:
        learnt = await offloaded(lambda: [_learnt(record) for record in records])
        for record, (candidate, _) in zip(records, learnt, strict=True):
            self._known[record.id] = (record.digest, candidate)
        try:
            await self._learnt.write([kept for _, kept in learnt])
        except DatabaseError as error:  # they are learnt again after a restart
            logger.warning("postings.not_kept", number=len(records), error=type(error).__name__)


def _learnt(record: OpportunityRecord) -> tuple[Candidate, LearntPostingRecord]:
    candidate = Candidate.of(record)
    kept = LearntPostingRecord(
        id=record.id, digest=record.digest, version=form_version(), form=candidate.kept
    )
    return candidate, kept
