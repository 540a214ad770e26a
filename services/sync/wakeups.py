"""Wake-ups: the single home of the broadcaster. A wake-up is a hint and may be lost: the database has the truth."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Self
from uuid import uuid4

import structlog
from broadcaster import Broadcast

if TYPE_CHECKING:
    from services.sync.redis_backend import RedisBackend

log = structlog.get_logger()

STALE = "*"
"""Stands for every topic: announcements may have been missed."""


def stream_topic(profile_id: str) -> str:
    """Return the topic of changes of a profile's lists."""
    return f"stream:{profile_id}"


def run_topic(profile_id: str) -> str:
    """Return the topic of a profile's refresh runs."""
    return f"run:{profile_id}"


def chat_topic(exchange_id: str) -> str:
    """Return the topic of a reply's frames and changes of its document."""
    return f"chat:{exchange_id}"


class Wakeups:
    """One fixed channel for all topics, whatever their number; whoever listens keeps its own map of topics.

    Without ``redis_url`` they stay in this process. With it, this process still hears its own at once, and others
    with the same ``namespace``: a number of a Redis database separates keys, but not channels.
    """

    def __init__(self, redis_url: str | None = None, *, namespace: str = "foothold") -> None:
        self._channel = f"{namespace}:wakeups"
        self._origin = uuid4().hex if redis_url is not None else None
        self._redis = None if redis_url is None else _redis_backend(redis_url)
        self._broadcast = Broadcast("memory://") if self._redis is None else Broadcast(backend=self._redis)
        self._listeners: list[Callable[[str, str], None]] = []
        self._stack = AsyncExitStack()

    @property
    def connected(self) -> bool | None:
        """True if Redis is there; None without Redis."""
        return None if self._redis is None else self._redis.connected

    def listen(self, listener: Callable[[str, str], None]) -> None:
        """Call ``listener`` with every topic that is announced, in this process or another, and its payload.

        ``STALE`` in place of a topic means all of them.
        """
        self._listeners.append(listener)

    async def announce(self, topic: str, payload: str = "") -> None:
        """Wake whoever waits for ``topic``. What the payload says must be readable from the database too."""
        if self._origin is not None:
            self._tell(topic, payload)
        await self._broadcast.publish(self._channel, f"{self._origin}\n{topic}\n{payload}")

    def _hear(self, message: str) -> None:
        if message == STALE:
            self._tell(STALE, "")
            return
        origin, *announced = message.split("\n", 2)
        if len(announced) != 2:
            log.warning("wakeup.dropped", length=len(message))
        elif self._origin is None or origin != self._origin:
            self._tell(*announced)

    def _tell(self, topic: str, payload: str) -> None:
        for listener in self._listeners:
            try:
                listener(topic, payload)
            except Exception:  # or nobody would hear anything any more
                log.exception("wakeup.listener_failed")

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self._broadcast)
        subscriber = await self._stack.enter_async_context(self._broadcast.subscribe(self._channel))

        async def relay() -> None:
            while True:
                event = await subscriber.get()
                self._hear(event.message)

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


def _redis_backend(url: str) -> "RedisBackend":
    # Only those with Redis need to wait until its client is imported.
    from services.sync.redis_backend import RedisBackend  # noqa: PLC0415

    return RedisBackend(url, STALE)
