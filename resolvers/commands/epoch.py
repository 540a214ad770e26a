"""``foothold epoch --renew``: what is done once after the database was restored from a backup."""

import click

from db.sync.changelog import ChangelogStore
from resolvers.settings import Settings
from resolvers.wiring.database import open_database
from services.sync.changelog import renew_epochs


async def renew(settings: Settings) -> None:
    """Give every stream a new epoch, and say how many there are. May be repeated."""
    async with open_database(settings, join=True) as database:
        count = await renew_epochs(ChangelogStore(database))
    click.echo(
        f"{count} {'stream has' if count == 1 else 'streams have'} a new epoch: every client takes its lists anew."
    )
