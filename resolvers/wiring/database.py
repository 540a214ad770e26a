"""Opening the database: the configured one, or one of our own."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from db.collections import all_collections
from db.driver.client import Database, OnCommand, connect, database_of, ensure_indexes
from db.driver.collections import Declared
from db.embedded.server import EmbeddedDatabase, uri_in_use
from db.installation import installation_of
from resolvers.settings import Settings


@asynccontextmanager
async def open_database(
    settings: Settings,
    collections: Sequence[Declared] = (),
    *,
    join: bool = False,
    on_command: OnCommand | None = None,
) -> AsyncIterator[Database]:
    """The configured database, or the embedded one, with its indexes.

    With ``join``, an embedded database that another process serves will do.
    """
    async with AsyncExitStack() as stack:
        directory = settings.data / "database"
        if settings.mongodb_uri is not None:
            uri = settings.mongodb_uri.get_secret_value()
        elif join and (served := uri_in_use(directory)) is not None:
            uri = served
        else:
            uri = (await stack.enter_async_context(EmbeddedDatabase(directory))).uri
        client = connect(uri, on_command)
        stack.callback(client.close)
        database = database_of(client)
        await ensure_indexes(database, collections or all_collections())
        yield database


async def redis_namespace(database: Database) -> str:
    """Return what the name of everything begins with that the installation puts into Redis, channels included."""
    return f"foothold:{await installation_of(database)}"
