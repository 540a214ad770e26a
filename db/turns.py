"""Schedules: one small document for what is done by one process a turn, whatever their number."""

from datetime import datetime
from secrets import token_hex

from db.driver.client import Database
from db.driver.collections import KeptCollection
from db.driver.durable import compare_and_set, insert_once, next_version
from db.driver.records import Document

COLLECTION = KeptCollection(name="schedules", not_personal="Turns of background work.")


class ScheduleRecord(Document):
    """``turn`` counts; the present one belongs to whoever wrote it, and is over at ``until``.

    ``claim`` names the write that took the turn.
    """

    turn: int
    until: datetime
    claim: str | None = None


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
            first = ScheduleRecord(id=name, turn=1, until=until, claim=token_hex(8))
            return await insert_once(self._schedules, first.to_bson(), identity=["claim"])
        taken = {"turn": present.turn + 1, "until": until, "claim": token_hex(8)}
        verdict = next_version(present.turn, taken, counter="turn")
        as_read = {"_id": name, "turn": present.turn}
        return await compare_and_set(self._schedules, as_read, {"$set": taken}, verdict)
