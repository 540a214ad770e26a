"""``foothold demo``: the API with the project's own sample people and opportunities, ready to be tried."""

import shlex
import sys
from functools import partial
from pathlib import Path

from starlette.applications import Starlette

from db.driver.client import Database
from db.opportunities import OpportunityStore
from resolvers.app import create_app
from resolvers.edge.bounds.origins import DEVELOPMENT
from resolvers.edge.client import SampleLogin, client_available
from resolvers.edge.explorer import ExplorerConfig, explorer_available
from resolvers.server.presence import local_address
from resolvers.settings import Settings
from schema.shared.relay import global_id
from services.identity.local_tokens import LocalIdentity
from services.kit.ids import profile_id_of
from services.profiles.profiles import Profiles
from services.registry import Services
from services.samples import PEOPLE, load_samples, sample_resume

_GREETING = """
Foothold is running, with the sample people {people}. Ctrl-C stops it.

{page}
{explorer}:
  {address}

A token of {first}, good for a week:
  {token}

Watch, in a second terminal in this folder:
  {command} watch --user {first}

Refresh, in a third one or in GraphiQL; matches and actions arrive at the watcher:
  curl -sw '\\n' {address} -H 'content-type: application/json' \\
    -H "authorization: Bearer $({command} token --user {first})" \\
    -d '{{"query":"mutation{{refreshMatches(profileId:\\"{profile_id}\\"){{__typename}}}}"}}'
"""


_FILLED_IN = "GraphiQL, filled in for {first}"
_BARE = (
    "GraphiQL from the internet (make explorer builds one of our own with Node 20.19+). Its Headers take "
    '{{"Authorization": "Bearer …"}}, with the token below'
)


class Demo:
    """Everything a newcomer needs to look around. What the page and the terminal say is about the first person."""

    def __init__(self, settings: Settings, identity: LocalIdentity) -> None:
        # The page is to know the schema whoever opens it, and an application in development may call the API.
        eased = {"introspection": "always", "allowed_origins": DEVELOPMENT}
        known = {name: value for name, value in eased.items() if name not in settings.model_fields_set}
        self._settings = settings.model_copy(update=known)
        self._people = tuple(_login(identity, user_id) for user_id in PEOPLE)
        self._token = identity.issue(PEOPLE[0])
        self._profile_id = global_id("Profile", profile_id_of(PEOPLE[0]))

    def app(self) -> Starlette:
        """The API, its explorer filled in."""
        explorer = ExplorerConfig(token=self._token, profile_id=self._profile_id)
        return create_app(self._settings, explorer=explorer, people=self._people, prepare=_load)

    def greeting(self, port: int) -> str:
        """Return the text that is printed at the start, with commands ready to paste."""
        address = local_address(self._settings.host, port)
        explorer = _FILLED_IN if explorer_available() else _BARE
        return _GREETING.format(
            address=f"http://{address}/graphql",
            command=_command(self._settings.data),
            explorer=explorer.format(first=PEOPLE[0]),
            first=PEOPLE[0],
            page=_page(f"http://{address}/"),
            people=", ".join(PEOPLE),
            profile_id=self._profile_id,
            token=self._token,
        )


def _page(address: str) -> str:
    if client_available():
        return f"Open it in a browser:\n  {address}\n"
    return "Its pages for browsers need Node 20.19 or newer: install it and run make demo again.\n"


def _login(identity: LocalIdentity, user_id: str) -> SampleLogin:
    basics = sample_resume(user_id)["basics"]
    return SampleLogin(basics["name"], basics["label"], partial(identity.issue, user_id))


def _command(data: Path) -> str:
    """Return the shortest command line that works from here, with the signing key in use."""
    called = Path(sys.argv[0])
    if called.is_relative_to(Path.cwd()):
        called = called.relative_to(Path.cwd())
    directory = (
        "" if data == Settings.model_fields["data"].default else f"FOOTHOLD_DATA={shlex.quote(str(data))} "
    )
    return directory + shlex.quote(str(called))


async def _load(database: Database, services: Services) -> None:
    await load_samples(services[Profiles], OpportunityStore(database))
