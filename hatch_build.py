"""Hatchling's hook: a wheel carries the commit it was built from, which `foothold --version` prints."""

import os
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PLACE = "resolvers/observe/built_from"


class CommitHook(BuildHookInterface):  # type: ignore[type-arg] # generic in newer versions only
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the commit to a wheel. An editable installation asks git each time."""
        commit = _commit(Path(self.root))
        if version == "editable" or commit is None:
            return
        file = Path(self.directory) / "built_from"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(commit + "\n", "utf-8")
        build_data["force_include"][str(file)] = PLACE

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Leave nothing beside the wheel."""
        (Path(self.directory) / "built_from").unlink(missing_ok=True)


def _commit(root: Path) -> str | None:
    """Return FOOTHOLD_COMMIT, which an image's build is given, else what git says of the checkout, else None."""
    if given := os.environ.get("FOOTHOLD_COMMIT"):
        return given
    if not (root / ".git").exists():
        return None
    asked = ["git", "-C", str(root), "describe", "--always", "--abbrev=12", "--exclude=*", "--dirty=+"]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, timeout=10, check=False)  # noqa: S603
    except OSError:
        return None
    return done.stdout.strip() or None
