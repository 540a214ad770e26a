"""A network that loses packets: the driver notices by itself, and soon."""

import asyncio

from db.driver.client import connect, database_of
from tests.support.database import port_of
from tests.support.network import a_network


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
