"""Accounts that end: everything of a person goes, wherever it is and whoever is writing it at the moment.

See docs/decisions/0015-accounts.md.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from db.accounts import AccountStore, DeletionRecord
from db.profiles import ProfileRecord
from services.conversations.replies import STOP
from services.identity.revocations import Revocations
from services.kit import clock
from services.kit.caches import forget
from services.kit.ids import profile_id_of
from services.sync.wakeups import Wakeups, chat_topic, run_topic, stream_topic

log = structlog.get_logger()

STANDING = timedelta(minutes=10)
"""Time for which a deletion is remembered: longer than any lease, model call or request."""
SLOW = timedelta(seconds=10)
"""A deletion that takes longer counts as left by a process that died."""
_SWEEP_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Deletion:
    """``until``: from then on the person may begin anew."""

    at: datetime
    until: datetime


class Accounts:
    """Deletes accounts. ``replies_of`` returns the ids of a profile's replies that are being written."""

    def __init__(
        self,
        store: AccountStore,
        wakeups: Wakeups,
        revocations: Revocations,
        *,
        profile_of: Callable[[str], Awaitable[ProfileRecord | None]],
        replies_of: Callable[[str], Awaitable[Sequence[str]]],
        standing: timedelta = STANDING,
    ) -> None:
        self._store = store
        self._wakeups = wakeups
        self._revocations = revocations
        self._profile_of = profile_of
        self._replies_of = replies_of
        self._standing = standing
        self._deleting: set[asyncio.Task[Deletion]] = set()

    async def delete(self, user_id: str) -> Deletion:
        """Delete everything of the person, and end their tokens and subscriptions. May be repeated.

        It goes on when the caller is cancelled: it closes the very websocket that it may have been asked for by.
        """
        deleting = asyncio.create_task(self._delete(user_id))
        self._deleting.add(deleting)
        deleting.add_done_callback(self._deleted)
        return await asyncio.shield(deleting)

    async def sweep(self) -> None:
        """Finish what a dead process had begun. Forget what nobody can be writing to any more."""
        at = clock.now()
        for left in await self._store.undone(at + self._standing - SLOW, _SWEEP_AT_ONCE):
            profile = await self._profile_of(left.id)
            note = await self._store.note(left.id, at + self._standing)
            await self._finish(note, None if profile is None else profile.owner)
            log.warning("account.deletion_finished", profile_id=left.id)
        for ended in await self._store.ended(at, _SWEEP_AT_ONCE):
            await self._store.delete_everything(ended.id)  # what a writer left that died before it looked
            await self._store.forget(ended)

    async def aclose(self) -> None:
        """Wait for the deletions under way."""
        await asyncio.gather(*self._deleting, return_exceptions=True)

    async def _delete(self, user_id: str) -> Deletion:
        at = clock.now()
        note = await self._store.note(profile_id_of(user_id), at + self._standing)
        # From here on it is decided: if anything fails, a sweep goes on.
        await self._finish(note, user_id)
        log.info("account.deleted", profile_id=note.id, seconds=round((clock.now() - at).total_seconds(), 3))
        return Deletion(at, note.until)

    async def _finish(self, note: DeletionRecord, user_id: str | None) -> None:
        if user_id is not None:
            await self._revocations.revoke_person(user_id)
        replies = await self._replies_of(note.id)
        await self._store.delete_everything(note.id)
        # Their writers find nothing to write to any more. Told, they need not wait for their next write.
        for exchange_id in replies:
            await self._wakeups.announce(chat_topic(exchange_id), STOP)
        await self._wakeups.announce(stream_topic(note.id))
        await self._wakeups.announce(run_topic(note.id))
        forget()
        await self._store.mark_done(note)

    def _deleted(self, deleting: asyncio.Task[Deletion]) -> None:
        self._deleting.discard(deleting)
        if not deleting.cancelled():
            deleting.exception()  # whoever asked may have left
