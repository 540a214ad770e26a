"""Keys and databases lie where only their owner writes, whatever the umask says and whoever was there before."""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from db.embedded.server import EmbeddedDatabase, uri_in_use
from db.private_files import NotPrivate, make_private_folder
from resolvers.settings import Settings
from resolvers.wiring.database import embedded_database
from services.identity.local_tokens import KEY_FILE, LocalIdentity, SigningKeyError

NOBODY = 65534
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


@pytest.fixture(params=[0o000, 0o022, 0o777], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("umask")
def test_folders_and_key_are_their_owner_s_whatever_the_umask(tmp_path: Path) -> None:
    data = tmp_path / "a" / "b"
    LocalIdentity(data)
    assert [mode(folder) for folder in (data.parent, data)] == [0o700, 0o700]
    assert mode(data / KEY_FILE) == 0o600
    embedded = embedded_database(Settings(_env_file=None, data=tmp_path / "c"))
    make_private_folder(embedded.directory)
    assert [mode(folder) for folder in (tmp_path / "c", tmp_path / "c" / "database")] == [0o700, 0o700]


def made(tmp_path: Path) -> Path:
    """A data folder with a key and a folder for the database."""
    LocalIdentity(tmp_path / "data")
    make_private_folder(tmp_path / "data" / "database")
    return tmp_path / "data"


CASES: list[tuple[str, Callable[[Path], None]]] = [
    ("folder 777", lambda data: data.chmod(0o777)),
    ("folder 770", lambda data: data.chmod(0o770)),
    ("key 666", lambda data: (data / KEY_FILE).chmod(0o666)),
    ("key 620", lambda data: (data / KEY_FILE).chmod(0o620)),
]
GIVEN_AWAY: list[tuple[str, Callable[[Path], None]]] = [
    ("folder of another", lambda data: os.chown(data, NOBODY, -1)),
    ("key of another", lambda data: os.chown(data / KEY_FILE, NOBODY, -1)),
]


@pytest.mark.parametrize("make", [True, False])
@pytest.mark.parametrize(
    ("name", "change"), [*CASES, *(pytest.param(*case, marks=needs_root) for case in GIVEN_AWAY)]
)
def test_a_key_that_others_could_have_written_is_refused_with_the_reason(
    tmp_path: Path, name: str, change: Callable[[Path], None], make: bool
) -> None:
    data = made(tmp_path)
    change(data)
    reason = "another user" if "another" in name else "written by other users"
    with pytest.raises(SigningKeyError, match=reason) as raised:
        LocalIdentity(data, make=make)
    assert str(data) in str(raised.value)


@pytest.mark.parametrize("place", ["data", "data/database"])
@pytest.mark.parametrize("change", [lambda folder: folder.chmod(0o777)])
async def test_a_database_that_others_could_have_written_is_refused(
    tmp_path: Path, place: str, change: Callable[[Path], None]
) -> None:
    data = made(tmp_path)
    change(tmp_path / place)
    with pytest.raises(NotPrivate):
        async with embedded_database(Settings(_env_file=None, data=data)):
            pass  # pragma: no cover


@needs_root
async def test_a_database_of_another_is_neither_entered_nor_joined(tmp_path: Path) -> None:
    folder = made(tmp_path) / "database"
    (folder / "lock").touch()
    os.chown(folder, NOBODY, -1)
    with pytest.raises(NotPrivate, match="another user"):
        uri_in_use(folder)
    with pytest.raises(NotPrivate, match="another user"):
        async with EmbeddedDatabase(folder):
            pass  # pragma: no cover


def test_a_folder_that_is_only_readable_by_others_is_taken(tmp_path: Path) -> None:
    data = made(tmp_path)
    data.chmod(0o755)
    LocalIdentity(data)


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        make_private_folder(tmp_path / "file")
