"""The files in the data folder by which other commands find the servers that run there.

Each server writes its address into ``servers/PID``; ``pid`` names the one that started last, for people.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PID_FILE = "pid"
SERVERS = "servers"


def local_address(host: str, port: int) -> str:
    """Return where a server that listens there is reached from this machine, such as ``127.0.0.1:8000``."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - recognised, not bound
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class Presence:
    """Files in the data folder that tell of the running server, if there is such a folder."""

    def __init__(self, folder: Path, address: str) -> None:
        self._folder = folder
        self._address = address
        self._file = folder / SERVERS / str(os.getpid())

    def show(self) -> None:
        """Write the files. Somebody who only asks where the server is must not keep it from starting."""
        if self._folder.is_dir():
            with suppress(OSError):
                self._file.parent.mkdir(mode=0o700, exist_ok=True)
                _replace(self._file, self._address)
                _replace(self._folder / PID_FILE, str(os.getpid()))

    def hide(self) -> None:
        """Remove what tells of this server, and of those that were killed."""
        with suppress(OSError):
            self._file.unlink(missing_ok=True)
            others = _living(self._folder)
            for file in self._file.parent.iterdir():
                if file not in others and file.name.isdecimal():
                    file.unlink(missing_ok=True)
            if others:
                _replace(self._folder / PID_FILE, others[0].name)
            else:
                (self._folder / PID_FILE).unlink(missing_ok=True)


@contextmanager
def hidden_at_the_end(presence: Presence) -> Iterator[Presence]:
    """Hide the presence when the server has ended, in whatever way."""
    try:
        yield presence
    finally:
        presence.hide()


def running_at(folder: Path) -> str | None:
    """Return the address of the server that started last of those that run with this data folder, None without one."""
    with suppress(OSError):
        for file in _living(folder):
            return _read(file)
    return None


def _living(folder: Path) -> list[Path]:
    """Return the files of the servers that run, newest first. Raises ``OSError``."""
    found = []
    for file in (folder / SERVERS).iterdir():
        with suppress(FileNotFoundError):
            if _lives(file.name):
                found.append((file.stat().st_mtime_ns, file))
    return [file for _, file in sorted(found, reverse=True)]


def _lives(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)  # fails for a process that has ended, or is somebody else's
    except (OSError, OverflowError, ValueError):
        return False
    return True


def _read(path: Path) -> str:
    """Return the text of a file of our own: a token is not sent to an address that somebody else wrote."""
    with path.open() as file:
        if os.fstat(file.fileno()).st_uid != os.geteuid():
            raise PermissionError(path)
        return file.read().strip()


def _replace(path: Path, text: str) -> None:
    """Write a file that readers see whole or not at all, readable by its owner only."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(f"{text}\n")
    draft.replace(path)
