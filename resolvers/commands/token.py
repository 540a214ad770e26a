"""``foothold token``: a token signed by the key of the data folder, and who it is for."""

from contextlib import suppress

import click

from db.driver.errors import DatabaseError
from db.embedded.server import uri_in_use
from db.profiles import ProfileStore
from resolvers.settings import Settings
from resolvers.wiring.database import NoDatabase, open_database
from services.kit.ids import profile_id_of


async def warn_of_unknown(settings: Settings, user_id: str) -> None:
    """Say it when the person has no profile yet, where a database can be asked that somebody else serves."""
    if settings.mongodb_uri is None and uri_in_use(settings.data / "database") is None:
        return
    with suppress(DatabaseError, NoDatabase):
        async with open_database(settings, join=True, create=False) as database:
            if await ProfileStore(database).get(profile_id_of(user_id)) is None:
                click.echo(f"{user_id} has no profile yet: the token is good for making one.", err=True)
