"""The installation's name: made once for a database, and carried by all that processes share outside of it."""

import secrets
from contextlib import suppress

from db.driver.client import Database, DuplicateKey
from db.driver.collections import KeptCollection

COLLECTION = KeptCollection(name="installation", not_personal="The installation's name.")
_ONLY = "this"


async def installation_of(database: Database) -> str:
    """Return the installation's name, made where there is none: 16 hexadecimal digits, never changed."""
    while True:
        found = await database[COLLECTION.name].find_one({"_id": _ONLY})
        if found is not None:
            return str(found["name"])
        with suppress(DuplicateKey):  # another process made it first
            await database[COLLECTION.name].insert_one({"_id": _ONLY, "name": secrets.token_hex(8)})
