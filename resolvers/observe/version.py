"""Version of the running code: the distribution's version, the commit it was built from, and Python's version."""

import platform
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

DISTRIBUTION = "foothold-server"
"""The name for installers. The package index has another project called `foothold`."""
BUILT_FROM = Path(__file__).with_name("built_from")
"""Holds the commit in a wheel: hatch_build.py puts it there."""
_ROOT = Path(__file__).parents[2]
_UNKNOWN = "unknown"


def version() -> str:
    """Return the version, such as ``0.1.0``; ``unknown`` for sources that are not installed."""
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return _UNKNOWN


def commit() -> str:
    """Return the commit of the build, or of the checkout with ``+`` where files differ from it; else ``unknown``."""
    if BUILT_FROM.is_file():
        return BUILT_FROM.read_text("utf-8").strip()
    git = shutil.which("git")
    if git is None or not (_ROOT / ".git").exists():
        return _UNKNOWN
    asked = (git, "-C", str(_ROOT), "describe", "--always", "--abbrev=12", "--exclude=*", "--dirty=+")
    done = subprocess.run(asked, capture_output=True, text=True, timeout=10, check=False)  # noqa: S603 - our own words
    return done.stdout.strip() or _UNKNOWN


def described() -> str:
    """Return all three in one line, for ``foothold --version``."""
    return f"{version()} (commit {commit()}, Python {platform.python_version()})"
