"""Work that waits for a database that does not answer: reads, and what may be done twice."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from db.driver.errors import DatabaseError, is_passing
from services.kit.metrics import counts

log = structlog.get_logger()

_LONGEST_PAUSE = 2.0

T = TypeVar("T")


async def steadily(read: Callable[[], Awaitable[T]]) -> T:
    """Ask until the database answers, with pauses that grow to 2 s. Raises its error if trying again cannot help."""
    pause = 0.05
    while True:
        try:
            return await read()
        except DatabaseError as error:
            if not is_passing(error):
                raise
            counts.database_waits += 1
            log.warning("database.read_retried", error=type(error).__name__, pause=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
