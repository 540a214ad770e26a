"""The command line. A command imports what it needs when it is called, so that the small ones answer at once."""

import asyncio
import gc
import os
import signal
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Sequence

    from resolvers.settings import Settings
    from services.identity.local_tokens import LocalIdentity

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@contextmanager
def _importing() -> "Iterator[None]":
    """Looking for garbage among modules that are being loaded takes a sixth of the time, and finds none."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _settings(**options: Any) -> "Settings":
    """Return the settings, ``options`` that are given in place of the environment's."""
    from resolvers.commands.environment import EnvironmentFault, read_settings

    try:
        return read_settings(**{name: value for name, value in options.items() if value is not None})
    except EnvironmentFault as fault:
        raise click.ClickException(str(fault)) from None


def _local_identity(settings: "Settings", *, make: bool) -> "LocalIdentity":
    """Return the identity of the local signing key, which is made when there is none only if ``make``."""
    from services.identity.local_tokens import LocalIdentity, SigningKeyError

    if settings.jwks_url is not None:
        raise click.ClickException(
            "FOOTHOLD_JWKS_URL is set, so tokens come from its issuer, not from this command."
        )
    try:
        return LocalIdentity(settings.data, make=make)
    except SigningKeyError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"FOOTHOLD_DATA: {error.filename}: {error.strerror}") from None


def _token(settings: "Settings", user_id: str) -> str:
    try:
        return _local_identity(settings, make=False).issue(user_id)
    except ValueError as error:
        raise click.ClickException(str(error)) from None


def _print_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from resolvers.observe.version import described

        click.echo(f"foothold {described()}")
        context.exit()


def _listening(command: "Callable[..., None]") -> "Callable[..., None]":
    """Add the options that say where a server listens."""
    port = click.option(
        "--port", type=click.IntRange(0, 65535), help="Port, instead of FOOTHOLD_PORT; 0 for any free one."
    )
    host = click.option("--host", help="Address, instead of FOOTHOLD_HOST.")
    return host(port(command))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Print version, commit and Python.",
)
@click.pass_context
def main(context: click.Context) -> None:
    """A GraphQL API that turns a profile into matches, career actions and conversations, live."""
    if os.environ.get("NO_COLOR"):  # no-color.org; pipes are plain anyway
        context.color = False


@main.command(short_help="Run the API.")
@_listening
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Number of processes that share the port. One that dies is replaced.",
)
def serve(host: str | None, port: int | None, workers: int) -> None:
    """Run the API, and without configuration everything it needs.

    On SIGTERM it takes no more connections, hands its work on, and closes its websockets one by one.
    """
    settings = _settings(host=host, port=port)
    from resolvers.observe import logs
    from resolvers.server.presence import local_address

    logs.configure(level=settings.log_level, json=settings.log_json)

    def started(port: int) -> str:
        return f"Foothold at http://{local_address(settings.host, port)}/graphql"

    if workers > 1:
        with _importing():
            from resolvers.server import supervisor as many

        many.serve(settings, workers, started)
    else:
        with _importing():
            from resolvers.app import create_app
            from resolvers.server import running

        running.serve(lambda: create_app(settings), settings, started)


@main.command(short_help="Do background work.")
def worker() -> None:
    """Do background work without serving requests, beside servers on the same database and Redis.

    On SIGTERM or Ctrl-C it hands over what is under way, and ends.
    """
    settings = _settings()
    with _importing():
        from resolvers.observe import logs
        from resolvers.server import running
        from resolvers.server.worker import work

    logs.configure(level=settings.log_level, json=settings.log_json)
    running.run(work(settings))


@main.command(short_help="Run the API with sample people and opportunities.")
@_listening
def demo(host: str | None, port: int | None) -> None:
    """Run the API with sample people and opportunities, and print what to try."""
    settings = _settings(host=host, port=port)
    with _importing():
        from resolvers.commands.demo import Demo
        from resolvers.observe import logs
        from resolvers.server import running

    logs.configure(level="warning", json=False)
    made = Demo(settings, _local_identity(settings, make=True))
    running.serve(made.app, settings, made.greeting)


@main.command(short_help="Print a token for local use.")
@click.option("--user", "user_id", required=True, help="Id of the person.")
def token(user_id: str) -> None:
    """Print a token for local use, good for a week, signed by the key that the server in this folder made.

    Which key it is, and that the person has no profile yet, is said on standard error.
    """
    settings = _settings()
    bearer = _token(settings, user_id)
    with _importing():
        from resolvers.commands.token import warn_of_unknown
        from resolvers.server import running
        from services.identity.local_tokens import KEY_FILE

    click.echo(f"Signed by {settings.data.absolute() / KEY_FILE}.", err=True)
    running.run(warn_of_unknown(settings, user_id))
    click.echo(bearer)


@main.command(short_help="After a restore, resync every client.")
@click.option("--renew", is_flag=True, required=True, help="Give every changelog a new epoch.")
def epoch(renew: bool) -> None:
    """Give every stream a new epoch, once after the database was restored from a backup.

    Cursors from after the backup name changes that are gone. Whoever holds one is sent everything, as RESYNC.
    """
    settings = _settings()
    from resolvers.commands import epoch
    from resolvers.server import running

    running.run(epoch.renew(settings))


