"""Numbering: the second of a change's steps (write, number, announce). See docs/decisions/0006-sync-protocol.md."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, Self
from weakref import WeakValueDictionary

from db.sync.changelog import (
    ChangelogRecord,
    ChangelogStore,
    EntryRecord,
    Group,
    HeadRecord,
    PositionRecord,
    change_key,
    group_of,
    log_id,
)
from db.sync.outbox import MarkedRecord
from services.kit.compare_and_set import Attempts
from services.sync.wakeups import Wakeups, stream_topic


@dataclass(frozen=True, slots=True)
class Change:
    """An entity came to ``version``, by the client's ``mutation_id`` if it gave one."""

    id: str
    version: int
    mutation_id: str | None = None


class Followed(Protocol):
    """A profile that somebody in this process subscribes to."""

    def latest(self, group: Group) -> ChangelogRecord | None:
        """Return the changelog as this process last knew it."""

    def offer(self, stream: ChangelogRecord) -> None:
        """Take what has just become of the changelog."""

    def hold(self, kind: str, entity: MarkedRecord, begun: float) -> None:
        """Take what has just become of an entity, by a write that began at ``begun`` (monotonic)."""


class Changelogs:
    """Appends to the profiles' changelogs and wakes their subscribers."""

    def __init__(self, store: ChangelogStore, wakeups: Wakeups) -> None:
        self._store = store
        self._wakeups = wakeups
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.followed: WeakValueDictionary[str, Followed] = WeakValueDictionary()
        """By profile id: they are spared reading what is written here."""

    async def read(self, profile_id: str, group: Group = Group.MAIN) -> ChangelogRecord:
        """Return the group's changelog as it is now, made where there is none."""
        return await self._store.ensure(log_id(profile_id, group), secrets.token_hex(4))

    async def position(self, profile_id: str) -> PositionRecord | None:
        """Return the position of ``main``'s changelog as it is now; None where there is no changelog."""
        return await self._store.position(log_id(profile_id))

    def turn(self, profile_id: str, group: Group = Group.MAIN) -> asyncio.Lock:
        """The lock of this process's writers to one changelog.

        It only spares them racing each other: compare-and-set keeps the order, between processes too.
        """
        return self._turns.setdefault(log_id(profile_id, group), asyncio.Lock())

    async def number(self, profile_id: str, kind: str, changes: Sequence[Change]) -> None:
        """Append what the log does not hold yet. Repeating it changes nothing. Raises ``Conflict``."""
        followed, group = self.followed.get(profile_id), group_of(kind)
        # What subscribers have read will do for a first try: if the log has moved since, the append is refused.
        known = None if followed is None else followed.latest(group)
        attempts = Attempts("changelog")
        async with self.turn(profile_id, group):
            while True:
                await attempts.next()
                read = partial(self.read, profile_id, group)
                log = known if known is not None else await attempts.patiently(read)
                held = log.held(kind)
                new = [change for change in changes if change_key(change.id, change.version) not in held]
                if not new and known is None:
                    break
                appended = await self.append(log, kind, new) if new else None
                if appended is not None:
                    log = appended
                    break
                known = None
        if followed is not None:
            followed.offer(log)

    async def append(
        self, log: ChangelogRecord, kind: str, changes: Sequence[Change], head: HeadRecord | None = None
    ) -> ChangelogRecord | None:
        """Number ``changes`` and show ``head``, in one update; None if the log is not as it was read any more."""
        heads = None if head is None else {kind: head}
        return await self._store.append(log, _entries(log, kind, changes), heads)

    def replacement(self, profile_id: str, kind: str, head: HeadRecord) -> "Replacement":
        """Begin to replace a list as a whole by the batch that ``head`` names."""
        return Replacement(self, profile_id, kind, head)

    async def wake(self, profile_id: str, group: Group = Group.MAIN) -> None:
        """Tell the subscribers of all processes that the group's changelog may have moved."""
        await self._wakeups.announce(stream_topic(profile_id), group)


class Replacement:
    """A list replaced as a whole. Iterating gives the changelog as it is now, until the list is replaced::

        replacement = changelogs.replacement(profile_id, kind, head)
        async for log in replacement:
            await replacement.write(changes_from(log))

    Nothing is given where this run's list, or a later one's, is shown already.
    """

    def __init__(self, changelogs: Changelogs, profile_id: str, kind: str, head: HeadRecord) -> None:
        self.done = False
        self.before: HeadRecord | None = None
        """The head that was shown until now."""
        self._changelogs = changelogs
        self._profile_id = profile_id
        self._kind = kind
        self._head = head
        self._attempts = Attempts("changelog")

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ChangelogRecord:
        if self.done:
            raise StopAsyncIteration
        await self._attempts.next()
        self._log = await self._attempts.patiently(
            partial(self._changelogs.read, self._profile_id, group_of(self._kind))
        )
        self.before = self._log.heads.get(self._kind)
        if self.before is not None and self.before.run >= self._head.run:
            raise StopAsyncIteration
        return self._log

    async def write(self, changes: Sequence[Change]) -> None:
        """Show the new batch, number every entity that comes or goes by it, and wake the subscribers.

        If the changelog has moved since it was given, nothing is written and the iteration goes on.
        """
        appended = await self._changelogs.append(self._log, self._kind, changes, self._head)
        if appended is not None:
            self.done = True
            await self._changelogs.wake(self._profile_id, group_of(self._kind))


async def renew_epochs(store: ChangelogStore) -> int:
    """Give every changelog a new epoch, and return how many there are. May be repeated.

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


def _entries(log: ChangelogRecord, kind: str, changes: Sequence[Change]) -> list[EntryRecord]:
    # By a replacement something comes or goes in a state that has been told already.
    held = log.held(kind)
    tag = secrets.token_hex(4)
    return [
        EntryRecord(
            seq=log.seq + 1,
            kind=str(kind),
            id=change.id,
            version=change.version,
            mutation_id=None if change_key(change.id, change.version) in held else change.mutation_id,
            tag=tag,
        )
        for change in changes
    ]
