"""``foothold epoch --renew``: what is done once after the database was restored from a backup."""

import click

from db.sync.changelog import ChangelogStore
from resolvers.settings import Settings
from resolvers.wiring.database import description_of, open_database
from services.sync.changelog import renew_epochs


async def renew(settings: Settings) -> None:
    """Give every stream a new epoch, and say how many there are. May be repeated. Raises ``NoDatabase``."""
    async with open_database(settings, join=True, create=False) as database:
        place = description_of(settings, database)
        count = await renew_epochs(ChangelogStore(database))
    streams = "stream has" if count == 1 else "streams have"
    click.echo(f"{count} {streams} a new epoch in {place}: every client takes its lists anew.")
