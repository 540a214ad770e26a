"""``foothold serve --workers N``: processes that serve one port, replaced when they die, by a parent that serves none.

uvicorn has a supervisor of its own. docs/decisions/0013-draining.md says why it is not this one.
"""

import asyncio
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from socket import socket

import click
import structlog
from pydantic import SecretStr

from resolvers.observe import logs
from resolvers.server import running
from resolvers.server.presence import Presence, hidden_at_the_end, local_address
from resolvers.settings import Settings
from resolvers.wiring.database import embedded_database

log = structlog.get_logger()

_REFUSED = 1
_STEADY_SECONDS = 10.0
_SHORTEST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_ENDING_SECONDS = 15.0
_spawn = multiprocessing.get_context("spawn")


def serve(settings: Settings, count: int, started: Callable[[int], str]) -> None:
    """Serve with ``count`` processes until a signal. ``started`` is said once all of them answer."""
    listener = running.listen(settings.host, settings.port)
    port = listener.getsockname()[1]
    text = started(port)
    running.warn_of_names(settings)
    if settings.redis_url is None:
        log.warning(
            "server.started_without_redis",
            hint="What one process changes, the subscribers of another see within seconds. With REDIS_URL: at once.",
        )
    with hidden_at_the_end(Presence(settings.data, local_address(settings.host, port))) as presence:
        running.run(_serve(listener, settings, count, lambda: running.say_started(presence, text)))


async def _serve(listener: socket, settings: Settings, count: int, started: Callable[[], None]) -> None:
    async with _one_database(settings) as shared:
        await Supervisor(listener, shared, count).run(started)


@asynccontextmanager
async def _one_database(settings: Settings) -> AsyncIterator[Settings]:
    """The settings for the workers: an embedded database is the parent's, and they are its guests."""
    if settings.mongodb_uri is not None:
        yield settings
        return
    async with embedded_database(settings) as embedded:
        yield settings.model_copy(update={"mongodb_uri": SecretStr(embedded.uri)})


class Worker:
    """A process that serves."""

    def __init__(self, listener: socket, settings: Settings) -> None:
        self._loop = asyncio.get_running_loop()
        self._line, theirs = _spawn.Pipe(duplex=False)
        self._process = _spawn.Process(target=work, args=(listener, settings, theirs))
        self._serving = asyncio.Event()
        self.ended = asyncio.Event()
        self.unwanted = asyncio.Event()
        self.began = self._loop.time()
        resource_tracker.ensure_running()  # or the start below does, and unblocks what is blocked here
        # Ctrl-C is for all that run in a terminal. A process that is still loading has to wait with it.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
            theirs.close()
        self._loop.add_reader(self._line.fileno(), self._on_line)
        self._loop.add_reader(self._process.sentinel, self._on_end)

    @property
    def pid(self) -> int | None:
        return self._process.pid

    @property
    def status(self) -> int | None:
        """Result of the process: its exit status, or the negative number of a signal."""
        return self._process.exitcode

    @property
    def answers(self) -> bool:
        """True once it has said that it serves."""
        return self._serving.is_set()

    async def serves(self) -> bool:
        """Wait until it answers requests, or has ended."""
        waiting = [asyncio.create_task(event.wait()) for event in (self._serving, self.ended)]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
        return not self.ended.is_set()

    async def gone_or_unwanted(self) -> None:
        """Wait until it has ended, or has to be replaced."""
        waiting = [asyncio.create_task(event.wait()) for event in (self.ended, self.unwanted)]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()

    def send(self, number: int) -> None:
        """Send it a signal, if it is still there."""
        if not self.ended.is_set() and self._process.pid is not None:
            os.kill(self._process.pid, number)

    def _on_line(self) -> None:
        self._loop.remove_reader(self._line.fileno())
        with suppress(EOFError), self._line:
            self._line.recv_bytes()
            self._serving.set()

    def _on_end(self) -> None:
        self._loop.remove_reader(self._process.sentinel)
        self._process.join()
        self.ended.set()


