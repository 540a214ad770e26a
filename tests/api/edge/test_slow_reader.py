"""A client that stops reading is cut off in a set time, costs little until then, and bothers nobody else."""

import asyncio
import json
from asyncio.transports import BaseTransport
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from db.career_actions import ActionStatus, CareerActionRecord, CareerActionStore
from db.driver.client import Database
from resolvers.app import create_app
from resolvers.edge.websocket_protocol import WebSocketProtocol
from resolvers.settings import Settings
from schema.shared.relay import global_id
from services.identity.local_tokens import LocalIdentity
from services.kit.ids import profile_id_of
from services.offline_coach.coach import OfflineCoach
from tests.support.client import Api, document, profile_of
from tests.support.factories import an_action
from tests.support.patience import patient, within
from tests.support.serving import serving

PATIENCE = 2.0
"""Long enough for a busy machine to come back in a third of it."""
TEXT = 100_000
"""Characters in the description of an action."""
ACTIONS = 40


class Watched(WebSocketProtocol):
    """Tells the test what is held for each connection."""

    patience = PATIENCE
    open: ClassVar["set[Watched]"] = set()

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self.open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.open.discard(self)


@pytest.fixture
async def api(settings: Settings) -> AsyncIterator[Api]:
    async with (
        serving(create_app(settings, model=OfflineCoach()), ws=Watched) as address,
        Api(address, LocalIdentity(settings.data)) as api,
    ):
        yield api


@pytest.fixture
async def actions(database: Database) -> list[CareerActionRecord]:
    actions = [
        an_action(profile_id_of("ada"), status=ActionStatus.SAVED, description="x" * TEXT)
        for _ in range(ACTIONS)
    ]
    await CareerActionStore(database).insert(actions)
    return actions


@asynccontextmanager
async def acknowledged(api: Api) -> AsyncIterator[ClientConnection]:
    protocol = Subprotocol("graphql-transport-ws")
    async with connect(f"ws://{api.address}/graphql", subprotocols=[protocol], max_size=None) as connection:
        payload = {"authorization": f"Bearer {api.token('ada')}"}
        await connection.send(json.dumps({"type": "connection_init", "payload": payload}))
        await connection.recv()
        yield connection
        connection.transport.abort()


async def subscribe(connection: ClientConnection, operations: int) -> None:
    payload = {"query": document("CareerActionsLive"), "variables": {"profileId": profile_of("ada")}}
    for id_ in range(operations):
        await connection.send(json.dumps({"type": "subscribe", "id": str(id_), "payload": payload}))


async def change(connection: ClientConnection) -> dict[str, Any]:
    """The next change set that this reader gets."""
    async with within(2):
        message = json.loads(await connection.recv())
    emission: dict[str, Any] = message["payload"]["data"]["careerActions"]
    return emission


async def test_a_subscriber_that_stops_reading_is_cut_off_and_the_others_are_served(
    api: Api, actions: list[CareerActionRecord]
) -> None:
    async with acknowledged(api) as reader, acknowledged(api) as silent:
        await subscribe(reader, 1)
        assert (await change(reader))["reason"] == "INITIAL"
        silent.transport.pause_reading()
        await subscribe(silent, 20)
        started = asyncio.get_running_loop().time()
        most = turn = 0
        while len(Watched.open) > 1:
            name = "SaveAction" if turn % 2 else "UnsaveAction"
            await api.data(name, id=global_id("CareerAction", actions[0].id))
            assert (await change(reader))["reason"] == "CHANGE"
            most = max(most, *(held.transport.get_write_buffer_size() for held in Watched.open))
            turn += 1
            assert asyncio.get_running_loop().time() - started < patient(PATIENCE + 5)
        assert turn > 1
        assert 0 < most < 2 * TEXT * ACTIONS, "no more than one of the twenty snapshots waits"
        [kept] = Watched.open
        assert kept.client == reader.local_address


async def test_a_slow_reader_that_goes_on_reading_is_kept(
    api: Api, actions: list[CareerActionRecord]
) -> None:
    async with acknowledged(api) as slow:
        await subscribe(slow, 5)
        for _ in range(5):  # one and a half times as long as the patience
            slow.transport.pause_reading()
            await asyncio.sleep(PATIENCE * 0.3)
            [held] = Watched.open
            assert held.transport.get_write_buffer_size() < 2 * TEXT * ACTIONS, "one message waits"
            slow.transport.resume_reading()
            assert json.loads(await slow.recv())["type"] == "next"
        assert len(Watched.open) == 1


async def test_a_client_that_pings_and_does_not_read_is_cut_off(api: Api) -> None:
    async with acknowledged(api) as silent:
        silent.transport.pause_reading()
        frame = bytes([0x89, 0x80 | 125, 0, 0, 0, 0]) + b"x" * 125
        async with within(10):
            while Watched.open:
                if not silent.transport.is_closing():
                    silent.transport.write(frame * 1000)
                await asyncio.sleep(0)
                held = [held.transport.get_write_buffer_size() for held in Watched.open]
                assert max(held, default=0) < 1_000_000
