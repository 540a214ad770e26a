"""Opening the database: the configured one, or one of our own."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from db.collections import all_collections
from db.driver.client import Database, OnCommand, close, connect, database_of
from db.driver.collections import Declared
from db.driver.indexes import ensure_indexes
from db.driver.urls import hosts_of
from db.embedded.server import EmbeddedDatabase, uri_in_use
from db.installation import installation_of
from db.private_files import make_private_folder
from resolvers.settings import Settings


class NoDatabase(Exception):
    """There is no database of a Foothold where one has to be. The message says where that is."""


def embedded_database(settings: Settings) -> EmbeddedDatabase:
    """Return the embedded database of the data folder, to be entered. Raises ``NotPrivate`` or ``OSError``."""
    make_private_folder(settings.data)
    return EmbeddedDatabase(settings.data / "database")


@asynccontextmanager
async def open_database(
    settings: Settings,
    collections: Sequence[Declared] = (),
    *,
    join: bool = False,
    create: bool = True,
    on_command: OnCommand | None = None,
) -> AsyncIterator[Database]:
    """The configured database, or the embedded one, with its indexes.

    With ``join``, an embedded database that another process serves will do. Without ``create``, raises ``NoDatabase``
    instead of making one.
    """
    async with AsyncExitStack() as stack:
        directory = settings.data / "database"
        if settings.mongodb_uri is not None:
            uri = settings.mongodb_uri.get_secret_value()
        elif join and (served := uri_in_use(directory)) is not None:
            uri = served
        elif not create and not (directory / "storage").is_dir():
            raise NoDatabase(
                f"There is no database in {settings.data.absolute()}. Run this in the folder of the server, "
                "or set FOOTHOLD_DATA or MONGODB_URI to the server's."
            )
        else:
            uri = (await stack.enter_async_context(embedded_database(settings))).uri
        client = connect(uri, on_command)
        stack.push_async_callback(close, client)
        database = database_of(client)
        if create:
            await ensure_indexes(database, collections or all_collections())
        elif not await _is_ours(database):
            raise NoDatabase(f"There is no Foothold in {description_of(settings, database)}.")
        yield database


async def _is_ours(database: Database) -> bool:
    """Tell if a server has used the database before."""
    ours = {collection.name for collection in all_collections()}
    return not ours.isdisjoint(await database.list_collection_names())


def description_of(settings: Settings, database: Database) -> str:
    """Return which database it is, for the operator, without credentials."""
    if settings.mongodb_uri is None:
        return f"the embedded database in {settings.data.absolute()}"
    return f"the database {database.name} at {hosts_of(settings.mongodb_uri.get_secret_value())}"


async def redis_namespace(database: Database) -> str:
    """Return what the name of everything begins with that the installation puts into Redis, channels included."""
    return f"foothold:{await installation_of(database)}"
