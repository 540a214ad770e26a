"""Writes that outlast lost answers and changes of primary: each is repeated, for a bounded time, by its own identity.

After an error that passes nobody knows whether a write was done. It is done again, and what is there then tells whether
an earlier try was it. Reads here return what a majority holds, as all do (see ``db.driver.client``).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import monotonic
from typing import Any, TypeVar

from db.driver.client import Collection
from db.driver.errors import DatabaseError, DuplicateKey, is_passing

PATIENCE = 10.0
"""Seconds for which a write is repeated. Longer than a replica set takes to choose a new primary."""
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

    async def after(self, error: DatabaseError) -> None:
        """Pause before the next try. Raises ``error`` if it is permanent, or the time is over."""
        if not is_passing(error) or monotonic() > self._deadline:
            raise error
        await asyncio.sleep(self._pause)
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)


async def repeated(ask: Callable[[], Awaitable[T]], seconds: float | None = None) -> T:
    """Return the database's answer. ``ask`` is repeated after errors that pass, and must do the same if done twice."""
    patience = Patience(seconds)
    while True:
        try:
            return await ask()
        except DatabaseError as error:
            await patience.after(error)


async def insert_once(collection: Collection, document: Found, identity: Sequence[str]) -> bool:
    """Insert a document. False when there was another one with its id or unique key before.

    ``identity`` names the fields whose values tell a document that an earlier try inserted from somebody else's.
    """
    patience = Patience()
    key = {name: document[name] for name in ("_id", "profile_id") if name in document}
    unanswered: DatabaseError | None = None
    while True:
        try:
            await collection.insert_one(dict(document))
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
            if (await collection.update_one(dict(as_read), update)).modified_count:
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
