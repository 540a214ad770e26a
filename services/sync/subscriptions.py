"""Subscriptions to the lists of profiles: each holds one cursor, and those at the same place are read for together.

Source of the rules: docs/decisions/0006-sync-protocol.md.
"""

import asyncio
from collections.abc import Sequence
from contextvars import Context
from functools import partial
from typing import Any, Generic

from db.sync.changelog import EntryKind, StreamStore
from db.sync.outbox import MarkedRecord
from services.kit import clock
from services.kit.metrics import counts
from services.sync.changelog import Streams
from services.sync.emissions import Cursor, Emission, EntityT, Lens
from services.sync.feeds import Feed, Unavailable, advance, opening, steadily
from services.sync.hub import Hub
from services.sync.wakeups import stream_topic

OPENING_SECONDS = 10.0


class Channel(Generic[EntityT]):
    """One list of a watched profile, read once for all who are up to date.

    Only the last change set is kept: who is slower than the channel, or came in between, reads for itself.
    """

    def __init__(self, feed: Feed, lens: Lens[EntityT], cursor: Cursor, ticks: int) -> None:
        self.holders = 0
        self.ticks = ticks
        self.emission: Emission[EntityT] | None = None
        self._feed = feed
        self._lens = lens
        self._cursor = cursor
        # The last change set follows whatever cursor is between these two.
        self._oldest = self._newest = self._last = cursor
        self._moved = asyncio.Event()
        # In a context of its own: it reads for all, and goes on when the request that began it has ended.
        self._reading = asyncio.create_task(self._read(), name="channel", context=Context())
        self._reading.add_done_callback(self._ended)

    def covers(self, cursor: Cursor) -> bool:
        """Whether nothing came between ``cursor`` and the next change set."""
        return cursor.epoch == self._last.epoch and cursor.seq >= self._last.seq

    def follows(self, cursor: Cursor) -> bool:
        """Whether the last change set is what comes after ``cursor``."""
        return cursor.epoch == self._oldest.epoch and self._oldest.seq <= cursor.seq <= self._newest.seq

    async def moved(self) -> None:
        """Wait for the next change set. Raises what ended the reading, if something did."""
        if not self._reading.done():
            await self._moved.wait()
        if self._reading.done():
            self._reading.result()

    @property
    def failed(self) -> bool:
        """Whether it has stopped reading by a fault."""
        return self._reading.done()

    def close(self) -> None:
        self._reading.cancel()

    def _ended(self, reading: asyncio.Task[None]) -> None:
        if not reading.cancelled():
            reading.exception()  # those who wait are told; there may be none
            self._moved.set()

    async def _read(self) -> None:
        while True:
            ticks = await self._feed.beyond(self.ticks)
            emission = await steadily(partial(advance, self._feed, self._lens, self._cursor, ticks))
            self.ticks = ticks
            if emission is None:
                continue
            if not emission.empty:
                counts.emissions += 1
                counts.deliveries += self.holders
                if counts.observer is not None and emission.upserts:
                    counts.observer.delivered(_lag(emission.upserts))
                self._oldest, self._newest, self._last = self._last, self._cursor, emission.cursor
                self.emission = emission
            self._cursor = emission.cursor
            if not emission.empty:
                self._moved.set()
                self._moved.clear()


def _lag(upserts: Sequence[object]) -> float:
    """Seconds since the latest of these was written; 0 when none says when."""
    written = [entity.touched_at for entity in upserts if isinstance(entity, MarkedRecord)]
    return (clock.now() - max(written)).total_seconds() if written else 0.0


class Subscription(Generic[EntityT]):
    """What one subscriber is sent: ``open`` once, then ``next`` again and again, while it is entered.

    It may be entered more than once, and ends when it was left as often.
    """

    __slots__ = (
        "_channel",
        "_cursor",
        "_entered",
        "_feed",
        "_feeds",
        "_held",
        "_lens",
        "_profile_id",
        "_seen",
        "_ticks",
    )

    def __init__(
        self,
        feeds: "Feeds",
        profile_id: str,
        lens: Lens[EntityT],
        after: str | None,
    ) -> None:
        self._feeds = feeds
        self._profile_id = profile_id
        self._lens = lens
        self._held = Cursor.parse(after) if after is not None else None
        self._entered = 0
        self._channel: Channel[EntityT] | None = None

    def __enter__(self) -> "Subscription[EntityT]":
        if not self._entered:
            self._feed = self._feeds.hub.hold(self._profile_id)
            self._ticks = self._feed.ticks
        self._entered += 1
        return self

    def __exit__(self, *_: object) -> None:
        self._entered -= 1
        if not self._entered:
            if self._channel is not None:
                self._feeds.leave(self._feed, self._lens, self._channel)
            self._feeds.hub.release(self._profile_id)

    async def open(self) -> Emission[EntityT]:
        """Everything, or what came after the cursor that is held. Raises ``Unavailable``."""
        try:
            async with asyncio.timeout(OPENING_SECONDS):
                emission = await steadily(partial(opening, self._feed, self._lens, self._held))
        except TimeoutError as error:
            raise Unavailable from error
        self._cursor = emission.cursor
        self._channel = self._feeds.join(self._feed, self._lens, emission.cursor, self._ticks)
        self._seen = self._channel.emission if self._channel.covers(emission.cursor) else None
        return emission

    async def next(self) -> Emission[EntityT]:
        """The next change set, whenever it comes."""
        channel = self._channel
        if channel is None:
            raise RuntimeError("not opened")
        while True:
            present = channel.emission
            if present is self._seen:
                await channel.moved()
                continue
            self._seen = present
            emission = present if channel.follows(self._cursor) else await self._catch_up(channel.ticks)
            if emission is not None:
                self._cursor = emission.cursor
                if not emission.empty:
                    return emission

    async def _catch_up(self, ticks: int) -> Emission[EntityT] | None:
        return await steadily(partial(advance, self._feed, self._lens, self._cursor, ticks))


class Feeds:
    """The subscriptions of this process."""

    def __init__(self, store: StreamStore, streams: Streams) -> None:
        self._store = store
        self._channels: dict[tuple[Feed, EntryKind], Channel[Any]] = {}
        self.hub = Hub(stream_topic, lambda profile_id: Feed(profile_id, streams))

    def subscription(self, profile_id: str, lens: Lens[EntityT], after: str | None) -> Subscription[EntityT]:
        """A subscription that is not yet entered. Raises ``InvalidInput`` for a malformed cursor."""
        return Subscription(self, profile_id, lens, after)

    def join(self, feed: Feed, lens: Lens[EntityT], cursor: Cursor, ticks: int) -> Channel[EntityT]:
        """The channel of this list. What was announced after ``ticks`` comes by it, until one leaves."""
        key = (feed, lens.kind)
        channel = self._channels.get(key)
        if channel is None or channel.failed:
            channel = self._channels[key] = Channel(feed, lens, cursor, ticks)
        channel.holders += 1
        return channel

    def leave(self, feed: Feed, lens: Lens[Any], channel: Channel[Any]) -> None:
        """Undo ``join``."""
        channel.holders -= 1
        if not channel.holders:
            channel.close()
            if self._channels.get((feed, lens.kind)) is channel:
                del self._channels[feed, lens.kind]

    async def heal(self) -> None:
        """Wake the watched profiles whose stream moved: the announcement may have been lost."""
        for position in await self._store.positions(self.hub.profile_ids):
            feed = self.hub.get(position.id)
            if feed is not None:
                feed.heal(position)
