"""Inputs of the judgement of matches, one document a batch: what the next refresh is compared with."""

from datetime import datetime
from functools import partial

from db.accounts import inserted
from db.driver.client import ASC, Database
from db.driver.collections import Index, PersonalCollection, Section
from db.driver.durable import written
from db.driver.records import Document


class MatchInputsRecord(Document):
    """``id`` is the batch's, ``version`` the number of its run. ``data`` is what ``services.promises.inputs`` wrote."""

    profile_id: str
    version: int
    data: bytes
    created_at: datetime


COLLECTION = PersonalCollection(
    name="match_inputs",
    export=Section(MatchInputsRecord, ("version", "_id")),
    indexes=[Index([("profile_id", ASC), ("version", ASC)])],
)


class MatchInputsStore:
    """Inputs of batches. Every filter names the profile, which is the shard key."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._inputs = database[COLLECTION.name]

    async def get(self, profile_id: str, batch: str) -> MatchInputsRecord | None:
        document = await self._inputs.find_one({"_id": batch, "profile_id": profile_id})
        return None if document is None else MatchInputsRecord.from_bson(document)

    async def insert(self, inputs: MatchInputsRecord) -> None:
        """Write a batch's inputs. What an earlier try wrote stays as it is. Raises ``AccountDeleted``."""
        await inserted(self._database, COLLECTION, inputs.to_bson(), identity=[])

    async def delete_earlier(self, profile_id: str, *, before: int) -> None:
        """Remove those of runs before that number: nothing is compared with them any more."""
        older = {"profile_id": profile_id, "version": {"$lt": before}}
        await written(partial(self._inputs.delete_many, older))
