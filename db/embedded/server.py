"""The embedded database: SecantusDB as a child process, watched, restarted when ill, and never outliving us.

It is started through its command and never imported; docs/decisions/0004-embedded-database.md says why.
"""

import asyncio
import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, Self, TypeVar

import structlog
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from db.private_files import check_private, make_private_folder

COMMAND = "secantusd-py"
REQUIREMENT = "SecantusDB==0.7.0b3"
"""Requirement that pyproject.toml's extra `embedded` installs."""
URI_FILE = "uri"
HOST = "127.0.0.1"
LAUNCHER = Path(__file__).with_name("launcher.py")

CHECK_SECONDS = 1.0
READ_SECONDS = 2.0
START_SECONDS = 45.0
STOP_SECONDS = 10.0
LOCK_SECONDS = 3.0
FAILING_SECONDS = 3.0
STEADY_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 30.0
START_ATTEMPTS = 3
LOG_LIMIT_BYTES = 4 * 1024 * 1024
LOG_TAIL_BYTES = 2000

T = TypeVar("T")
log = structlog.get_logger()


class EmbeddedDatabaseError(Exception):
    """The embedded database cannot run here. The message says what to do about it."""


class Health(StrEnum):
    """Result of the last read from the child process."""

    WELL = "WELL"
    FAILING = "FAILING"
    SILENT = "SILENT"


def find_command() -> str:
    """The path of SecantusDB's command: beside this Python, else on the PATH."""
    beside = Path(sys.executable).parent / COMMAND
    found = str(beside) if os.access(beside, os.X_OK) else shutil.which(COMMAND)
    if found is None:
        raise EmbeddedDatabaseError(
            f"The embedded database is not installed: run `pip install {REQUIREMENT}`, "
            "or set MONGODB_URI to a MongoDB of your own."
        )
    return found


