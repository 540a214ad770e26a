"""Budgets: what a person's calls of the model cost in a day, one document a person and day.

Its id is made from the person's and the day, and it holds nothing else of the person: so it may outlive an account
that is deleted and made anew on the same day, which would otherwise be a way to any number of budgets.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from db.driver.client import ASC, Database
from db.driver.collections import Index, KeptCollection
from db.driver.durable import compare_and_set, insert_once, next_version, written
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
        return await insert_once(self._budgets, budget.to_bson(), identity=["reservations"])

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
        verdict = next_version(budget.version, changes)
        return await compare_and_set(self._budgets, as_read, {"$set": changes}, verdict)

    async def delete_before(self, day: str) -> None:
        """Remove those of earlier days."""
        await written(partial(self._budgets.delete_many, {"kept": True, "day": {"$lt": day}}))
