"""A process that is halted, or dies, before one of its calls of the database."""

import asyncio
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

from db.driver.client import Database, PlainDatabase


class Dead(Exception):
    """The process is: it does nothing more."""


class Halting:
    """The database of a process that is halted, or dies, before the call of this number."""

    def __init__(
        self, database: Database, *, halts_at: int | None = None, dies_at: int | None = None
    ) -> None:
        self._database = database
        self._halts_at, self._dies_at = halts_at, dies_at
        self._calls = 0
        self.halted, self.release = asyncio.Event(), asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def __getitem__(self, name: str) -> "HaltingCollection":
        return HaltingCollection(self, self._database[name])

    @property
    def delegate(self) -> "PlainHalting":
        """The database as the driver's threads use it."""
        return PlainHalting(self, self._database.delegate)

    def step_in_a_thread(self) -> None:
        asyncio.run_coroutine_threadsafe(self.step(), self._loop).result()

    async def step(self) -> None:
        number, self._calls = self._calls, self._calls + 1
        if self._halts_at is not None and number >= self._halts_at:
            self.halted.set()
            await self.release.wait()
        if self._dies_at is not None and number >= self._dies_at:
            raise Dead


CALLS = ("find_one", "insert_one", "update_one")


class PlainHalting:
    def __init__(self, halting: Halting, database: PlainDatabase) -> None:
        self._halting = halting
        self._database = database

    def __getitem__(self, name: str) -> Any:
        collection, step = self._database[name], self._halting.step_in_a_thread

        def halting(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            step()
            return call(*args, **kwargs)

        return SimpleNamespace(**{name: partial(halting, getattr(collection, name)) for name in CALLS})


class HaltingCollection:
    def __init__(self, database: Halting, collection: Any) -> None:
        self.database = database
        self._collection = collection

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._collection, name)
        if name not in CALLS:
            return call

        async def halting(*args: Any, **kwargs: Any) -> Any:
            await self.database.step()
            return await call(*args, **kwargs)

        return halting
