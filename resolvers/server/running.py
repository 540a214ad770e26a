"""Running commands: a server until a signal, and expected errors in one line."""

import asyncio
import errno
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from types import FrameType
from typing import Any, NoReturn

import click
import structlog
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.driver.errors import DatabaseError, DatabaseUnreachable
from db.driver.indexes import IndexFault
from db.embedded.server import EmbeddedDatabaseError
from db.private_files import NotPrivate
from resolvers.edge.bounds.connections import ConnectionLimits
from resolvers.server.garbage import collect_at_growth, settle
from resolvers.server.presence import Presence, hidden_at_the_end, local_address
from resolvers.server.serving import Server, server_options
from resolvers.settings import Settings
from resolvers.wiring.database import NoDatabase
from services.identity.local_tokens import SigningKeyError
from services.kit.errors import FootholdError, InvalidInput

log = structlog.get_logger()

_OWN = ("127.0.0.1", "::1", "localhost")


def explained(error: BaseException) -> str | None:
    """Return a message for the operator; None for a bug. The driver's text is left out: it may hold a password."""
    match error:
        case InvalidInput():
            return "\n".join(f"{problem.field}: {problem.message}" for problem in error.problems)
        case (
            FootholdError()
            | EmbeddedDatabaseError()
            | IndexFault()
            | NoDatabase()
            | NotPrivate()
            | SigningKeyError()
        ):
            return str(error)
        case DatabaseUnreachable():
            return "The database does not answer. Is it running, and is MONGODB_URI right?"
        case DatabaseError():
            return f"The database refused the request, or MONGODB_URI is malformed ({type(error).__name__})."
        case OSError() if error.filename is not None:
            return f"{error.filename}: {error.strerror}"
        case _:
            return None


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run a command that ends. Ctrl-C ends it as soon as it has tidied up."""
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        asyncio.run(work)
    except KeyboardInterrupt:
        end_at_once(128 + signal.SIGINT)
    except Exception as error:
        if (text := explained(error)) is None:
            raise
        raise click.ClickException(text) from None


def serve(make_app: Callable[[], ASGIApp], settings: Settings, started: Callable[[int], str]) -> None:
    """Serve until a signal. ``started`` is said as soon as requests are answered, and is given the port."""
    # Before anything else is made or logged: a port that is taken is the commonest fault of a first try.
    listener = listen(settings.host, settings.port)
    port = listener.getsockname()[1]
    text = started(port)
    warn_of_names(settings)
    with hidden_at_the_end(Presence(settings.data, local_address(settings.host, port))) as presence:
        serve_on(listener, make_app(), settings, lambda: say_started(presence, text))


def say_started(presence: Presence, text: str) -> None:
    """Let other commands find the server, and say ``text`` to whoever started it."""
    presence.show()
    click.echo(text)


def serve_on(
    listener: socket.socket,
    app: ASGIApp,
    settings: Settings,
    started: Callable[[], None],
    *,
    patient: bool = False,
) -> None:
    """Serve until a signal. ``started`` is called as soon as requests are answered.

    ``patient``: a second signal changes nothing, as where a parent passes on what the terminal sends to all.
    """
    watched = _Startup(app)
    config = uvicorn.Config(
        watched,
        loop="uvloop",
        lifespan="on",
        **server_options(settings.max_message, settings.trusted_proxies),
    )
    server = _Server(config, watched, settings, started, patient=patient)
    _quiet_about_startup()
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        # In the main thread: the embedded database must not outlive the thread that started it.
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        return  # what Ctrl-C is for
    except SystemExit:
        if server.interrupted is not None:
            _end_by(server.interrupted)
        if watched.failure is None:
            raise
        if (text := explained(watched.failure)) is not None:
            raise click.ClickException(text) from None
        log.error("foothold.start_failed", exc_info=watched.failure)
        raise


def end_at_once(status: int) -> NoReturn:
    """End the process without waiting for its threads: those of a driver wait for a database that does not answer."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


def _end_by(number: int) -> NoReturn:
    """End as a server does that the signal met later: Ctrl-C is what it is for, another one says itself."""
    if number != signal.SIGINT:
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)
    end_at_once(0)


def _quiet_about_startup() -> None:
    """Drop uvicorn's line that the start failed: the reason is told in a better one."""
    logging.getLogger("uvicorn.error").addFilter(lambda record: "startup failed" not in str(record.msg))


def warn_of_names(settings: Settings) -> None:
    """Say it where others can reach the server, and would be refused by a name of it that nobody listed."""
    if not settings.allowed_hosts and settings.host not in _OWN:
        log.warning(
            "server.host_names_refused",
            hint="Only localhost is served by name. FOOTHOLD_ALLOWED_HOSTS lists further names to serve.",
        )


def listen(host: str, port: int) -> socket.socket:
    """Take the port; those who connect from now on wait until somebody serves it."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            text = f"Port {port} is taken, perhaps by another Foothold. Choose another with --port or FOOTHOLD_PORT."
        else:
            # asyncio's and socket's own words repeat the address.
            text = f"FOOTHOLD_HOST={host}, FOOTHOLD_PORT={port}: {(error.strerror or '').partition(' (')[0]}"
        raise click.ClickException(text) from None


class _Server(Server):
    """Says so as soon as it answers. A signal before that ends the start."""

    def __init__(
        self,
        config: uvicorn.Config,
        watched: "_Startup",
        settings: Settings,
        started: Callable[[], None],
        *,
        patient: bool,
    ) -> None:
        limits = ConnectionLimits(
            total=settings.connections,
            per_address=settings.connections_per_address,
            proxies=settings.trusted_proxies,
        )
        super().__init__(config, settings.drain_seconds, limits)
        self.interrupted: int | None = None
        self._watched = watched
        self._patient = patient
        self._say_started = started

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit and self._patient:
            return
        if not self.started:
            self._interrupt(sig)
        super().handle_exit(sig, frame)

    def _interrupt(self, number: int) -> None:
        """Cancel the start; the second time, do not wait for it to tidy up."""
        if self.interrupted is not None:
            end_at_once(128 + number)
        self.interrupted = number
        self._watched.cancel()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        settle()
        self._collecting = asyncio.create_task(collect_at_growth(), name="garbage")
        if not self.should_exit:
            self._say_started()


class _Startup:
    """Keeps why the application did not start, which Starlette would have logged as a traceback with its text."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.failure: Exception | None = None
        self._task: asyncio.Task[Any] | None = None

    def cancel(self) -> None:
        """Cancel what is under way in the lifespan. May be called by a signal's handler."""
        if self._task is not None:
            self._task.get_loop().call_soon_threadsafe(self._task.cancel)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return

        self._task = asyncio.current_task()

        async def without_text(message: Message) -> None:
            await send({"type": message["type"]} if message["type"].endswith(".failed") else message)

        try:
            await self._app(scope, receive, without_text)
        except Exception as error:
            self.failure = error
            raise
