"""A change of one record in a list that subscribers follow: written by compare-and-set, numbered, announced."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import Any, Generic, Self, TypeVar

import structlog

from db.accounts import AccountDeleted
from db.driver.durable import PATIENCE
from db.driver.errors import DatabaseError
from db.sync.outbox import OutboxRecord, OutboxStore, OutboxT
from services.kit import clock
from services.kit.compare_and_set import Attempts
from services.kit.errors import Conflict, NotFound
from services.kit.ids import new_id
from services.kit.metrics import counts
from services.sync.changelog import Change, Changelogs

log = structlog.get_logger()

T = TypeVar("T")

ANNOUNCING = timedelta(seconds=1)
SWEEP_AT_ONCE = 100


def changes_of(record: OutboxRecord) -> list[Change]:
    """Return the changes of it that are not numbered yet; else the state that it is in."""
    marks = [Change(record.id, mark.version, mark.mutation_id) for mark in record.pending]
    return marks or [Change(record.id, record.version)]


class ListWriter(Generic[OutboxT]):
    """Changes the records of one list by the steps of docs/decisions/0006-sync-protocol.md.

    ``noun`` names such a record to a person: "career action".
    """

    def __init__(self, store: OutboxStore[OutboxT], changelogs: Changelogs, kind: str, noun: str) -> None:
        self.store = store
        self.changelogs = changelogs
        self._kind = kind
        self.noun = noun

    async def get(self, profile_id: str, id_: str) -> OutboxT:
        """Raises ``NotFound``."""
        record = await self.store.get(profile_id, id_)
        if record is None:
            raise NotFound(self.noun)
        return record

    def change(self, profile_id: str, id_: str, mutation_id: str | None) -> "ListChange[OutboxT]":
        """Begin to change a record. Nothing is read before the iteration begins."""
        return ListChange(self, profile_id, id_, mutation_id)

    def hold(self, record: OutboxT, begun: float) -> None:
        """Have what was just written at hand for the subscribers of this process."""
        followed = self.changelogs.followed.get(record.profile_id)
        if followed is not None:
            followed.hold(self._kind, record, begun)

    async def announce(self, *records: OutboxT) -> None:
        """Number what is written, wake the subscribers, and unmark. All of one profile; may be repeated."""
        changes = [change for record in records if record.pending for change in changes_of(record)]
        if not changes:
            return
        profile_id = records[0].profile_id
        await self.changelogs.number(profile_id, self._kind, changes)
        await self.changelogs.wake(profile_id)
        for record in records:
            await self.store.mark_announced(record)

    async def announce_or_leave(self, *records: OutboxT) -> None:
        """``announce``, or leave it to the sweep: failing now would deny what has been written."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self.announce(*records)
        except (DatabaseError, Conflict, TimeoutError) as error:
            ids = [record.id for record in records]
            log.warning("outbox.announcement_postponed", kind=self._kind, ids=ids, error=type(error).__name__)

    async def sweep(self) -> None:
        """Announce what writers left marked for longer than an announcement takes."""
        left = await self.store.unannounced(clock.now() - ANNOUNCING, SWEEP_AT_ONCE)
        by_profile: dict[str, list[OutboxT]] = {}
        for record in left:
            by_profile.setdefault(record.profile_id, []).append(record)
        for profile_id, records in by_profile.items():
            try:
                await self.announce(*records)
            except AccountDeleted:
                # Nobody is left to be told, and what stays marked would be found first again and again.
                for record in records:
                    await self.store.delete_read(record)
                continue
            counts.swept["announcement"] += len(records)
            log.info("outbox.swept", kind=self._kind, profile_id=profile_id, count=len(records))


class ListChange(Generic[OutboxT]):
    """Change of one record by one person. Iterating gives the record as it is now, until it is changed::

        change = writer.change(profile_id, action_id, mutation_id)
        async for action in change:
            if action.status not in allowed:
                raise InvalidTransition(action.status)
            await change.write({"status": ActionStatus.SAVED})
        await writer.announce_or_leave(change.record)

    It is given again when somebody else changed it meanwhile, or the database did not answer. A pass that writes
    nothing leaves the record as it is. Raises ``NotFound``, and ``Conflict`` after too many lost races.
    """

    record: OutboxT
    """The record as it was read last, or as it was written."""

    def __init__(
        self, writer: ListWriter[OutboxT], profile_id: str, id_: str, mutation_id: str | None
    ) -> None:
        self._writer = writer
        self._read = partial(writer.get, profile_id, id_)
        self._mutation_id = mutation_id
        self._write_id = new_id()
        self._attempts = Attempts(writer.noun)
        self._again = True
        self._unanswered: int | None = None  # the version that such a write made, if it did anything at all

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> OutboxT:
        while self._again:
            await self._attempts.next()
            try:
                self.record = await self._read()
                self._again = False
                if await self._is_written():
                    break
            except DatabaseError as error:
                self._again = True
                await self._attempts.unanswered(error)
            else:
                return self.record
        raise StopAsyncIteration

    async def write(self, changes: dict[str, Any]) -> None:
        """Write ``changes`` if the record is still as it was given, marked as not yet announced."""
        version = self.record.version + 1
        changes["touched_at"] = clock.now()
        begun = monotonic()
        try:
            written = await self._writer.store.update(self.record, changes, self._mutation_id, self._write_id)
        except DatabaseError as error:
            self._again, self._unanswered = True, version
            await self._attempts.unanswered(error)
            return
        if written is None:
            self._again = True
        else:
            self.record = written
            self._writer.hold(written, begun)

    async def patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask the database until it answers, for as long as a change waits. ``ask`` may be repeated."""
        return await self._attempts.patiently(ask)

    async def _is_written(self) -> bool:
        """Return True if an earlier attempt, whose answer was lost, has made the change.

        The record names the last write. If somebody has changed it since, its mark names the mutation until it is
        numbered, the log from then on. Without a mutation id nobody can tell.
        """
        record, version = self.record, self._unanswered
        if record.last_write == self._write_id:
            return True
        if version is None or self._mutation_id is None or record.version <= version:
            return False
        if any((mark.version, mark.mutation_id) == (version, self._mutation_id) for mark in record.pending):
            return True
        changelog = await self._writer.changelogs.read(record.profile_id)
        return any(
            (entry.id, entry.version, entry.mutation_id) == (record.id, version, self._mutation_id)
            for entry in changelog.entries
        )
