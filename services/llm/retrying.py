"""Trying again when a model is busy, with growing pauses."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import SystemRandom
from typing import TypeVar

import structlog

from services.llm.port import ModelBusy

T = TypeVar("T")

log = structlog.get_logger()
_random = SystemRandom()


@dataclass(frozen=True, slots=True)
class Backoff:
    """At most ``tries`` attempts; the pause doubles from ``first`` seconds and never exceeds ``longest``."""

    tries: int = 5
    first: float = 1.0
    longest: float = 60.0

    def pause(self, attempt: int, retry_after: float | None) -> float | None:
        """Seconds before the attempt after ``attempt`` (from 1), jitter included; None: do not try again.

        A provider that asks for more than ``longest`` is not asked again: sooner would only be refused.
        """
        if attempt >= self.tries or (retry_after or 0.0) > self.longest:
            return None
        grown = self.first * 2.0 ** (attempt - 1) * _random.uniform(0.5, 1.0)
        return min(self.longest, max(grown, retry_after or 0.0))


async def retry_busy(call: Callable[[], Awaitable[T]], backoff: Backoff) -> T:
    """The result of ``call``, repeated while it raises ``ModelBusy``. Every other error ends it at once."""
    attempt = 1
    while True:
        try:
            return await call()
        except ModelBusy as busy:
            pause = backoff.pause(attempt, busy.retry_after)
            if pause is None:
                raise
            log.info("model.retried", attempt=attempt, pause=round(pause, 2), reason=busy.reason)
        await asyncio.sleep(pause)
        attempt += 1
