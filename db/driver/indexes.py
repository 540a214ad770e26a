"""Indexes: what is missing is made at the start, before traffic."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pymongo
import structlog
from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError, OperationFailure

from db.driver.client import Collection, Database
from db.driver.collections import Declared
from db.driver.durable import repeated, written
from db.driver.errors import DatabaseError

log = structlog.get_logger()

BUILDING = 600.0
"""Seconds for the missing indexes of a collection."""
_TELLING = 10.0
_CONFLICTS = (85, 86)
_OTHERWISE = ("collation", "expireAfterSeconds", "partialFilterExpression", "sparse")


class IndexFault(Exception):
    """An index cannot be made. The message names it, and says what to do."""


async def ensure_indexes(
    database: Database, collections: Iterable[Declared], seconds: float = BUILDING
) -> None:
    """Make what is missing, a collection at a time. Raises ``IndexFault``, after ``seconds`` at the latest."""
    there = set(await repeated(database.list_collection_names))
    quorum = await _quorum(database)
    for declared in collections:
        collection = database[declared.name]
        present = await repeated(collection.index_information) if declared.name in there else {}
        models = [IndexModel(list(index.keys), unique=index.unique) for index in declared.indexes]
        missing = [model for model in models if not _is_there(model, present, declared.name)]
        if missing:
            async with _telling(declared.name, missing):
                await _make(collection, missing, quorum, seconds)


async def _quorum(database: Database) -> Mapping[str, Any]:
    """Return what lets a build end without the members of a replica set that are down; a single server has no such."""
    hello = await repeated(partial(database.command, "hello"))
    return {"commitQuorum": "majority"} if "setName" in hello or hello.get("msg") == "isdbgrid" else {}


def _is_there(model: IndexModel, present: Mapping[str, Mapping[str, Any]], collection: str) -> bool:
    wanted = model.document
    keys = [(field, int(direction)) for field, direction in wanted["key"].items()]
    for name, index in present.items():
        same_keys = [(field, direction) for field, direction in index["key"]] == keys
        if not same_keys and name != wanted["name"]:
            continue
        same_options = index.get("unique", False) == wanted.get("unique", False)
        if same_keys and same_options and not any(option in index for option in _OTHERWISE):
            return True
        raise IndexFault(
            f"The index {name} of the collection {collection} is there with other keys or options than Foothold "
            f"needs. Remove it, db.{collection}.dropIndex('{name}') in mongosh, and start again: it is made anew."
        )
    return False


async def _make(
    collection: Collection, missing: Sequence[IndexModel], quorum: Mapping[str, Any], seconds: float
) -> None:
    names = ", ".join(model.document["name"] for model in missing)
    try:
        # In place of the usual timeouts, which are shorter than a large collection takes.
        with pymongo.timeout(seconds):
            await written(partial(collection.create_indexes, missing, **quorum))
    except DuplicateKeyError:
        raise IndexFault(
            f"A unique index of the collection {collection.name} ({names}) cannot be made: documents have the same "
            "values in its fields. They were not written by Foothold, or restored twice: remove one of each, and "
            "start again."
        ) from None
    except DatabaseError as error:
        if isinstance(error, OperationFailure) and error.code in _CONFLICTS:
            raise IndexFault(
                f"An index of the collection {collection.name} ({names}) is there with other keys or options. "
                "Remove it, db.collection.dropIndex('name') in mongosh, and start again: it is made anew."
            ) from None
        if not error.timeout:
            raise
        raise IndexFault(
            f"Indexes of the collection {collection.name} ({names}) were not made within {seconds:.0f} s. Is a "
            "majority of the replica set up? Start again: the database may have gone on meanwhile."
        ) from None


@asynccontextmanager
async def _telling(collection: str, missing: Sequence[IndexModel]) -> AsyncIterator[None]:
    """Log every few seconds that the start waits for indexes."""
    names = [model.document["name"] for model in missing]

    async def tell() -> None:
        while True:
            await asyncio.sleep(_TELLING)
            log.warning("index.build_awaited", collection=collection, indexes=names)

    telling = asyncio.create_task(tell(), name="index-build")
    try:
        yield
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
