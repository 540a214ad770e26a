"""Feeds: what a subscriber of a list is sent, read once for all subscribers of a profile in this process.

A subscriber holds one cursor. Whatever wakes it, it reads the log after its cursor and the entities as they are
now, so hints may be lost, doubled or late. Source of the rules: docs/decisions/0006-sync-protocol.md.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from typing import Any, Generic, Self, TypeVar

import structlog

from db.client import DatabaseError
from db.streams import EntryKind, PositionRecord, StreamRecord, StreamStore
from services.errors import FootholdError, InvalidInput
from services.hub import Hub, Watch
from services.streams import Streams
from services.wakeups import stream_topic

log = structlog.get_logger()

OPENING_SECONDS = 10.0
_LONGEST_PAUSE = 2.0
_CHANGE_SETS = 8

T = TypeVar("T")
EntityT = TypeVar("EntityT")


class Unavailable(FootholdError):
    """The database did not answer in time."""

    code = "UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__(
            "The database does not answer. Subscribe again in a moment, with the cursor you hold."
        )


class Reason(Enum):
    """Why an emission came."""

    INITIAL = "INITIAL"
    CHANGE = "CHANGE"
    RESUME = "RESUME"
    RESYNC = "RESYNC"


class ResyncReason(Enum):
    """Why a cursor could not be resumed from."""

    CURSOR_TOO_OLD = "CURSOR_TOO_OLD"
    OTHER_EPOCH = "OTHER_EPOCH"
    FUTURE_CURSOR = "FUTURE_CURSOR"


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a profile's stream: everything numbered up to ``seq`` is held. Written ``epoch:seq``."""

    epoch: str
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}:{self.seq}"

    @classmethod
    def parse(cls, text: str) -> Self:
        epoch, _, seq = text.partition(":")
        if not (epoch.isascii() and epoch.isalnum() and len(epoch) <= 32):
            raise InvalidInput("after", "This is not a cursor of this subscription.")
        if not (seq.isascii() and seq.isdigit() and len(seq) <= 15):
            raise InvalidInput("after", "This is not a cursor of this subscription.")
        return cls(epoch, int(seq))


@dataclass(frozen=True)
class Lens(Generic[EntityT]):
    """How one kind of list is read: all that the owner sees, or some by id, given the stream that was read before."""

    kind: EntryKind
    all: Callable[[StreamRecord], Awaitable[Sequence[EntityT]]]
    some: Callable[[StreamRecord, Sequence[str]], Awaitable[Mapping[str, EntityT]]]


@dataclass(frozen=True, slots=True)
class Emission(Generic[EntityT]):
    """One change set. ``removed`` are local ids. INITIAL and RESYNC replace what the client holds."""

    reason: Reason
    cursor: Cursor
    upserts: Sequence[EntityT]
    removed: Sequence[str] = ()
    mutation_ids: Sequence[str] = ()
    resync_reason: ResyncReason | None = None


