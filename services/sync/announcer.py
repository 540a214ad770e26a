"""Announcing what is written and marked: the second and third step of a change. Source of the rules: decision 6."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Generic

import structlog

from db.accounts import AccountDeleted
from db.driver.durable import PATIENCE
from db.driver.errors import DatabaseError
from db.sync.changelog import group_of
from db.sync.outbox import MarkedRecord, MarkedT, Outbox
from services.kit import clock
from services.kit.errors import Conflict
from services.kit.metrics import counts
from services.sync.changelog import Change, Changelogs

log = structlog.get_logger()

ANNOUNCING = timedelta(seconds=1)
SWEEP_AT_ONCE = 100


def changes_of(record: MarkedRecord) -> list[Change]:
    """Return the changes of it that are not numbered yet; else the state that it is in."""
    marks = [Change(record.id, mark.version, mark.mutation_id) for mark in record.pending]
    return marks or [Change(record.id, record.version)]


class Announcer(Generic[MarkedT]):
    """Numbers the marked changes of one list's records, wakes the subscribers, and unmarks."""

    def __init__(
        self,
        store: Outbox[MarkedT],
        changelogs: Changelogs,
        kind: str,
        changes: Callable[[MarkedT], list[Change]] = changes_of,
    ) -> None:
        self._outbox = store
        self._kind = kind
        self._changes = changes
        self.changelogs = changelogs

    async def announce(self, *records: MarkedT) -> None:
        """Number what is written, wake the subscribers, and unmark. All of one profile; may be repeated."""
        changes = [change for record in records if record.pending for change in self._changes(record)]
        if not changes:
            return
        profile_id = self._outbox.profile_of(records[0])
        await self.changelogs.number(profile_id, self._kind, changes)
        await self.changelogs.wake(profile_id, group_of(self._kind))
        for record in records:
            await self._outbox.mark_announced(record)

    async def announce_or_leave(self, *records: MarkedT) -> bool:
        """``announce``, or leave it to the sweep (False): failing now would deny what has been written."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self.announce(*records)
        except (DatabaseError, Conflict, TimeoutError) as error:
            ids = [record.id for record in records]
            log.warning("outbox.announcement_postponed", kind=self._kind, ids=ids, error=type(error).__name__)
            return False
        return True

    async def announced(self, record: MarkedT) -> MarkedT:
        """Return the record, announced if that can be: without the marks that were numbered."""
        if not record.pending or not await self.announce_or_leave(record):
            return record
        return record.model_copy(update={"pending": [], "unannounced": False})

    async def sweep(self) -> None:
        """Announce what writers left marked for longer than an announcement takes."""
        left = await self._outbox.unannounced(clock.now() - ANNOUNCING, SWEEP_AT_ONCE)
        by_profile: dict[str, list[MarkedT]] = {}
        for record in left:
            by_profile.setdefault(self._outbox.profile_of(record), []).append(record)
        for profile_id, records in by_profile.items():
            try:
                await self.announce(*records)
            except AccountDeleted:
                # Nobody is left to be told, and what stays marked would be found first again and again.
                for record in records:
                    await self._outbox.delete_read(record)
                continue
            counts.swept["announcement"] += len(records)
            log.info("outbox.swept", kind=self._kind, profile_id=profile_id, count=len(records))
