"""Rates that processes share, counted in Redis. One that does not answer counts nothing, and is left alone a while."""

import time
from typing import Any

import structlog
from limits import RateLimitItem
from limits.aio.storage import RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import StorageError
from redis.asyncio import BlockingConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from services.kit.cancelling import cancellable

log = structlog.get_logger()

_CONNECTIONS = 16
_PATIENCE = 0.5
_AWAY = 3.0


class SharedRates:
    """Counts for all processes on the same Redis and ``namespace``."""

    def __init__(self, redis_url: str, namespace: str) -> None:
        self._pool = BlockingConnectionPool.from_url(
            redis_url,
            max_connections=_CONNECTIONS,
            timeout=_PATIENCE,
            socket_timeout=_PATIENCE,
            socket_connect_timeout=_PATIENCE,
            retry=Retry(NoBackoff(), 0),
        )
        pool: Any = self._pool  # upstream takes it, and has no type for it
        storage = RedisStorage(
            "redis://", implementation="redispy", connection_pool=pool, key_prefix=namespace
        )
        self._limiter = FixedWindowRateLimiter(storage)
        self._back_at = 0.0

    async def seconds_to_wait(self, item: RateLimitItem, kind: str, who: str) -> float | None:
        """Count one; None when it is within the limit, or nobody can say."""
        if time.monotonic() < self._back_at:
            return None
        try:
            with cancellable():
                if await self._limiter.hit(item, kind, who):
                    return None
                window = await self._limiter.get_window_stats(item, kind, who)
        except (StorageError, RedisError, OSError, TimeoutError) as error:
            self._back_at = time.monotonic() + _AWAY
            log.warning("rates.redis_lost", error=type(error).__name__)
            return None
        return window.reset_time - time.time()

    async def aclose(self) -> None:
        await self._pool.disconnect()
