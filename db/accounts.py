"""Deleted accounts, and everything of a person at once. See docs/decisions/0015-accounts.md.

A note of the deletion is written first and stands for a while. Whatever makes a document of a person looks for
it afterwards, so that a writer who was under way takes its document out again.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from db.driver.client import ASC, Database, DuplicateKey
from db.driver.collections import Declared, Index, KeptCollection, PersonalCollection, personal
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
    """Record of a deleted account, by profile id. ``done``: its documents went; it goes itself at ``until``."""

    done: bool = False
    until: datetime


async def refuse_deleted(database: Database, collection: PersonalCollection[Any], *profile_ids: str) -> None:
    """Raise ``AccountDeleted`` if one of these people's accounts was, after emptying the collection of theirs.

    To be called after a document was made in it. What is in other collections, its own writer takes out.
    """
    for profile_id in dict.fromkeys(profile_ids):
        note = await database[COLLECTION.name].find_one({"_id": profile_id}, {"until": 1})
        if note is not None:
            await database[collection.name].delete_many({collection.owner: profile_id})
            raise AccountDeleted(note["until"])


class AccountStore:
    """Accounts, by profile id."""

    def __init__(self, database: Database, collections: Iterable[Declared]) -> None:
        """``collections``: all that are declared; the personal ones among them are what is deleted."""
        self._database = database
        self._personal = personal(collections)
        self._notes = database[COLLECTION.name]

    async def note(self, profile_id: str, until: datetime) -> DeletionRecord:
        """Write down that the account is deleted, at least until then. From here on nothing new of it lasts."""
        deletion = DeletionRecord(id=profile_id, until=until)
        while True:
            try:
                await self._notes.insert_one(deletion.to_bson())
            except DuplicateKey:
                found = await self._notes.find_one({"_id": profile_id})
                if found is None:
                    continue
                written = {"until": until, "done": False}
                present = {"_id": profile_id, "until": found["until"]}
                if not (await self._notes.update_one(present, {"$set": written})).matched_count:
                    continue  # asked for twice at once, or the sweep was just taking it away
            return deletion

    async def delete_everything(self, profile_id: str) -> None:
        """Delete all documents of the person. May be repeated."""
        for collection in self._personal:
            await self._database[collection.name].delete_many({collection.owner: profile_id})

    async def mark_done(self, deletion: DeletionRecord) -> None:
        """Say that the documents went, if nobody asked again meanwhile."""
        await self._notes.update_one({"_id": deletion.id, "until": deletion.until}, {"$set": {"done": True}})

    async def forget(self, deletion: DeletionRecord) -> None:
        """Remove the note, if nobody asked again meanwhile."""
        await self._notes.delete_one({"_id": deletion.id, "until": deletion.until})

    async def undone(self, until: datetime, limit: int) -> list[DeletionRecord]:
        """Return the deletions whose documents may still exist, and that end at ``until`` at the latest."""
        return await self._ending(False, until, limit)

    async def ended(self, until: datetime, limit: int) -> list[DeletionRecord]:
        """Return the deletions that are done, and end at ``until`` at the latest."""
        return await self._ending(True, until, limit)

    async def _ending(self, done: bool, until: datetime, limit: int) -> list[DeletionRecord]:
        cursor = self._notes.find({"done": done, "until": {"$lte": until}}).sort("until", ASC).limit(limit)
        return [DeletionRecord.from_bson(found) async for found in cursor]
