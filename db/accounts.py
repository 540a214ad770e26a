"""Deleted accounts, and everything of a person at once. See docs/decisions/0015-accounts.md.

A note of the deletion is written first and stands for a while. Whatever makes a document of a person looks for
it afterwards, so that a writer who was under way takes its document out again.
"""

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

from db.driver.client import ASC, DESC, Database, PlainDatabase, in_one_go, time_of
from db.driver.collections import Declared, Index, KeptCollection, PersonalCollection, personal
from db.driver.durable import Found, insert_once, repeated, written
from db.driver.records import Document

COLLECTION = KeptCollection(
    name="deleted_accounts",
    not_personal="Notes that an account was deleted, which go by themselves.",
    indexes=[Index([("done", ASC), ("until", ASC)])],
)


class AccountDeleted(Exception):
    """The person's account was deleted a moment ago. Nothing of theirs was made, nor will be before ``until``."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


class DeletionRecord(Document):
    """Note that the account with this profile id was deleted.

    ``done``: its documents went. The note itself goes at ``until``. ``generation`` names the account that ended, and
    stays when the deletion is asked for again: a deletion that is late must not touch the account after it.
    """

    done: bool = False
    until: datetime
    generation: str | None = None


_CHUNK = 100
_T = TypeVar("_T")
_making: set[asyncio.Task[Any]] = set()


async def made(
    write: Coroutine[Any, Any, _T], database: Database, collection: PersonalCollection[Any], *profile_ids: str
) -> _T:
    """Await ``write``, which makes documents of these people in the collection, then look for notes of deletions.

    Both are done also when the caller is cancelled: a write under way is not taken back by that. Raises
    ``AccountDeleted``.
    """

    async def both() -> _T:
        result = await write
        await refuse_deleted(database, collection, *profile_ids)
        return result

    return await _shielded(both())


async def _shielded(making: Coroutine[Any, Any, _T]) -> _T:
    task = asyncio.create_task(making)
    _making.add(task)
    task.add_done_callback(_making.discard)
    return await asyncio.shield(task)


async def inserted(
    database: Database, collection: PersonalCollection[Any], document: Found, identity: Sequence[str]
) -> bool:
    """``made`` for one document by ``insert_once``: it looks for a note in the visit to the threads that inserts."""
    profile_id, clear = document["profile_id"], False

    def both(plain: PlainDatabase) -> None:
        nonlocal clear
        plain[collection.name].insert_one(dict(document))
        clear = plain[COLLECTION.name].find_one({"_id": profile_id}) is None

    async def write() -> bool:
        documents, insert = database[collection.name], partial(in_one_go, database, both)
        new = await insert_once(documents, document, identity, insert)
        if not clear:
            await refuse_deleted(database, collection, profile_id)
        return new

    return await _shielded(write())


async def refuse_deleted(database: Database, collection: PersonalCollection[Any], *profile_ids: str) -> None:
    """Raise ``AccountDeleted`` if one of these people's accounts was, after emptying the collection of theirs.

    To be called after a document was made in it. What is in other collections, its own writer takes out.
    """
    for profile_id in dict.fromkeys(profile_ids):
        found = await repeated(partial(database[COLLECTION.name].find_one, {"_id": profile_id}))
        if found is not None:
            note = DeletionRecord.from_bson(found)
            await _empty(database, collection, profile_id, note)
            raise AccountDeleted(note.until)


async def _empty(
    database: Database, collection: PersonalCollection[Any], profile_id: str, note: DeletionRecord | None
) -> int:
    """Delete what the collection holds of the person, and return how much that was.

    Documents are deleted as they were found while the note stood. Should the process be held up before it deletes,
    what was made since is another account's, and stays.
    """
    documents, notes = database[collection.name], database[COLLECTION.name]
    owned, identity, deleted = collection.owned_by(profile_id), collection.identity, 0
    missed = False

    async def some() -> list[dict[str, Any]]:
        return await documents.find(owned, {identity: 1}).limit(_CHUNK).to_list(None)

    look = partial(notes.find_one, {"_id": profile_id}, {"generation": 1})
    while found := await repeated(some):
        stands = {} if note is None else await repeated(look)
        if note is not None and (stands is None or stands.get("generation") != note.generation):
            break
        as_found = {
            "_id": {"$in": [each["_id"] for each in found]},
            identity: {"$in": list({each.get(identity) for each in found})},
        }
        count = (await written(partial(documents.delete_many, {**owned, **as_found}))).deleted_count
        if not count and missed:
            break  # somebody else did
        missed = not count  # once it may be the answer that was lost
        deleted += len(found)
    return deleted


class AccountStore:
    """Accounts, by profile id."""

    def __init__(self, database: Database, collections: Iterable[Declared]) -> None:
        """``collections``: all that are declared; the personal ones among them are what is deleted."""
        self._database = database
        self._personal = personal(collections)
        self._notes = database[COLLECTION.name]

    async def time(self) -> datetime | None:
        """Return the time by the database's clock; None if it does not tell."""
        return await time_of(self._database)

    async def note(self, profile_id: str, until: datetime) -> DeletionRecord:
        """Write down that the account is deleted, at least until then. From here on nothing new of it lasts."""
        deletion = DeletionRecord(id=profile_id, until=until, generation=uuid4().hex)
        while True:
            if await insert_once(self._notes, deletion.to_bson(), identity=["generation"]):
                return deletion
            found = await repeated(partial(self._notes.find_one, {"_id": profile_id}))
            if found is None:
                continue
            again = await self.prolong(DeletionRecord.from_bson(found), until)
            if again is not None:  # else asked for twice at once, or the sweep was just taking it away
                return again

    async def prolong(self, deletion: DeletionRecord, until: datetime) -> DeletionRecord | None:
        """Let a note stand until then, as not done; None if it has gone or was changed meanwhile."""
        changes = {"until": until, "done": False}
        prolonged = deletion.model_copy(update=changes)
        prolong = partial(self._notes.update_one, _as_read(deletion), {"$set": changes})
        if (await written(prolong)).matched_count:
            return prolonged
        # Or it was prolonged, and the answer lost.
        present = await repeated(partial(self._notes.find_one, {**_as_read(prolonged), "done": False}))
        return None if present is None else prolonged

    async def delete_everything(self, profile_id: str, deletion: DeletionRecord | None = None) -> int:
        """Delete all documents of the person, and return how many there were. May be repeated.

        With ``deletion`` only those from before it ended, however late this is.
        """
        counts = [await _empty(self._database, each, profile_id, deletion) for each in self._personal]
        return sum(counts)

    async def mark_done(self, deletion: DeletionRecord) -> None:
        """Say that the documents went, if nobody asked again meanwhile."""
        await written(partial(self._notes.update_one, _as_read(deletion), {"$set": {"done": True}}))

    async def forget(self, deletion: DeletionRecord) -> None:
        """Remove the note, if nobody asked again meanwhile."""
        await written(partial(self._notes.delete_one, _as_read(deletion)))

    async def undone(self, until: datetime, limit: int) -> list[DeletionRecord]:
        """Return those whose documents may still be there, and that end at ``until`` at the latest."""
        return await self._ending({"done": False, "until": {"$lte": until}}, ASC, limit)

    async def ended(self, until: datetime, limit: int) -> list[DeletionRecord]:
        """Return those that are done, and end at ``until`` at the latest."""
        return await self._ending({"done": True, "until": {"$lte": until}}, ASC, limit)

    async def newest(self, *, done: bool, limit: int) -> list[DeletionRecord]:
        """Return those that end last."""
        return await self._ending({"done": done}, DESC, limit)

    async def _ending(self, query: dict[str, Any], order: int, limit: int) -> list[DeletionRecord]:
        cursor = self._notes.find(query).sort("until", order).limit(limit)
        return [DeletionRecord.from_bson(found) async for found in cursor]


def _as_read(deletion: DeletionRecord) -> dict[str, Any]:
    return {"_id": deletion.id, "until": deletion.until, "generation": deletion.generation}
