"""Wake-ups: in one process, and between processes while Redis comes and goes."""

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from services.sync.wakeups import STALE, Wakeups
from tests.support.patience import within
from tests.support.redis import RedisServer


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with RedisServer(tmp_path) as server:
        yield server


class Ear:
    """Remembers what was heard."""

    def __init__(self, wakeups: Wakeups) -> None:
        self.heard: list[tuple[str, str]] = []
        self._something = asyncio.Event()
        wakeups.listen(self._hear)

    def _hear(self, topic: str, payload: str) -> None:
        self.heard.append((topic, payload))
        self._something.set()

    async def hears(self, topic: str, payload: str = "") -> None:
        async with within(15):
            while (topic, payload) not in self.heard:
                self._something.clear()
                await self._something.wait()


async def test_one_process_hears_itself() -> None:
    async with Wakeups() as wakeups:
        ear = Ear(wakeups)
        await wakeups.announce("topic", "two\nlines")
        await ear.hears("topic", "two\nlines")
        assert ear.heard == [("topic", "two\nlines")]


async def test_processes_hear_each_other_and_themselves_once(redis: RedisServer) -> None:
    async with Wakeups(redis.url) as one, Wakeups(redis.url) as other:
        ears = [Ear(one), Ear(other)]
        for ear in ears:
            await ear.hears(STALE)  # subscribed: from here on nothing is missed
        await one.announce("from one", "payload")
        await other.announce("from other")
        for ear in ears:
            await ear.hears("from one", "payload")
            await ear.hears("from other")
            assert ear.heard.count(("from one", "payload")) == 1


async def test_installations_on_one_redis_do_not_hear_each_other(redis: RedisServer) -> None:
    async with Wakeups(redis.url, namespace="a") as one, Wakeups(redis.url, namespace="b") as other:
        here, there = Ear(one), Ear(other)
        for ear in (here, there):
            await ear.hears(STALE)
        await one.announce("of one")
        await other.announce("of other")
        await there.hears("of other")
        assert ("of one", "") not in there.heard


@pytest.mark.parametrize("message", [b"", b"\xff\xfe", b"one", b"one\ntwo", b"\n" * 9, b"{}", b"*\n"])
async def test_a_malformed_message_ends_nothing(redis: RedisServer, message: bytes) -> None:
    async with Wakeups(redis.url) as one, Wakeups(redis.url) as other, Redis.from_url(redis.url) as stranger:
        ear = Ear(other)
        await ear.hears(STALE)
        (channel,) = await stranger.pubsub_channels()
        await stranger.publish(channel, message)
        await one.announce("after it")
        await ear.hears("after it")


async def test_nothing_waits_for_a_redis_that_is_not_there(redis: RedisServer) -> None:
    redis.kill()
    async with within(5), Wakeups(redis.url) as wakeups:
        ear = Ear(wakeups)
        for number in range(100):
            await wakeups.announce(str(number))
        assert len(ear.heard) == 100
        redis.start()
        await ear.hears(STALE)


@pytest.mark.parametrize("how", ["killed", "stopped"])
async def test_when_redis_comes_back_everybody_is_told_to_look(redis: RedisServer, how: str) -> None:
    async with Wakeups(redis.url) as one, Wakeups(redis.url) as other:
        ear = Ear(other)
        await ear.hears(STALE)
        ear.heard.clear()
        assert redis.process is not None
        if how == "killed":
            redis.kill()
            await one.announce("lost")
            redis.start()
        else:
            redis.process.send_signal(signal.SIGSTOP)
            await one.announce("lost or late")
            async with within(10):
                while one.connected or other.connected:  # longer than one may be silent, ping included
                    await asyncio.sleep(0.01)
            redis.process.send_signal(signal.SIGCONT)
        await ear.hears(STALE)
        async with within(10):
            while ("found", "") not in ear.heard:
                await one.announce("found")  # publishing pauses for a second after a failure
                await asyncio.sleep(0.05)


async def test_closing_leaves_no_task(redis: RedisServer) -> None:
    before = asyncio.all_tasks()
    async with Wakeups(redis.url) as wakeups:
        await Ear(wakeups).hears(STALE)
    await asyncio.sleep(0)
    assert {task for task in asyncio.all_tasks() - before if not task.done()} == set()


async def test_an_announcement_that_is_cancelled_ends_whoever_makes_it(redis: RedisServer) -> None:
    """At each step of the conversation with Redis; the connection is new, as for a process's first reply."""
    step, announced = 0, False
    while not announced:
        async with Wakeups(redis.url) as wakeups:
            announcing = asyncio.create_task(wakeups.announce("topic"))
            for _ in range(step):
                await asyncio.sleep(0)
            announced = announcing.done()
            announcing.cancel()
            await asyncio.wait([announcing], timeout=5)
            assert announcing.cancelled() or announced, step
        step += 1
