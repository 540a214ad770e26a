"""Mutations that a client named by an id of its own: who makes one, and what came of it.

See docs/decisions/0025-mutations-once.md.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from db.driver.client import ASC, Database
from db.driver.collections import Index, PersonalCollection, Section
from db.driver.durable import written
from db.sync.leased import LeasedRecord, LeasedStore
from db.sync.outcomes import MUTATIONS, OutcomeRecord


class MutationRecord(LeasedRecord):
    """``id`` follows from person, operation and ``mutation_id``; ``digest`` is of the arguments.

    It is active until ``outcome`` is there. ``nonce`` is drawn for it: ids of what it makes follow from it. ``plan``
    is the part of the answer that no object holds, written before the change.
    """

    operation: str
    mutation_id: str
    digest: str
    nonce: str
    plan: dict[str, Any] | None = None
    outcome: OutcomeRecord | None = None
    kept: bool = True


COLLECTION = PersonalCollection(
    name=MUTATIONS,
    export=Section(MutationRecord, ("created_at", "_id")),
    indexes=[
        Index([("profile_id", ASC), ("created_at", ASC), ("_id", ASC)]),
        Index([("kept", ASC), ("created_at", ASC)]),
    ],
)


class MutationStore(LeasedStore[MutationRecord]):
    """Mutations, by profile."""

    identity: ClassVar[Sequence[str]] = ("nonce",)

    def __init__(self, database: Database) -> None:
        super().__init__(database, COLLECTION, MutationRecord)
        self._mutations = database[COLLECTION.name]

    async def count(self, profile_id: str, most: int) -> int:
        """Return the number of a person's mutations, at most ``most``."""
        count: int = await self._mutations.count_documents({"profile_id": profile_id}, limit=most)
        return count

    async def oldest(self, profile_id: str) -> datetime | None:
        """Return when the oldest of a person's mutations was asked for."""
        cursor = self._mutations.find({"profile_id": profile_id}, {"created_at": 1})
        found = await cursor.sort("created_at", ASC).limit(1).to_list(None)
        return found[0]["created_at"] if found else None

    async def delete_before(self, moment: datetime) -> None:
        """Remove those that were asked for before then."""
        query = {"kept": True, "created_at": {"$lt": moment}}
        await written(partial(self._mutations.delete_many, query))
