"""A budget of model tokens for each person and day of UTC: reserved before a call, settled after it.

What is reserved counts as spent until the call's real cost is known. So calls at once, in any number of processes,
cannot spend the same tokens twice, and whatever ends a call without telling what it cost (a cut, a cancellation, a
kill -9) leaves its reservation spent. See docs/decisions/0019-rates-and-budgets.md.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

import structlog

from db.accounts import AccountDeleted
from db.budgets import KIND, BudgetRecord, BudgetStore, ReservationRecord
from db.sync.changelog import ChangelogRecord
from db.sync.outbox import marked_as_new
from services.kit import clock
from services.kit.compare_and_set import Attempts
from services.kit.errors import Limited
from services.kit.ids import derived_id, new_id
from services.kit.metrics import counts
from services.kit.retrying import steadily
from services.llm.port import Tally
from services.sync.announcer import Announcer
from services.sync.changelog import Change, Changelogs
from services.sync.emissions import LiveList

log = structlog.get_logger()

LEASE = timedelta(minutes=15)
"""Longer than any call takes: what is older was left by a process that died."""
_KEPT_DAYS = 2
_SOON = 60
_PATIENCE = 2.0
_FIRST_DAY = date(2026, 1, 1).toordinal()
_VERSIONS_A_DAY = 100_000


class BudgetExhausted(Limited):
    """The call could cost more than what is left of the day's budget. Nothing was sent to the model."""

    code = "BUDGET_EXHAUSTED"


@dataclass(frozen=True, slots=True)
class Allowance:
    """Tokens a day, and how many of them are neither spent nor reserved.

    ``id`` is the same for a person on all days, and ``version`` grows over them.
    """

    id: str
    version: int
    daily: int
    left: int
    resets_at: datetime


@dataclass(frozen=True, slots=True)
class Reservation:
    """Tokens of one budget that a call may cost."""

    id: str
    profile_id: str
    budget_id: str
    tokens: int


