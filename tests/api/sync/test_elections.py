"""Whatever people do while a replica set has no primary, no majority, or changes its mind is done once, and said so."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from db.career_actions import CareerActionStore
from db.driver import durable
from services.kit.ids import profile_id_of
from tests.support.client import profile_of
from tests.support.patience import within
from tests.support.replica_api import CALLS, a_world
from tests.support.replica_set import ReplicaSet

pytestmark = pytest.mark.slow

Fault = Callable[[ReplicaSet], Awaitable[None]]


def election(seconds: float) -> Fault:
    async def fault(replica_set: ReplicaSet) -> None:
        await asyncio.sleep(seconds)
        replica_set.elect()

    return fault


async def flapping(replica_set: ReplicaSet) -> None:
    for _ in range(6):
        await asyncio.sleep(0.4)
        replica_set.elect()
        await asyncio.sleep(0.2)
        await replica_set.step_down()
    replica_set.elect()


@pytest.mark.parametrize("fault", [election(1), election(13), flapping], ids=["1", "13", "flapping"])
async def test_what_is_asked_for_while_there_is_no_primary_is_done(fault: Fault, tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        await asyncio.gather(*map(world.given, CALLS))
        await world.replica_set.step_down()
        asking = {name: asyncio.create_task(call(world, name)) for name, (call, _) in CALLS.items()}
        await fault(world.replica_set)
        await asyncio.gather(*asking.values(), return_exceptions=True)
        told = {name: task.exception() or task.result() for name, task in asking.items()}
        assert told == {name: expected for name, (_, expected) in CALLS.items()}


async def test_what_is_asked_for_while_there_is_no_majority_is_done(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        await asyncio.gather(*map(world.given, CALLS))
        world.replica_set.hold()
        asking = {name: asyncio.create_task(call(world, name)) for name, (call, _) in CALLS.items()}
        await asyncio.sleep(7)
        await world.replica_set.release()
        await asyncio.gather(*asking.values(), return_exceptions=True)
        told = {name: task.exception() or task.result() for name, task in asking.items()}
        assert told == {name: expected for name, (_, expected) in CALLS.items()}


async def test_what_a_primary_had_not_replicated_when_it_died_is_done_again_before_it_is_acknowledged(
    tmp_path: Path,
) -> None:
    async with a_world(tmp_path) as world:
        await asyncio.gather(*map(world.given, CALLS))
        world.replica_set.hold()
        asking = {name: asyncio.create_task(call(world, name)) for name, (call, _) in CALLS.items()}
        async with within(10):
            await world.replica_set.held(len(CALLS) // 2)
        await world.replica_set.fail_over()
        await asyncio.gather(*asking.values(), return_exceptions=True)
        told = {name: task.exception() or task.result() for name, task in asking.items()}
        assert told == {name: expected for name, (_, expected) in CALLS.items()}
        assert (await world.api.data("Profile", "update", id=profile_of("update")))["headline"] == "Changed"
        statuses = {"save": "SUGGESTED", "dismiss": "DISMISSED", "complete": "DONE"}
        for person, status in statuses.items():
            action = f"{person}-{'running' if person == 'complete' else 'suggested'}"
            found = await CareerActionStore(world.database).get(profile_id_of(person), action)
            assert found is not None
            assert found.status == status


IN_A_REFRESH = [
    ("insert", "matches", 0),
    ("delete", "matches", 0),
    ("insert", "career_actions", 0),
    ("delete", "career_actions", 0),
    ("update", "streams", 4),  # the first of them are of the mutation that starts it
    ("update", "streams", 7),
    ("update", "refresh_runs", 3),
]


async def refreshed_through_an_election(
    write: tuple[str, str, int], seconds: float, tmp_path: Path, options: str = ""
) -> None:
    """Refresh while the primary steps down at ``write``, and see that both stages succeed and are paid for once."""
    async with a_world(tmp_path, options) as world:
        await world.given("ada")
        for _ in range(2):
            await world.refreshed("ada")
        command, collection, passing = write
        world.replica_set.step_down_at(command, collection, passing=passing)
        refreshing = asyncio.create_task(world.refreshed("ada"))
        async with within(20):
            await world.replica_set.fallen.wait()
        await asyncio.sleep(seconds)
        world.replica_set.elect()
        run = await refreshing
        assert [run[stage]["status"] for stage in ("matching", "generation")] == ["SUCCEEDED"] * 2
        assert run["attempt"] == 1


@pytest.mark.parametrize("write", IN_A_REFRESH, ids=str)
async def test_an_election_that_takes_longer_than_a_write_is_repeated_fails_no_refresh(
    write: tuple[str, str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable, "PATIENCE", 0.2)
    await refreshed_through_an_election(write, 2, tmp_path, "&serverSelectionTimeoutMS=300")


@pytest.mark.parametrize("times", [2, 5])
async def test_a_query_is_answered_that_meets_one_change_of_primary_after_the_other(
    times: int, tmp_path: Path
) -> None:
    """The driver tries a read twice."""
    async with a_world(tmp_path) as world:
        await world.given("ada")
        world.replica_set.refusing["profiles"] = times
        assert (await world.api.data("Profile", id=profile_of("ada")))["name"] == "Somebody"
        assert world.replica_set.refusing["profiles"] == 0
