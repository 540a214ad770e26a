"""A network to Redis that loses packets: whatever uses Redis notices by itself, and goes on soon."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from uuid import uuid4

import pytest
from limits import parse

from services.background.task_queue import TaskStream
from services.identity.redis_rates import SharedRates
from services.sync.wakeups import STALE, Wakeups
from tests.db.sync.test_wakeups import Ear
from tests.support.network import Network, a_network
from tests.support.patience import within
from tests.support.redis import RedisServer

AT_ONCE = 6


@pytest.fixture
async def network(tmp_path: Path) -> AsyncIterator[Network]:
    with RedisServer(tmp_path) as redis:
        async with a_network(redis.port) as network:
            yield network


def url(network: Network) -> str:
    return f"redis://127.0.0.1:{network.port}/0"


async def test_wake_ups_pass_again_within_five_seconds(network: Network) -> None:
    async with Wakeups(url(network)) as one, Wakeups(url(network)) as other:
        ear = Ear(other)
        await ear.hears(STALE)
        await asyncio.gather(*(one.announce(f"before{each}") for each in range(AT_ONCE)))
        ear.heard.clear()
        network.swallow()
        network.restore(forget=True)
        async with within(5):
            while not set(ear.heard) >= {(f"after{each}", "") for each in range(AT_ONCE)}:
                await asyncio.gather(*(one.announce(f"after{each}") for each in range(AT_ONCE)))
                await asyncio.sleep(0.1)


async def test_nobody_waits_for_a_silent_redis_before_a_change_is_acknowledged(network: Network) -> None:
    async with Wakeups(url(network)) as wakeups:
        await wakeups.announce("before")
        network.swallow()
        async with within(0.6):
            await asyncio.gather(*(wakeups.announce("silent") for _ in range(AT_ONCE)))


async def test_tasks_are_put_and_taken_again_within_five_seconds(network: Network) -> None:
    begun: set[str] = set()
    arrived = asyncio.Event()

    async def run(_profile_id: str, subject_id: str) -> None:
        begun.add(subject_id)
        arrived.set()

    stream = TaskStream(url(network), f"foothold:{uuid4().hex}")
    stream.register("note", run)
    taking = asyncio.create_task(stream.take())
    assert await stream.put("note", "ada", "before")
    await arrived.wait()
    network.swallow()
    network.restore(forget=True)
    async with within(5):
        while "after" not in begun:
            await stream.put("note", "ada", "after")
            await asyncio.sleep(0.1)
    taking.cancel()
    await asyncio.gather(taking, return_exceptions=True)
    await stream.aclose()


async def test_rates_are_shared_again_within_five_seconds(network: Network) -> None:
    once = parse("1/hour")
    async with aclosing(SharedRates(url(network), "foothold")) as rates:

        async def all_are_refused() -> bool:
            waits = [rates.seconds_to_wait(once, "person", f"{each}") for each in range(AT_ONCE)]
            return None not in await asyncio.gather(*waits)

        await all_are_refused()
        assert await all_are_refused()
        network.swallow()
        network.restore(forget=True)
        async with within(5):
            while not await all_are_refused():
                await asyncio.sleep(0.1)
