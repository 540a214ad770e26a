"""``foothold revoke``: end a person's tokens, beside a server that runs or without one."""

import click

from db.profiles import ProfileStore
from resolvers.settings import Settings
from resolvers.wiring.database import description_of, open_database, redis_namespace
from resolvers.wiring.identity import make_revocations
from services.identity.callers import person_of
from services.kit.errors import InvalidInput
from services.kit.ids import profile_id_of
from services.sync.wakeups import Wakeups


async def revoke(settings: Settings, user_id: str, *, unknown_too: bool = False) -> None:
    """End all tokens that were issued to the person until now, in every process.

    Raises ``InvalidInput``, also for a person without a profile unless ``unknown_too``, and ``NoDatabase``.
    """
    person = person_of(user_id)
    if person is None:
        raise InvalidInput("user", "A user id has 1 to 255 printable characters.")
    redis_url = None if settings.redis_url is None else settings.redis_url.get_secret_value()
    async with open_database(settings, join=True, create=False) as database:
        place = description_of(settings, database)
        if not unknown_too and await ProfileStore(database).get(profile_id_of(user_id)) is None:
            raise InvalidInput(
                "user",
                f"{user_id} has no profile in {place}. Nothing was revoked. "
                "With --unknown-too, the tokens of somebody who has none are ended.",
            )
        namespace = await redis_namespace(database)
        async with Wakeups(redis_url, namespace=namespace) as wakeups:
            await make_revocations(settings, database, wakeups).revoke_person(person)
    click.echo(f"Revoked all tokens of {user_id} in {place}. Tokens issued from now on are valid.")
