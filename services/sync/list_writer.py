"""A change of one thing in a list that subscribers follow: written by compare-and-set, numbered, told to others."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from time import monotonic
from typing import Any, Generic

import structlog

from db.accounts import AccountDeleted
from db.driver.client import DatabaseError, DatabaseUnreachable
from db.sync.changelog import EntryKind
from db.sync.outbox import OutboxRecord, OutboxStore, OutboxT
from services.kit import clock
from services.kit.errors import Conflict, NotFound
from services.kit.ids import new_id
from services.kit.metrics import counts
from services.sync.changelog import Change, Changelogs

log = structlog.get_logger()

ANNOUNCING = timedelta(seconds=1)
SWEEP_AT_ONCE = 100
PATIENCE = 10.0
"""Seconds for which a change waits for a database that does not answer."""
_TRIES = 60
_PAUSE = 0.1


def changes_of(record: OutboxRecord) -> list[Change]:
    """What of it is not numbered yet; else the state that it is in."""
    marks = [Change(record.id, mark.version, mark.mutation_id, record) for mark in record.pending]
    return marks or [Change(record.id, record.version, entity=record)]


class ListWriter(Generic[OutboxT]):
    """The steps of docs/decisions/0006-sync-protocol.md, for one kind of list. ``noun`` is a thing in it."""

    def __init__(
        self, store: OutboxStore[OutboxT], changelogs: Changelogs, kind: EntryKind, noun: str
    ) -> None:
        self._store = store
        self._changelogs = changelogs
        self._kind = kind
        self._noun = noun

    async def get(self, profile_id: str, id_: str) -> OutboxT:
        """Raises ``NotFound``."""
        record = await self._store.get(profile_id, id_)
        if record is None:
            raise NotFound(self._noun)
        return record

    async def change(
        self,
        profile_id: str,
        id_: str,
        changes: Callable[[OutboxT], Awaitable[dict[str, Any]]],
        mutation_id: str | None,
    ) -> OutboxT:
        """``write``, then ``announce_or_leave``."""
        record = await self.write(profile_id, id_, changes, mutation_id)
        await self.announce_or_leave(record)
        return record

    async def write(
        self,
        profile_id: str,
        id_: str,
        changes: Callable[[OutboxT], Awaitable[dict[str, Any]]],
        mutation_id: str | None,
    ) -> OutboxT:
        """Write what ``changes`` says of the thing as it is now; nothing from it leaves the thing as it is."""
        write = new_id()
        deadline = monotonic() + PATIENCE
        overtaken = 0
        attempted: int | None = None
        lost: int | None = (
            None  # the version that a try made whose answer was lost, if it did anything at all
        )
        while overtaken < _TRIES:
            try:
                record = await self.get(profile_id, id_)
                if record.last_write == write:
                    return record  # written by an earlier try whose answer was lost
                if lost is not None and await self._made(record, lost, mutation_id):
                    return record  # so was this, and somebody has changed it since
                changed = await changes(record)
                if not changed:
                    return record
                changed["touched_at"] = clock.now()
                attempted = record.version + 1
                written = await self._store.update(record, changed, mutation_id, write)
            except DatabaseUnreachable:
                if monotonic() > deadline:
                    raise
                lost = attempted
                await asyncio.sleep(_PAUSE)
                continue
            if written is not None:
                return written
            overtaken += 1
        raise Conflict(self._noun)

    async def _made(self, record: OutboxT, version: int, mutation_id: str | None) -> bool:
        """Whether it was by this mutation that the thing came to a version that it has passed.

        Its mark says so until it is numbered, the stream's log from then on. Without a mutation id nobody can tell.
        """
        if mutation_id is None or record.version <= version:
            return False
        if any((mark.version, mark.mutation_id) == (version, mutation_id) for mark in record.pending):
            return True
        stream = await self._changelogs.read(record.profile_id)
        return any(
            (entry.id, entry.version, entry.mutation_id) == (record.id, version, mutation_id)
            for entry in stream.entries
        )

    async def announce(self, records: Sequence[OutboxT]) -> None:
        """Number what is written, wake the subscribers, and unmark. All of one profile; may be repeated."""
        changes = [change for record in records if record.pending for change in changes_of(record)]
        if not changes:
            return
        await self._changelogs.number(records[0].profile_id, self._kind, changes)
        for record in records:
            await self._store.mark_announced(record)

    async def announce_or_leave(self, *records: OutboxT) -> None:
        """``announce``, or leave it to the sweep: failing now would deny what has been written."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self.announce(records)
        except (DatabaseError, Conflict, TimeoutError) as error:
            ids = [record.id for record in records]
            log.warning("announcement.left", kind=self._kind.value, ids=ids, error=type(error).__name__)

    async def sweep(self) -> None:
        """Announce what writers left marked for longer than an announcement takes."""
        left = await self._store.unannounced(clock.now() - ANNOUNCING, SWEEP_AT_ONCE)
        by_profile: dict[str, list[OutboxT]] = {}
        for record in left:
            by_profile.setdefault(record.profile_id, []).append(record)
        for profile_id, records in by_profile.items():
            try:
                await self.announce(records)
            except AccountDeleted:
                # Nobody is left to be told, and what stays marked would be found first again and again.
                await self._store.delete_all(profile_id)
                continue
            counts.swept["announcement"] += len(records)
            log.info("announcement.swept", kind=self._kind.value, profile_id=profile_id, count=len(records))
