"""``foothold worker``: background work in a process of its own, without HTTP."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from pathlib import Path

import click
import structlog

from db.embedded.server import EmbeddedDatabaseError, uri_in_use
from resolvers.observe.observing import observed
from resolvers.server.garbage import collect_at_growth, settle
from resolvers.settings import Settings
from resolvers.wiring.database import open_database
from resolvers.wiring.model import make_model
from resolvers.wiring.services import running_services

log = structlog.get_logger()

BEAT_SECONDS = 5.0
_LOOK_SECONDS = 1.0


async def work(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT, then hand over what is under way; a second signal ends at once.

    Raises ``EmbeddedDatabaseError`` where there is no database to join, or it goes away.
    """
    if settings.redis_url is None:
        raise click.ClickException("REDIS_URL is not set: a worker takes its tasks from Redis.")
    settings = settings.model_copy(update={"work": True})  # what the servers leave is left to this one
    served = _served(settings)
    async with AsyncExitStack() as stack:
        telemetry = await stack.enter_async_context(observed(settings))
        on_command = None if telemetry is None else telemetry.commanded
        database = await stack.enter_async_context(open_database(settings, join=True, on_command=on_command))
        model = make_model(settings)
        stack.push_async_callback(model.aclose)
        services = await stack.enter_async_context(running_services(settings, database, model))
        if telemetry is not None:
            telemetry.watch(services)
        if settings.heartbeat is not None:
            stack.enter_context(_beating(settings.heartbeat))
        stopping = (
            _until_signal()
        )  # before there is work under way, a signal ends the process as it does others
        settle()
        stack.callback(asyncio.create_task(collect_at_growth(), name="garbage").cancel)
        stack.callback(log.info, "foothold.stopped")
        log.info("foothold.started", model=model.version, database=database.name)
        click.echo("Foothold worker is running. Ctrl-C stops it.")
        while not stopping.is_set():
            if served is not None and uri_in_use(_embedded(settings)) != served:
                raise EmbeddedDatabaseError(
                    "The server that owns the embedded database has ended. Start it again, then this worker."
                )
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await stopping.wait()


def _embedded(settings: Settings) -> Path:
    return settings.data / "database"


def _served(settings: Settings) -> str | None:
    """Return the URI of the embedded database that another process serves; None with an external one."""
    if settings.mongodb_uri is not None:
        return None
    served = uri_in_use(_embedded(settings))
    if served is None:
        raise EmbeddedDatabaseError(
            "A worker needs the database of a server: set MONGODB_URI to the same value, "
            "or start `foothold serve` with the same FOOTHOLD_DATA first."
        )
    return served


def _until_signal() -> asyncio.Event:
    """Set by the first SIGTERM or SIGINT. The next one does what it does to every program."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)

    def stop() -> None:
        for number in signals:
            loop.remove_signal_handler(number)
        stopping.set()

    for number in signals:
        loop.add_signal_handler(number, stop)
    return stopping


@contextmanager
def _beating(file: Path) -> Iterator[None]:
    """Touch ``file`` every few seconds, and remove it at the end: whoever looks sees that the worker lives."""
    loop = asyncio.get_running_loop()
    next_beat: asyncio.TimerHandle | None = None

    def beat() -> None:
        nonlocal next_beat
        next_beat = loop.call_later(BEAT_SECONDS, beat)
        file.touch()

    try:
        beat()  # what is wrong with the file ends the start, where somebody sees it
        yield
    finally:
        if next_beat is not None:
            next_beat.cancel()
        file.unlink(missing_ok=True)
