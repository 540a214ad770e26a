"""Chores go on when one of them fails."""

import asyncio
from contextlib import suppress

from services.background.sweeper import sweep_forever
from services.sync.wakeups import Wakeups
from tests.support.patience import within


async def test_a_chore_that_fails_stops_neither_the_others_nor_itself() -> None:
    done: list[str] = []

    async def failing() -> None:
        done.append("failing")
        raise ValueError("a document that nobody understands")

    async def other() -> None:
        done.append("other")

    sweeping = asyncio.create_task(sweep_forever([failing, other], 0.001))
    async with within(2):
        while done.count("other") < 3 and not sweeping.done():
            await asyncio.sleep(0.001)
    assert not sweeping.done()
    assert done[:4] == ["failing", "other"] * 2
    sweeping.cancel()


async def test_a_listener_that_fails_makes_nobody_deaf() -> None:
    heard: list[str] = []
    told = asyncio.Event()

    def failing(_topic: str, _payload: str) -> None:
        raise ValueError("a payload that nobody understands")

    def other(topic: str, _payload: str) -> None:
        heard.append(topic)
        if topic == "b":
            told.set()

    async with Wakeups() as wakeups:
        wakeups.listen(failing)
        wakeups.listen(other)
        await wakeups.announce("a")
        await wakeups.announce("b")
        async with within(2):
            await told.wait()
    assert heard == ["a", "b"]


async def test_a_chore_that_waits_holds_up_no_other() -> None:
    times = 0
    enough = asyncio.Event()

    async def waiting() -> None:
        await asyncio.Event().wait()

    async def other() -> None:
        nonlocal times
        times += 1
        if times == 3:
            enough.set()

    sweeping = asyncio.create_task(sweep_forever([waiting, other], 0.001))
    async with within(5):
        await enough.wait()
    sweeping.cancel()
    with suppress(asyncio.CancelledError):
        await sweeping
