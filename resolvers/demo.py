"""``foothold demo``: the API with the project's own sample people and opportunities, and tokens printed."""

import sys
from pathlib import Path

from starlette.applications import Starlette

from db.client import Database
from db.opportunities import OpportunityStore
from resolvers.app import create_app
from resolvers.explorer import ExplorerConfig
from resolvers.settings import DEFAULT_PORT, Settings
from schema.relay import global_id
from services.ids import profile_id_of
from services.registry import Services
from services.samples import PEOPLE, load_samples
from services.signing import LocalIdentity

_GREETING = """
Foothold is running, with the sample people {people}. Ctrl-C stops it.

GraphiQL, filled in for {first}:
  {address}

A token of {first}:
  {token}

Subscribe, in a second terminal:
  {command} watch{url} --token {token}

Refresh, in a third terminal or in GraphiQL; matches and actions arrive at the subscriber:
  curl -s {address} -H 'content-type: application/json' -H 'authorization: Bearer {token}' \\
    -d '{{"query":"mutation{{refreshMatches(profileId:\\"{profile_id}\\"){{__typename}}}}"}}'

A token of another one:
  {command} token --user {other}
"""


class Demo:
    """Everything a newcomer needs to look around. What the page and the terminal say is about the first person."""

    def __init__(self, settings: Settings, identity: LocalIdentity) -> None:
        self._settings = settings
        self._token = identity.issue(PEOPLE[0])
        self._profile_id = global_id("Profile", profile_id_of(PEOPLE[0]))

    def app(self) -> Starlette:
        """The API, its explorer filled in."""
        explorer = ExplorerConfig(token=self._token, profile_id=self._profile_id)
        return create_app(self._settings, explorer=explorer, prepare=_load)

    def greeting(self) -> str:
        """What to do now, ready to paste."""
        port = self._settings.port
        return _GREETING.format(
            address=f"http://{self._settings.host}:{port}/graphql",
            command=_command(),
            first=PEOPLE[0],
            other=PEOPLE[1],
            people=", ".join(PEOPLE),
            profile_id=self._profile_id,
            token=self._token,
            url="" if port == DEFAULT_PORT else f" --url ws://{self._settings.host}:{port}/graphql",
        )


def _command() -> str:
    """How this command was called, as short as it works from here."""
    called = Path(sys.argv[0])
    return str(called.relative_to(Path.cwd()) if called.is_relative_to(Path.cwd()) else called)


async def _load(database: Database, services: Services) -> None:
    await load_samples(services.profiles, OpportunityStore(database))
