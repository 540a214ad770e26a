"""Learnt forms of postings, kept so that no process has to learn again what another one has learnt.

A form follows from its posting and the reference alone. It is written over without looking: whoever reads one compares
digest and version, and learns again what does not fit.
"""

from collections.abc import AsyncIterator, Sequence
from functools import partial

from pymongo import ReplaceOne
from pymongo.errors import BulkWriteError

from db.driver.client import Database
from db.driver.collections import KeptCollection
from db.driver.durable import written
from db.driver.finding import find_each
from db.driver.records import Document

_CHUNK = 100
_DUPLICATE = 11000

COLLECTION = KeptCollection(name="learnt_postings", not_personal="Made of postings, the same for everybody.")


class LearntPostingRecord(Document):
    """``id`` is the posting's, ``digest`` what it was learnt of, ``version`` what it was learnt with."""

    digest: str
    version: str
    form: bytes


class LearntPostingStore:
    """Learnt forms of one kind, in a collection of their own. The shard key is ``_id``."""

    def __init__(self, database: Database, collection: KeptCollection = COLLECTION) -> None:
        self._learnt = database[collection.name]

    async def some(self, ids: Sequence[str], version: str) -> AsyncIterator[LearntPostingRecord]:
        """Return the forms of these postings that were learnt with this version."""
        async for found in find_each(self._learnt, "_id", ids, {"version": version}):
            yield LearntPostingRecord.from_bson(found)

    async def all(self, version: str) -> AsyncIterator[LearntPostingRecord]:
        """Return all forms that were learnt with this version."""
        async for found in self._learnt.find({"version": version}):
            yield LearntPostingRecord.from_bson(found)

    async def write(self, records: Sequence[LearntPostingRecord]) -> None:
        """Keep these forms instead of earlier ones of the same postings."""
        for start in range(0, len(records), _CHUNK):
            await written(partial(self._write, records[start : start + _CHUNK]))

    async def _write(self, records: Sequence[LearntPostingRecord]) -> None:
        writes = [ReplaceOne({"_id": record.id}, record.to_bson(), upsert=True) for record in records]
        try:
            await self._learnt.bulk_write(writes, ordered=False)
        except BulkWriteError as error:
            errors = (error.details or {}).get("writeErrors", [])
            if not errors or any(each["code"] != _DUPLICATE for each in errors):
                raise  # a duplicate is the same form, from another process in the same moment