class Feed(Watch):
    """A profile that is watched. Its subscribers share reads that are under way, and the last change sets."""

    def __init__(self, profile_id: str, streams: Streams) -> None:
        super().__init__(profile_id)
        self._streams = streams
        self._stream: tuple[int, StreamRecord] | None = None
        self._healed: PositionRecord | None = None
        self._reads: dict[object, asyncio.Task[Any]] = {}
        self._change_sets: dict[object, Emission[Any]] = {}

    def heal(self, position: PositionRecord) -> None:
        """Wake everybody, once for each position: what one subscriber has read, another may have missed."""
        if self._healed != position:
            self._healed = position
            self.wake()

    async def read(self) -> StreamRecord:
        """The stream as it is now."""
        return await self._streams.read(self.profile_id)

    async def stream(self, ticks: int) -> StreamRecord:
        """The stream, read no earlier than the wake-up that made the watch's count ``ticks``."""
        if self._stream is not None and self._stream[0] >= ticks:
            return self._stream[1]
        present = self.ticks
        stream = await self._shared(("stream", present), self.read)
        if self._stream is None or self._stream[0] <= present:
            self._stream = (present, stream)
        return stream

    async def snapshot(self, lens: Lens[EntityT], reason: Reason) -> Emission[EntityT]:
        """The stream's position, then everything: what is written in between comes again by its number."""

        async def read() -> Emission[EntityT]:
            stream = await self.read()
            entities = await lens.all(stream)
            return Emission(reason, Cursor(stream.epoch, stream.seq), entities)

        return await self._shared((lens.kind, reason, self.ticks), read)

    async def changes(self, lens: Lens[EntityT], stream: StreamRecord, after: int) -> Emission[EntityT]:
        """What came after ``after``, as it is now. Subscribers at the same place get the same object."""
        key = (lens.kind, stream.epoch, after, stream.seq)
        known = self._change_sets.get(key)
        if known is not None:
            return known

        async def read() -> Emission[EntityT]:
            entries = [entry for entry in stream.entries if entry.seq > after and entry.kind is lens.kind]
            ids = list(dict.fromkeys(entry.id for entry in entries))
            found = await lens.some(stream, ids) if ids else {}
            return Emission(
                Reason.CHANGE,
                Cursor(stream.epoch, stream.seq),
                upserts=[found[id_] for id_ in ids if id_ in found],
                removed=[id_ for id_ in ids if id_ not in found],
                mutation_ids=[entry.mutation_id for entry in entries if entry.mutation_id is not None],
            )

        emission = await self._shared(key, read)
        self._change_sets[key] = emission
        while len(self._change_sets) > _CHANGE_SETS:
            del self._change_sets[next(iter(self._change_sets))]
        return emission

    async def _shared(self, key: object, read: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run ``read`` once for all who ask for ``key`` while it runs; one who leaves does not end it."""
        task: asyncio.Task[T] | None = self._reads.get(key)
        if task is None:
            task = self._reads[key] = asyncio.create_task(read())

            def ended(task: asyncio.Task[T]) -> None:
                del self._reads[key]
                if not task.cancelled():
                    task.exception()  # all who asked may have left

            task.add_done_callback(ended)
        return await asyncio.shield(task)


class Feeds:
    """Subscriptions to the lists of profiles."""

    def __init__(self, store: StreamStore, streams: Streams) -> None:
        self._store = store
        self.hub = Hub(stream_topic, lambda profile_id: Feed(profile_id, streams))

    async def subscribe(
        self, profile_id: str, lens: Lens[EntityT], after: str | None
    ) -> AsyncGenerator[Emission[EntityT], None]:
        """Emissions without end. ``InvalidInput`` for a malformed cursor; ``Unavailable`` only before the first."""
        held = Cursor.parse(after) if after is not None else None
        with self.hub.watch(profile_id) as feed:
            ticks = feed.ticks
            try:
                async with asyncio.timeout(OPENING_SECONDS):
                    emission = await steadily(partial(_open, feed, lens, held))
            except TimeoutError as error:
                raise Unavailable from error
            yield emission
            cursor = emission.cursor
            while True:
                ticks = await feed.beyond(ticks)
                advanced = await steadily(partial(_advance, feed, lens, cursor, ticks))
                if advanced is not None:
                    cursor = advanced.cursor
                    if advanced.reason is Reason.RESYNC or advanced.upserts or advanced.removed:
                        yield advanced

    async def heal(self) -> None:
        """Wake the watched profiles whose stream moved: the announcement may have been lost."""
        for position in await self._store.positions(self.hub.profile_ids):
            feed = self.hub.get(position.id)
            if feed is not None:
                feed.heal(position)


async def steadily(read: Callable[[], Awaitable[T]]) -> T:
    """Read until the database answers, with growing pauses."""
    pause = 0.05
    while True:
        try:
            return await read()
        except DatabaseError as error:
            log.warning("feed.database_error", error=type(error).__name__, pause=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)


async def _open(feed: Feed, lens: Lens[EntityT], held: Cursor | None) -> Emission[EntityT]:
    if held is None:
        return await feed.snapshot(lens, Reason.INITIAL)
    # Read anew: another process may have given the client a cursor that this one has not heard of.
    return await _after(feed, lens, await feed.read(), held, Reason.RESUME)


async def _advance(feed: Feed, lens: Lens[EntityT], cursor: Cursor, ticks: int) -> Emission[EntityT] | None:
    stream = await feed.stream(ticks)
    if stream.epoch == cursor.epoch and stream.seq < cursor.seq:
        stream = await feed.read()  # what was shared may be older than this subscriber's snapshot
    if (stream.epoch, stream.seq) == (cursor.epoch, cursor.seq):
        return None
    return await _after(feed, lens, stream, cursor, Reason.CHANGE)


async def _after(
    feed: Feed, lens: Lens[EntityT], stream: StreamRecord, cursor: Cursor, reason: Reason
) -> Emission[EntityT]:
    unusable = _unusable(stream, cursor)
    if unusable is not None:
        snapshot = await feed.snapshot(lens, Reason.RESYNC)
        return replace(snapshot, resync_reason=unusable)
    changes = await feed.changes(lens, stream, cursor.seq)
    return changes if reason is Reason.CHANGE else replace(changes, reason=reason)


def _unusable(stream: StreamRecord, cursor: Cursor) -> ResyncReason | None:
    if cursor.epoch != stream.epoch:
        return ResyncReason.OTHER_EPOCH
    if cursor.seq > stream.seq:
        return ResyncReason.FUTURE_CURSOR
    return ResyncReason.CURSOR_TOO_OLD if cursor.seq < stream.floor else None
