"""The embedded database as a real child process: killed, put to sleep, stopped, and robbed of its parent."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import repeat
from pathlib import Path
from time import monotonic

import pytest

from db.driver.client import Database, connect, database_of
from db.embedded.server import EmbeddedDatabase, EmbeddedDatabaseError
from tests.support.patience import patient

PARENT = """
import asyncio, sys
from pathlib import Path
from db.embedded.server import EmbeddedDatabase

async def main():
    async with EmbeddedDatabase(Path(sys.argv[1])) as embedded:
        print(embedded.pid, flush=True)
        await asyncio.sleep(60)

RUNNER
"""


def alive(pid: int) -> bool:
    """Return True if the process runs; one that has ended and is not yet collected by its parent does not."""
    return processes("-p", str(pid))[:1] not in ("", "Z")


def processes(*which: str) -> str:
    """The state and command line of each, one a line."""
    return output("ps", "-ww", "-o", "stat=,args=", *which)


def output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


async def until(happens: Callable[[], bool], seconds: float = 15.0) -> None:
    deadline = monotonic() + patient(seconds)
    for pause in repeat(0.02):
        if happens():
            return
        assert monotonic() < deadline, f"nothing in {seconds} s"
        await asyncio.sleep(pause)


async def replaced(embedded: EmbeddedDatabase, pid: int) -> int:
    """The id of the process that followed ``pid``."""
    await until(lambda: embedded.pid not in (None, pid))
    assert embedded.pid is not None
    return embedded.pid


@asynccontextmanager
async def things(embedded: EmbeddedDatabase) -> AsyncIterator[Database]:
    client = connect(f"{embedded.uri}&serverSelectionTimeoutMS=15000")
    try:
        yield database_of(client)
    finally:
        client.close()


def start_parent(directory: Path, runner: str = "asyncio.run(main())") -> tuple[subprocess.Popen[str], int]:
    """Another process with an embedded database of its own, and that database's process id."""
    script = PARENT.replace("RUNNER", runner)
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(directory)], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    for line in parent.stdout:
        if line.strip().isdigit():
            return parent, int(line)
    raise AssertionError(f"the parent ended with status {parent.wait()}")


def end(parent: subprocess.Popen[str]) -> None:
    parent.kill()
    parent.wait()
    assert parent.stdout is not None
    parent.stdout.close()


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedDatabase]:
    data = tmp_path_factory.mktemp("running")
    data.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANTHROPIC_API_KEY", "a-key-of-ours")
        async with EmbeddedDatabase(data) as embedded:
            yield embedded


async def test_what_was_acknowledged_survives_a_kill_and_the_same_client_goes_on(tmp_path: Path) -> None:
    async with EmbeddedDatabase(tmp_path / "data") as embedded, things(embedded) as database:
        uri, first = embedded.uri, embedded.pid
        assert first is not None
        acknowledged: list[int] = []

        async def write_until_killed() -> None:
            for number in range(100_000):
                await database["numbers"].insert_one({"_id": number})
                acknowledged.append(number)
                if len(acknowledged) == 50:
                    os.kill(first, signal.SIGKILL)
                if embedded.pid not in (first, None):
                    return

        await asyncio.wait_for(write_until_killed(), patient(20))
        assert alive(await replaced(embedded, first))
        assert embedded.uri == uri
        kept = {document["_id"] async for document in database["numbers"].find()}
        assert len(acknowledged) >= 50
        assert kept >= set(acknowledged)


async def test_one_that_no_longer_answers_is_replaced(tmp_path: Path) -> None:
    async with EmbeddedDatabase(tmp_path / "data", patience=1.0) as embedded, things(embedded) as database:
        await database["things"].insert_one({"_id": "kept"})
        first = embedded.pid
        assert first is not None
        os.kill(first, signal.SIGSTOP)
        await replaced(embedded, first)
        assert not alive(first)
        assert await database["things"].find_one({"_id": "kept"}) is not None


