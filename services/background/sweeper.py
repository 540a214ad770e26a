"""Sweeps: every few seconds, compare what is watched with the database, and finish what a crash left undone."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from random import SystemRandom

import structlog

from db.driver.errors import DatabaseError
from services.background.turns import Schedule
from services.kit.errors import Conflict
from services.kit.metrics import counts

log = structlog.get_logger()

INTERVAL = 2.0
SELDOM = 600.0
LEARNING = 20.0

Chore = Callable[[], Awaitable[None]]

_LONGEST_SPREAD = 0.25
_random = SystemRandom()


async def sweep_forever(chores: Sequence[Chore], interval: float = INTERVAL) -> None:
    """Do each chore every ``interval`` seconds, until cancelled. One that fails is done again next time.

    None waits for another: one may wait for a Redis that does not answer, while the next needs the database only.
    """

    async def repeat(chore: Chore) -> None:
        while True:
            await _do([chore])
            await asyncio.sleep(interval)

    async with asyncio.TaskGroup() as group:
        for chore in chores:
            group.create_task(repeat(chore))


async def take_turns(
    schedule: Schedule,
    chores: Sequence[Chore],
    wanted: Callable[[], bool] = lambda: True,
    interval: float = INTERVAL,
) -> None:
    """Do all chores in each turn of the schedule that this process gets, until cancelled or not ``wanted``."""
    while wanted():
        mine, pause = False, interval
        try:
            mine, pause = await schedule.claim()
        except DatabaseError as error:
            log.warning("sweep.failed", chore="claim", error=type(error).__name__)
        if mine:
            started = asyncio.get_running_loop().time()
            await _do(chores)
            pause = max(0.0, pause - (asyncio.get_running_loop().time() - started))
        # Not all at once: whoever is first spares the others the attempt.
        await asyncio.sleep(pause + _random.uniform(0, min(interval / 8, _LONGEST_SPREAD)))


async def _do(chores: Sequence[Chore]) -> None:
    for chore in chores:
        try:
            await chore()
        except (DatabaseError, Conflict) as error:
            counts.sweep_failures += 1
            log.warning("sweep.failed", chore=chore.__qualname__, error=type(error).__name__)
        except Exception:  # a fault in one must not end the healing of all
            counts.sweep_failures += 1
            log.exception("sweep.failed", chore=chore.__qualname__)
