"""Wake-ups across processes: a backend for the broadcaster that survives Redis going away.

The broadcaster's own loses its listener with the connection, and takes itself for subscribed before Redis has said
so. This one notices when its connection is dead, comes back with growing pauses, and then says so in each channel:
what was published meanwhile is lost, and everybody has to look for themselves.
"""

import asyncio
from contextlib import aclosing, suppress
from time import monotonic

import structlog
from broadcaster import BroadcastBackend, Event
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from services.kit.cancelling import cancellable
from services.kit.metrics import counts

log = structlog.get_logger()

_MOST_EVENTS = 10_000
_SILENCE = 2.0
_PUBLISHING = 0.5
_SHORTEST_PAUSE = 0.05
_LONGEST_PAUSE = 2.0


class RedisBackend(BroadcastBackend):
    """``stale`` is the message that says so. Channels are subscribed to before the first connection and stay.

    ``silence`` is after how many seconds without a word the connection is asked whether it lives, and again as
    long until it counts as dead. Publishing never fails: a wake-up that is lost is healed elsewhere.
    """

    def __init__(self, url: str, stale: str, *, silence: float = _SILENCE) -> None:
        self._stale = stale
        self._silence = silence
        # No retries of its own: a connection that was lost must be known to have been lost.
        self._redis: Redis = Redis.from_url(
            url,
            decode_responses=True,
            encoding_errors="replace",  # what others put on the channel must not end the listening
            retry=Retry(NoBackoff(), 0),
            socket_connect_timeout=silence,
            socket_timeout=silence,
        )
        self._channels: set[str] = set()
        self._events: asyncio.Queue[Event] = asyncio.Queue(_MOST_EVENTS)
        self._changed = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None
        self._publishable_at = 0.0
        self.connected = False

    async def connect(self) -> None:
        self._listening = asyncio.create_task(self._supervise(), name="redis-wakeups")

    async def disconnect(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
        with suppress(RedisError, OSError):
            await self._redis.aclose()

    async def subscribe(self, group: str) -> None:
        self._channels.add(group)
        self._changed.set()

    async def unsubscribe(self, group: str) -> None:
        self._channels.discard(group)

    async def publish(self, channel: str, message: str) -> None:
        if monotonic() < self._publishable_at:
            return
        try:
            # A change is acknowledged after this: nobody waits for long, a lost wake-up costs others less.
            async with asyncio.timeout(_PUBLISHING):
                with cancellable():
                    await self._redis.publish(channel, message)
        except (RedisError, OSError, TimeoutError) as error:
            self._publishable_at = (
                monotonic() + 1.0
            )  # nobody should wait for what is not there, one after another
            log.warning("redis.publish_failed", error=type(error).__name__)

    async def next_published(self) -> Event:
        return await self._events.get()

    async def _supervise(self) -> None:
        pause = _SHORTEST_PAUSE
        while True:
            await self._changed.wait()
            try:
                async with aclosing(self._redis.pubsub()) as pubsub:
                    await self._subscribe(pubsub)
                    pause = _SHORTEST_PAUSE
                    self.connected = True
                    self._publishable_at = 0.0
                    self._all_stale()
                    await self._listen(pubsub)
            except (RedisError, OSError, TimeoutError) as error:
                counts.redis_losses += 1
                log.warning("redis.lost", error=type(error).__name__, pause=pause)
            except Exception:  # a bug here must cost a reconnection, not all wake-ups from then on
                counts.redis_losses += 1
                log.exception("redis.listener_failed", pause=pause)
            self.connected = False
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _subscribe(self, pubsub: PubSub) -> None:
        """Subscribed is who Redis has told so."""
        missing = set(self._channels)
        with cancellable():
            await pubsub.subscribe(*missing)
        async with asyncio.timeout(self._silence):
            while missing:
                message = await pubsub.get_message(timeout=self._silence)
                if message is not None and message["type"] == "subscribe":
                    missing.discard(message["channel"])

    async def _listen(self, pubsub: PubSub) -> None:
        """Pass messages on until the connection is lost, which a dead one says by silence after a ping."""
        asked = False
        while True:
            message = await pubsub.get_message(timeout=self._silence)
            if message is None:
                if asked:
                    raise TimeoutError
                with cancellable():
                    await pubsub.ping()
            elif message["type"] == "message":
                self._pass(Event(message["channel"], message["data"]))
            asked = message is None

    def _pass(self, event: Event) -> None:
        try:
            self._events.put_nowait(event)
        except asyncio.QueueFull:
            while not self._events.empty():
                self._events.get_nowait()
            self._all_stale()

    def _all_stale(self) -> None:
        for channel in self._channels:
            self._pass(Event(channel, self._stale))
