"""Who in this process waits for what. A watch is level-triggered: it remembers that something came, never what."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from services.sync.wakeups import STALE


class Watch:
    """A profile's thing that at least one subscriber of this process waits for."""

    def __init__(self, profile_id: str) -> None:
        self.profile_id = profile_id
        self.ticks = 0
        self.holders = 0
        self._changed = asyncio.Event()

    def wake(self) -> None:
        """Something may have changed."""
        self.ticks += 1
        self._changed.set()
        self._changed.clear()

    async def beyond(self, ticks: int) -> int:
        """Wait until it was woken after ``ticks``; returns the present count."""
        while self.ticks <= ticks:
            await self._changed.wait()
        return self.ticks


WatchT = TypeVar("WatchT", bound=Watch)


class Hub(Generic[WatchT]):
    """The watches of one kind, by topic. One exists for as long as somebody holds it."""

    def __init__(self, topic: Callable[[str], str], factory: Callable[[str], WatchT]) -> None:
        self._topic = topic
        self._factory = factory
        self._watches: dict[str, WatchT] = {}

    @contextmanager
    def watch(self, profile_id: str) -> Iterator[WatchT]:
        """Hold the profile's watch. What is announced from here on is not missed."""
        watch = self.hold(profile_id)
        try:
            yield watch
        finally:
            self.release(profile_id)

    def hold(self, profile_id: str) -> WatchT:
        """``watch``, for who says by ``release`` when it ends."""
        topic = self._topic(profile_id)
        watch = self._watches.get(topic)
        if watch is None:
            watch = self._watches[topic] = self._factory(profile_id)
        watch.holders += 1
        return watch

    def release(self, profile_id: str) -> None:
        """Undo ``hold``."""
        topic = self._topic(profile_id)
        watch = self._watches[topic]
        watch.holders -= 1
        if not watch.holders:
            del self._watches[topic]

    def on_announcement(self, topic: str, _payload: str = "") -> None:
        """Wake whoever waits for ``topic``, or everybody."""
        woken = list(self._watches.values()) if topic == STALE else [self.at(topic)]
        for watch in woken:
            if watch is not None:
                watch.wake()

    def at(self, topic: str) -> WatchT | None:
        return self._watches.get(topic)

    def get(self, profile_id: str) -> WatchT | None:
        return self._watches.get(self._topic(profile_id))

    @property
    def holders(self) -> int:
        """How many wait, at this moment. Any thread may ask."""
        return sum(watch.holders for watch in list(self._watches.values()))

    @property
    def profile_ids(self) -> list[str]:
        """The profiles somebody waits for."""
        return [watch.profile_id for watch in self._watches.values()]
