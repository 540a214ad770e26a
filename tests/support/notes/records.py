"""Notes as the database has them."""

from datetime import datetime

from db.accounts import refuse_deleted
from db.driver.client import ASC, Database
from db.driver.collections import Index, PersonalCollection, Section
from db.sync.changelog import Group, Kind
from db.sync.outbox import UNANNOUNCED, OutboxRecord, OutboxStore

KIND = Kind("NOTE", Group.CONTACT)


class NoteRecord(OutboxRecord):
    """Note of a person."""

    text: str
    created_at: datetime


COLLECTION = PersonalCollection(
    name="notes",
    export=Section(NoteRecord, ("created_at", "_id")),
    indexes=[Index([("profile_id", ASC), ("created_at", ASC)]), UNANNOUNCED],
)


class NoteStore(OutboxStore[NoteRecord]):
    """Notes, by profile."""

    def __init__(self, database: Database) -> None:
        self._database = database
        super().__init__(database[COLLECTION.name], NoteRecord)

    async def all(self, profile_id: str) -> list[NoteRecord]:
        """Oldest first."""
        cursor = self._collection.find({"profile_id": profile_id}).sort("created_at", ASC)
        return [NoteRecord.from_bson(document) async for document in cursor]

    async def insert(self, note: NoteRecord) -> None:
        """Write a new one. Raises ``AccountDeleted``."""
        await self._collection.insert_one(note.to_bson())
        await refuse_deleted(self._database, COLLECTION, note.profile_id)
