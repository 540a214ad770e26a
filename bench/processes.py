"""The processes that take part in a benchmark, and what the operating system says they use."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import click

ROOT = Path(__file__).parents[1]
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "PYTHONPATH")
_START_SECONDS = 60
_TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def environment(**variables: str) -> dict[str, str]:
    """Return the environment of a child process: the needed part of ours, and ``variables``."""
    return {name: os.environ[name] for name in _KEPT if name in os.environ} | variables


@contextlib.asynccontextmanager
async def running(
    *command: str, port: int, log: Path, directory: Path = ROOT, **variables: str
) -> AsyncIterator[int]:
    """A child process that listens on ``port``; yields its process id."""
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *command, env=environment(**variables), cwd=directory, stdout=output, stderr=output
        )
    try:
        try:
            async with asyncio.timeout(_START_SECONDS):
                await _listening(process, port, command, log)
        except TimeoutError:
            raise click.ClickException(f"{command[:3]} does not listen: {_end_of(log)}") from None
        yield process.pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 20)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _listening(
    process: asyncio.subprocess.Process, port: int, command: Sequence[str], log: Path
) -> None:
    while True:
        if process.returncode is not None:
            raise click.ClickException(f"{command[:3]} ended early: {_end_of(log)}")
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.05)


def _end_of(log: Path) -> str:
    return log.read_text()[-2000:]


def processor_seconds(*pids: int) -> float:
    """Return the CPU seconds of these processes so far, user and system."""
    return sum(_ticks(pid) for pid in pids) / _TICKS


def _ticks(pid: int) -> int:
    times = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(times[11]) + int(times[12])


def resident_bytes(pid: int) -> int:
    """Return the resident memory of the process (``VmRSS``)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise ProcessLookupError(pid)


def connected(port: int, other: int) -> bool:
    """Return True if the end of a connection at ``port`` still holds it, to ``other`` on this machine (proc(5))."""
    ends = (f"0100007F:{port:04X}", f"0100007F:{other:04X}", "01")
    lines = Path("/proc/net/tcp").read_text().splitlines()
    return any(tuple(line.split()[1:4]) == ends for line in lines[1:])