class Supervisor:
    """Keeps ``count`` workers until SIGTERM or SIGINT, which it passes on; a second one ends them at once.

    SIGHUP replaces them one after the other, each by one that serves already. If one of the first ones cannot start,
    none does. Later ones are tried again, with growing pauses: the others may be serving well.
    """

    def __init__(self, listener: socket, settings: Settings, count: int) -> None:
        self._listener = listener
        self._settings = settings
        self._count = count
        self._workers: set[Worker] = set()
        self._signal: int | None = None
        self._signalled = asyncio.Event()
        self._renewing = asyncio.Lock()

    async def run(self, started: Callable[[], None]) -> None:
        """``started`` is called once all of them answer. Raises ``click.exceptions.Exit`` when they do not."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._on_signal, number)
        loop.add_signal_handler(signal.SIGHUP, self._renew)
        keeping = asyncio.create_task(self._keep_all(started))
        signalled = asyncio.create_task(self._signalled.wait())
        try:
            await asyncio.wait((keeping, signalled), return_when=asyncio.FIRST_COMPLETED)
        finally:
            keeping.cancel()
            signalled.cancel()
            self._listener.close()
            await self._end_all()
            with suppress(asyncio.CancelledError):
                await keeping

    def _on_signal(self, number: int) -> None:
        for worker in self._workers:
            # Ctrl-C does not reach one that is still loading, which has nothing to tidy up.
            loading = number == signal.SIGINT and not worker.answers
            worker.send(signal.SIGKILL if loading or self._signalled.is_set() else number)
        self._signalled.set()

    def _renew(self) -> None:
        for worker in self._workers:
            worker.unwanted.set()

    async def _keep_all(self, started: Callable[[], None]) -> None:
        # One goes first: what is wrong for one is wrong for all, and one says so.
        workers = [await self._first()]
        workers += await asyncio.gather(*(self._first() for _ in range(self._count - 1)))
        started()
        await asyncio.gather(*(self._keep(worker) for worker in workers))

    async def _first(self) -> Worker:
        worker = self._start()
        if await worker.serves():
            return worker
        if worker.status != _REFUSED:  # which says why by itself
            click.echo(
                f"Error: A worker process exited with status {worker.status} before it was ready.", err=True
            )
        raise click.exceptions.Exit(1)

    async def _keep(self, worker: Worker) -> None:
        """See to it that there is always one in this one's place."""
        pause = 0.0
        while True:
            await worker.gone_or_unwanted()
            if not worker.ended.is_set():
                worker = await self._renewed(worker)
                continue
            lived = asyncio.get_running_loop().time() - worker.began
            pause = 0.0 if lived > _STEADY_SECONDS else min(max(_SHORTEST_PAUSE, pause * 2), _LONGEST_PAUSE)
            log.error("worker.died", pid=worker.pid, status=worker.status, pause=pause)
            await asyncio.sleep(pause)
            worker = self._start()

    async def _renewed(self, old: Worker) -> Worker:
        """Another in its place, once that one serves; else this one."""
        async with self._renewing:
            new = self._start()
            if not await new.serves():
                log.error("worker.replacement_failed", pid=old.pid, status=new.status)
                old.unwanted.clear()
                return old
            old.send(signal.SIGTERM)
            await old.ended.wait()
            log.info("worker.replaced", pid=old.pid, by=new.pid)
            return new

    def _start(self) -> Worker:
        self._workers = {worker for worker in self._workers if not worker.ended.is_set()}
        worker = Worker(self._listener, self._settings)
        self._workers.add(worker)
        return worker

    async def _end_all(self) -> None:
        """Wait until all have drained. Whoever takes much longer is killed."""
        if not self._signalled.is_set():
            self._on_signal(signal.SIGTERM)
        endings = [asyncio.create_task(worker.ended.wait()) for worker in self._workers]
        if endings:
            await asyncio.wait(endings, timeout=self._settings.drain_seconds + _ENDING_SECONDS)
        for worker in self._workers:
            worker.send(signal.SIGKILL)
        await asyncio.gather(*endings)


def work(listener: socket, settings: Settings, line: Connection) -> None:
    """Run a worker process. Reports on ``line`` when it serves. Ends with the parent, however that ends."""
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        threading.Thread(target=_end_with_parent, daemon=True).start()
        logs.configure(level=settings.log_level, json=settings.log_json)
        # Here and not above: the parent does without it.
        from resolvers.app import create_app  # noqa: PLC0415

        app = create_app(settings)
        running.serve_on(listener, app, settings, lambda: line.send_bytes(b"serving"), patient=True)
    except click.ClickException as error:
        error.show()
        sys.exit(_REFUSED)
    except KeyboardInterrupt:
        return


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
