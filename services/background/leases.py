"""Leases: one process at a time does a piece of work, and another takes it over when that one dies.

The owner extends its lease while it works, notices when it was lost, and hands it over when the process is told to
end. Every process frees what it sees nobody extend, and ends what outlived too many owners; those that work take over
what is free. See docs/decisions/0012-tasks.md.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import Any, Generic

from db.accounts import AccountDeleted
from db.driver.errors import DatabaseError
from db.sync.leased import NOBODYS, LeasedRecord, LeasedStore, LeasedT, LeaseState
from services.kit import clock
from services.kit.compare_and_set import Attempts
from services.kit.ids import new_id
from services.kit.metrics import counts
from services.kit.retrying import steadily

ATTEMPTS = 3
"""Owners after whose deaths the work is given up."""
_AT_ONCE = 100
_LOOKED_AT = 1_000
_RETRY_SECONDS = 0.25
_QUARTER = 0.25
_WATCHFUL = 3 * _QUARTER

Changes = Mapping[str, Any]
Announced = Callable[[LeasedT], Awaitable[LeasedT]]
"""Tells the subscribers of a list what is marked in the record, and returns the record as it is then."""


class LostLease(Exception):
    """Another process took the record over or ended it, or it was deleted: this one must stop writing."""


class Lease(Generic[LeasedT]):
    """A claimed record: the one hand that writes it, for as long as the lease is held.

    ``on_read`` is called with the record when others have changed it. ``since`` is a monotonic time before the record
    was claimed. ``held`` are the owners in this process that are at work.
    """

    def __init__(
        self,
        record: LeasedT,
        store: LeasedStore[LeasedT],
        length: timedelta,
        noun: str = "work",
        announced: Announced[LeasedT] | None = None,
        *,
        since: float | None = None,
        held: set[str | None] | None = None,
    ) -> None:
        self.record = record
        self._held = set() if held is None else held
        self.on_read: Callable[[LeasedT], None] = lambda _record: None
        self._store = store
        self._length = length
        self._noun = noun
        self._announced = announced
        self._lock = asyncio.Lock()
        self._extended = monotonic() if since is None else since

    async def write(self, change: Callable[[LeasedT], Changes | None]) -> None:
        """Write what ``change`` says of the record as it is now, None being nothing. Waits for the database.

        Raises ``LostLease``.
        """
        async with self._lock:
            attempts = Attempts(self._noun)
            while True:
                await attempts.next()
                changes = change(self.record)
                if changes is None:
                    return
                changes = {**changes, "updated_at": clock.now()}
                if await steadily(partial(self._write_once, changes, shown=True)):
                    break
                if all(getattr(self.record, name) == value for name, value in changes.items()):
                    break  # written, but the answer was lost
            await self.announce()

    async def save(self, changes: Changes) -> bool:
        """Write ``changes`` and extend the lease, in one try, telling nobody. False if others changed the record.

        Raises ``LostLease`` and the database's errors.
        """
        async with self._lock:
            at, began = clock.now(), monotonic()
            saved = await self._write_once({**changes, "lease_until": at + self._length, "updated_at": at})
            if saved:
                self._extended = began
            return saved

    async def hand_over(self, changes: Changes | None = None) -> None:
        """Give the record back, with ``changes``, so that another process can claim it at once.

        Raises ``LostLease`` and the database's errors.
        """
        if changes is None:
            await self._store.hand_over(self.record)
            return
        given_back = {**changes, **NOBODYS, "updated_at": clock.now()}
        for _ in range(2):  # somebody may have asked for its end in the same moment
            if not self.record.active:
                return
            if await self._write_once(given_back, shown=True):
                await self.announce()
                return

    async def confirm(self) -> None:
        """Make sure that nobody had taken the record over when this was called. Raises ``LostLease``.

        For half a lease nobody can have, by this process's monotonic time; after that the database is asked.
        """
        if monotonic() - self._extended >= self._length.total_seconds() / 2:
            async with self._lock:
                await self._look()

    async def during(self, work: Coroutine[Any, Any, None], hand_over: Callable[[], Awaitable[None]]) -> None:
        """Do the work while the lease is held. ``hand_over`` is awaited when this is cancelled.

        Raises ``LostLease`` and what the work raises.
        """
        tasks = [asyncio.ensure_future(work), asyncio.ensure_future(self._hold())]
        owner = self.record.owner
        self._held.add(owner)
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in (one for one in tasks if one in done):
                task.result()
        except asyncio.CancelledError:
            await _end(tasks)
            with suppress(DatabaseError, LostLease):
                await hand_over()
            raise
        finally:
            self._held.discard(owner)
            await _end(tasks)

    async def _hold(self) -> None:
        """Extend the lease at every quarter of it, until cancelled. Raises ``LostLease``."""
        quarter = self._length.total_seconds() * _QUARTER
        while True:
            pause = self._extended + quarter - monotonic()
            if pause > 0:
                await asyncio.sleep(pause)
                continue
            try:
                async with self._lock:
                    await self._extend()
            except DatabaseError:
                await asyncio.sleep(_RETRY_SECONDS)

    async def _extend(self) -> None:
        began = monotonic()
        if not await self._store.extend_lease(self.record, clock.now() + self._length):
            await self._look()
        self._extended = began

    async def announce(self) -> None:
        """Tell the subscribers of its list what is written, or leave that to the sweep. Raises ``LostLease``."""
        if self._announced is not None:
            try:
                self.record = await self._announced(self.record)
            except AccountDeleted:
                raise LostLease from None

    async def _write_once(self, changes: Changes, *, shown: bool = False) -> bool:
        mark = self.record.marked(self.record.version + 1, clock.now()) if shown else None
        written = await self._store.update(self.record, changes, mark)
        if written is None:
            await self._look()
            return False
        self.record = written
        return True

    async def _look(self) -> None:
        present = await self._store.get(self.record.profile_id, self.record.id)
        if present is None or present.owner != self.record.owner:
            raise LostLease
        self.record = present
        self.on_read(present)


class Leases(Generic[LeasedT]):
    """The leases of one kind of record, ``noun`` to people.

    ``left`` says what to change in a record whose owner died; it is told whether too many have, and ends the record
    by ``active: False``. ``announced`` is for records of a live list. ``time`` is in seconds, of this process alone.
    """

    def __init__(
        self,
        store: LeasedStore[LeasedT],
        length: timedelta,
        noun: str,
        *,
        left: Callable[[LeasedT, bool], Changes],
        announced: Announced[LeasedT] | None = None,
        time: Callable[[], float] = monotonic,
    ) -> None:
        self._store = store
        self._length = length
        self._noun = noun
        self._left = left
        self._announced = announced
        self._time = time
        self._seen: dict[str, tuple[object, float]] = {}
        self._held: set[str | None] = set()
        self._looked = time()

    async def claim(self, profile_id: str, id_: str, changes: Changes | None = None) -> Lease[LeasedT] | None:
        """Become the owner of a record that is nobody's, with ``changes``. None when it has ended or has an owner."""
        owner = new_id()
        attempts = Attempts(self._noun)
        while True:
            await attempts.next()
            record = await steadily(partial(self._store.get, profile_id, id_))
            if record is None or not record.active:
                return None
            if record.owner is not None and record.owner != owner:
                return None
            at = clock.now()
            if record.owner is None:
                changed = {**(changes or {}), "updated_at": at}
                mark = record.marked(record.version + 1, at)
                claim = partial(self._store.claim, record, owner, at + self._length, changed, mark)
                record = await steadily(claim)
            # Else claimed by an earlier try whose answer was lost.
            if record is not None:
                lease = Lease(record, self._store, self._length, self._noun, self._announced, held=self._held)
                try:
                    await lease.announce()
                except LostLease:
                    return None
                return lease

    async def look(self) -> AsyncIterator[LeasedT]:
        """Free the records whose owner has died, and yield those that this process freed.

        Those that are still active are to be kicked. Called every few seconds in each process, also in one that takes
        no tasks: who has watched an owner need not begin to watch when another takes its place.
        """
        try:
            states = await self._states()
        except DatabaseError:
            self._seen = {}  # an owner could not extend its lease either
            raise
        for state in self._silent(states)[:_AT_ONCE]:
            record = await self._store.get(state.profile_id, state.id)
            if record is not None and record.active and mark_of(record) == mark_of(state):
                freed = await self._free(record, NOBODYS)
                if freed is not None:
                    yield freed

    async def sweep(self) -> AsyncIterator[LeasedT]:
        """Take turns at what is nobody's, and yield what this process got; then ``look``.

        It stays nobody's for the length of a lease, so that where tasks queue they are not kicked at every turn.
        """
        for record in await self._store.expired(clock.now(), _AT_ONCE):
            written = await self._free(record, {"owner": None, "lease_until": clock.now() + self._length})
            if written is not None:
                yield written
        async for freed in self.look():
            yield freed

    async def _free(self, record: LeasedT, nobodys: Changes) -> LeasedT | None:
        """Return the record without an owner; None if it was extended since it was read, or another was first."""
        at = clock.now()
        left = self._left(record, record.attempt >= ATTEMPTS)
        ended = {} if left.get("active", True) else {"finished_at": at}
        changes = {**nobodys, "updated_at": at, **left, **ended}
        written = await self._store.free(record, changes, record.marked(record.version + 1, at))
        if written is None:
            return None
        counts.swept[self._noun] += 1
        if self._announced is not None:
            with suppress(AccountDeleted):
                return await self._announced(written)
        return written

    async def _states(self) -> Sequence[LeaseState]:
        states = await self._store.leases(_LOOKED_AT)
        if len(states) < _LOOKED_AT:
            return states
        beyond = await self._store.leases_beyond(clock.now() + 2 * self._length, _AT_ONCE)
        return list({state.id: state for state in (*states, *beyond)}.values())

    def _silent(self, states: Sequence[LeaseState]) -> Sequence[LeaseState]:
        """Return those that this process has seen unchanged for the length of a lease.

        The one place that judges if an owner lives. No clock is asked, neither this process's nor the owner's: it
        lives as long as this process sees it extend its lease, by monotonic time. Where there was no look for so long
        that an owner should have extended its lease since, the watch begins anew: the database was away, or this
        process or the whole machine slept, and then the owner could not either. An owner in this process that is at
        work lives, however long its writes wait.
        """
        now, length = self._time(), self._length.total_seconds()
        if now - self._looked > length * _WATCHFUL:
            self._seen = {}
        self._looked = now
        seen: dict[str, tuple[object, float]] = {}
        for state in states:
            mark, before = mark_of(state), self._seen.get(state.id)
            seen[state.id] = before if before is not None and before[0] == mark else (mark, now)
        self._seen = seen
        # What is nobody's waits for its turn, unless a wrong clock wrote when that is.
        far = clock.now() + 2 * self._length
        watched = (state for state in states if state.owner is not None or state.lease_until > far)
        return [
            state
            for state in watched
            if now - seen[state.id][1] >= length and (state.owner is None or state.owner not in self._held)
        ]


def mark_of(lease: LeaseState | LeasedRecord) -> object:
    """Return the part of a lease that changes whenever its owner extends it, or another claims it."""
    return lease.version, lease.owner, lease.lease_until


async def _end(tasks: Sequence[asyncio.Future[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