@main.command(short_help="End a person's tokens.")
@click.option("--user", "user_id", required=True, help="Id of the person.")
@click.option("--unknown-too", is_flag=True, help="Also those of somebody who has no profile.")
def revoke(user_id: str, unknown_too: bool) -> None:
    """End all tokens that were issued to a person until now, and close their websockets. Later tokens are good."""
    settings = _settings()
    from resolvers.commands import revoke
    from resolvers.observe import logs
    from resolvers.server import running

    logs.configure(level="warning", json=False)
    running.run(revoke.revoke(settings, user_id, unknown_too=unknown_too))


@main.command(short_help="Print the SDL.")
def schema() -> None:
    """Print the SDL."""
    with _importing():
        from resolvers.wiring.schema import schema

    click.echo(schema.as_str())


@main.command(short_help="Print a list of trusted documents.")
@click.argument("files", nargs=-1, type=FILE)
def documents(files: tuple[Path, ...]) -> None:
    """Print what FOOTHOLD_TRUSTED_DOCUMENTS reads: the documents in FILES, and those of `watch` and `talk`.

    Without FILES it is the documents in graphql/operations.
    """
    from resolvers.commands import talk, watch
    from resolvers.execution.trusted import manifest_of

    texts = [file.read_text("utf-8") for file in files or Path("graphql/operations").glob("*.graphql")]
    click.echo(manifest_of([*texts, *watch.DOCUMENTS, *talk.DOCUMENTS]))


@main.command(short_help="Print a person's matches and actions as they change.")
@click.option("--user", "user_id", help="Id of the person; only with the local signing key.")
@click.option("--token", "bearer", help="A token of the person, instead of --user.")
@click.option("--url", default=None, help="Websocket address. Default: the server started from this folder.")
@click.option(
    "--list",
    "lists",
    multiple=True,
    help="A list to watch, by its name in ListKind, such as messages; several times for several. They come in one "
    "subscription. Default: matches, career actions and refreshes.",
)
def watch(user_id: str | None, bearer: str | None, url: str | None, lists: "Sequence[str]") -> None:
    """Subscribe to a person's matches, actions and refreshes, and print what comes.

    When it is cut it comes back with its cursors and misses nothing. Ctrl-C ends it.
    """
    from resolvers.commands.watch import say_in_colour
    from resolvers.commands.watch import watch as watch_for

    _as_client(user_id, bearer, url, lambda address, token: watch_for(address, token, say_in_colour, lists))


@main.command(short_help="Chat with the coach.")
@click.option("--user", "user_id", help="Id of the person; only with the local signing key.")
@click.option("--token", "bearer", help="A token of the person, instead of --user.")
@click.option(
    "--action", "action_id", help="Id of a done action to talk about. Default: the general conversation."
)
@click.option("--url", default=None, help="Websocket address. Default: the server started from this folder.")
def talk(user_id: str | None, bearer: str | None, action_id: str | None, url: str | None) -> None:
    """Talk with the coach; its replies come as they are written. `/learn` reviews what can be learned from it."""
    from resolvers.commands.talk import talk as talk_with

    def write(text: str) -> None:
        click.echo(text, nl=False)

    def ask(prompt: str) -> str:
        click.echo(prompt, nl=False)
        line = sys.stdin.readline()
        if not sys.stdin.isatty():
            click.echo(line, nl=False)
        return line

    _as_client(user_id, bearer, url, lambda address, token: talk_with(address, token, action_id, ask, write))


def _as_client(
    user_id: str | None,
    bearer: str | None,
    url: str | None,
    use: "Callable[[Callable[[], str], str], Coroutine[Any, Any, None]]",
) -> None:
    if (user_id is None) == (bearer is None):
        raise click.UsageError("Pass either --user or --token.")
    settings = _settings()
    from resolvers.commands.graphql_ws_client import Refused
    from resolvers.server.presence import local_address, running_at

    def address() -> str:
        found = running_at(settings.data) or local_address(settings.host, settings.port)
        return url or f"ws://{found}/graphql"

    # There is nothing to tidy up, and the thread that waits for a line would be waited for.
    signal.signal(signal.SIGINT, lambda _number, _frame: os._exit(130))
    try:
        asyncio.run(use(address, bearer or _token(settings, user_id or "")))
    except Refused as error:
        raise click.ClickException(str(error)) from None
    except (OSError, TimeoutError):
        raise click.ClickException(f"No answer from {address()}.") from None


@main.group()
def load() -> None:
    """Load opportunities or a résumé from a file."""


@load.command(short_help="Load a JSON file of postings.")
@click.argument("file", type=FILE)
@click.option(
    "--source", default=None, help="Name of the source. Default: the one in the file, or the file name."
)
def opportunities(file: Path, source: str | None) -> None:
    """Load a JSON file of postings. Loading it again changes only what changed in it.

    The exit status is 1 when every posting was refused, and 3 when some were.
    """
    settings = _settings()
    with _importing():
        from resolvers.commands import load
        from resolvers.server import running

    running.run(load.load_opportunities(settings, file, source))


@load.command(short_help="Import a JSON Resume document.")
@click.argument("file", type=FILE)
@click.option("--user", "user_id", required=True, help="Id of the person.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option(
    "--confirm-removal",
    is_flag=True,
    help="Import the document although it says so little that most of the profile is removed.",
)
def resume(file: Path, user_id: str, dry_run: bool, confirm_removal: bool) -> None:
    """Import a JSON Resume document as a person's profile."""
    settings = _settings()
    with _importing():
        from resolvers.commands import load
        from resolvers.server import running

    running.run(load.load_resume(settings, file, user_id, dry_run=dry_run, confirm_removal=confirm_removal))
