"""Budgets: what a person's calls of the model cost in a day, one document a person and day.

Its id is made from the person's and the day, and it holds nothing else of the person: so it may outlive an account
that is deleted and made anew on the same day, which would otherwise be a way to any number of budgets.
"""

from collections.abc import Sequence
from datetime import datetime

from db.driver.client import ASC, Database, DuplicateKey
from db.driver.collections import Index, KeptCollection
from db.driver.records import Document, Record


class ReservationRecord(Record):
    """Tokens that a call may cost which has not ended. At ``until`` its process counts as dead."""

    id: str
    tokens: int
    until: datetime


class BudgetRecord(Document):
    """``day`` is a date of UTC, ``2026-11-21``. ``spent`` counts tokens of calls that have ended."""

    day: str
    spent: int = 0
    reservations: list[ReservationRecord] = []
    version: int = 1
    kept: bool = True

    @property
    def reserved(self) -> int:
        """Tokens of calls that have not ended."""
        return sum(reservation.tokens for reservation in self.reservations)


COLLECTION = KeptCollection(
    name="budgets",
    not_personal="Named by a digest, and kept so that a new account is no new budget.",
    indexes=[Index([("kept", ASC), ("day", ASC)])],
)


class BudgetStore:
    """Budgets, by id."""

    def __init__(self, database: Database) -> None:
        self._budgets = database[COLLECTION.name]

    async def get(self, id_: str) -> BudgetRecord | None:
        document = await self._budgets.find_one({"_id": id_})
        return None if document is None else BudgetRecord.from_bson(document)

    async def insert(self, budget: BudgetRecord) -> bool:
        """False when there is one already."""
        try:
            await self._budgets.insert_one(budget.to_bson())
        except DuplicateKey:
            return False
        return True

    async def update(
        self, budget: BudgetRecord, *, spent: int, reservations: Sequence[ReservationRecord]
    ) -> bool:
        """Write both if the budget is still as it was read."""
        changes = {
            "spent": spent,
            "reservations": [reservation.model_dump() for reservation in reservations],
            "version": budget.version + 1,
        }
        as_read = {"_id": budget.id, "version": budget.version}
        result = await self._budgets.update_one(as_read, {"$set": changes})
        return result.modified_count == 1

    async def delete_before(self, day: str) -> None:
        """Remove those of earlier days."""
        await self._budgets.delete_many({"kept": True, "day": {"$lt": day}})
