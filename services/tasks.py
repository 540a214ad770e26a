"""Background work: the single home of taskiq. Every task may run twice, and is repeated by a sweep when it is lost."""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from taskiq import InMemoryBroker

Handler = Callable[[str, str], Awaitable[None]]


class Tasks:
    """Tasks are named, and take a profile's id and the id of what is to be done in it."""

    def __init__(self) -> None:
        self._broker = InMemoryBroker(max_async_tasks=64)
        self._running: set[asyncio.Task[None]] = set()
        self._closing = False

    def register(self, name: str, handler: Handler) -> None:
        """Say what ``name`` does, before the start."""

        async def run(profile_id: str, subject_id: str) -> None:
            if self._closing:
                return  # it was kicked too late to begin; a sweep will find it
            task = asyncio.ensure_future(handler(profile_id, subject_id))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
            await task

        self._broker.register_task(run, task_name=name)

    async def kick(self, name: str, profile_id: str, subject_id: str) -> None:
        """Have it done soon, by some process."""
        task = self._broker.find_task(name)
        if task is None:
            raise LookupError(name)
        await task.kiq(profile_id, subject_id)

    async def __aenter__(self) -> Self:
        await self._broker.startup()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._closing = True
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._broker.shutdown()
