"""The installation's name: made once for a database, and carried by all that processes share outside of it."""

import secrets
from functools import partial

from db.driver.client import Database
from db.driver.collections import KeptCollection
from db.driver.durable import insert_once, repeated

COLLECTION = KeptCollection(name="installation", not_personal="The installation's name.")
_ONLY = "this"


async def installation_of(database: Database) -> str:
    """Return the installation's name, made where there is none: 16 hexadecimal digits, never changed."""
    while True:
        found = await repeated(partial(database[COLLECTION.name].find_one, {"_id": _ONLY}))
        if found is not None:
            return str(found["name"])
        made = {"_id": _ONLY, "name": secrets.token_hex(8)}
        await insert_once(
            database[COLLECTION.name], made, identity=["name"]
        )  # or another process made it first
