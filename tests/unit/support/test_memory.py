"""A run of tests leaves nothing in memory, whatever its end."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.memory import claim, release


def test_a_failed_run_leaves_its_files_on_the_disk_only(tmp_path: Path) -> None:
    memory = tmp_path / "memory"
    memory.mkdir()
    own = claim(memory, 0)
    assert own is not None
    (own / "foothold.log").write_text("what went wrong")
    release(own, failed=True, kept=tmp_path / "kept")
    assert list(memory.iterdir()) == []
    assert (tmp_path / "kept" / "foothold.log").read_text() == "what went wrong"


def test_what_a_killed_run_left_is_removed_by_the_next(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    for pid in (dead.pid, os.getppid()):
        (tmp_path / f"foothold-tests-{pid}" / "embedded").mkdir(parents=True)
    own = claim(tmp_path, 0)
    assert own is not None
    assert set(tmp_path.iterdir()) == {own, tmp_path / f"foothold-tests-{os.getppid()}"}
    release(own, failed=False)


def test_without_room_the_files_are_where_they_would_be(tmp_path: Path) -> None:
    assert claim(tmp_path, 2**62) is None
    assert claim(tmp_path / "none") is None
