"""Subscriptions to the lists of profiles: each holds one cursor, and those at the same place are read for together.

Source of the rules: docs/decisions/0006-sync-protocol.md.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from contextvars import Context
from functools import partial
from typing import Any, Generic, Self

from db.sync.changelog import ChangelogStore
from db.sync.outbox import MarkedRecord
from services.kit import clock
from services.kit.metrics import counts
from services.kit.retrying import steadily
from services.sync.changelog import Changelogs
from services.sync.emissions import Emission, EntityT, Place, Selection
from services.sync.followed_profile import FollowedProfile, Unavailable, advance, opening
from services.sync.hub import Hub
from services.sync.wakeups import stream_topic

OPENING_SECONDS = 10.0


class Channel(Generic[EntityT]):
    """One list of a followed profile, read once for all who are up to date.

    Only the last change set is kept: who is slower than the channel, or came in between, reads for itself.
    """

    def __init__(
        self, profile: FollowedProfile, selection: Selection[EntityT], place: Place, ticks: int
    ) -> None:
        self.holders = 0
        self.ticks = ticks
        self.emission: Emission[EntityT] | None = None
        self._profile = profile
        self._selection = selection
        self._place = place
        # The last change set follows whatever place is between these two.
        self._oldest = self._newest = self._last = place
        self._moved = asyncio.Event()
        # In a context of its own: it reads for all, and goes on when the request that began it has ended.
        self._reading = asyncio.create_task(self._read(), name="channel", context=Context())
        self._reading.add_done_callback(self._ended)

    def covers(self, place: Place) -> bool:
        """Return True if nothing came between ``place`` and the next change set."""
        return place.reaches(self._last)

    def follows(self, place: Place) -> bool:
        """Return True if the last change set is what comes after ``place``."""
        return place in (self._oldest, self._newest)

    async def moved(self) -> None:
        """Wait for the next change set. Raises what ended the reading, if something did."""
        if not self._reading.done():
            await self._moved.wait()
        if self._reading.done():
            self._reading.result()

    @property
    def failed(self) -> bool:
        """True if it has stopped reading by a fault."""
        return self._reading.done()

    def close(self) -> None:
        self._reading.cancel()

    def _ended(self, reading: asyncio.Task[None]) -> None:
        # Where it was cancelled, asking for it lets go of the error, whose frames hold this channel.
        with suppress(asyncio.CancelledError):
            reading.exception()  # those who wait are told; there may be none
            self._moved.set()

    async def _read(self) -> None:
        while True:
            ticks = await self._profile.beyond(self.ticks)
            emission = await steadily(partial(advance, self._profile, self._selection, self._place))
            self.ticks = ticks
            if emission is None:
                continue
            if not emission.empty:
                counts.emissions += 1
                counts.deliveries += self.holders
                if counts.observer is not None and emission.upserts:
                    counts.observer.delivered(_lag(emission.upserts))
                self._oldest, self._newest, self._last = self._last, self._place, emission.cursor
                self.emission = emission
            self._place = emission.cursor
            if not emission.empty:
                self._moved.set()
                self._moved.clear()


def _lag(upserts: Sequence[object]) -> float:
    """Seconds since the latest of these was written; 0 when none says when."""
    written = [entity.touched_at for entity in upserts if isinstance(entity, MarkedRecord)]
    return (clock.now() - max(written)).total_seconds() if written else 0.0


class Subscription(Generic[EntityT]):
    """Endless emissions for one subscriber of a list: everything or what it missed, then each change set.

    Holds its profile from the first emission on, until ``aclose``.
    """

    __slots__ = (
        "_channel",
        "_held",
        "_place",
        "_profile",
        "_profile_id",
        "_seen",
        "_selection",
        "_subscriptions",
    )

    def __init__(
        self,
        subscriptions: "Subscriptions",
        profile_id: str,
        selection: Selection[EntityT],
        after: str | None,
    ) -> None:
        self._subscriptions = subscriptions
        self._profile_id = profile_id
        self._selection = selection
        self._held = selection.held(after)
        self._profile: FollowedProfile | None = None
        self._channel: Channel[EntityT] | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Emission[EntityT]:
        """Return the next emission, whenever it comes. Raises ``Unavailable`` if the first one takes too long."""
        return await self._open() if self._channel is None else await self._next(self._channel)

    async def aclose(self) -> None:
        """Let go of the profile and its list."""
        if self._profile is None:
            return
        if self._channel is not None:
            self._subscriptions.leave(self._profile, self._selection, self._channel)
        self._subscriptions.hub.release(self._profile_id)
        self._profile = None

    async def _open(self) -> Emission[EntityT]:
        # Held before anything is read: what is announced from here on is not missed.
        profile = self._profile = self._profile or self._subscriptions.hub.hold(self._profile_id)
        ticks = profile.ticks
        try:
            async with asyncio.timeout(OPENING_SECONDS):
                emission = await steadily(partial(opening, profile, self._selection, self._held))
        except TimeoutError as error:
            raise Unavailable from error
        self._place = emission.cursor
        channel = self._subscriptions.join(profile, self._selection, emission.cursor, ticks)
        self._seen = channel.emission if channel.covers(emission.cursor) else None
        self._channel = channel
        return emission

    async def _next(self, channel: Channel[EntityT]) -> Emission[EntityT]:
        while True:
            present = channel.emission
            if present is self._seen:
                await channel.moved()
                continue
            self._seen = present
            emission = present if channel.follows(self._place) else await self._catch_up()
            if emission is not None:
                self._place = emission.cursor
                if not emission.empty:
                    return emission

    async def _catch_up(self) -> Emission[EntityT] | None:
        profile = self._profile
        if profile is None:
            raise RuntimeError("the subscription is closed")
        return await steadily(partial(advance, profile, self._selection, self._place))


class Subscriptions:
    """The subscriptions of this process."""

    def __init__(self, store: ChangelogStore, changelogs: Changelogs) -> None:
        self._store = store
        self._channels: dict[tuple[FollowedProfile, tuple[str, ...]], Channel[Any]] = {}
        self.hub = Hub(stream_topic, lambda profile_id: FollowedProfile(profile_id, changelogs))

    def follow(
        self, profile_id: str, selection: Selection[EntityT], after: str | None
    ) -> Subscription[EntityT]:
        """Subscribe to a profile's list. Nothing is read before the first emission is asked for.

        Raises ``InvalidInput`` for a malformed cursor.
        """
        return Subscription(self, profile_id, selection, after)

    def join(
        self, profile: FollowedProfile, selection: Selection[EntityT], place: Place, ticks: int
    ) -> Channel[EntityT]:
        """The channel of this list. What was announced after ``ticks`` comes by it, until one leaves."""
        key = (profile, selection.key)
        channel = self._channels.get(key)
        if channel is None or channel.failed:
            channel = self._channels[key] = Channel(profile, selection, place, ticks)
        channel.holders += 1
        return channel

    def leave(self, profile: FollowedProfile, selection: Selection[Any], channel: Channel[Any]) -> None:
        """Undo ``join``."""
        channel.holders -= 1
        if not channel.holders:
            channel.close()
            if self._channels.get((profile, selection.key)) is channel:
                del self._channels[profile, selection.key]

    async def heal(self) -> None:
        """Wake the followed profiles whose stream moved: the announcement may have been lost."""
        for position in await self._store.positions(
            [id_ for each in self.hub.signals for id_ in each.log_ids]
        ):
            profile = self.hub.get(position.profile_id)
            if profile is not None:
                profile.heal(position)
