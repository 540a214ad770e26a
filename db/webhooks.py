"""Progress of the issuer's webhooks by user: the latest event applied, without its content."""

from datetime import datetime
from functools import partial

from db.driver.client import ASC, Database
from db.driver.collections import Index, KeptCollection
from db.driver.durable import compare_and_set, insert_once, next_version, written
from db.driver.records import Document


class HeardRecord(Document):
    """A user of the issuer's, by an id that is derived from the user's.

    ``moment`` is that of the newest event that was taken; ``done`` is whether what it asks for was done; ``named``
    is whether the profile has had a name, which is the person's own matter from then on. After ``deleted`` nothing
    is taken any more. It goes after ``until``.
    """

    version: int
    moment: datetime
    deleted: bool = False
    done: bool = False
    named: bool = False
    until: datetime
    standing: bool = True


COLLECTION = KeptCollection(
    name="webhook_users",
    not_personal="Named by a digest, and kept so that a late event does not bring a deleted person back.",
    indexes=[Index([("standing", ASC), ("until", ASC)])],
)


class WebhookStore:
    """Progress by user. The shard key is ``_id``."""

    def __init__(self, database: Database) -> None:
        self._users = database[COLLECTION.name]

    async def get(self, id_: str) -> HeardRecord | None:
        document = await self._users.find_one({"_id": id_})
        return None if document is None else HeardRecord.from_bson(document)

    async def write(self, heard: HeardRecord, before: HeardRecord | None) -> bool:
        """Write it if what is there is still as it was read."""
        if before is None:
            return await insert_once(self._users, heard.to_bson(), identity=["moment", "until"])
        document = heard.to_bson()
        query = {"_id": document.pop("_id"), "version": before.version}
        verdict = next_version(before.version, document)
        return await compare_and_set(self._users, query, {"$set": document}, verdict)

    async def delete_ended(self, now: datetime) -> None:
        """Remove those that nobody was told about for long."""
        await written(partial(self._users.delete_many, {"standing": True, "until": {"$lt": now}}))
