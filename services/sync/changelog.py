"""Numbering: the second of a change's steps (write, number, announce). See docs/decisions/0006-sync-protocol.md."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from weakref import WeakValueDictionary

from db.sync.changelog import (
    ChangelogRecord,
    ChangelogStore,
    EntryKind,
    EntryRecord,
    HeadRecord,
    PositionRecord,
    change_key,
)
from db.sync.outbox import OutboxRecord
from services.kit.errors import Conflict
from services.sync.wakeups import Wakeups, stream_topic

_TRIES = 100


@dataclass(frozen=True, slots=True)
class Change:
    """An entity came to ``version``, by the client's ``mutation_id`` if it gave one.

    ``entity`` is the entity at that version or a later one, where it is at hand.
    """

    id: str
    version: int
    mutation_id: str | None = None
    entity: OutboxRecord | None = field(default=None, compare=False)


class Followed(Protocol):
    """A profile that somebody in this process subscribes to."""

    @property
    def latest(self) -> ChangelogRecord | None:
        """The stream as this process last knew it."""

    def offer(self, stream: ChangelogRecord, kind: EntryKind, changes: Sequence[Change]) -> None:
        """What has just become of the stream, by which changes."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """A list replaced as a whole: what is shown from now on, and every entity that comes or goes by it."""

    head: HeadRecord
    changes: Sequence[Change]


class Changelogs:
    """Appends to the profiles' streams and wakes their subscribers."""

    def __init__(self, store: ChangelogStore, wakeups: Wakeups) -> None:
        self._store = store
        self._wakeups = wakeups
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.followed: WeakValueDictionary[str, Followed] = WeakValueDictionary()
        """By profile id: they are spared reading what is written here."""

    async def read(self, profile_id: str) -> ChangelogRecord:
        """The stream as it is now, made where there is none."""
        return await self._store.ensure(profile_id, secrets.token_hex(4))

    async def number(self, profile_id: str, kind: EntryKind, changes: Sequence[Change]) -> None:
        """Append what the log does not hold yet. Repeating it changes nothing."""

        async def append(stream: ChangelogRecord) -> ChangelogRecord | None:
            known = _known(stream, kind)
            new = [change for change in changes if change_key(change.id, change.version) not in known]
            return await self._store.append(stream, _entries(stream, kind, new)) if new else stream

        followed = self.followed.get(profile_id)
        # A stream that has moved meanwhile only costs another try.
        stream = await self._append(profile_id, append, None if followed is None else followed.latest)
        if followed is not None:
            followed.offer(stream, kind, changes)
        await self._wakeups.announce(stream_topic(profile_id))

    async def replace(
        self,
        profile_id: str,
        kind: EntryKind,
        plan: Callable[[ChangelogRecord], Awaitable[Replacement | None]],
    ) -> bool:
        """Show another batch and number what it changes, in one update. ``plan`` is asked again when the stream
        moved meanwhile; None from it means that there is nothing to do. Returns whether the list was replaced.
        """
        replaced = False

        async def append(stream: ChangelogRecord) -> ChangelogRecord | None:
            nonlocal replaced
            replacement = await plan(stream)
            if replacement is None:
                return stream
            actions = replacement.head if kind is EntryKind.CAREER_ACTION else None
            matches = replacement.head if kind is EntryKind.MATCH else None
            entries = _entries(stream, kind, replacement.changes)
            appended = await self._store.append(stream, entries, actions=actions, matches=matches)
            replaced = appended is not None
            return appended

        await self._append(profile_id, append)
        await self._wakeups.announce(stream_topic(profile_id))
        return replaced

    async def _append(
        self,
        profile_id: str,
        append: Callable[[ChangelogRecord], Awaitable[ChangelogRecord | None]],
        latest: ChangelogRecord | None = None,
    ) -> ChangelogRecord:
        # The lock only spares this process's writers from racing each other; the compare-and-set is what holds.
        lock = self._locks.setdefault(profile_id, asyncio.Lock())
        async with lock:
            for _ in range(_TRIES):
                appended = await append(latest or await self.read(profile_id))
                if appended is not None:
                    return appended
                latest = None
        raise Conflict("stream")


async def renew_epochs(store: ChangelogStore) -> int:
    """Give every stream a new epoch; how many there are. May be repeated.

    After a restore the old one would name two histories: a cursor from after the backup would seem to be of this
    one as soon as its number is reached again.
    """
    count, after = 0, ""
    while page := await store.page(after):
        for position in page:
            present: PositionRecord | None = position
            while present is not None and not await store.renew(present, secrets.token_hex(4)):
                present = await store.get(position.id)
        count, after = count + len(page), page[-1].id
    return count


def _known(stream: ChangelogRecord, kind: EntryKind) -> set[str]:
    numbered = (change_key(entry.id, entry.version) for entry in stream.entries if entry.kind is kind)
    return {*stream.trimmed, *numbered}


def _entries(stream: ChangelogRecord, kind: EntryKind, changes: Sequence[Change]) -> list[EntryRecord]:
    # By a replacement something comes or goes in a state that has been told already.
    known = _known(stream, kind)
    return [
        EntryRecord(
            seq=stream.seq + 1,
            kind=kind,
            id=change.id,
            version=change.version,
            mutation_id=None if change_key(change.id, change.version) in known else change.mutation_id,
        )
        for change in changes
    ]
