"""The files by which ``talk`` and ``watch`` find a server in its data folder."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from resolvers.server.presence import PID_FILE, Presence, running_at

_SHOWN = """
import sys
from pathlib import Path
from resolvers.server.presence import Presence, hidden_at_the_end
with hidden_at_the_end(Presence(Path(sys.argv[1]), sys.argv[2])) as presence:
    presence.show()
    print(flush=True)
    sys.stdin.read()
"""


@contextmanager
def a_server(folder: Path, address: str) -> Iterator[subprocess.Popen[str]]:
    """A process that shows itself until its input ends."""
    command = [sys.executable, "-c", _SHOWN, str(folder), address]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process


def test_whoever_of_several_servers_ends_in_whatever_way_the_others_are_found(tmp_path: Path) -> None:
    with a_server(tmp_path, "127.0.0.1:1") as first, a_server(tmp_path, "127.0.0.1:2") as second:
        with a_server(tmp_path, "127.0.0.1:3") as third:
            assert running_at(tmp_path) == "127.0.0.1:3"
            third.kill()
        assert running_at(tmp_path) == "127.0.0.1:2"
        first.communicate("")
        assert running_at(tmp_path) == "127.0.0.1:2"
        assert (tmp_path / PID_FILE).read_text() == f"{second.pid}\n"
    assert running_at(tmp_path) is None
    assert list(tmp_path.glob("*")) == [tmp_path / "servers"]
    assert list((tmp_path / "servers").iterdir()) == []


def test_only_who_may_read_the_files_finds_a_server(tmp_path: Path) -> None:
    presence = Presence(tmp_path / "made", "127.0.0.1:1")
    presence.show()
    assert not (tmp_path / "made").exists(), "a folder that is missing stays so"
    (tmp_path / "made").mkdir()
    presence.show()
    assert running_at(tmp_path / "made") == "127.0.0.1:1"
    file = tmp_path / "made" / "servers" / str(os.getpid())
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    file.rename(file.with_name("4194304999"))
    file.with_name("notes").write_text("127.0.0.1:9")
    assert running_at(tmp_path / "made") is None
