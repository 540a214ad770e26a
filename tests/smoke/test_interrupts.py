"""Ctrl-C ends a command at once and in silence, at whatever moment it comes; and what is written is plain in pipes."""

import os
import pty
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest

from tests.smoke.conftest import Foothold

UNREACHABLE = "mongodb://127.0.0.1:1/foothold"
SECONDS = 15.0
"""Seconds that an end may take on a busy machine. A wait for something that never comes takes longer by itself."""
COLOUR = "\x1b["


def interrupted(
    foothold: Foothold, command: tuple[str, ...], moment: Callable[[str], bool], number: int = signal.SIGINT
) -> tuple[int, str]:
    """Start a command and send the signal when its output is such; its exit status and output."""
    said: list[str] = []
    with foothold.popen(*command) as process:
        assert process.stdout is not None
        output = process.stdout
        reading = threading.Thread(target=lambda: said.extend(line.decode() for line in output))
        reading.start()
        while not moment("".join(said)):
            assert process.poll() is None, said
            time.sleep(0.01)
        process.send_signal(number)
        status = process.wait(SECONDS)
        reading.join()
    return status, "".join(said)


def nothing_left(foothold: Foothold) -> bool:
    """Whether no process has the data folder in its command line."""
    found = subprocess.run(["pgrep", "-f", str(foothold.data)], capture_output=True, text=True, check=False)
    return not found.stdout


@pytest.mark.parametrize("module", ["click.core", "resolvers.settings", "pymongo.errors"])
@pytest.mark.parametrize("command", [("serve",), ("demo",), ("worker",), ("epoch", "--renew")], ids=" ".join)
def test_while_it_loads(foothold: Foothold, command: tuple[str, ...], module: str) -> None:
    foothold.set("MONGODB_URI", UNREACHABLE)
    foothold.set("REDIS_URL", "redis://127.0.0.1:1/0")
    foothold.set("PYTHONPROFILEIMPORTTIME", "1")  # names each module once it is loaded
    status, said = interrupted(foothold, command, lambda said: module in said)
    assert status == -signal.SIGINT
    assert "Traceback" not in said


@pytest.mark.parametrize("workers", ["1", "2"])
def test_while_the_embedded_database_starts(foothold: Foothold, workers: str) -> None:
    lock = foothold.data / "database" / "lock"
    status, said = interrupted(foothold, ("serve", "--workers", workers), lambda _said: lock.exists())
    assert status in (0, 130)
    assert "Traceback" not in said
    assert "startup failed" not in said
    assert nothing_left(foothold)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 0), (signal.SIGTERM, -signal.SIGTERM)])
def test_while_the_indexes_are_made(foothold: Foothold, number: int, status: int) -> None:
    ended, said = interrupted(foothold, ("serve",), lambda said: "embedded_database.started" in said, number)
    assert ended == status
    assert "Traceback" not in said
    assert "startup failed" not in said
    assert nothing_left(foothold)


@pytest.mark.skipif(
    shutil.which("unshare") is None
    or subprocess.run(["unshare", "-n", "true"], check=False, capture_output=True).returncode != 0,
    reason="needs the right to make a network of its own",
)
def test_without_a_loopback_interface_it_says_so_and_ends(foothold: Foothold) -> None:
    foothold.prefix = ("unshare", "-n")
    said = foothold.run("serve", status=1)
    assert "Is the loopback interface up?" in said.splitlines()[-1]
    assert "startup failed" not in said


def test_the_only_error_of_a_failed_start_is_the_one_that_helps(foothold: Foothold) -> None:
    foothold.set("MONGODB_URI", f"{UNREACHABLE}?serverSelectionTimeoutMS=100")
    said = foothold.run("serve", status=1)
    errors = [line for line in said.splitlines() if '"level": "error"' in line or line.startswith("Error")]
    assert len(errors) == 1
    assert "MONGODB_URI" in errors[0]


SAY = """
import structlog
from resolvers.commands.cli import main
from resolvers.commands.watch import say_in_colour
from resolvers.observe import logs

@main.command()
def say():
    logs.configure(level="info", json=False)
    structlog.get_logger().info("logged")
    say_in_colour("printed")

main(["say"])
"""


def in_terminal(environment: dict[str, str]) -> str:
    """What a command writes to a terminal."""
    ours, theirs = pty.openpty()
    subprocess.run([sys.executable, "-c", SAY], env=environment, stdout=theirs, stderr=theirs, check=True)
    os.close(theirs)
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        return terminal.read(4096).decode()


def test_colours_are_for_terminals_whose_owner_wants_them() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    assert in_terminal(environment).count(COLOUR) > 1
    assert COLOUR not in in_terminal(environment | {"NO_COLOR": "1"})
    piped = subprocess.run(
        [sys.executable, "-c", SAY], env=environment, capture_output=True, text=True, check=True
    )
    assert "logged" in piped.stderr
    assert "printed" in piped.stdout
    assert COLOUR not in piped.stdout + piped.stderr
