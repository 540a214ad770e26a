"""Fixtures of all tests: one database server per session, one database per test."""

import gc

gc.disable()  # until everything is loaded: none of it is garbage, and looking costs a sixth of the loading

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from db.collections import all_collections
from db.driver.client import Client, Database, connect, database_of
from db.driver.indexes import ensure_indexes
from db.embedded.server import EmbeddedDatabase
from resolvers.observe.logs import frames_only
from tests.support.canaries import pytest_runtest_makereport  # noqa: F401 - a hook
from tests.support.database import fresh_name, uri_of
from tests.support.memory import claim, release

IN_MEMORY = pytest.StashKey[Path | None]()
FAILED = pytest.StashKey[bool]()

# As in production without the stack's values, which take seconds to print.
structlog.configure(processors=[frames_only, structlog.processors.KeyValueRenderer()])


# The workers share what cores there are: how long drawing an example takes says nothing.
settings.register_profile("foothold", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", settings.get_profile("foothold"), max_examples=20_000)
settings.load_profile("foothold")


@pytest.fixture
def many(pytestconfig: pytest.Config) -> int:
    """Return the number of repetitions that `--many` gives."""
    number: int = pytestconfig.getoption("many")
    return number


@pytest.fixture(scope="session")
async def mongodb_uri(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The server of this session: that of TEST_MONGODB_URI, else an embedded one."""
    if uri := os.environ.get("TEST_MONGODB_URI"):
        yield uri
        return
    async with EmbeddedDatabase(tmp_path_factory.mktemp("embedded")) as embedded:
        yield embedded.uri


@pytest.fixture(scope="session")
async def database_client(mongodb_uri: str) -> AsyncIterator[Client]:
    """The session's client, on the session's event loop."""
    client = connect(mongodb_uri)
    yield client
    client.close()


@pytest.fixture
async def database(database_client: Client) -> AsyncIterator[Database]:
    """A database of this test's own, with all indexes."""
    database = database_of(database_client, fresh_name())
    await ensure_indexes(database, all_collections())
    yield database
    await database_client.drop_database(database.name)


@pytest.fixture
def database_uri(mongodb_uri: str, database: Database) -> str:
    """The URI of this test's database, for a server that the test starts."""
    return uri_of(mongodb_uri, database.name)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--attempts", type=int, default=60, help="how often it is tried to spend beyond a budget"
    )
    parser.addoption("--many", type=int, default=60, help="how many replies and transitions; CI has 200")
    parser.addoption("--people", type=int, default=3, help="how many use everything; all but one are deleted")


def pytest_configure(config: pytest.Config) -> None:
    """Keep files in memory where there is room: the databases of the tests wait for the disk at every write.

    What a killed process had written is there afterwards in memory as on a disk.
    """
    if not hasattr(config, "workerinput") and "PYTEST_DEBUG_TEMPROOT" not in os.environ:
        own = config.stash[IN_MEMORY] = claim()
        if own is not None:
            os.environ["PYTEST_DEBUG_TEMPROOT"] = str(own)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    session.config.stash[FAILED] = exitstatus != pytest.ExitCode.OK


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing in memory: by now the workers have ended, and pytest has removed what it does not keep."""
    own = config.stash.get(IN_MEMORY, None)
    if own is not None:
        release(own, failed=config.stash.get(FAILED, True))
        del os.environ["PYTEST_DEBUG_TEMPROOT"]


def pytest_collection_finish() -> None:
    """Collect garbage from now on, but not among loaded modules."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests that wait longest first, so that no worker is left with them at the end."""
    items.sort(key=lambda item: not {"faults", "smoke"} & set(item.path.parts))
