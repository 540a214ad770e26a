"""Writes that outlast lost answers and changes of primary: each is repeated, for a bounded time, by its own identity.

After an error that passes nobody knows whether a write was done. It is done again, and what is there then tells whether
an earlier try was it. Reads here return what a majority holds, as all do (see ``db.driver.client``).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from time import monotonic
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from db.driver.client import THREADS, Collection
from db.driver.errors import DatabaseError, DuplicateKey, NoTurn, is_passing

PATIENCE = 15.0
"""Seconds for which a write is repeated. Longer than a replica set takes to choose a new primary."""
WRITES_AT_ONCE = max(1, THREADS // 2)
"""Writes that wait for the database at the same time: threads are left for reads, also while there is no majority."""
_REMEMBERED = 10.0
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 0.5

T = TypeVar("T")

Found = Mapping[str, Any]
Verdict = Callable[[Found], bool | None]
"""Says of a document whether a write made it what it is. None where nobody can tell any more."""


class Patience:
    """Seconds that one write waits for the database, all its tries together."""

    def __init__(self, seconds: float | None = None) -> None:
        self._deadline = monotonic() + (PATIENCE if seconds is None else seconds)
        self._pause = _FIRST_PAUSE

    @property
    def left(self) -> float:
        """Seconds until the time is over."""
        return max(0.0, self._deadline - monotonic())

    async def after(self, error: DatabaseError) -> None:
        """Pause before the next try. Raises ``error`` if it is permanent, or the time is over."""
        if not is_passing(error) or monotonic() > self._deadline:
            raise error
        await asyncio.sleep(self._pause)
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)


class _Writes:
    """The writes of an event loop."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(WRITES_AT_ONCE)
        self.failed_at: float | None = None
        """When the last write failed by an error that passes; None once one succeeds."""

    async def do(self, write: Callable[[], Awaitable[T]], patience: Patience) -> T:
        """Write when it is its turn. Raises ``NoTurn``."""
        try:
            async with asyncio.timeout(patience.left):
                await self._turns.acquire()
        except TimeoutError:
            raise NoTurn from None
        writing = asyncio.ensure_future(write())
        writing.add_done_callback(self._done)
        # Who is cancelled leaves its thread waiting all the same: the turn ends when the thread's does.
        return await asyncio.shield(writing)

    def _done(self, writing: asyncio.Future[Any]) -> None:
        self._turns.release()
        error = None if writing.cancelled() else writing.exception()
        if isinstance(error, DatabaseError) and is_passing(error):
            self.failed_at = monotonic()
        elif not writing.cancelled():
            self.failed_at = None


_writes: WeakKeyDictionary[asyncio.AbstractEventLoop, _Writes] = WeakKeyDictionary()


def _all_writes() -> _Writes:
    return _writes.setdefault(asyncio.get_running_loop(), _Writes())


def writes_wait() -> bool:
    """Tell if this process's last write failed, a moment ago, by an error that passes: writes wait for a majority."""
    failed_at = _all_writes().failed_at
    return failed_at is not None and monotonic() - failed_at < _REMEMBERED


async def repeated(ask: Callable[[], Awaitable[T]], seconds: float | None = None) -> T:
    """Return the database's answer. ``ask`` is repeated after errors that pass, and must do the same if done twice."""
    return await _repeated(ask, Patience(seconds))


async def written(write: Callable[[], Awaitable[T]], seconds: float | None = None) -> T:
    """``repeated`` for what writes: of all writes some wait at the same time, and the others for their turn."""
    patience = Patience(seconds)
    return await _repeated(partial(_all_writes().do, write, patience), patience)


async def _repeated(ask: Callable[[], Awaitable[T]], patience: Patience) -> T:
    while True:
        try:
            return await ask()
        except DatabaseError as error:
            await patience.after(error)


async def insert_once(
    collection: Collection,
    document: Found,
    identity: Sequence[str],
    insert: Callable[[], Awaitable[object]] | None = None,
) -> bool:
    """Insert a document. False when there was another one with its id or unique key before.

    ``identity`` names the fields whose values tell a document that an earlier try inserted from somebody else's.
    ``insert`` does it, where more is done than that.
    """
    insert = insert or (lambda: collection.insert_one(dict(document)))
    patience = Patience()
    key = {name: document[name] for name in ("_id", "profile_id") if name in document}
    unanswered: DatabaseError | None = None
    while True:
        try:
            await _all_writes().do(insert, patience)
            return True
        except DuplicateKey:
            # Also without an error before: the driver retries by itself, and not every server recognises that.
            found = await repeated(lambda: collection.find_one(key))
            if found is not None:
                return all(found.get(name) == document[name] for name in identity)
            if unanswered is None:
                return False
            await patience.after(unanswered)  # the primary has it, a majority does not have it yet
        except DatabaseError as error:
            unanswered = error
            await patience.after(error)


async def compare_and_set(
    collection: Collection, as_read: Found, update: Mapping[str, Any], verdict: Verdict
) -> bool:
    """Update the document that is still ``as_read``. False when it is not any more.

    Asks ``verdict`` about the document after a lost answer. Raises the error of that answer where the verdict is None.
    """
    patience = Patience()
    key = {name: as_read[name] for name in ("_id", "profile_id") if name in as_read}
    unanswered: DatabaseError | None = None
    while True:
        try:
            result = await _all_writes().do(partial(collection.update_one, dict(as_read), update), patience)
            if result.modified_count:
                return True
        except DatabaseError as error:
            unanswered = error
            await patience.after(error)
            continue
        if unanswered is None:
            return False
        found = await repeated(lambda: collection.find_one(key))
        if found is None:
            return False
        if any(found.get(name) != value for name, value in as_read.items()):
            mine = verdict(found)
            if mine is None:
                raise unanswered
            return mine
        await patience.after(unanswered)  # the primary has it, a majority does not have it yet


def next_version(before: int, written: Mapping[str, Any], counter: str = "version") -> Verdict:
    """Return the verdict on a document that each write counts on from ``before``: the same values are this write's."""

    def verdict(found: Found) -> bool | None:
        if found[counter] > before + 1:
            return None
        return all(found.get(name) == value for name, value in written.items())

    return verdict
