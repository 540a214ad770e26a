"""Wake-ups: the single home of the broadcaster. A wake-up is a hint and may be lost: the database has the truth."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from types import TracebackType
from typing import Self

from broadcaster import Broadcast

_CHANNEL = "foothold"


def stream_topic(profile_id: str) -> str:
    """Where changes of a profile's lists are announced."""
    return f"stream:{profile_id}"


def run_topic(profile_id: str) -> str:
    """Where progress of a profile's refresh runs is announced."""
    return f"run:{profile_id}"


class Wakeups:
    """One fixed channel for all topics, whatever their number; whoever listens keeps its own map of topics."""

    def __init__(self, url: str = "memory://") -> None:
        self._broadcast = Broadcast(url)
        self._listeners: list[Callable[[str, str], None]] = []
        self._stack = AsyncExitStack()

    def listen(self, listener: Callable[[str, str], None]) -> None:
        """Call ``listener`` with every topic that is announced, in this process or another, and its payload."""
        self._listeners.append(listener)

    async def announce(self, topic: str, payload: str = "") -> None:
        """Wake whoever waits for ``topic``. What the payload says must be readable from the database too."""
        await self._broadcast.publish(_CHANNEL, f"{topic}\n{payload}")

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self._broadcast)
        subscriber = await self._stack.enter_async_context(self._broadcast.subscribe(_CHANNEL))

        async def relay() -> None:
            while True:
                event = await subscriber.get()
                topic, _, payload = event.message.partition("\n")
                for listener in self._listeners:
                    listener(topic, payload)

        task = asyncio.create_task(relay(), name="wakeups")

        async def stop() -> None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

        self._stack.push_async_callback(stop)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._stack.aclose()
