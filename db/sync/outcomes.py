"""Outcomes of mutations, kept in their records (db/sync/mutations.py) by whoever sees that the change was made."""

from functools import partial
from typing import Any, TypeAlias

from db.driver.client import Database
from db.driver.durable import compare_and_set, written
from db.driver.records import Record

MUTATIONS = "mutations"
"""The collection."""


class OutcomeRecord(Record):
    """The object that a mutation changed or made, by id and version, or its refusal."""

    id: str | None = None
    version: int | None = None
    refusal: dict[str, Any] | None = None


Settling: TypeAlias = tuple[dict[str, Any], dict[str, Any]]
"""The query and the update of one ``update_one``, which keeps an outcome and may be repeated."""


def settling(profile_id: str, key: str, outcome: OutcomeRecord, owner: str | None = None) -> Settling:
    """Return the update that keeps the outcome, if there is none yet and ``owner`` (None: anybody) has the mutation."""
    as_read = {"_id": key, "profile_id": profile_id, "active": True}
    if owner is not None:
        as_read["owner"] = owner
    changes = {"active": False, "owner": None, "outcome": outcome.model_dump()}
    # Counted on for whoever is about to take it over. Nobody finds it active a second time.
    return as_read, {"$set": changes, "$inc": {"version": 1}}


class OutcomeStore:
    """Outcomes, by the profile and the id of the mutation's record."""

    def __init__(self, database: Database) -> None:
        self._mutations = database[MUTATIONS]

    async def settle(
        self, profile_id: str, key: str, outcome: OutcomeRecord, owner: str | None = None
    ) -> bool:
        """Keep the outcome, if there is none yet and ``owner`` (None: anybody) has the mutation; else return False."""
        as_read, update = settling(profile_id, key, outcome, owner)
        kept = outcome.model_dump()
        return await compare_and_set(
            self._mutations, as_read, update, lambda found: bool(found["outcome"] == kept)
        )

    async def refuse(self, profile_id: str, key: str, refusal: dict[str, Any]) -> None:
        """Keep a refusal over whatever outcome there is: the change is to be taken back."""
        kept = {"active": False, "owner": None, "outcome": OutcomeRecord(refusal=refusal).model_dump()}
        query = {"_id": key, "profile_id": profile_id}
        await written(partial(self._mutations.update_one, query, {"$set": kept}))
