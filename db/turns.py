"""Schedules: one small document for what is done by one process a turn, whatever their number."""

from datetime import datetime

from db.driver.client import Database, DuplicateKey
from db.driver.collections import KeptCollection
from db.driver.records import Document

COLLECTION = KeptCollection(name="schedules", not_personal="Turns of background work.")


class ScheduleRecord(Document):
    """``turn`` counts; the present one belongs to whoever wrote it, and is over at ``until``."""

    turn: int
    until: datetime


class ScheduleStore:
    """Schedules, by name."""

    def __init__(self, database: Database) -> None:
        self._schedules = database[COLLECTION.name]

    async def get(self, name: str) -> ScheduleRecord | None:
        document = await self._schedules.find_one({"_id": name})
        return None if document is None else ScheduleRecord.from_bson(document)

    async def claim(self, name: str, present: ScheduleRecord | None, until: datetime) -> bool:
        """Take the turn after ``present``; False when another process was first."""
        if present is None:
            try:
                await self._schedules.insert_one(ScheduleRecord(id=name, turn=1, until=until).to_bson())
            except DuplicateKey:
                return False
            return True
        result = await self._schedules.update_one(
            {"_id": name, "turn": present.turn}, {"$set": {"turn": present.turn + 1, "until": until}}
        )
        return result.modified_count == 1
