"""The product's own commands and its database as processes that can be killed, at any moment or at a chosen one."""

import asyncio
import contextlib
import ctypes
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import httpx2
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from db.embedded.server import LAUNCHER, find_command
from resolvers import app
from resolvers.commands import cli
from resolvers.server import running, worker
from tests.proofs.faults.switches import Offset, Point, Switch, install, set_clock_by

START_SECONDS = 45.0
_LOADED = (
    app,
    running,
    worker,
)  # what the commands import when they are called is there before the first fork
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["__main__", __name__])
_PR_SET_PDEATHSIG = 1


def _become(command: str, directory: Path, log: Path, environment: dict[str, str]) -> None:
    """Be ``foothold COMMAND``, in a process that was forked with everything imported."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.chdir(directory)
    for name in list(os.environ):
        if name.startswith(("FOOTHOLD_", "ANTHROPIC_", "MONGODB_", "REDIS_")):
            del os.environ[name]
    os.environ.update(environment)
    install(Switch(log.with_suffix(".switch")))
    set_clock_by(Offset(log.with_suffix(".clock")))
    cli.main([command])


class Command:
    """`foothold serve` or `foothold worker`, killed and started again on the same settings."""

    def __init__(
        self, name: str, command: str, directory: Path, environment: dict[str, str], port: int | None = None
    ) -> None:
        self.log = directory / f"{name}.log"
        self.address = f"127.0.0.1:{port}"
        self._serves = port is not None
        self._switch = Switch(self.log.with_suffix(".switch"))
        self.clock = Offset(self.log.with_suffix(".clock"))
        self._arguments = (command, directory, self.log, environment)
        self._process: ForkServerProcess | None = None

    async def start(self) -> None:
        """Start it, and wait until it answers if it is a server."""
        self._process = _FORKS.Process(target=_become, args=self._arguments, daemon=True)
        self._process.start()
        if not self._serves:
            return
        async with asyncio.timeout(START_SECONDS), httpx2.AsyncClient(verify=False) as http:
            while True:
                assert self._process.is_alive(), self.log.read_text()[-4000:]
                with contextlib.suppress(httpx2.HTTPError):
                    if (await http.get(f"http://{self.address}/readyz")).status_code == 200:
                        return
                await asyncio.sleep(0.02)

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.join()

    async def killed(self, seconds: float) -> None:
        """Wait until it has died of what it was armed with."""
        async with asyncio.timeout(seconds):
            while self._process is not None and self._process.is_alive():
                await asyncio.sleep(0.01)

    def arm(self, point: Point) -> None:
        """Have it fail the next time that it comes to ``point``."""
        self._switch.set(point)

    async def fired(self, seconds: float) -> None:
        """Wait until it came to the point."""
        async with asyncio.timeout(seconds):
            while self._switch.is_set():
                await asyncio.sleep(0.005)


class DatabaseServer:
    """SecantusDB as `foothold serve` starts it, but started again only when it is told to, on the same files."""

    def __init__(self, directory: Path, port: int) -> None:
        self.port = port
        self._storage, self._copy = directory / "storage", directory / "copy"
        self._storage.mkdir(parents=True)
        (directory / "empty.toml").write_text("")
        self.uri = self.uri_by(port)
        self._directory = directory
        self._arguments = ["--host", "127.0.0.1", "--port", str(port), "--sync-on-commit"]
        self._arguments += ["--storage-path", str(self._storage), "--cache-size", "64M"]
        self._arguments += ["--config", str(directory / "empty.toml"), "--log-level", "WARNING"]
        self._process: subprocess.Popen[bytes] | None = None

    def uri_by(self, port: int, name: str = "foothold") -> str:
        """Return the URI that leads through ``port`` to the database called ``name``."""
        return f"mongodb://127.0.0.1:{port}/{name}?directConnection=true&w=majority&journal=true"

    async def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [sys.executable, "-I", "-S", str(LAUNCHER), find_command(), *self._arguments]
        with (self._directory / "database.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
            )
        async with asyncio.timeout(START_SECONDS):
            while not await asyncio.to_thread(self._answers):
                assert self._process.poll() is None, (self._directory / "database.log").read_text()[-4000:]
                await asyncio.sleep(0.02)

    def _answers(self) -> bool:
        client: MongoClient[dict[str, Any]]
        with MongoClient(self.uri, serverSelectionTimeoutMS=200) as client:
            try:
                client.admin.command("ping")
            except PyMongoError:
                return False
            return True

    def kill(self) -> None:
        """kill -9."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            assert process.stdin is not None
            process.stdin.close()

    def copy(self) -> None:
        """Copy all files as they are at one moment, as a snapshot of the volume does."""
        assert self._process is not None
        shutil.rmtree(self._copy, ignore_errors=True)
        self._process.send_signal(signal.SIGSTOP)
        try:
            shutil.copytree(self._storage, self._copy)
        finally:
            self._process.send_signal(signal.SIGCONT)

    async def restore(self) -> None:
        """Replace the database by its last copy, while its clients wait."""
        self.kill()
        shutil.rmtree(self._storage)
        shutil.copytree(self._copy, self._storage)
        await self.start()
