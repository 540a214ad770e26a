"""All writes of all stores × all that can become of an answer: callers hear of what is there, and it is there once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pymongo import common

import db
from db.driver import durable
from db.driver.client import Client, Database, connect, database_of
from db.driver.errors import DatabaseError, is_passing
from tests.support.answers import Answers, Fault, When, answers
from tests.support.database import fresh_name, port_of
from tests.support.store_writes import EXAMPLES, Example, everything, store_writes

_RETRYABLE = ("RetryableWriteError",)
CODES = (64, 91, 133, 11600, 11602)
FAULTS = [
    Fault(When.NOT_DONE),
    Fault(When.DONE),
    *(Fault(When.DONE, code, labels) for code in CODES for labels in ((), _RETRYABLE)),
    *(Fault(When.NOT_DONE, code) for code in (91, 133, 10107, 11600)),
    Fault(When.DONE, 17405, _RETRYABLE),
]
PERMANENT = Fault(When.NOT_DONE, 13)


@pytest.fixture(scope="module")
async def server(mongodb_uri: str) -> AsyncIterator[Answers]:
    async with answers(port_of(mongodb_uri)) as proxy:
        yield proxy


@pytest.fixture(scope="module")
async def client(server: Answers) -> AsyncIterator[Client]:
    # Else the driver looks for the server at most twice a second, after each error that says it is no primary.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(common, "MIN_HEARTBEAT_INTERVAL", 0.01)
        through = connect(server.uri)
        yield through
        through.close()


async def _outcome(server: Answers, database: Database, example: Example, fault: Fault | None) -> object:
    server.expect(None)
    for step in example.before:
        await step(database)
    server.expect(fault)
    try:
        return await example.act(database)
    finally:
        assert fault is None or server.met, "no write met the fault"
        server.expect(None)


def test_each_write_of_each_store_is_in_the_table() -> None:
    assert set(EXAMPLES) == store_writes()


@pytest.mark.parametrize("name", EXAMPLES)
async def test_a_write_whose_answer_goes_wrong_is_made_once_and_reported_as_made(
    name: str, server: Answers, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable, "_FIRST_PAUSE", 0.001)
    clean = database_of(client, fresh_name())
    expected = await _outcome(server, clean, EXAMPLES[name], None)
    there = await everything(clean)
    await client.drop_database(clean.name)
    different = []
    for fault in FAULTS:
        database = database_of(client, fresh_name())
        outcome = await _outcome(server, database, EXAMPLES[name], fault)
        if (outcome, await everything(database)) != (expected, there):
            different.append(f"{fault}: {outcome}")
        await client.drop_database(database.name)
    assert different == []


@pytest.mark.parametrize("name", ["ProfileStore.insert", "ProfileStore.replace", "MatchStore.delete_batches"])
async def test_a_write_that_is_refused_for_good_is_not_tried_again(
    name: str, server: Answers, client: Client
) -> None:
    database = database_of(client, fresh_name())
    with pytest.raises(DatabaseError) as refused:
        await _outcome(server, database, EXAMPLES[name], PERMANENT)
    assert not is_passing(refused.value)
    await client.drop_database(database.name)


def test_nobody_can_tell_of_a_document_that_was_changed_again_since() -> None:
    verdict = durable.next_version(1, {"version": 2, "by": "me"})
    assert verdict({"version": 2, "by": "me"}) is True
    assert verdict({"version": 2, "by": "you"}) is False
    assert verdict({"version": 3, "by": "you"}) is None


def test_no_store_writes_but_by_what_repeats_writes() -> None:
    writing = ("insert_one(", "update_one(", "delete_one(", "delete_many(", "replace_one(", "bulk_write(")
    found = {
        f"{file.name}: {line.strip()}"
        for file in Path(db.__path__[0]).rglob("*.py")
        if file.name != "durable.py" and file.parent.name != "embedded"
        for line in file.read_text().splitlines()
        if any(call in line for call in writing)
    }
    # Each of these is in one function that is repeated as a whole.
    in_one = {"numbers.py", "opportunities.py", "learnt_postings.py", "accounts.py", "outbox.py"}
    assert {line.partition(":")[0] for line in found} == in_one
