"""The files of a test run in memory, where databases need not wait for a disk, and nothing of them left afterwards."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - each run has a directory of its own there
MEMORY_BYTES = 4 * 1024**3
KEPT = Path(tempfile.gettempdir()) / "foothold-failed-tests"
"""Folder with the files of failed tests, until the next run that fails."""
_PREFIX = "foothold-tests-"


def claim(memory: Path = MEMORY, least: int = MEMORY_BYTES) -> Path | None:
    """Make this process's directory, and remove those of runs that were killed. None where there is no room."""
    if not memory.is_dir():
        return None
    for left in memory.glob(f"{_PREFIX}*"):
        pid = left.name.removeprefix(_PREFIX)
        if pid.isdecimal() and not _alive(int(pid)):
            shutil.rmtree(left, ignore_errors=True)
    if shutil.disk_usage(memory).free < least:
        return None
    own = memory / f"{_PREFIX}{os.getpid()}"
    own.mkdir(mode=0o700, exist_ok=True)
    return own


def release(own: Path, *, failed: bool, kept: Path = KEPT) -> None:
    """Remove the directory. What pytest kept of failed tests goes to ``kept``, on the disk."""
    if failed and any(own.iterdir()):
        shutil.rmtree(kept, ignore_errors=True)
        with suppress(OSError):  # sockets cannot be copied; everything else is by then
            shutil.copytree(own, kept, symlinks=True)
    shutil.rmtree(own, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
