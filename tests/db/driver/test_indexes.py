"""Indexes at the start: what is there is left alone, and what cannot be made is named."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo import IndexModel
from structlog.testing import capture_logs

from db.driver import indexes
from db.driver.client import ASC, DESC, Database, close, connect, database_of
from db.driver.collections import Index, KeptCollection
from db.driver.errors import DuplicateKey
from db.driver.indexes import IndexFault, ensure_indexes
from resolvers.server.running import explained
from tests.support.database import fresh_name
from tests.support.patience import within
from tests.support.replica_set import ReplicaSet, a_replica_set

BY_NAME = Index([("name", ASC)], unique=True)
BY_AGE = Index([("age", ASC), ("_id", DESC)])
PEOPLE = KeptCollection("people", "Made for this test.", [BY_NAME, BY_AGE])


@pytest.fixture
async def replica_set(mongodb_uri: str) -> AsyncIterator[ReplicaSet]:
    async with a_replica_set(mongodb_uri, mongodb_uri) as pretend:
        yield pretend


async def test_indexes_can_be_made_again_and_a_unique_one_holds(database: Database) -> None:
    await ensure_indexes(database, [PEOPLE])
    await ensure_indexes(database, [PEOPLE])
    await database["people"].insert_one({"_id": "a", "name": "Ada"})
    with pytest.raises(DuplicateKey):
        await database["people"].insert_one({"_id": "b", "name": "Ada"})


async def test_what_is_there_is_not_made_again_at_each_start(mongodb_uri: str) -> None:
    commands: list[str] = []
    client = connect(mongodb_uri, lambda name, _seconds, _failure: commands.append(name))
    database = database_of(client, fresh_name())
    await database["people"].create_index([("age", ASC), ("_id", DESC)], name="made by hand")
    await ensure_indexes(database, [PEOPLE])
    assert commands.count("createIndexes") == 2
    await ensure_indexes(database, [PEOPLE])
    assert commands.count("createIndexes") == 2
    assert set(await database["people"].index_information()) == {"_id_", "made by hand", "name_1"}
    await client.drop_database(database.name)
    await close(client)


@pytest.mark.parametrize(
    ("keys", "options"),
    [
        ([("name", ASC)], {}),
        ([("name", ASC)], {"name": "mine"}),
        ([("name", ASC)], {"unique": True, "sparse": True}),
        ([("name", ASC)], {"unique": True, "expireAfterSeconds": 5}),
        ([("name", ASC)], {"unique": True, "partialFilterExpression": {"age": 7}}),
        ([("age", ASC), ("_id", DESC)], {"unique": True}),
        ([("other", ASC)], {"name": "name_1"}),
    ],
)
async def test_an_index_that_is_there_otherwise_is_named_with_what_to_do(
    keys: list[tuple[str, int]], options: dict[str, Any], database: Database
) -> None:
    model = IndexModel(keys, **options)
    await database["people"].create_indexes([model])
    with pytest.raises(IndexFault) as fault:
        await ensure_indexes(database, [PEOPLE])
    message = explained(fault.value)
    assert message is not None
    assert f"db.people.dropIndex('{model.document['name']}')" in message


async def test_documents_that_break_a_unique_index_stop_the_start_with_its_name(database: Database) -> None:
    await database["people"].insert_many([{"name": "Ada"}, {"name": "Ada"}])
    with pytest.raises(IndexFault, match=r"people.*name_1.*the same values"):
        await ensure_indexes(database, [PEOPLE])


async def test_a_build_needs_no_more_than_a_majority_of_the_members(replica_set: ReplicaSet) -> None:
    client = connect(replica_set.uri)
    name = fresh_name()
    await ensure_indexes(database_of(client, name), [PEOPLE])
    await client.drop_database(name)
    await close(client)
    assert replica_set.quorums == {"majority"}


@pytest.mark.slow
async def test_a_build_that_nobody_completes_does_not_hold_the_start_for_ever(
    replica_set: ReplicaSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexes, "_TELLING", 0.2)
    client = connect(replica_set.uri)
    name = fresh_name()
    replica_set.hold()
    with capture_logs() as logs, pytest.raises(IndexFault, match=r"people.*name_1.*not made within 1 s"):
        async with within(10):
            await ensure_indexes(database_of(client, name), [PEOPLE], seconds=1)
    await replica_set.release()
    awaited = [entry for entry in logs if entry["event"] == "index.build_awaited"]
    assert awaited
    assert awaited[0]["collection"] == "people"
    await client.drop_database(name)
    await close(client)