def uri_in_use(directory: Path) -> str | None:
    """Return the URI under which another process serves the directory; None while none does. Raises ``NotPrivate``."""
    try:
        check_private(directory)  # or somebody else could say where our data goes
        with (directory / "lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        with contextlib.suppress(FileNotFoundError):
            return (directory / URI_FILE).read_text()
    return None


class EmbeddedDatabase:
    """Serves the files in ``directory`` on a loopback port while it is entered.

    The port, and so ``uri``, stays the same when the child is restarted: clients reconnect by themselves.
    ``patience`` is how many seconds the child may leave reads unanswered before it is killed: building an
    index over 20,000 documents holds it up for three and a half. Enter it once, and close the clients that use
    it before leaving: a client that finds nobody at home waits.
    """

    def __init__(self, directory: Path, *, patience: float = 15.0) -> None:
        self.directory = directory.absolute()
        self._patience = patience
        self._log_path = self.directory / "database.log"
        self._uri_path = self.directory / URI_FILE
        self._port = 0
        self._pause = 0.0
        self._lock: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._client: MongoClient[dict[str, Any]] | None = None
        self._watching: asyncio.Task[None] | None = None
        # A thread of its own: where requests queue for threads, the watch must not queue behind them.
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedded-database")

    @property
    def uri(self) -> str:
        """URI of the running database. Writes are acknowledged once they are in the journal.

        While it builds an index it answers nobody, also no heartbeat, and must not be given up for that.
        """
        options = (
            "directConnection=true&w=majority&journal=true&connectTimeoutMS=20000&heartbeatFrequencyMS=10000"
        )
        return f"mongodb://{HOST}:{self._port}/?{options}"

    @property
    def pid(self) -> int | None:
        """The child's process id, None while there is no child."""
        return self._process.pid if self._process else None

    async def __aenter__(self) -> Self:
        command = find_command()
        try:
            self._prepare()
            await self._take_lock()
            await self._start(command)
        except OSError as error:
            await self._close()
            raise EmbeddedDatabaseError(f"{self.directory} cannot be used: {error}") from error
        except BaseException:
            await self._close()
            raise
        log.info("embedded_database.started", pid=self.pid, port=self._port)
        self._watching = asyncio.create_task(self._watch(command), name="embedded-database")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()
        log.info("embedded_database.stopped")

    def _prepare(self) -> None:
        for folder in (self.directory, self.directory / "storage"):
            make_private_folder(folder)
            folder.chmod(0o700)
        (self.directory / "secantusd.toml").write_text("# Foothold gives all settings as flags.\n")

    async def _take_lock(self) -> None:
        """Own the directory. The child holds the same lock, so that it is free only when both are gone."""
        self._lock = os.open(self.directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        deadline = monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._uri_path.unlink(missing_ok=True)  # what a crashed run said
                return
            except BlockingIOError:
                if monotonic() > deadline:
                    raise EmbeddedDatabaseError(
                        f"{self.directory} is in use by another Foothold: "
                        "stop that one, or set FOOTHOLD_DATA to another directory."
                    ) from None
            await asyncio.sleep(0.05)

    async def _start(self, command: str) -> None:
        """Start the child on a free port; on another one if it ends, as when the port was taken meanwhile."""
        status: int | None = None
        for _ in range(START_ATTEMPTS):
            self._port = _free_port()
            self._client = self._connect()
            process = self._spawn(command)
            if await self._answers(process):
                self._uri_path.write_text(self.uri)
                return
            status = process.poll()
            await self._end_process()
            self._client.close()
            if status is None:
                break
        what = f"gave no answer in {START_SECONDS:.0f} s" if status is None else f"ended with status {status}"
        raise EmbeddedDatabaseError(
            f"The embedded database {what}. The end of {self._log_path}:\n{self._log_tail()}"
        )

    def _spawn(self, command: str) -> subprocess.Popen[bytes]:
        """Start the child, on the calling thread: on Linux its life is tied to that thread's."""
        arguments = ["--host", HOST, "--port", str(self._port)]
        arguments += ["--storage-path", str(self.directory / "storage")]
        arguments += ["--sync-on-commit", "--cache-size", "256M"]
        arguments += ["--config", str(self.directory / "secantusd.toml"), "--log-level", "WARNING"]
        with os.fdopen(os.open(self._log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)) as output:
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-I", "-S", str(LAUNCHER), command, *arguments],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.directory,
                env=_environment(),
                pass_fds=() if self._lock is None else (self._lock,),
                start_new_session=True,  # Ctrl-C in a terminal is for us; we stop the child when we are done
            )
        return self._process

    def _connect(self) -> MongoClient[dict[str, Any]]:
        """The watch's own client, which survives restarts and waits for nothing for long."""
        names = ("serverSelectionTimeoutMS", "connectTimeoutMS", "socketTimeoutMS")
        timeouts: dict[str, Any] = dict.fromkeys(names, int(READ_SECONDS * 1000))
        return MongoClient(self.uri, connect=False, retryReads=False, maxPoolSize=1, **timeouts)

    async def _answers(self, process: subprocess.Popen[bytes]) -> bool:
        """Return True if the child accepts a write and a read before the time for starting is up."""
        deadline = monotonic() + START_SECONDS
        while process.poll() is None and monotonic() < deadline:
            if _listening(self._port) and await self._in_reader(self._greet):
                return True
            await asyncio.sleep(0.05)
        return False

    async def _watch(self, command: str) -> None:
        well = monotonic()
        steady_since = well
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            self._trim_log()
            status = self._process.poll() if self._process else None
            health = await self._in_reader(self._read) if status is None else Health.SILENT
            if health is Health.WELL:
                well = monotonic()
                if well - steady_since > STEADY_SECONDS:
                    self._pause = 0.0
                continue
            limit = FAILING_SECONDS if health is Health.FAILING else self._patience
            if status is None and monotonic() - well < limit:
                continue
            log.error("embedded_database.lost", pid=self.pid, status=status, health=health)
            await self._restart(command)
            well = steady_since = monotonic()

    async def _restart(self, command: str) -> None:
        """Kill the child if need be and start it on the same port, at growing intervals, until it answers."""
        while True:
            await self._end_process()
            await asyncio.sleep(self._pause)
            self._pause = min(max(0.5, self._pause * 2), LONGEST_PAUSE_SECONDS)
            try:
                if await self._answers(self._spawn(command)):
                    log.warning("embedded_database.restarted", pid=self.pid, port=self._port)
                    return
            except OSError as error:
                log.error("embedded_database.restart_failed", reason=error.strerror)
                continue
            log.error("embedded_database.restart_failed", reason=f"see {self._log_path}")

    async def _close(self) -> None:
        try:
            if self._watching is not None:
                self._watching.cancel()
                await asyncio.wait([self._watching])
            if self._client is not None:
                # Said goodbye to while the child can still answer, and not on the event loop.
                await self._in_reader(self._client.close)
            # One that has not begun to serve holds nothing that a kill could lose.
            await self._end_process(STOP_SECONDS if self._watching is not None else 0.0)
        finally:
            self._kill()
            self._reader.shutdown(wait=False, cancel_futures=True)
            if self._lock is not None:
                with contextlib.suppress(OSError):
                    fcntl.flock(self._lock, fcntl.LOCK_UN)
                os.close(self._lock)
                self._lock = None

    async def _end_process(self, grace: float = 0.0) -> None:
        """End the child: asked first if there is ``grace`` (seconds), then killed. Nothing of it is left."""
        try:
            deadline = monotonic() + grace
            if grace and self._process is not None:
                self._process.send_signal(signal.SIGTERM)
            while self._process is not None and self._process.poll() is None and monotonic() < deadline:
                await asyncio.sleep(0.2)
                _listening(self._port)  # a connection wakes its accept loop, for which it waits two seconds
        finally:
            self._kill()

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            if process.stdin is not None:
                process.stdin.close()

    async def _in_reader(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._reader, call)

    def _greet(self) -> bool:
        """Return True if our child, and no other server, answers on the port and accepts a write."""
        client, process = self._client, self._process
        if client is None or process is None:
            return False
        try:
            if client["admin"].command("serverStatus").get("pid") != process.pid:
                return False
            client["foothold_watch"]["reads"].update_one(
                {"_id": "read"}, {"$inc": {"starts": 1}}, upsert=True
            )
        except PyMongoError:
            return False
        return self._read() is Health.WELL

    def _read(self) -> Health:
        client = self._client
        if client is None:
            return Health.SILENT
        try:
            client["foothold_watch"]["reads"].find_one({"_id": "read"})
        except OperationFailure:
            return Health.FAILING
        except PyMongoError:
            return Health.SILENT
        return Health.WELL

    def _trim_log(self) -> None:
        with contextlib.suppress(OSError):
            if self._log_path.stat().st_size > LOG_LIMIT_BYTES:
                os.truncate(self._log_path, 0)

    def _log_tail(self) -> str:
        try:
            return self._log_path.read_bytes()[-LOG_TAIL_BYTES:].decode(errors="replace").strip()
        except OSError:
            return "(no log)"


def _environment() -> dict[str, str]:
    """Ours without our secrets."""
    ours = ("ANTHROPIC_", "FOOTHOLD_", "MONGODB_", "REDIS_", "TEST_MONGODB_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def _free_port() -> int:
    """Return a free port. Raises ``EmbeddedDatabaseError`` where this machine cannot reach itself."""
    try:
        with socket.create_server((HOST, 0)) as probe:
            socket.create_connection(probe.getsockname(), READ_SECONDS).close()
            return int(probe.getsockname()[1])
    except OSError as error:
        raise EmbeddedDatabaseError(
            f"{HOST} cannot be reached ({error.strerror}). Is the loopback interface up?"
        ) from None


def _listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((HOST, port)) == 0
