"""Connecting: what is promised about writes and reads, and which database is meant."""

from typing import Any

import pytest
from pymongo.write_concern import WriteConcern

from db.driver.client import DEFAULT_DATABASE, THREADS, Database, connect, database_of

NOWHERE = "mongodb://127.0.0.1:1"


async def written(uri: str) -> WriteConcern:
    client = connect(uri)
    concern = database_of(client).write_concern
    client.close()
    return concern


async def option(uri: str, name: str) -> Any:
    client = connect(uri)
    other: Any = client.delegate.options
    pool = other.pool_options
    value = {
        "serverSelectionTimeoutMS": other.server_selection_timeout,
        "connectTimeoutMS": pool.connect_timeout,
        "heartbeatFrequencyMS": other.heartbeat_frequency,
        "socketTimeoutMS": pool.socket_timeout,
        "maxIdleTimeMS": pool.max_idle_time_seconds,
        "maxPoolSize": pool.max_pool_size,
    }[name]
    client.close()
    return value


async def test_a_write_is_acknowledged_by_a_majority_and_journaled() -> None:
    assert await written(f"{NOWHERE}/") == WriteConcern(w="majority", j=True, wtimeout=2000)


async def test_the_uri_may_say_otherwise() -> None:
    assert await written(f"{NOWHERE}/?w=1&journal=false") == WriteConcern(w=1, j=False, wtimeout=2000)


async def test_the_case_of_an_option_does_not_matter() -> None:
    assert await written(f"{NOWHERE}/?W=2&JOURNAL=false") == WriteConcern(w=2, j=False, wtimeout=2000)


async def test_a_password_that_looks_like_an_option_is_none() -> None:
    uri = "mongodb://someone:w=1journal=false@127.0.0.1:1/?authSource=admin"
    assert await written(uri) == WriteConcern(w="majority", j=True, wtimeout=2000)


@pytest.mark.parametrize(
    ("name", "ours", "said", "theirs"),
    [
        ("serverSelectionTimeoutMS", 15, 100, 0.1),
        ("connectTimeoutMS", 2, 100, 0.1),
        ("heartbeatFrequencyMS", 2, 700, 0.7),
        ("socketTimeoutMS", 5, 100, 0.1),
        ("maxIdleTimeMS", 60, 100, 0.1),
        ("maxPoolSize", THREADS, 7, 7),
    ],
)
async def test_timeouts_and_the_pool_are_ours_unless_the_uri_says_otherwise(
    name: str, ours: float, said: int, theirs: float
) -> None:
    assert await option(f"{NOWHERE}/", name) == ours
    assert await option(f"{NOWHERE}/?{name}={said}", name) == theirs


async def test_a_uri_may_ask_for_more_open_connections_than_our_pool_has() -> None:
    assert await option(f"{NOWHERE}/?minPoolSize={THREADS + 1}", "maxPoolSize") > THREADS


async def test_the_database_is_the_named_one_then_the_one_in_the_uri_then_foothold() -> None:
    client = connect(f"{NOWHERE}/people")
    assert database_of(client, "named").name == "named"
    assert database_of(client).name == "people"
    client.close()
    client = connect(NOWHERE)
    assert database_of(client).name == DEFAULT_DATABASE
    client.close()


async def test_reads_go_to_the_primary_whatever_the_uri_says() -> None:
    client = connect(f"{NOWHERE}/?readPreference=secondary")
    assert database_of(client).read_preference.mongos_mode == "primary"
    assert database_of(client, "named").read_preference.mongos_mode == "primary"
    client.close()


async def test_a_time_comes_back_with_its_zone(database: Database) -> None:
    from services.kit.clock import now

    instant = now()
    await database["times"].insert_one({"_id": "t", "at": instant})
    found = await database["times"].find_one({"_id": "t"})
    assert found is not None
    assert found["at"] == instant
    assert found["at"].tzinfo is not None


async def test_every_test_has_a_database_of_its_own(database: Database, database_uri: str) -> None:
    assert database.name.startswith("foothold_test_")
    client = connect(database_uri)
    await database_of(client)["things"].insert_one({"_id": "here"})
    client.close()
    assert await database["things"].find_one({"_id": "here"}) is not None