async def test_stopping_leaves_no_process_and_no_lock_and_keeps_the_data(tmp_path: Path) -> None:
    async with EmbeddedDatabase(tmp_path / "data") as embedded, things(embedded) as database:
        await database["things"].insert_one({"_id": "kept"})
        first = embedded.pid
        assert first is not None
    assert embedded.pid is None
    assert not alive(first)
    await until(lambda: str(tmp_path) not in processes("-e"))  # the watcher goes a moment later
    async with EmbeddedDatabase(tmp_path / "data") as again, things(again) as database:
        assert await database["things"].find_one({"_id": "kept"}) is not None


async def test_its_files_are_for_their_owner_alone(running: EmbeddedDatabase) -> None:
    def mode(name: str) -> int:
        return stat.S_IMODE((running.directory / name).stat().st_mode)

    assert [mode(name) for name in (".", "storage")] == [0o700, 0o700]
    assert [mode(name) for name in ("database.log", "lock")] == [0o600, 0o600]


async def test_it_is_not_given_our_keys(running: EmbeddedDatabase) -> None:
    environment = output("ps", "eww", str(running.pid))
    assert "PATH=" in environment
    assert "a-key-of-ours" not in environment


async def test_it_dies_with_a_parent_that_is_killed_and_the_next_start_is_not_held_up(tmp_path: Path) -> None:
    parent, database = await asyncio.to_thread(
        start_parent, tmp_path / "data", "import uvloop; uvloop.run(main())"
    )
    assert alive(database)
    end(parent)
    async with EmbeddedDatabase(tmp_path / "data") as embedded:
        assert embedded.pid != database
        assert not alive(database)


async def test_it_dies_with_its_parent_even_when_it_is_asleep(tmp_path: Path) -> None:
    parent, database = await asyncio.to_thread(start_parent, tmp_path / "data")
    os.kill(database, signal.SIGSTOP)
    end(parent)
    await until(lambda: not alive(database), 5)


async def test_a_second_one_on_the_same_directory_is_refused_and_the_first_goes_on(
    running: EmbeddedDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.embedded.server.LOCK_SECONDS", 0.2)
    with pytest.raises(EmbeddedDatabaseError, match="in use by another Foothold") as refusal:
        await EmbeddedDatabase(running.directory).__aenter__()
    assert str(running.directory) in str(refusal.value)
    async with things(running) as database:
        await database["things"].insert_one({"_id": "still there"})


async def test_without_the_command_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EmbeddedDatabaseError, match=r"SecantusDB.*MONGODB_URI"):
        await EmbeddedDatabase(tmp_path / "data").__aenter__()
    assert not (tmp_path / "data").exists()


async def test_files_it_cannot_open_are_told_with_the_end_of_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.embedded.server.START_ATTEMPTS", 1)
    storage = tmp_path / "data" / "storage"
    storage.mkdir(parents=True)
    (storage / "WiredTiger").write_text("not a database")
    (storage / "WiredTiger.turtle").write_text("not a database")
    embedded = EmbeddedDatabase(tmp_path / "data")
    with pytest.raises(EmbeddedDatabaseError, match=r"ended with status \d+.*database\.log") as failure:
        await embedded.__aenter__()
    assert "WiredTiger" in str(failure.value)
    assert embedded.pid is None


async def test_a_directory_that_cannot_be_made_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddedDatabaseError, match=r"file/data cannot be used"):
        await EmbeddedDatabase(tmp_path / "file" / "data").__aenter__()


async def test_a_start_that_is_cancelled_leaves_nothing(tmp_path: Path) -> None:
    embedded = EmbeddedDatabase(tmp_path / "data")
    starting = asyncio.create_task(embedded.__aenter__())
    await until(lambda: embedded.pid is not None)
    pid = embedded.pid
    assert pid is not None
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert not alive(pid)
    await until(lambda: str(tmp_path) not in processes("-e"))
