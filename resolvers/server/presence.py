"""The files ``pid`` and ``address`` in the data folder, by which other commands find the server that runs there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PID_FILE = "pid"
ADDRESS_FILE = "address"


def local_address(host: str, port: int) -> str:
    """Return where a server that listens there is reached from this machine, such as ``127.0.0.1:8000``."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - recognised, not bound
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class Presence:
    """File in the data folder with the address of the running server, if there is such a folder."""

    def __init__(self, folder: Path, address: str) -> None:
        self._folder = folder
        self._address = address

    def show(self) -> None:
        """Write the files. Somebody who only asks where the server is must not keep it from starting."""
        if self._folder.is_dir():
            with suppress(OSError):
                _replace(self._folder / ADDRESS_FILE, self._address)
                _replace(self._folder / PID_FILE, str(os.getpid()))

    def hide(self) -> None:
        """Remove the files, unless another server has written its own meanwhile."""
        with suppress(OSError):
            if _read(self._folder / PID_FILE) == str(os.getpid()):
                (self._folder / ADDRESS_FILE).unlink(missing_ok=True)
                (self._folder / PID_FILE).unlink(missing_ok=True)


@contextmanager
def hidden_at_the_end(presence: Presence) -> Iterator[Presence]:
    """Hide the presence when the server has ended, in whatever way."""
    try:
        yield presence
    finally:
        presence.hide()


def running_at(folder: Path) -> str | None:
    """Return the address of the server that runs with this data folder, None where none does."""
    try:
        os.kill(int(_read(folder / PID_FILE)), 0)  # fails for a process that has ended, or is somebody else's
        return _read(folder / ADDRESS_FILE)
    except (OSError, OverflowError, ValueError):
        return None


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
