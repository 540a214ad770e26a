"""Schedules: a turn is done once, whatever the number of processes, and by another when one dies."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

from db.driver.client import Database
from db.turns import ScheduleStore
from resolvers.settings import Settings
from resolvers.wiring.services import running_services
from services.background.sweeper import INTERVAL, take_turns
from services.background.turns import Schedule
from services.kit import clock
from services.offline_coach.coach import OfflineCoach
from tests.support.patience import within


async def test_of_many_processes_one_gets_the_turn(database: Database) -> None:
    schedules = [Schedule(ScheduleStore(database), "chore", 60) for _ in range(20)]
    for _ in range(2):
        claims = await asyncio.gather(*(schedule.claim() for schedule in schedules))
        assert sum(mine for mine, _ in claims) == 1
        assert all(0 < pause <= 60 for _, pause in claims)
        assert not any([(await schedule.claim())[0] for schedule in schedules])
        await database["schedules"].update_one({"_id": "chore"}, {"$set": {"until": clock.now()}})


async def test_one_that_dies_in_its_turn_delays_it_by_that_turn(database: Database) -> None:
    dead, alive = (Schedule(ScheduleStore(database), "chore", 60) for _ in range(2))
    assert (await dead.claim())[0]
    mine, pause = await alive.claim()
    assert not mine
    assert pause <= 60
    await database["schedules"].update_one({"_id": "chore"}, {"$set": {"until": clock.now()}})
    assert (await alive.claim())[0]


async def test_a_turn_that_a_wrong_clock_wrote_is_over(database: Database) -> None:
    store = ScheduleStore(database)
    assert await store.claim("chore", None, clock.now() + timedelta(days=1))
    assert (await Schedule(store, "chore", 2).claim())[0]


async def test_a_turn_that_was_seen_for_its_length_is_over_though_the_clock_was_set_back(
    database: Database,
) -> None:
    seconds = 0.0
    store = ScheduleStore(database)
    assert await store.claim("chore", None, clock.now() + timedelta(seconds=100))
    schedule = Schedule(store, "chore", 60, time=lambda: seconds)
    assert not (await schedule.claim())[0]
    seconds += 61
    assert (await schedule.claim())[0]


async def test_a_chore_is_done_once_a_turn(database: Database) -> None:
    done = 0

    async def chore() -> None:
        nonlocal done
        done += 1
        if done == 1:
            raise ValueError("a document that nobody understands")

    store = ScheduleStore(database)
    loops = [
        asyncio.create_task(take_turns(Schedule(store, "chore", 0.05), [chore], interval=0.05))
        for _ in range(3)
    ]
    async with within(10):
        while done < 4:
            await asyncio.sleep(0.01)
    for loop in loops:
        loop.cancel()
    await asyncio.gather(*loops, return_exceptions=True)
    schedule = await store.get("chore")
    assert schedule is not None
    assert (
        0 <= schedule.turn - done <= len(loops)
    )  # each may have been cancelled between its claim and the chore


async def test_processes_on_one_database_heal_it_once_a_turn(
    database: Database, database_uri: str, tmp_path: Path
) -> None:
    settings = Settings(_env_file=None, data=tmp_path)
    began = asyncio.get_running_loop().time()
    async with AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(running_services(settings, database, OfflineCoach()))
        store = ScheduleStore(database)
        async with within(10):
            while not all([await store.get(name) for name in ("announcing", "taking over")]):
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.3)  # by now each has looked
        for name in ("announcing", "taking over"):
            schedule = await store.get(name)
            assert schedule is not None
            assert schedule.turn <= 1 + (asyncio.get_running_loop().time() - began) / INTERVAL