class Budgets:
    """Budgets of ``daily`` tokens, 0 being none at all. The day is UTC's, and a call belongs to the one it began in."""

    def __init__(
        self,
        store: BudgetStore,
        daily: int,
        changelogs: Changelogs | None = None,
        *,
        now: Callable[[], datetime] | None = None,
        lease: timedelta = LEASE,
    ) -> None:
        self._store = store
        self._daily = daily
        self._now = now
        self._lease = lease
        # In one process calls wait for each other, and need not find out by failing; others are met by their writes.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._settling: set[asyncio.Task[None]] = set()
        self._announcer = None if changelogs is None else Announcer(store, changelogs, KIND, _changes)

    async def _at(self) -> datetime:
        """Return the time by the database's clock: by one's own a process would have days of its own."""
        if self._now is not None:
            return self._now()
        return await self._store.time() or clock.now()

    async def allowance(self, profile_id: str) -> Allowance:
        """Return the person's allowance for today."""
        at = await self._at()
        budget = await self._store.get(_budget_id(profile_id, at))
        if budget is None:
            budget = BudgetRecord(id="", day=_day(at), version=0)
        left = max(0, self._daily - budget.spent - budget.reserved)
        return Allowance(
            _entity_id(profile_id), _entity_version(budget), self._daily, left, _midnight_after(at)
        )

    @asynccontextmanager
    async def spending(self, profile_id: str, input_tokens: int, output_tokens: int) -> AsyncIterator[Tally]:
        """Reserve what the call inside may cost at most, and settle what the tally then says it did cost.

        Raises ``BudgetExhausted`` instead of letting it be made.
        """
        id_, tally = new_id(), Tally()
        at = await steadily(self._at)
        reservation = Reservation(id_, profile_id, _budget_id(profile_id, at), input_tokens + output_tokens)
        try:
            await self.reserve(reservation, at)
        except asyncio.CancelledError:  # it may be written all the same, for a call that is never made
            await self._settle_anyway(reservation, 0)
            raise
        try:
            yield tally
        finally:
            spent = input_tokens if tally.input_tokens is None else tally.input_tokens
            spent += output_tokens if tally.output_tokens is None else tally.output_tokens
            await self._settle_anyway(reservation, spent)

    async def reserve(self, reservation: Reservation, at: datetime) -> None:
        """Set the tokens aside, once, however often it is asked. Raises ``BudgetExhausted``."""
        mine = ReservationRecord(id=reservation.id, tokens=reservation.tokens, until=at + self._lease)
        attempts = Attempts("budget")
        async with self._lock(reservation.budget_id):
            while True:
                await attempts.next()
                budget = await steadily(partial(self._store.get, reservation.budget_id))
                if budget is None:
                    mark = self._mark(reservation, marked_as_new(clock.now()))
                    budget = BudgetRecord(id=reservation.budget_id, day=_day(at), reservations=[mine], **mark)
                    self._check(BudgetRecord(id=budget.id, day=budget.day, version=1), mine.tokens, at)
                    if await steadily(partial(self._store.insert, budget)):
                        self._announce(budget)
                        return
                    continue
                if any(present.id == mine.id for present in budget.reservations):
                    return  # by an earlier try whose answer was lost
                self._check(budget, mine.tokens, at)
                # Those of dead processes are spent for good.
                dead = [present for present in budget.reservations if present.until < at]
                alive = [present for present in budget.reservations if present.until >= at]
                spent = budget.spent + sum(present.tokens for present in dead)
                if await self._write(reservation, budget, spent, [*alive, mine]):
                    return

    async def settle(self, reservation: Reservation, spent: int) -> None:
        """Replace the reservation by what was spent. One that is there no more was settled, or given up for dead."""
        attempts = Attempts("budget")
        async with self._lock(reservation.budget_id):
            while True:
                await attempts.next()
                budget = await steadily(partial(self._store.get, reservation.budget_id))
                if budget is None:
                    return
                others = [present for present in budget.reservations if present.id != reservation.id]
                if len(others) == len(budget.reservations):
                    return
                total = budget.spent + spent
                if await self._write(reservation, budget, total, others):
                    return

    async def _write(
        self,
        reservation: Reservation,
        budget: BudgetRecord,
        spent: int,
        reservations: Sequence[ReservationRecord],
    ) -> bool:
        mark = self._mark(reservation, budget.marked(budget.version + 1, clock.now()))
        write = partial(self._store.update, budget, spent=spent, reservations=reservations, mark=mark)
        written = await steadily(write)
        if written is not None:
            self._announce(written)
        return written is not None

    def _mark(self, reservation: Reservation, mark: dict[str, Any]) -> dict[str, Any]:
        return {} if self._announcer is None else {**mark, "marked_for": reservation.profile_id}

    def _announce(self, budget: BudgetRecord) -> None:
        """Tell the person's subscribers. The call of the model does not wait for that."""
        if self._announcer is not None:
            self._in_background(self._told(self._announcer, budget))

    async def _told(self, announcer: Announcer[BudgetRecord], budget: BudgetRecord) -> None:
        try:
            await announcer.announce_or_leave(budget)
        except AccountDeleted:
            await self._store.mark_announced(budget)

    async def announce_left(self) -> None:
        """Tell of what processes that died had changed."""
        if self._announcer is not None:
            await self._announcer.sweep()

    async def sweep(self) -> None:
        """Forget the days that are long over."""
        await self._store.delete_before(_day(await self._at() - timedelta(days=_KEPT_DAYS)))

    async def aclose(self) -> None:
        """Give what is being settled a moment. What is not done then stays reserved, which is to say spent."""
        if self._settling:
            await asyncio.wait(self._settling, timeout=_PATIENCE)
        for task in self._settling:
            task.cancel()
        await asyncio.gather(*self._settling, return_exceptions=True)

    async def _settle_anyway(self, reservation: Reservation, spent: int) -> None:
        """Settle, also for one who is cancelled, and without making them wait for a database that is away."""
        if spent > reservation.tokens:
            log.warning("budget.underestimated", reserved=reservation.tokens, spent=spent)
        await asyncio.wait({self._in_background(self.settle(reservation, spent))}, timeout=_PATIENCE)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name="budget-settling")
        self._settling.add(task)
        task.add_done_callback(self._settling.discard)
        return task

    def _check(self, budget: BudgetRecord, tokens: int, at: datetime) -> None:
        if budget.spent + budget.reserved + tokens <= self._daily:
            return
        counts.refusals["budget"] += 1
        tomorrow = max(1, -int((at - _midnight_after(at)).total_seconds() // 1))
        if budget.spent + tokens <= self._daily:
            words = "The rest of today's token budget is reserved by work in progress. Try again in a minute."
            raise BudgetExhausted(words, min(_SOON, tomorrow))
        words = "Today's token budget is used up. It is renewed at midnight UTC."
        raise BudgetExhausted(words, tomorrow)

    def _lock(self, budget_id: str) -> asyncio.Lock:
        lock = self._locks.get(budget_id)
        if lock is None:
            lock = self._locks[budget_id] = asyncio.Lock()
        return lock


def live_budget(budgets: Budgets | None) -> LiveList[Allowance]:
    """Return the person's budget as a list: one, or none where the model costs nothing."""

    async def everything(log: ChangelogRecord) -> Sequence[Allowance]:
        return [] if budgets is None else [await budgets.allowance(log.profile_id)]

    async def some(log: ChangelogRecord, ids: Sequence[str]) -> Mapping[str, Allowance]:
        return {allowance.id: allowance for allowance in await everything(log)}

    return LiveList(KIND, everything, some, loses=False)


def _changes(budget: BudgetRecord) -> list[Change]:
    """The change in terms of what people see, which is the same on all days."""
    if budget.marked_for is None:
        return []
    return [Change(_entity_id(budget.marked_for), _entity_version(budget))]


def _entity_id(profile_id: str) -> str:
    return derived_id("budget", profile_id)


def _entity_version(budget: BudgetRecord) -> int:
    days = date.fromisoformat(budget.day).toordinal() - _FIRST_DAY
    return days * _VERSIONS_A_DAY + min(budget.version, _VERSIONS_A_DAY - 1)


def _budget_id(profile_id: str, at: datetime) -> str:
    return derived_id("budget", profile_id, _day(at))


def _day(at: datetime) -> str:
    return at.astimezone(UTC).date().isoformat()


def _midnight_after(at: datetime) -> datetime:
    return datetime.combine(at.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
