"""Folders and files that only we may write: what lies in them is believed, keys among it."""

import errno
import os
from pathlib import Path

_WRITABLE_BY_OTHERS = 0o022
_OWNER_ONLY = 0o700


class NotPrivate(Exception):
    """Somebody else could have written it. The message says who and what to do."""


def make_private_folder(path: Path) -> None:
    """Make the folder where it is missing, and those above it, each for its owner only whatever the umask says.

    Raises ``NotPrivate`` for one that is there and is somebody else's, or can be written by others.
    """
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=_OWNER_ONLY, exist_ok=True)
        folder.chmod(_OWNER_ONLY)
    if not path.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))
    check_private(path)


def check_private(path: Path) -> None:
    """Raise ``NotPrivate`` unless the folder or file is ours, or root's, and can be written by nobody else."""
    status = path.stat()
    if status.st_uid not in (os.geteuid(), 0):
        raise NotPrivate(
            f"{path.absolute()} belongs to another user (id {status.st_uid}), who could put anything there. "
            "Set FOOTHOLD_DATA to a folder of your own."
        )
    if status.st_mode & _WRITABLE_BY_OTHERS:
        mode = "700" if path.is_dir() else "600"
        raise NotPrivate(
            f"{path.absolute()} can be written by other users, who could have put anything there. "
            f"Make sure that what is there is yours, then: chmod {mode} {path}"
        )
