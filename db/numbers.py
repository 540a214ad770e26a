"""Numbers of writes, by which readers find what is new without comparing clocks."""

from db.driver.client import Database
from db.driver.collections import KeptCollection
from db.driver.durable import written
from db.driver.errors import DuplicateKey

COLLECTION = KeptCollection(name="numbers", not_personal="Counts of writes.")


class Numbers:
    """Numbers called ``name``, the same for all processes."""

    def __init__(self, database: Database, name: str) -> None:
        self._numbers = database[COLLECTION.name]
        self._name = name

    async def next(self) -> int:
        """Take the next number, to be written with documents a moment later. Some are never given to anybody."""
        return await written(self._next)

    async def _next(self) -> int:
        while True:
            present = await self._numbers.find_one({"_id": self._name})
            if present is None:
                try:
                    await self._numbers.insert_one({"_id": self._name, "number": 1})
                except DuplicateKey:
                    continue
                return 1
            number = int(present["number"]) + 1
            as_read = {"_id": self._name, "number": present["number"]}
            if (await self._numbers.update_one(as_read, {"$set": {"number": number}})).modified_count:
                return number
