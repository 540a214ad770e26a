"""Signals to those of this process who wait for a topic. Level-triggered: they remember that, never what, came."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from services.sync.wakeups import STALE


class Signal:
    """Wakes those who wait for one key: a profile, a run's profile, a reply."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.ticks = 0
        self.holders = 0
        self._changed = asyncio.Event()

    def wake(self) -> None:
        """Something may have changed."""
        self.ticks += 1
        self._changed.set()
        self._changed.clear()

    def heard(self, payload: str) -> None:
        """An announcement came, saying this."""
        self.wake()

    async def beyond(self, ticks: int) -> int:
        """Wait until it was woken after ``ticks``; returns the present count."""
        while self.ticks <= ticks:
            await self._changed.wait()
        return self.ticks


SignalT = TypeVar("SignalT", bound=Signal)


class Hub(Generic[SignalT]):
    """The signals of one kind, by topic. One exists for as long as somebody holds it."""

    def __init__(self, topic: Callable[[str], str], factory: Callable[[str], SignalT]) -> None:
        self._topic = topic
        self._factory = factory
        self._signals: dict[str, SignalT] = {}

    @contextmanager
    def holding(self, key: str) -> Iterator[SignalT]:
        """Hold the key's signal. What is announced from here on is not missed."""
        signal = self.hold(key)
        try:
            yield signal
        finally:
            self.release(key)

    def hold(self, key: str) -> SignalT:
        """Hold the key's signal until ``release``."""
        topic = self._topic(key)
        signal = self._signals.get(topic)
        if signal is None:
            signal = self._signals[topic] = self._factory(key)
        signal.holders += 1
        return signal

    def release(self, key: str) -> None:
        """Undo ``hold``."""
        topic = self._topic(key)
        signal = self._signals[topic]
        signal.holders -= 1
        if not signal.holders:
            del self._signals[topic]

    def on_announcement(self, topic: str, payload: str = "") -> None:
        """Wake whoever waits for ``topic``, or everybody."""
        if topic == STALE:
            for each in list(self._signals.values()):
                each.wake()
        elif (signal := self.at(topic)) is not None:
            signal.heard(payload)

    def at(self, topic: str) -> SignalT | None:
        return self._signals.get(topic)

    def get(self, key: str) -> SignalT | None:
        return self._signals.get(self._topic(key))

    @property
    def holders(self) -> int:
        """Return the number of waiters at this moment. Any thread may ask."""
        return sum(signal.holders for signal in list(self._signals.values()))

    @property
    def signals(self) -> list[SignalT]:
        """Signals that somebody waits for."""
        return list(self._signals.values())

    @property
    def keys(self) -> list[str]:
        """The keys that somebody waits for."""
        return [signal.key for signal in self._signals.values()]
