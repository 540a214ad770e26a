"""The single home of the driver: connecting, indexes, and the names of its errors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from bson.codec_options import CodecOptions
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection, AsyncIOMotorDatabase
from pymongo import ASCENDING, DESCENDING, ReadPreference
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

    Acknowledged means written by a majority and in the journal. What the URI says goes first.
    """
    options: dict[str, Any] = {
        "w": "majority",
        "journal": True,
        "serverSelectionTimeoutMS": 5000,
        "appname": "foothold",
    }
    said = {name.lower() for name, _ in parse_qsl(uri.partition("?")[2], keep_blank_values=True)}
    unsaid = {name: value for name, value in options.items() if name.lower() not in said}
    return AsyncIOMotorClient(uri, tz_aware=True, **unsaid)


def database_of(client: Client, name: str | None = None) -> Database:
    """The named database, else the one in the URI, else ``foothold``.

    Reads go to the primary whatever the URI says: a hint of a change must not be answered from before it.
    """
    if name is not None:
        return client.get_database(name, codec_options=CODEC, read_preference=ReadPreference.PRIMARY)
    return client.get_default_database(
        DEFAULT_DATABASE, codec_options=CODEC, read_preference=ReadPreference.PRIMARY
    )


async def ensure_indexes(database: Database, indexes: Sequence[Index]) -> None:
    """Make what is missing. Called at start, before traffic."""
    for index in indexes:
        await database[index.collection].create_index(list(index.keys), unique=index.unique)
