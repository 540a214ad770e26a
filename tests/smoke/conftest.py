"""The installed command as a child process."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import httpx2
import pytest

from services.identity.local_tokens import LocalIdentity
from tests.support.canaries import found_in
from tests.support.patience import patient, within

COMMAND = Path(sys.executable).with_name("foothold")


# Workers of one run have ranges of their own, and runs by themselves another as long as few are under way.
_worker = os.environ.get("PYTEST_XDIST_WORKER")
_ports = count(10_000 + os.getpid() % 200 * 50 if _worker is None else 20_000 + 1_000 * int(_worker[2:]))


def a_port() -> int:
    """A free port that stays this worker's while nobody listens there: the system gives out higher ones only."""
    for port in _ports:
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
    raise AssertionError("no port is free")


class Foothold:
    """`foothold serve`, or another of its commands, with a data directory of its own."""

    def __init__(self, data: Path) -> None:
        self.port = a_port()
        self.address = f"127.0.0.1:{self.port}"
        self._log = data / "foothold.log"
        self.data = data / "data"
        keep = ("PATH", "HOME", "LANG", "TMPDIR", "COVERAGE_PROCESS_CONFIG")
        self._environment = {name: os.environ[name] for name in keep if name in os.environ} | {
            "FOOTHOLD_DATA": str(self.data),
            "FOOTHOLD_PORT": str(self.port),
        }
        self._directory = data
        self.prefix: tuple[str, ...] = ()
        """What goes before the command."""
        self.process: subprocess.Popen[bytes] | None = None

    def set(self, variable: str, value: str | None) -> None:
        """For the commands from now on; None for unset."""
        self._environment.pop(variable, None)
        if value is not None:
            self._environment[variable] = value

    def popen(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start a command whose input stays open; its output and errors can be read from ``stdout``."""
        return subprocess.Popen(
            [*self.prefix, COMMAND, *arguments],
            env=self._environment,
            cwd=self._directory,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def run(self, *arguments: str, status: int = 0, input: str = "") -> str:  # noqa: A002 - subprocess calls it so
        """Run a command to its end; what it printed, errors included."""
        done = subprocess.run(
            [*self.prefix, COMMAND, *arguments],
            env=self._environment,
            cwd=self._directory,
            input=input,
            capture_output=True,
            text=True,
            timeout=patient(60),
            check=False,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def token(self, user: str) -> str:
        """A token of the person's, signed by this folder's key, which is made where there is none."""
        return LocalIdentity(self.data).issue(user)

    async def start(self, *command: str) -> None:
        """Start a server, by default `serve`, and wait until it can serve."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [COMMAND, *(command or ("serve",))],
                env=self._environment,
                cwd=self._directory,
                stdout=log,
                stderr=log,
            )
        async with within(60), httpx2.AsyncClient(verify=False) as http:
            while True:
                assert self.process.poll() is None, self.log()
                try:
                    if (await http.get(f"http://{self.address}/readyz")).status_code == 200:
                        return
                except httpx2.HTTPError:
                    pass
                await asyncio.sleep(0.05)

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> bool:
        """SIGTERM; whether it ended in order, which is by the same signal in the end."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(patient(30)) == -signal.SIGTERM

    def log(self) -> str:
        return self._log.read_text()


@pytest.fixture
def foothold(tmp_path: Path) -> Iterator[Foothold]:
    foothold = Foothold(tmp_path)
    yield foothold
    if foothold.process is not None and foothold.process.poll() is None:
        foothold.kill()
    if foothold.process is not None:
        assert not found_in(foothold.log())
