"""Long work is done elsewhere: the event loop goes on, and the outcome comes back."""

import asyncio
import threading

import pytest

from services.kit.offloading import offloaded


async def test_the_loop_goes_on_while_the_work_waits_for_it() -> None:
    loop_went_on = threading.Event()
    asyncio.get_running_loop().call_soon(loop_went_on.set)
    assert await offloaded(loop_went_on.wait, 5)


async def test_what_it_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        await offloaded(divmod, 1, 0)


async def test_a_caller_that_leaves_does_not_hold_up_the_next() -> None:
    may_end = threading.Event()
    leaving = asyncio.ensure_future(offloaded(may_end.wait, 5))
    await asyncio.sleep(0)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    may_end.set()
    assert await offloaded(divmod, 7, 2) == (3, 1)
