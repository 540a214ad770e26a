"""Compare-and-set: read a record, decide, write it if nobody has changed it meanwhile, or begin again."""

import asyncio
from collections.abc import Awaitable, Callable
from random import SystemRandom
from typing import TypeVar

from db.driver.durable import Patience
from db.driver.errors import DatabaseError
from services.kit.errors import Conflict

TRIES = 100
"""Lost races after which a change is given up. Each lost race is a change of somebody else's that was made."""
_LONGEST_PAUSE = 0.01
_random = SystemRandom()

T = TypeVar("T")


class Attempts:
    """The attempts of one change. The record is read inside the loop, so that each attempt decides anew::

    attempts = Attempts("profile")
    while True:
        await attempts.next()
        profile = await store.get(profile_id)
        changed = decide(profile)
        if await store.replace(changed, expected=profile.version):
            return changed
    """

    def __init__(self, noun: str) -> None:
        """``noun`` names the record to a person: "profile", "career action"."""
        self._noun = noun
        self._tried = 0
        self._patience = Patience()

    async def next(self) -> None:
        """Let the next attempt begin, after a short pause unless it is the first. Raises ``Conflict``."""
        if self._tried >= TRIES:
            raise Conflict(self._noun)
        if self._tried:
            # Those who lost to the same writer must not all read again in the same moment.
            await asyncio.sleep(_random.uniform(0, _LONGEST_PAUSE))
        self._tried += 1

    async def unanswered(self, error: DatabaseError) -> None:
        """Pause after an attempt that the database did not answer.

        Raises ``error`` if it is permanent, or the change has waited for ``db.driver.durable.PATIENCE``.

        Such an attempt counts as none. It may have been written all the same, which the next one must find out.
        """
        await self._patience.after(error)
        self._tried -= 1

    async def patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask the database until it answers, for as long as a change waits. ``ask`` may be repeated."""
        while True:
            try:
                return await ask()
            except DatabaseError as error:
                await self._patience.after(error)
