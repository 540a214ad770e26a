"""Budgets: what a person's calls of the model cost in a day, one document a person and day.

Its id is made from the person's and the day, and it holds nothing else of the person, but for the moment in which a
change of it is announced: so it may outlive an account that is deleted and made anew on the same day, which would
otherwise be a way to any number of budgets.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from db.driver.client import ASC, Database, time_of
from db.driver.collections import Index, KeptCollection
from db.driver.durable import compare_and_set, insert_once, next_version, written
from db.driver.records import Record
from db.sync.outbox import UNANNOUNCED, MarkedRecord, Outbox

KIND = "BUDGET"
"""The list's name in the changelog."""


class ReservationRecord(Record):
    """Tokens that a call may cost which has not ended. At ``until`` its process counts as dead."""

    id: str
    tokens: int
    until: datetime


class BudgetRecord(MarkedRecord):
    """``day`` is a date of UTC, ``2026-11-21``. ``spent`` counts tokens of calls that have ended.

    ``marked_for`` is the person's profile for as long as a change of it is not announced.
    """

    day: str
    spent: int = 0
    reservations: list[ReservationRecord] = []
    version: int = 1
    kept: bool = True
    marked_for: str | None = None

    @property
    def reserved(self) -> int:
        """Tokens of calls that have not ended."""
        return sum(reservation.tokens for reservation in self.reservations)


COLLECTION = KeptCollection(
    name="budgets",
    not_personal="Named by a digest, and kept so that a new account is no new budget.",
    indexes=[Index([("kept", ASC), ("day", ASC)]), UNANNOUNCED],
)


class BudgetStore(Outbox[BudgetRecord]):
    """Budgets, by id."""

    owner: ClassVar[str] = "marked_for"
    unmarked: ClassVar[Mapping[str, Any]] = {**Outbox.unmarked, "marked_for": None}

    def __init__(self, database: Database) -> None:
        super().__init__(database[COLLECTION.name], BudgetRecord)
        self._database = database
        self._budgets = database[COLLECTION.name]

    async def time(self) -> datetime | None:
        """Return the time by the database's clock; None if it does not tell."""
        return await time_of(self._database)

    async def get(self, id_: str) -> BudgetRecord | None:
        document = await self._budgets.find_one({"_id": id_})
        return None if document is None else BudgetRecord.from_bson(document)

    async def insert(self, budget: BudgetRecord) -> bool:
        """False when there is one already."""
        return await insert_once(self._budgets, budget.to_bson(), identity=["reservations"])

    async def update(
        self,
        budget: BudgetRecord,
        *,
        spent: int,
        reservations: Sequence[ReservationRecord],
        mark: Mapping[str, Any],
    ) -> BudgetRecord | None:
        """Write both if the budget is still as it was read, with the mark of the change; else return None."""
        version = budget.version + 1
        changes = {"spent": spent, "reservations": list(reservations), "version": version}
        changed = budget.model_copy(update={**changes, **mark})
        document = changed.to_bson()
        verdict = next_version(budget.version, {name: document[name] for name in changes})
        written = {"$set": {name: document[name] for name in (*changes, *mark)}}
        done = await compare_and_set(self._budgets, self.as_read(budget), written, verdict)
        return changed if done else None

    async def delete_read(self, record: BudgetRecord) -> None:
        """Unmark it: it outlives the account, of which there is nobody to be told any more."""
        await self.mark_announced(record)

    def as_read(self, record: BudgetRecord) -> dict[str, Any]:
        return {"_id": record.id, "version": record.version}

    async def delete_before(self, day: str) -> None:
        """Remove those of earlier days."""
        await written(partial(self._budgets.delete_many, {"kept": True, "day": {"$lt": day}}))
