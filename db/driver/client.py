"""The single home of the driver: connecting, and what every read and write goes by."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeAlias, TypeVar, cast
from urllib.parse import parse_qsl

import pymongo
from bson.codec_options import CodecOptions
from motor.frameworks.asyncio import max_workers, run_on_executor
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection, AsyncIOMotorDatabase
from pymongo import ASCENDING, DESCENDING, ReadPreference
from pymongo.database import Database as PymongoDatabase
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)
from pymongo.read_concern import ReadConcern

T = TypeVar("T")

PlainDatabase: TypeAlias = PymongoDatabase[dict[str, Any]]
Client: TypeAlias = AsyncIOMotorClient[dict[str, Any]]
Database: TypeAlias = AsyncIOMotorDatabase[dict[str, Any]]
Collection: TypeAlias = AsyncIOMotorCollection[dict[str, Any]]
CODEC: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True, tzinfo=UTC)

ASC = ASCENDING
DESC = DESCENDING

DEFAULT_DATABASE = "foothold"

THREADS: int = max_workers
"""Commands that may wait for the database at the same time, each in a thread of motor's. See ``db.driver.durable``."""
_CLOSING = 2.0

OnCommand = Callable[[str, float, str | None], None]
"""Is told of a command its name, the seconds it took, and the type of its failure, by the thread that did it."""


class _Commands(CommandListener):
    """Passes on the names of commands, never what was in them."""

    def __init__(self, on_command: OnCommand) -> None:
        self._on_command = on_command

    def started(self, event: CommandStartedEvent) -> None:
        """Of no interest before it has ended."""

    def succeeded(self, event: CommandSucceededEvent) -> None:
        self._on_command(event.command_name, event.duration_micros / 1_000_000, None)

    def failed(self, event: CommandFailedEvent) -> None:
        failure = str(event.failure.get("codeName") or event.failure.get("errtype") or "failed")
        self._on_command(event.command_name, event.duration_micros / 1_000_000, failure)


def connect(uri: str, on_command: OnCommand | None = None) -> Client:
    """A client bound to the running event loop. Nothing is sent before the first operation.

    Acknowledged means written by a majority and in the journal. What the URI says goes first.
    """
    options: dict[str, Any] = {
        "w": "majority",
        "journal": True,
        # A write holds a thread until a majority has it: not for long, it is repeated (see ``db.driver.durable``).
        "wtimeoutMS": 2000,
        # Longer than a replica set takes to choose a primary.
        "serverSelectionTimeoutMS": 15_000,
        # A server that falls silent is noticed within the sum of these two, and its connections are given up then.
        "connectTimeoutMS": 2000,
        "heartbeatFrequencyMS": 2000,
        # A connection that falls silent while others are served: a firewall forgot it, likely for being idle.
        "socketTimeoutMS": 5000,
        "maxIdleTimeMS": 60_000,
        "maxPoolSize": THREADS,
        "appname": "foothold",
    }
    said = {name.lower() for name, _ in parse_qsl(uri.partition("?")[2], keep_blank_values=True)}
    unsaid = {name: value for name, value in options.items() if name.lower() not in said}
    if "minpoolsize" in said:
        # Ours may be less than that; there are never more connections than threads that ask.
        unsaid.pop("maxPoolSize", None)
    if on_command is not None:
        unsaid["event_listeners"] = [_Commands(on_command)]
    return AsyncIOMotorClient(uri, tz_aware=True, **unsaid)


async def close(client: Client) -> None:
    """Give the connections back. A server that does not answer within seconds is not told."""
    with pymongo.timeout(_CLOSING):
        await asyncio.to_thread(client.delegate.close)


def database_of(client: Client, name: str | None = None) -> Database:
    """The named database, else the one in the URI, else ``foothold``.

    Reads go to the primary whatever the URI says: a hint of a change must not be answered from before it. They
    return what a majority holds: a failover must not take back what a subscriber was sent. A standalone server
    takes that for what it has.
    """
    options: dict[str, Any] = {
        "codec_options": CODEC,
        "read_preference": ReadPreference.PRIMARY,
        "read_concern": ReadConcern("majority"),
    }
    if name is not None:
        return client.get_database(name, **options)
    return client.get_default_database(DEFAULT_DATABASE, **options)


def database_with(collection: Collection) -> Database:
    """The database that the collection is in."""
    return cast("Database", collection.database)  # which motor's types take for a collection


async def time_of(database: Database) -> datetime | None:
    """Return the time by the database's clock, which all processes share; None if it does not tell."""
    told = (await database.command("hello", codec_options=CODEC)).get("localTime")
    return told if isinstance(told, datetime) else None


async def in_one_go(database: Database, read: Callable[[PlainDatabase], T]) -> T:
    """Reads that follow each other, in one visit to motor's threads: each visit costs as much as a read."""
    plain: PlainDatabase = database.delegate
    result: T = await run_on_executor(asyncio.get_running_loop(), read, plain)  # type: ignore[no-untyped-call]
    return result
