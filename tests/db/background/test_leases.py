"""Leases: one process works on a record, and another takes it over when that one dies, whatever its clock says."""

import asyncio
import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from db.driver.client import Database
from db.driver.errors import DatabaseUnreachable
from db.refresh_runs import RefreshRunRecord, RefreshRunStore
from db.sync.leased import LeaseState
from services.background.leases import ATTEMPTS, Lease, Leases, LostLease
from services.kit import clock
from services.kit.ids import profile_id_of
from tests.support.factories import a_run

PROFILE = profile_id_of("ada")
LENGTH = timedelta(seconds=8)
SHORT = timedelta(seconds=1)
HOURS = timedelta(hours=5)


class Time:
    """The monotonic time of one process."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class LosesAnswers(RefreshRunStore):
    """A store whose next update is made, and its answer lost."""

    losing = False

    async def update(
        self, record: RefreshRunRecord, changes: Mapping[str, Any], mark: Mapping[str, Any] | None = None
    ) -> RefreshRunRecord | None:
        written = await super().update(record, changes, mark)
        if self.losing:
            self.losing = False
            raise DatabaseUnreachable
        return written


@pytest.fixture
def store(database: Database) -> RefreshRunStore:
    return RefreshRunStore(database)


def leases_of(
    store: RefreshRunStore, length: timedelta = LENGTH, time: Time | None = None
) -> Leases[RefreshRunRecord]:
    def left(_run: RefreshRunRecord, given_up: bool) -> Mapping[str, Any]:
        return {"active": False} if given_up else {"warnings": ["taken over"]}

    return Leases(store, length, "run", left=left, time=time or Time())


async def saved(store: RefreshRunStore, **changes: Any) -> RefreshRunRecord:
    run = a_run(PROFILE, attempt=0, **{"lease_until": clock.now() + LENGTH, **changes})
    assert await store.insert(run)
    return run


async def present(store: RefreshRunStore, run: RefreshRunRecord) -> RefreshRunRecord:
    found = await store.get(PROFILE, run.id)
    assert found is not None
    return found


async def claimed(leases: Leases[RefreshRunRecord], run: RefreshRunRecord) -> Lease[RefreshRunRecord]:
    lease = await leases.claim(PROFILE, run.id)
    assert lease is not None
    return lease


async def swept(leases: Leases[RefreshRunRecord]) -> list[RefreshRunRecord]:
    return [run async for run in leases.sweep()]


async def freed_by(leases: Leases[RefreshRunRecord]) -> list[RefreshRunRecord]:
    return [run async for run in leases.look()]


async def watched(time: Time, seconds: float, *processes: Leases[RefreshRunRecord]) -> None:
    """Have processes look four times a lease for so long, and see no owner die."""
    for _ in range(math.ceil(seconds / LENGTH.total_seconds() * 4)):
        for leases in processes:
            assert await freed_by(leases) == []
        time.seconds += LENGTH.total_seconds() / 4


async def test_of_many_who_claim_at_once_one_becomes_the_owner(store: RefreshRunStore) -> None:
    run = await saved(store)
    claims = await asyncio.gather(*(leases_of(store).claim(PROFILE, run.id) for _ in range(10)))
    (lease,) = [claim for claim in claims if claim is not None]
    assert await present(store, run) == lease.record
    assert lease.record.attempt == 1


async def test_a_claim_whose_answer_was_lost_is_recognised_as_ones_own(database: Database) -> None:
    store = LosesAnswers(database)
    run = await saved(store)
    store.losing = True
    lease = await claimed(leases_of(store), run)
    assert (lease.record.attempt, store.losing) == (1, False)


async def test_what_has_ended_cannot_be_claimed(store: RefreshRunStore) -> None:
    run = await saved(store)
    assert await store.update(run, {"active": False})
    assert await leases_of(store).claim(PROFILE, run.id) is None
    assert await leases_of(store).claim(PROFILE, "unknown") is None


async def test_a_lease_is_held_for_as_long_as_the_work_takes(store: RefreshRunStore) -> None:
    leases = leases_of(store, SHORT)
    lease = await claimed(leases, await saved(store))
    freed: list[RefreshRunRecord] = []

    async def work() -> None:
        for _ in range(6):
            await asyncio.sleep(SHORT.total_seconds() / 4)
            freed.extend(await swept(leases))

    await lease.during(work(), lease.hand_over)
    assert freed == []
    assert (await present(store, lease.record)).owner == lease.record.owner


async def test_who_lost_the_lease_stops_working(store: RefreshRunStore) -> None:
    leases = leases_of(store, SHORT)
    lease = await claimed(leases, await saved(store))
    cancelled = asyncio.Event()

    async def work() -> None:
        assert await store.hand_over(lease.record)
        await claimed(leases, lease.record)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    with pytest.raises(LostLease):
        async with asyncio.timeout(5):
            await lease.during(work(), lease.hand_over)
    assert cancelled.is_set()
    with pytest.raises(LostLease):
        await lease.write(lambda _run: {"warnings": ["too late"]})
    assert (await present(store, lease.record)).warnings == []


async def test_what_is_handed_over_is_over_by_any_clock_and_claimed_at_once(store: RefreshRunStore) -> None:
    leases = leases_of(store)
    run = await saved(store, lease_until=clock.now() + HOURS)
    lease = await claimed(leases, run)
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        await asyncio.Event().wait()

    working = asyncio.create_task(lease.during(work(), lease.hand_over))
    await begun.wait()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    left = await present(store, run)
    assert left.owner is None
    assert await store.expired(clock.now() - HOURS, 10) == [left]
    assert (await claimed(leases, run)).record.attempt == 2


async def test_what_is_written_with_the_hand_over_is_written(store: RefreshRunStore) -> None:
    lease = await claimed(leases_of(store), await saved(store))
    await lease.hand_over({"warnings": ["half done"]})
    left = await present(store, lease.record)
    assert (left.owner, left.warnings) == (None, ["half done"])


async def test_work_that_fails_says_so(store: RefreshRunStore) -> None:
    lease = await claimed(leases_of(store), await saved(store))

    async def work() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await lease.during(work(), lease.hand_over)


async def test_a_write_whose_answer_was_lost_is_made_once(database: Database) -> None:
    store = LosesAnswers(database)
    lease = await claimed(leases_of(store), await saved(store))
    store.losing = True
    await lease.write(lambda run: {"input_tokens": run.input_tokens + 5})
    assert (await present(store, lease.record)).input_tokens == 5


async def test_a_write_decides_anew_when_others_have_changed_the_record(store: RefreshRunStore) -> None:
    lease = await claimed(leases_of(store), await saved(store))
    heard: list[RefreshRunRecord] = []
    lease.on_read = heard.append
    assert await store.update(lease.record, {"input_tokens": 1})
    await lease.write(lambda run: {"input_tokens": run.input_tokens + 5})
    assert (await present(store, lease.record)).input_tokens == 6
    assert [run.input_tokens for run in heard] == [1]


async def test_a_sweep_frees_what_nobody_extends_once_and_ends_it_after_too_many(
    store: RefreshRunStore,
) -> None:
    run = await saved(store)
    time = Time()
    processes = [leases_of(store, time=time) for _ in range(5)]
    for attempt in range(1, ATTEMPTS + 1):
        await claimed(leases_of(store), run)
        assert await swept(processes[0]) == []
        await watched(time, LENGTH.total_seconds(), *processes)
        looks = await asyncio.gather(*(freed_by(leases) for leases in processes))
        (freed,) = [found for look in looks for found in look]
        assert (freed.attempt, freed.owner) == (attempt, None)
        assert freed.active == (attempt < ATTEMPTS)
        turns = [len(await swept(processes[0])) for _ in range(3)]
        assert turns == [int(freed.active), 0, 0], "what nobody took is kicked at the next turn, once a lease"
    assert freed.finished_at is not None


class GoesAway(RefreshRunStore):
    """A store whose database does not answer while it is ``away``."""

    away = False

    async def leases(self, limit: int) -> list[LeaseState]:
        if self.away:
            raise DatabaseUnreachable
        return await super().leases(limit)


@pytest.mark.parametrize("noticed", [True, False], ids=["a read failed", "a read waited"])
@pytest.mark.parametrize("before", [0.25, 0.5, 0.75])
async def test_an_owner_that_could_not_extend_its_lease_because_the_database_was_away_lives(
    database: Database, before: float, noticed: bool
) -> None:
    """``before`` is how long it had been seen unchanged, in leases."""
    store, time = GoesAway(database), Time()
    leases = leases_of(store, time=time)
    lease = await claimed(leases_of(store), await saved(store))
    await watched(time, LENGTH.total_seconds() * before, leases)
    assert await freed_by(leases) == []
    if noticed:
        store.away = True
        with pytest.raises(DatabaseUnreachable):
            await freed_by(leases)
        store.away = False
    time.seconds += LENGTH.total_seconds()
    await watched(time, LENGTH.total_seconds() * 0.75, leases)
    assert await store.extend_lease(lease.record, clock.now() + LENGTH * 2)
    await watched(time, LENGTH.total_seconds() * 0.75, leases)
    assert await freed_by(leases) == []


class Waits(RefreshRunStore):
    """A store of a process so busy that its extensions never get their turn."""

    async def extend_lease(self, record: RefreshRunRecord, until: datetime) -> bool:
        await asyncio.Event().wait()
        return False


async def test_a_process_takes_nothing_from_itself_while_it_works(database: Database) -> None:
    store, time = Waits(database), Time()
    run = await saved(store)
    leases, end = leases_of(store, time=time), asyncio.Event()

    async def work() -> None:
        await end.wait()

    lease = await claimed(leases, run)
    working = asyncio.create_task(lease.during(work(), lease.hand_over))
    await asyncio.sleep(0)
    await watched(time, 4 * LENGTH.total_seconds(), leases)
    end.set()
    await working
    assert [freed.id for freed in await freed_by(leases)] == [run.id], (
        "it works no more, and has not ended the run"
    )


async def test_an_owner_that_extends_its_lease_in_the_last_moment_lives(store: RefreshRunStore) -> None:
    time = Time()
    leases = leases_of(store, time=time)
    lease = await claimed(leases_of(store), await saved(store))
    await watched(time, LENGTH.total_seconds(), leases)
    free = store.free

    async def extended_first(
        record: RefreshRunRecord, changes: Mapping[str, Any], mark: Mapping[str, Any]
    ) -> RefreshRunRecord | None:
        assert await store.extend_lease(lease.record, clock.now() + LENGTH * 2)
        return await free(record, changes, mark)

    with patch.object(store, "free", extended_first):
        assert await freed_by(leases) == []
    assert (await present(store, lease.record)).owner == lease.record.owner


@pytest.mark.parametrize("skew", [-HOURS, -LENGTH * 1.5, LENGTH * 1.5, HOURS])
async def test_a_process_whose_clock_is_wrong_takes_nothing_from_the_living(
    store: RefreshRunStore, skew: timedelta
) -> None:
    """By the sweeper's clock every lease that others extend ended long ago, or ends far in the future."""
    time = Time()
    leases = leases_of(store, time=time)
    lease = await claimed(leases_of(store), await saved(store))
    for _ in range(20):
        assert await store.extend_lease(lease.record, clock.now() + LENGTH - skew)
        assert await swept(leases) == []
        time.seconds += LENGTH.total_seconds() / 4
        await asyncio.sleep(0.002)  # a lease is written to the millisecond
    await watched(time, LENGTH.total_seconds() * 0.75, leases)
    (freed,) = await swept(leases)
    assert freed.id == lease.record.id


