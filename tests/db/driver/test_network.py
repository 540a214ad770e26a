"""A network that loses packets: the driver notices by itself, and soon."""

import asyncio
from contextlib import suppress
from functools import partial

import pytest
from pymongo import timeout

from db.driver.client import close, connect, database_of
from db.driver.durable import repeated
from db.driver.errors import DatabaseError
from tests.support.database import port_of
from tests.support.network import a_network
from tests.support.patience import within
from tests.support.replica_set import a_replica_set


async def test_connections_that_fell_silent_are_given_up_within_five_seconds(mongodb_uri: str) -> None:
    async with a_network(port_of(mongodb_uri)) as network:
        client = connect(f"mongodb://127.0.0.1:{network.port}/?directConnection=true")
        things = database_of(client, "foothold_test_network")["things"]
        await asyncio.gather(*(things.find_one({}) for _ in range(4)))
        network.swallow()
        network.restore(forget=True)
        async with asyncio.timeout(5):
            await asyncio.gather(*(things.find_one({}) for _ in range(4)))
        client.close()


@pytest.mark.parametrize("silent", [1.0, 6.0])
@pytest.mark.parametrize("forget", [False, True])
async def test_a_network_that_was_silent_is_used_again_within_five_seconds(
    silent: float, forget: bool, mongodb_uri: str
) -> None:
    async with a_network(port_of(mongodb_uri)) as network:
        client = connect(f"mongodb://127.0.0.1:{network.port}/?directConnection=true")
        things = database_of(client, "foothold_test_network")["things"]
        await asyncio.gather(*(things.find_one({}) for _ in range(4)))
        network.swallow()
        asking = asyncio.create_task(repeated(partial(things.find_one, {})))
        await asyncio.sleep(silent)
        network.restore(forget=forget)
        async with within(5):
            await asyncio.gather(asking, *(things.find_one({}) for _ in range(4)))
        await close(client)


async def test_connections_that_fell_silent_while_others_are_served_are_given_up(mongodb_uri: str) -> None:
    async with a_network(port_of(mongodb_uri)) as network:
        client = connect(
            f"mongodb://127.0.0.1:{network.port}/?directConnection=true&heartbeatFrequencyMS=60000"
        )
        things = database_of(client, "foothold_test_network")["things"]
        await things.find_one({})
        network.swallow()
        network.restore(forget=True)
        async with within(12):  # the driver tries a read twice, and both connections may be silent
            await repeated(partial(things.find_one, {}))
        await close(client)


async def test_a_client_is_closed_within_seconds_when_nobody_answers(mongodb_uri: str) -> None:
    async with a_replica_set(mongodb_uri, mongodb_uri, sessions=True) as replica_set:
        client = connect(f"{replica_set.uri}&serverSelectionTimeoutMS=60000")
        things = database_of(client, "foothold_test_network")["things"]
        await asyncio.gather(*(things.find_one({}) for _ in range(4)))
        await replica_set.stop()
        with suppress(DatabaseError), timeout(1):
            await things.find_one({})
        assert client.delegate._topology._session_pool, "there are sessions to end"
        async with within(4):
            await close(client)
