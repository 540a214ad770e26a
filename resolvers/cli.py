"""The command line."""

import asyncio
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import click
import uvicorn
from pydantic import ValidationError
from starlette.applications import Starlette

from db.client import Database, DatabaseError
from db.embedded import EmbeddedDatabaseError
from db.opportunities import OpportunityStore
from db.profiles import ProfileStore
from resolvers import logs
from resolvers.app import create_app, open_database
from resolvers.demo import Demo
from resolvers.root import schema as graphql_schema
from resolvers.serving import server_options
from resolvers.settings import Settings
from resolvers.watch import WatchError, say_in_colour, watch
from services import clock
from services.errors import FootholdError, InvalidInput
from services.identity import Caller
from services.opportunity_import import LoadReport, OpportunityLoader, parse_postings
from services.profiles import Profiles
from services.signing import LIFETIME, LocalIdentity, SigningKeyError

_MOST_REFUSALS_SHOWN = 20


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise click.ClickException(f"{first['loc'][0]}: {first['msg']}") from None


def _run(work: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(work)
    except InvalidInput as error:
        raise click.ClickException(f"{error.field}: {error.message}") from None
    except (FootholdError, WatchError, EmbeddedDatabaseError, SigningKeyError) as error:
        raise click.ClickException(str(error)) from None
    except DatabaseError as error:
        raise click.ClickException(f"The database does not answer ({type(error).__name__}).") from None
    except KeyboardInterrupt:
        sys.exit(130)


def _local_identity(settings: Settings) -> LocalIdentity:
    if settings.jwks_url is not None:
        raise click.ClickException("FOOTHOLD_JWKS_URL is set: its issuer makes the tokens, not this command.")
    try:
        return LocalIdentity(settings.data)
    except SigningKeyError as error:
        raise click.ClickException(str(error)) from None


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="foothold")
def main() -> None:
    """A GraphQL API that turns a profile into matches, career actions and conversations, live."""


class _Server(uvicorn.Server):
    """Says where it is as soon as it listens."""

    def __init__(self, config: uvicorn.Config, started: str) -> None:
        super().__init__(config)
        self._started_text = started

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            click.echo(self._started_text)


def _serve(app: Starlette, settings: Settings, started: str) -> None:
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        lifespan="on",
        **server_options(),
    )
    server = _Server(config, started)
    # In the main thread: the embedded database must not outlive the thread that started it.
    server.run()
    if not server.started:
        sys.exit(3)


@main.command()
def serve() -> None:
    """Run the API, and without configuration everything it needs."""
    settings = _settings()
    logs.configure(level=settings.log_level, json=settings.log_json)
    _serve(create_app(settings), settings, f"Foothold at http://{settings.host}:{settings.port}/graphql")


@main.command()
def demo() -> None:
    """Run the API with sample people and opportunities, live; tokens are printed."""
    settings = _settings()
    logs.configure(level="warning", json=settings.log_json)
    made = Demo(settings, _local_identity(settings))
    _serve(made.app(), settings, made.greeting())


@main.command()
@click.option("--user", "user_id", required=True, help="The person's id.")
def token(user_id: str) -> None:
    """Print a token for local use."""
    try:
        click.echo(_local_identity(_settings()).issue(user_id))
    except ValueError as error:
        raise click.ClickException(str(error)) from None


@main.command()
def schema() -> None:
    """Print the SDL."""
    click.echo(graphql_schema.as_str())


@main.command("watch")
@click.option("--token", "bearer", required=True, help="A token, as `foothold token` prints it.")
@click.option("--url", default=None, help="The websocket's address; by default the local one.")
def watch_command(bearer: str, url: str | None) -> None:
    """Subscribe to a person's matches, actions and refreshes, and print what comes."""
    settings = _settings()
    address = url or f"ws://{settings.host}:{settings.port}/graphql"
    _run(watch(address, bearer, say_in_colour))


@main.group()
def load() -> None:
    """Load opportunities or a résumé from a file."""


@asynccontextmanager
async def _database() -> AsyncIterator[Database]:
    settings = _settings()
    logs.configure(level="warning", json=settings.log_json)
    async with open_database(settings, join=True) as database:
        yield database


@load.command("opportunities")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", default=None, help="Where the postings come from; by default what the file says.")
def load_opportunities(file: Path, source: str | None) -> None:
    """Load a JSON file of postings. Loading it again changes only what changed in it."""
    _run(_load_opportunities(file, source))


async def _load_opportunities(file: Path, source: str | None) -> None:
    parsed = parse_postings(_text(file), default_source=file.stem, source=source)
    total = len(parsed.postings)
    async with _database() as database:
        with click.progressbar(length=total, label=f"Loading {total} opportunities", file=sys.stderr) as bar:
            report = await OpportunityLoader(OpportunityStore(database)).load(
                parsed, lambda done, _total: bar.update(done - bar.pos)
            )
    _report(report)


def _report(report: LoadReport) -> None:
    click.echo(
        f"{report.inserted} new, {report.updated} changed, {report.unchanged} as before, "
        f"{len(report.refused)} refused"
    )
    for refusal in report.refused[:_MOST_REFUSALS_SHOWN]:
        name = f" ({refusal.external_id})" if refusal.external_id else ""
        click.echo(f"  item {refusal.index}{name}: {refusal.field}: {refusal.reason}")
    if len(report.refused) > _MOST_REFUSALS_SHOWN:
        click.echo(f"  and {len(report.refused) - _MOST_REFUSALS_SHOWN} more")
    if report.refused and not (report.inserted or report.updated or report.unchanged):
        sys.exit(1)


@load.command("resume")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--user", "user_id", required=True, help="The person's id.")
def load_resume(file: Path, user_id: str) -> None:
    """Import a JSON Resume document as a person's profile."""
    _run(_load_resume(file, user_id))


async def _load_resume(file: Path, user_id: str) -> None:
    async with _database() as database:
        caller = Caller(user_id, clock.now() + LIFETIME)
        profile = await Profiles(ProfileStore(database)).import_resume_text(caller, _text(file))
    click.echo(f"Imported as version {profile.version} of the profile of {user_id}.")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InvalidInput("file", "This is not UTF-8 text.") from None
