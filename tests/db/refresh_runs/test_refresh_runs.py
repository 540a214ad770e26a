"""Refresh runs: one at a time, and whoever dies in one is followed by another."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta

import pytest

from db.driver.client import Database
from db.driver.errors import DatabaseUnreachable
from db.profiles import ProfileRecord
from db.refresh_runs import RefreshRunRecord, RefreshRunStore, StageStatus
from db.sync.changelog import ChangelogStore
from services.background.leases import ATTEMPTS
from services.background.tasks import Tasks
from services.kit import clock
from services.kit.errors import NotFound
from services.kit.ids import new_id, profile_id_of
from services.llm.port import ModelBusy
from services.refresh_runs.refresh_runs import LEASE, RefreshRuns, RunKeeper
from services.sync.changelog import Changelogs
from services.sync.wakeups import Wakeups
from tests.support.factories import a_profile, a_run
from tests.support.patience import within

PROFILE = profile_id_of("ada")
Stage = Callable[[RunKeeper], Awaitable[None]]


async def nothing(_keeper: RunKeeper) -> None:
    pass


async def one_profile(profile_id: str) -> ProfileRecord | None:
    return a_profile() if profile_id == PROFILE else None


@asynccontextmanager
async def a_process(
    database: Database, matching: Stage = nothing, generation: Stage = nothing, *, work: bool = True
) -> AsyncIterator[RefreshRuns]:
    async with Wakeups() as wakeups, Tasks(work=work) as tasks:
        runs = RefreshRuns(
            RefreshRunStore(database),
            tasks,
            wakeups,
            Changelogs(ChangelogStore(database), wakeups),
            stages={"matching": matching, "generation": generation},
            profile_of=one_profile,
            model_version="test",
        )
        wakeups.listen(runs.hub.on_announcement)
        yield runs


async def ended(runs: RefreshRuns) -> RefreshRunRecord:
    async with within(5), aclosing(runs.progress(PROFILE)) as progress:
        async for run in progress:
            if not run.active:
                return run
    raise AssertionError("progress ended")


@pytest.fixture
def store(database: Database) -> RefreshRunStore:
    return RefreshRunStore(database)


async def sweeping(runs: RefreshRuns, done: Callable[[], bool]) -> None:
    """Sweep until it is done: the last write of a process that has ended may come in between."""
    while not done():
        await runs.sweep()
        await asyncio.sleep(0.01)


async def expire(store: RefreshRunStore) -> None:
    run = await store.latest(PROFILE)
    assert run is not None
    assert await store.hand_over(run)


async def test_a_run_shows_each_stage_until_both_have_ended(database: Database) -> None:
    async def matching(keeper: RunKeeper) -> None:
        await keeper.stage("matching", total=2, done=1, warnings=["one was odd"])
        await keeper.stage("matching", done=2, result=2)

    async with a_process(database, matching) as runs:
        started = await runs.start(PROFILE)
        run = await ended(runs)
    assert started.active
    assert (run.id, run.finished_at is not None) == (started.id, True)
    assert (run.matching.status, run.matching.done, run.matching.result) == (StageStatus.SUCCEEDED, 2, 2)
    assert run.generation.status is StageStatus.SUCCEEDED
    assert run.warnings == ["matching: one was odd"]


async def test_a_failing_stage_says_why_and_leaves_the_other_alone(database: Database) -> None:
    async def busy(_keeper: RunKeeper) -> None:
        raise ModelBusy("the model is overloaded (529)")

    async def broken(_keeper: RunKeeper) -> None:
        raise ZeroDivisionError("secret text")

    async with a_process(database, nothing, busy) as runs:
        await runs.start(PROFILE)
        run = await ended(runs)
    assert run.matching.status is StageStatus.SUCCEEDED
    assert (run.generation.status, run.generation.failure_code) == (StageStatus.FAILED, "MODEL_BUSY")
    async with a_process(database, broken) as runs:
        await runs.start(PROFILE)
        run = await ended(runs)
    assert (run.number, run.matching.failure_code) == (2, "INTERNAL")
    assert "secret" not in (run.matching.failure_message or "")


async def test_asking_again_while_one_runs_returns_that_one(
    database: Database, store: RefreshRunStore
) -> None:
    go = asyncio.Event()

    async def waits(_keeper: RunKeeper) -> None:
        await go.wait()

    async with a_process(database, waits) as runs:
        answers = await asyncio.gather(*(runs.start(PROFILE) for _ in range(20)))
        assert len({run.id for run in answers}) == 1
        go.set()
        await ended(runs)
        assert (await runs.start(PROFILE)).number == 2


async def test_of_starts_of_one_moment_one_is_told_that_it_wrote_the_run(store: RefreshRunStore) -> None:
    first = a_run("ada")
    runs = [first.model_copy(update={"starting": new_id()}) for _ in range(5)]
    assert sum(await asyncio.gather(*map(store.insert, runs))) == 1


async def test_without_a_profile_there_is_nothing_to_refresh(database: Database) -> None:
    async with a_process(database) as runs:
        with pytest.raises(NotFound):
            await runs.start(profile_id_of("stranger"))


async def test_a_run_whose_process_died_goes_on_without_what_was_done(
    database: Database, store: RefreshRunStore
) -> None:
    matched = 0
    hangs = asyncio.Event()

    async def counts(_keeper: RunKeeper) -> None:
        nonlocal matched
        matched += 1

    async def dies(keeper: RunKeeper) -> None:
        while keeper.run.matching.status is not StageStatus.SUCCEEDED:
            await asyncio.sleep(0.01)
        hangs.set()
        await asyncio.Event().wait()

    async with a_process(database, counts, dies) as first:
        await first.start(PROFILE)
        await hangs.wait()
    async with a_process(database, counts, nothing) as second:
        await second.sweep()
        run = await ended(second)
    assert (run.attempt, matched) == (2, 1)
    assert run.generation.status is StageStatus.SUCCEEDED


async def an_untaken_run(store: RefreshRunStore, owner: str | None = None) -> None:
    """Its process died right after it was saved, or after ``owner`` had claimed it."""
    at = clock.now() - LEASE * 2
    stale = RefreshRunRecord(
        id=f"{PROFILE}-1",
        profile_id=PROFILE,
        number=1,
        version=1,
        active=True,
        model_version="test",
        owner=owner,
        lease_until=at,
        created_at=at,
        updated_at=at,
    )
    assert await store.insert(stale)


async def test_a_run_that_was_never_taken_up_is_taken_up(database: Database, store: RefreshRunStore) -> None:
    await an_untaken_run(store)
    async with a_process(database) as runs:
        await runs.sweep()
        assert (await ended(runs)).matching.status is StageStatus.SUCCEEDED


async def test_a_process_that_takes_no_tasks_frees_the_run_of_one_that_died(
    database: Database, store: RefreshRunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.refresh_runs.refresh_runs.LEASE", timedelta(seconds=1))
    await an_untaken_run(store, "dead")
    async with a_process(database, work=False) as server, a_process(database) as worker:
        async with within(10):
            while (run := await store.latest(PROFILE)) is not None and run.owner is not None:
                await server.look()
                await asyncio.sleep(0.05)
        await worker.sweep()
        assert (await ended(worker)).matching.status is StageStatus.SUCCEEDED


async def test_a_run_that_waits_for_a_worker_is_not_kicked_at_every_turn(
    database: Database, store: RefreshRunStore
) -> None:
    await an_untaken_run(store)
    async with a_process(database, work=False) as busy, a_process(database) as worker:
        await busy.sweep()
        assert await store.expired(clock.now(), 10) == []
        await worker.execute(PROFILE, f"{PROFILE}-1")
        assert (await ended(worker)).matching.status is StageStatus.SUCCEEDED


async def test_a_run_that_outlives_too_many_processes_ends_as_interrupted(
    database: Database, store: RefreshRunStore
) -> None:
    begun = asyncio.Event()

    async def forever(_keeper: RunKeeper) -> None:
        begun.set()
        await asyncio.Event().wait()

    for attempt in range(ATTEMPTS):
        begun.clear()
        async with a_process(database, nothing, forever) as runs:
            await (sweeping(runs, begun.is_set) if attempt else runs.start(PROFILE))
            await begun.wait()
    async with a_process(database, nothing, forever) as runs:
        finishing = asyncio.create_task(ended(runs))
        await sweeping(runs, finishing.done)
        run = await finishing
    assert (run.attempt, run.generation.status) == (ATTEMPTS, StageStatus.INTERRUPTED)
    assert run.generation.failure_message


async def test_who_lost_the_lease_stops_writing(database: Database, store: RefreshRunStore) -> None:
    go = asyncio.Event()
    hangs = asyncio.Event()

    async def slow(keeper: RunKeeper) -> None:
        hangs.set()
        await go.wait()
        await keeper.stage("matching", result=99)

    async with a_process(database, slow) as first, a_process(database) as second:
        await first.start(PROFILE)
        await hangs.wait()
        async with within(5), aclosing(first.progress(PROFILE)) as progress:
            async for run in progress:
                if run.generation.status is StageStatus.SUCCEEDED:
                    break  # it writes no more by itself
        await expire(store)
        await second.sweep()
        run = await ended(second)
        go.set()
        await asyncio.sleep(0.1)
    latest = await store.latest(PROFILE)
    assert latest is not None
    assert latest.version == run.version
    assert run.matching.result == 0


async def test_a_stage_that_the_database_does_not_answer_says_so(database: Database) -> None:
    async def matching(_keeper: RunKeeper) -> None:
        raise DatabaseUnreachable

    async with a_process(database, matching) as runs:
        await runs.start(PROFILE)
        run = await ended(runs)
    assert (run.matching.status, run.matching.failure_code) == (StageStatus.FAILED, "UNAVAILABLE")
    assert run.generation.status is StageStatus.SUCCEEDED


async def test_a_run_that_was_ended_by_others_is_left_as_it_is(
    database: Database, store: RefreshRunStore
) -> None:
    """Its process slept beyond its last lease, and knows nothing of it."""
    begun, awake = asyncio.Event(), asyncio.Event()

    async def matching(_keeper: RunKeeper) -> None:
        begun.set()
        await awake.wait()

    async with a_process(database, matching) as runs:
        started = await runs.start(PROFILE)
        await begun.wait()
        async with within(5), aclosing(runs.progress(PROFILE)) as progress:
            async for run in progress:
                if run.generation.status is StageStatus.SUCCEEDED:
                    break
        await database["refresh_runs"].update_one({"_id": started.id}, {"$set": {"attempt": ATTEMPTS}})
        await expire(store)
        await runs.sweep()
        interrupted = await store.latest(PROFILE)
        awake.set()
        await asyncio.sleep(0.3)
        assert await store.latest(PROFILE) == interrupted
    assert interrupted is not None
    assert (interrupted.active, interrupted.matching.status) == (False, StageStatus.INTERRUPTED)


async def test_what_a_process_whose_clock_is_behind_writes_is_healed(
    database: Database, store: RefreshRunStore
) -> None:
    await an_untaken_run(store)
    async with a_process(database) as runs, aclosing(runs.progress(PROFILE)) as progress:
        run = await anext(progress)
        await runs.heal()
        hours_ago = clock.now() - timedelta(hours=5)
        for changes in ({"warnings": ["first"]}, {"warnings": ["last"], "active": False}):
            changed = await store.update(run, {**changes, "updated_at": hours_ago})
            assert changed is not None
            await runs.heal()
            async with within(2):
                run = await anext(progress)
            assert run == changed


async def test_what_happened_while_the_database_was_away_is_healed(
    database: Database, store: RefreshRunStore
) -> None:
    async with a_process(database) as runs:
        await runs.start(PROFILE)
        run = await ended(runs)
        async with aclosing(runs.progress(PROFILE)) as progress:
            await anext(progress)
            await runs.heal()
            runs.healed_at -= timedelta(minutes=5)  # nothing could be read since
            changed = await store.update(
                run, {"warnings": ["late"], "updated_at": clock.now() - timedelta(minutes=4)}
            )
            assert changed is not None
            await runs.heal()
            async with within(2):
                assert (await anext(progress)).warnings == ["late"]
