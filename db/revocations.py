"""Rights that ended early: one document for whatever was revoked, kept for as long as a token of it may live.

Nobody's id is in it, only what is derived from ids (services/identity/revocations.py).
"""

from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial

from db.driver.client import ASC, Database, time_of
from db.driver.collections import Index, KeptCollection
from db.driver.durable import Found, compare_and_set, insert_once, written
from db.driver.records import Document


class RevocationRecord(Document):
    """``person`` is whose it is. Of a person, tokens issued until ``moment`` are meant; else the thing itself.

    ``written_at`` is by the clock of whoever wrote it. It goes after ``until``.
    """

    person: str
    moment: datetime
    written_at: datetime
    until: datetime
    standing: bool = True


COLLECTION = KeptCollection(
    name="revocations",
    not_personal="Named by digests, and kept so that a deleted account's tokens stay revoked.",
    indexes=[
        Index([("standing", ASC), ("written_at", ASC)]),
        Index([("standing", ASC), ("until", ASC)]),
    ],
)


class RevocationStore:
    """Revocations. The shard key is ``_id``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._revocations = database[COLLECTION.name]

    async def get(self, id_: str) -> RevocationRecord | None:
        """Return what stands under the id, or None."""
        found = await self._revocations.find_one({"_id": id_})
        return None if found is None else RevocationRecord.from_bson(found)

    async def write(self, revocation: RevocationRecord, before: RevocationRecord | None) -> bool:
        """Write it over ``before``, None being nothing. False when that is not what stands there any more."""
        if before is None:
            return await insert_once(
                self._revocations, revocation.to_bson(), identity=["moment", "written_at"]
            )
        moved = {name: getattr(revocation, name) for name in ("moment", "written_at", "until")}
        as_read = {"_id": before.id, "moment": before.moment}

        def is_it(found: Found) -> bool:
            return all(found.get(name) == value for name, value in moved.items())

        return await compare_and_set(self._revocations, as_read, {"$set": moved}, is_it)

    async def written_since(self, since: datetime) -> AsyncIterator[RevocationRecord]:
        """All that were written at ``since`` or later."""
        async for found in self._revocations.find({"standing": True, "written_at": {"$gte": since}}):
            yield RevocationRecord.from_bson(found)

    async def time(self) -> datetime | None:
        """Return the time by the database's clock; None if it does not tell."""
        return await time_of(self._database)

    async def delete_ended(self, now: datetime) -> None:
        """Remove those that mean no token any more."""
        await written(partial(self._revocations.delete_many, {"standing": True, "until": {"$lt": now}}))
