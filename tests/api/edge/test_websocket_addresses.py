"""Websockets are counted by the address that they come from, as trusted proxies tell it."""

from contextlib import AsyncExitStack

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from resolvers.app import create_app
from resolvers.server.serving import server_options
from resolvers.settings import Settings
from services.offline_coach.coach import OfflineCoach
from tests.support.client import running_api
from tests.support.serving import serving

LIMITED = {"socket_messages": 10, "socket_operations": 2, "sockets_per_person": 2, "sockets_per_address": 2}


async def test_too_many_connections_from_an_address_are_refused_with_429(settings: Settings) -> None:
    app = create_app(settings.model_copy(update=LIMITED), model=OfflineCoach())
    async with serving(app, **server_options(trusted_proxies=["127.0.0.1"])) as address:

        def opened(forwarded: str) -> connect:
            return connect(
                f"ws://{address}/graphql",
                subprotocols=[Subprotocol("graphql-transport-ws")],
                additional_headers={"x-forwarded-for": forwarded},
            )

        async with opened("203.0.113.7"), opened("203.0.113.8"):
            # The proxy appends; what stood there before may be forged.
            async with opened("198.51.100.1, 203.0.113.7"):
                for forwarded in ("203.0.113.7", "10.0.0.1, 203.0.113.7"):
                    with pytest.raises(InvalidStatus) as refusal:
                        async with opened(forwarded):
                            pass
                    assert refusal.value.response.status_code == 429
            async with opened("203.0.113.7"):
                pass
        async with opened("2001:db8::1"), opened("2001:db8::2"):
            with pytest.raises(InvalidStatus):
                async with opened("2001:db8:0:0:ffff::3"):
                    pass


async def test_forwarded_addresses_of_strangers_are_not_believed(settings: Settings) -> None:
    async with running_api(settings.model_copy(update=LIMITED), model=OfflineCoach()) as api:
        forged = {"x-forwarded-for": "203.0.113.7"}
        async with AsyncExitStack() as stack:
            for _ in range(3):
                await stack.enter_async_context(
                    connect(f"ws://{api.address}/graphql", additional_headers=forged)
                )
