"""Deleted accounts, and everything of a person at once. See docs/decisions/0015-accounts.md.

A note of the deletion is written first and stands for a while. Whatever makes a document of a person looks for
it afterwards, so that a writer who was under way takes its document out again.
"""

from datetime import datetime

from db.driver.client import ASC, Database, DuplicateKey, Index
from db.driver.records import Document

PERSONAL = {
    "streams": "_id",
    "refresh_runs": "profile_id",
    "exchanges": "profile_id",
    "learnings": "profile_id",
    "matches": "profile_id",
    "career_actions": "profile_id",
    "profiles": "_id",
}
"""Every collection that holds something of a person, and the field in it that has the profile's id.

In the order in which they are deleted: the profile says whose it is, so a deletion that was cut still knows.
"""

NOTES = "deleted_accounts"

INDEXES = [Index(NOTES, [("done", ASC), ("until", ASC)])]


class AccountDeleted(Exception):
    """The person's account was deleted a moment ago. Nothing of theirs was made, nor will be before ``until``."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


class DeletionRecord(Document):
    """That the account with this profile id was deleted. ``done``: its documents went; it goes itself at ``until``."""

    done: bool = False
    until: datetime


async def refuse_deleted(database: Database, *profile_ids: str) -> None:
    """To be called after a document of these people was made: raises ``AccountDeleted``, the document being gone."""
    for profile_id in dict.fromkeys(profile_ids):
        note = await database[NOTES].find_one({"_id": profile_id}, {"until": 1})
        if note is not None:
            await _delete_everything(database, profile_id)
            raise AccountDeleted(note["until"])


async def _delete_everything(database: Database, profile_id: str) -> None:
    for collection, field in PERSONAL.items():
        await database[collection].delete_many({field: profile_id})


class AccountStore:
    """Accounts, by profile id."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._notes = database[NOTES]

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

    async def replies_under_way(self, profile_id: str) -> list[str]:
        """Ids of the exchanges whose reply has not ended."""
        cursor = self._database["exchanges"].find({"profile_id": profile_id, "active": True}, {"_id": 1})
        return [found["_id"] async for found in cursor]

    async def delete_everything(self, profile_id: str) -> None:
        """Delete all documents of the person. May be repeated."""
        await _delete_everything(self._database, profile_id)

    async def mark_done(self, deletion: DeletionRecord) -> None:
        """Say that the documents went, if nobody asked again meanwhile."""
        await self._notes.update_one({"_id": deletion.id, "until": deletion.until}, {"$set": {"done": True}})

    async def forget(self, deletion: DeletionRecord) -> None:
        """Remove the note, if nobody asked again meanwhile."""
        await self._notes.delete_one({"_id": deletion.id, "until": deletion.until})

    async def undone(self, until: datetime, limit: int) -> list[DeletionRecord]:
        """Those whose documents may still be there, and that end at ``until`` at the latest."""
        return await self._ending(False, until, limit)

    async def ended(self, until: datetime, limit: int) -> list[DeletionRecord]:
        """Those that are done, and end at ``until`` at the latest."""
        return await self._ending(True, until, limit)

    async def _ending(self, done: bool, until: datetime, limit: int) -> list[DeletionRecord]:
        cursor = self._notes.find({"done": done, "until": {"$lte": until}}).sort("until", ASC).limit(limit)
        return [DeletionRecord.from_bson(found) async for found in cursor]
