"""Feeds: what a subscriber of a list is sent, read once for all subscribers of a profile in this process.

A subscriber holds one cursor. Whatever wakes it, it reads the log after its cursor and the entities as they are
now, so hints may be lost, doubled or late. Source of the rules: docs/decisions/0006-sync-protocol.md.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar, cast

import structlog

from db.driver.client import DatabaseError
from db.sync.changelog import EntryKind, PositionRecord, StreamRecord
from db.sync.outbox import MarkedRecord
from services.kit.errors import FootholdError
from services.kit.metrics import counts
from services.sync.changelog import Change, Streams
from services.sync.emissions import Cursor, Emission, EntityT, Lens, Reason, ResyncReason
from services.sync.hub import Watch

log = structlog.get_logger()

_LONGEST_PAUSE = 2.0
_CHANGE_SETS = 8
_ENTITIES = 64

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
        self._entities: dict[tuple[EntryKind, str], MarkedRecord] = {}
        streams.watched[profile_id] = self

    @property
    def latest(self) -> StreamRecord | None:
        """The stream as this process last knew it."""
        return None if self._stream is None else self._stream[1]

    def offer(self, stream: StreamRecord, kind: EntryKind, changes: Sequence[Change]) -> None:
        """What a writer of this process has just made of the stream: the wake-up that follows need not read it.

        If another's wake-up comes first, the writer's own is read for, and nothing is missed.
        """
        self._stream = (self.ticks + 1, stream)
        for change in changes:
            if change.entity is not None:
                self._entities.pop((kind, change.id), None)
                self._entities[kind, change.id] = change.entity
        while len(self._entities) > _ENTITIES:
            del self._entities[next(iter(self._entities))]

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
            versions: dict[str, int] = {}
            for entry in entries:
                versions[entry.id] = max(entry.version, versions.get(entry.id, 0))
            ids = list(versions)
            found = await self._found(lens, stream, versions) if ids else {}
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

    async def _found(
        self, lens: Lens[EntityT], stream: StreamRecord, versions: Mapping[str, int]
    ) -> Mapping[str, EntityT]:
        """What the owner sees of these entities, at the given versions or later ones."""
        at_hand: dict[str, EntityT] = {}
        if lens.shows is not None:
            for id_, version in versions.items():
                entity = self._entities.get((lens.kind, id_))
                if entity is not None and entity.version >= version:
                    at_hand[id_] = cast("EntityT", entity)
        missing = [id_ for id_ in versions if id_ not in at_hand]
        found = dict(await lens.some(stream, missing)) if missing else {}
        shown = {id_: entity for id_, entity in at_hand.items() if lens.shows and lens.shows(stream, entity)}
        return found | shown

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
            counts.database_waits += 1
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
        counts.resyncs[unusable.value] += 1
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
