"""Feeds: what a subscriber of a list is sent, read once for all subscribers of a profile in this process.

A subscriber holds one cursor. Whatever wakes it, it reads the log after its cursor and the entities as they are
now, so hints may be lost, doubled or late. Source of the rules: docs/decisions/0006-sync-protocol.md.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any, TypeVar

import structlog

from db.client import DatabaseError
from db.streams import PositionRecord, StreamRecord
from services.emissions import Cursor, Emission, EntityT, Lens, Reason, ResyncReason
from services.errors import FootholdError
from services.hub import Watch
from services.streams import Streams

log = structlog.get_logger()

_LONGEST_PAUSE = 2.0
_CHANGE_SETS = 8

T = TypeVar("T")


class Unavailable(FootholdError):
    """The database did not answer in time."""

    code = "UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__(
            "The database does not answer. Subscribe again in a moment, with the cursor you hold."
        )


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


async def opening(feed: Feed, lens: Lens[EntityT], held: Cursor | None) -> Emission[EntityT]:
    """What a subscriber gets first."""
    if held is None:
        return await feed.snapshot(lens, Reason.INITIAL)
    # Read anew: another process may have given the client a cursor that this one has not heard of.
    return await _after(feed, lens, await feed.read(), held, Reason.RESUME)


async def advance(feed: Feed, lens: Lens[EntityT], cursor: Cursor, ticks: int) -> Emission[EntityT] | None:
    """What came after ``cursor``, read no earlier than the wake-up that made the watch's count ``ticks``."""
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