async def test_a_silent_owner_is_followed_though_more_live_than_are_looked_at(
    store: RefreshRunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.background.leases._LOOKED_AT", 3)
    time = Time()
    leases = leases_of(store, time=time)
    for number in range(5):
        other = profile_id_of(f"other {number}")
        assert await store.insert(a_run(other, lease_until=clock.now() + LENGTH * 4))
    silent = await claimed(leases_of(store), await saved(store))
    assert await store.extend_lease(silent.record, clock.now() + HOURS)
    await watched(time, LENGTH.total_seconds(), leases)
    assert silent.record.id in {run.id for run in await swept(leases)}


async def test_an_owner_whose_clock_was_hours_ahead_is_followed_within_two_leases(
    store: RefreshRunStore,
) -> None:
    time = Time()
    leases = leases_of(store, time=time)
    lease = await claimed(leases, await saved(store))
    assert await store.extend_lease(lease.record, clock.now() + HOURS)
    await watched(time, LENGTH.total_seconds(), leases)
    time.seconds -= 0.1
    assert await swept(leases) == []
    time.seconds += 0.2
    (freed,) = await swept(leases)
    assert freed.id == lease.record.id


async def test_an_owner_whose_clock_is_hours_ahead_keeps_what_it_extends(store: RefreshRunStore) -> None:
    time = Time()
    leases = leases_of(store, time=time)
    lease = await claimed(leases, await saved(store))
    for _ in range(20):
        assert await store.extend_lease(lease.record, clock.now() + HOURS)
        assert await swept(leases) == []
        time.seconds += LENGTH.total_seconds() / 4
        await asyncio.sleep(0.002)  # a lease is written to the millisecond
