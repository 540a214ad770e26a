"""The installation's name: made once for a database, and carried by all that processes share outside of it."""

import secrets
from functools import partial

from db.driver.client import Database
from db.driver.collections import KeptCollection
from db.driver.durable import insert_once, repeated

COLLECTION = KeptCollection(name="installation", not_personal="The installation's name.")
_ONLY = "this"


async def find_installation(database: Database) -> str | None:
    """Return the installation's name, None where it has none yet."""
    found = await database[COLLECTION.name].find_one({"_id": _ONLY})
    return None if found is None else str(found["name"])


async def installation_of(database: Database) -> str:
    """Return the installation's name, made where there is none: 16 hexadecimal digits, never changed."""
    while True:
        name = await repeated(partial(find_installation, database))
        if name is not None:
            return name
        made = {"_id": _ONLY, "name": secrets.token_hex(8)}
        await insert_once(
            database[COLLECTION.name], made, identity=["name"]
        )  # or another process made it first
