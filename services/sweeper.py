"""What heals: every few seconds, compare what is watched with the database, and finish what a crash left undone."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from db.client import DatabaseError
from services.errors import Conflict

log = structlog.get_logger()

INTERVAL = 2.0


async def sweep_forever(chores: Sequence[Callable[[], Awaitable[None]]], interval: float = INTERVAL) -> None:
    """Do all chores every ``interval`` seconds, until cancelled. A chore that fails is done again next time."""
    while True:
        for chore in chores:
            try:
                await chore()
            except (DatabaseError, Conflict) as error:
                log.warning("sweep.failed", chore=chore.__qualname__, error=type(error).__name__)
            except Exception:  # a fault in one must not end the healing of all
                log.exception("sweep.failed", chore=chore.__qualname__)
        await asyncio.sleep(interval)
