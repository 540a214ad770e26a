"""Accounts that end: everything of a person goes, wherever it is and whoever is writing it at the moment.

See docs/decisions/0015-accounts.md.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

import structlog

from db.accounts import AccountStore, DeletionRecord
from db.profiles import ProfileRecord
from services.conversations.replies import STOP
from services.identity.revocations import Revocations
from services.kit import clock
from services.kit.caches import forget
from services.kit.compare_and_set import Attempts
from services.kit.ids import profile_id_of
from services.sync.wakeups import Wakeups, chat_topic, run_topic, stream_topic

log = structlog.get_logger()

STANDING = timedelta(minutes=10)
"""Time for which a deletion is remembered: longer than any lease, model call or request."""
SLOW = timedelta(seconds=4)
"""A deletion that takes longer counts as left by a process that died. If it was not, both go on."""
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
        self._seen: dict[tuple[str, datetime, bool], tuple[float, float]] = {}

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
        at = await self._now()
        for left in await self._store.undone(at + self._standing - SLOW, _SWEEP_AT_ONCE):
            await self._take_over(left, at)
        await self._look_again(at)
        for ended in await self._store.ended(at, _SWEEP_AT_ONCE):
            await self._forget(ended)

    async def _take_over(self, left: DeletionRecord, at: datetime) -> None:
        profile = await self._profile_of(left.id)
        note = await self._store.prolong(left, at + self._standing)
        if note is None:
            return  # another process was first: by now there may be an account after this one
        if profile is not None:
            await self._revocations.revoke_person(profile.owner)
        await self._finish(note)
        log.warning("account.deletion_finished", profile_id=left.id)

    async def _look_again(self, at: datetime) -> None:
        """Delete what writers left that were cut between a write and its check, soon at first and then less often."""
        now = monotonic()
        notes = [
            *await self._store.newest(done=True, limit=_SWEEP_AT_ONCE),
            *await self._store.newest(done=False, limit=_SWEEP_AT_ONCE),
        ]
        self._seen = {_key(note): self._seen.get(_key(note), (now, now)) for note in notes}
        for note in notes:
            first, due = self._seen[_key(note)]
            # What ends later than any note does was written by a clock that is wrong.
            wrong = note.until > at + 2 * self._standing
            if wrong and now - first >= (self._standing if note.done else SLOW).total_seconds():
                await (self._forget(note) if note.done else self._take_over(note, at))
            elif note.done and now >= due:
                left = await self._store.delete_everything(note.id, note)
                self._seen[_key(note)] = first, now + max(2.0, now - first)
                if left:
                    log.warning("account.remainder_deleted", profile_id=note.id, count=left)

    async def _forget(self, note: DeletionRecord) -> None:
        await self._store.delete_everything(note.id, note)  # what a writer left that died before it looked
        await self._store.forget(note)

    async def _now(self) -> datetime:
        """The time by which notes are written and judged: the database's, or this process's where it tells none."""
        return await self._store.time() or clock.now()

    async def aclose(self) -> None:
        """Wait for the deletions under way."""
        await asyncio.gather(*self._deleting, return_exceptions=True)

    async def _delete(self, user_id: str) -> Deletion:
        began, attempts = monotonic(), Attempts("account")
        # First of all, so that wherever this is cut the token is good no more.
        await attempts.patiently(partial(self._revocations.revoke_person, user_id))
        at = await attempts.patiently(self._now)
        note = await attempts.patiently(
            partial(self._store.note, profile_id_of(user_id), at + self._standing)
        )
        # From here on it is decided: if anything fails, a sweep goes on.
        await self._finish(note)
        log.info("account.deleted", profile_id=note.id, seconds=round(monotonic() - began, 3))
        return Deletion(at, note.until)

    async def _finish(self, note: DeletionRecord) -> None:
        replies = await self._replies_of(note.id)
        await self._store.delete_everything(note.id, note)
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


def _key(note: DeletionRecord) -> tuple[str, datetime, bool]:
    return note.id, note.until, note.done
