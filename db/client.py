"""The single home of the driver: connecting, indexes, and the names of its errors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, TypeAlias

from bson.codec_options import CodecOptions
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection, AsyncIOMotorDatabase
from pymongo import ASCENDING, DESCENDING
from pymongo.errors import ConnectionFailure, DuplicateKeyError, PyMongoError

Client: TypeAlias = AsyncIOMotorClient[dict[str, Any]]
Database: TypeAlias = AsyncIOMotorDatabase[dict[str, Any]]
Collection: TypeAlias = AsyncIOMotorCollection[dict[str, Any]]
CODEC: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True, tzinfo=UTC)

DatabaseError = PyMongoError
DatabaseUnreachable = ConnectionFailure
DuplicateKey = DuplicateKeyError
ASC = ASCENDING
DESC = DESCENDING

DEFAULT_DATABASE = "foothold"


@dataclass(frozen=True, slots=True)
class Index:
    """One index; ``keys`` in order. Unique ones hold a rule, the others serve a query."""

    collection: str
    keys: Sequence[tuple[str, int]]
    unique: bool = False


def connect(uri: str) -> Client:
    """A client bound to the running event loop. Nothing is sent before the first operation.

    Acknowledged means written by a majority and in the journal, unless the URI says otherwise.
    """
    options: dict[str, Any] = {"tz_aware": True, "serverSelectionTimeoutMS": 5000, "appname": "foothold"}
    lowered = uri.lower()
    if "w=" not in lowered:
        options["w"] = "majority"
    if "journal=" not in lowered:
        options["journal"] = True
    return AsyncIOMotorClient(uri, **options)


def database_of(client: Client, name: str | None = None) -> Database:
    """The named database, else the one in the URI, else ``foothold``."""
    if name is not None:
        return client.get_database(name, codec_options=CODEC)
    return client.get_default_database(DEFAULT_DATABASE, codec_options=CODEC)


async def ensure_indexes(database: Database, indexes: Sequence[Index]) -> None:
    """Make what is missing. Called at start, before traffic."""
    for index in indexes:
        await database[index.collection].create_index(list(index.keys), unique=index.unique)
