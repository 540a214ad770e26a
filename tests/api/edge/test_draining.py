"""A process that leaves: its clients are sent elsewhere, its work is taken over, and nothing is lost."""

import asyncio
import json
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from db.career_actions import ActionStatus, CareerActionStore
from db.driver.client import Database
from resolvers.app import create_app
from resolvers.edge import websocket_protocol
from resolvers.edge.close_codes import CloseCode
from resolvers.settings import Settings
from schema.shared.relay import global_id
from services.identity.local_tokens import LocalIdentity
from services.kit.ids import profile_id_of
from services.llm.port import Model
from services.llm.scripted import Gate, ScriptedModel
from services.offline_coach.coach import OfflineCoach
from tests.smoke.conftest import a_port
from tests.support.chatting import RESUME, Tab, message_of, said
from tests.support.client import Api, document, profile_of, running_api
from tests.support.factories import an_action
from tests.support.follower import Follower, Person
from tests.support.patience import patient, within
from tests.support.redis import RedisServer
from tests.support.serving import TestServer, a_server

PROTOCOL = Subprotocol("graphql-transport-ws")
LONG = 36_000.0  # seconds: one connection is closed at any moment of them
"""Seconds of draining that no test waits for."""


class Node(Api):
    """One of several servers, which can be told to leave."""

    def __init__(self, server: TestServer, settings: Settings) -> None:
        super().__init__(server.address, LocalIdentity(settings.data))
        self.server = server


@asynccontextmanager
async def a_node(
    settings: Settings, model: Model | None = None, *, drain_seconds: float = 0.0, port: int = 0
) -> AsyncIterator[Node]:
    app = create_app(settings, model=model or OfflineCoach())
    async with (
        a_server(app, drain_seconds=drain_seconds, port=port) as server,
        Node(server, settings) as node,
    ):
        yield node


async def answered(
    path: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, last: bool = False
) -> tuple[int, Any]:
    """Ask on a connection that is open; the status and the JSON. With ``last`` the connection is closed after it."""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    assert ("connection: close" in head) == last
    length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
    return int(head.split()[1]), json.loads(await reader.readexactly(length))


class Plain:
    """An application of a few lines: websockets that stay, and a request that takes its time."""

    def __init__(self) -> None:
        self.gate = Gate()
        self.app = Starlette(routes=[Route("/slow", self._slow), WebSocketRoute("/", self._stay)])

    async def _slow(self, _request: Request) -> PlainTextResponse:
        await self.gate.wait()
        return PlainTextResponse("done")

    async def _stay(self, websocket: WebSocket) -> None:
        await websocket.accept()
        async for _ in websocket.iter_text():
            pass

    @asynccontextmanager
    async def serving(self, drain_seconds: float) -> AsyncIterator[TestServer]:
        async with a_server(self.app, drain_seconds=drain_seconds, lifespan=False) as server:
            yield server


async def until_leaving(server: TestServer) -> None:
    server.drain()
    while not server.server_state.draining:
        await asyncio.sleep(0.01)


async def test_readiness_tells_each_phase_and_health_only_that_the_process_lives(settings: Settings) -> None:
    port, preparing, prepared = a_port(), asyncio.Event(), asyncio.Event()

    async def prepare(*_: object) -> None:
        preparing.set()
        await prepared.wait()

    app = create_app(settings, model=OfflineCoach(), prepare=prepare)
    async with httpx2.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", timeout=patient(30), verify=False
    ) as http:

        async def once_started() -> None:
            await preparing.wait()
            asking = asyncio.create_task(http.get("/readyz"))
            await asyncio.sleep(0.05)
            assert not asking.done(), "nobody is told anything before it is true"
            prepared.set()
            assert (await asking).json() == {"status": "ok", "database": "ok", "writes": "ok"}

        starting = asyncio.create_task(once_started())
        async with a_server(app, drain_seconds=LONG, port=port) as server:
            await starting
            ready, lives = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
            assert (await answered("/readyz", *ready))[0] == 200
            assert (await answered("/healthz", *lives))[0] == 200
            async with connect(f"ws://{server.address}/graphql", subprotocols=[PROTOCOL]):
                await until_leaving(server)
                assert await answered("/readyz", *ready, last=True) == (503, {"status": "draining"})
                assert await answered("/healthz", *lives, last=True) == (200, {"status": "ok"})
                assert await ready[0].read() == b"", "the next question goes elsewhere"
                with pytest.raises(ConnectionRefusedError):
                    await asyncio.open_connection("127.0.0.1", port)
            await server.ended()  # long before its time: nobody is left
            for _, writer in (ready, lives):
                writer.close()


async def test_without_redis_a_process_is_ready_and_says_what_is_missing(
    settings: Settings, tmp_path: Path
) -> None:
    with RedisServer(tmp_path) as redis:
        settings = settings.model_copy(update={"redis_url": SecretStr(redis.url)})
        async with running_api(settings, model=OfflineCoach()) as api:
            assert await redis_said_by(api, "ok") == 200
            redis.kill()
            assert await redis_said_by(api, "unreachable") == 200


async def redis_said_by(api: Api, state: str) -> int:
    """Wait until readiness says this of Redis; its status."""
    async with within(10):
        while True:
            answer = await api.http.get("/readyz")
            if answer.json()["redis"] == state:
                return answer.status_code
            await asyncio.sleep(0.02)


async def test_websockets_are_closed_one_after_the_other_with_the_code_for_a_restart() -> None:
    async with Plain().serving(drain_seconds=0.5) as server, AsyncExitStack() as stack:
        uri = f"ws://{server.address}/"
        clients = [await stack.enter_async_context(connect(uri)) for _ in range(20)]
        closings: list[float] = []

        async def until_closed(client: ClientConnection) -> None:
            await client.wait_closed()
            assert (client.close_code, client.close_reason) == (CloseCode.SERVICE_RESTART, "Service Restart")
            closings.append(asyncio.get_running_loop().time())

        closed = asyncio.gather(*(until_closed(client) for client in clients))
        server.drain()
        await closed
        await server.ended()
    # 25 ms apart on average. A machine that stalls may make some of them one, but hardly all.
    assert closings[-1] - closings[0] > 0.05
    assert sum(later - earlier > 0.001 for earlier, later in pairwise(closings)) >= 3


async def test_a_request_under_way_is_finished_and_a_new_websocket_is_refused() -> None:
    plain = Plain()
    async with plain.serving(drain_seconds=LONG) as server, AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx2.AsyncClient(timeout=patient(30), verify=False))
        slow = asyncio.create_task(http.get(f"http://{server.address}/slow"))
        staying = await stack.enter_async_context(connect(f"ws://{server.address}/"))
        connected = socket.create_connection(("127.0.0.1", server.port))
        await plain.gate.reached.wait()
        while len(server.server_state.connections) < 3:
            await asyncio.sleep(0.01)
        await until_leaving(server)
        with pytest.raises(InvalidStatus) as refusal:
            await connect(f"ws://{server.address}/", sock=connected)
        assert refusal.value.response.status_code == 503
        plain.gate.release.set()
        assert (await slow).text == "done"
        assert staying.close_code is None
        await staying.close()
        await server.ended()


async def test_a_client_that_does_not_answer_the_close_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket_protocol, "CLOSING_SECONDS", 0.1)
    async with Plain().serving(drain_seconds=0) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        key = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="
        upgrade = "Connection: Upgrade\r\nUpgrade: websocket"
        writer.write(f"GET / HTTP/1.1\r\nHost: x\r\n{upgrade}\r\n{key}\r\n\r\n".encode())
        assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
        server.drain()
        async with within(3):
            await server.ended()
        with suppress(ConnectionResetError):
            assert (await reader.read())[:4] == b"\x88\x11\x03\xf4", "a close frame with 1012"
        writer.close()


async def test_a_second_signal_ends_the_waiting() -> None:
    async with Plain().serving(drain_seconds=LONG) as server, connect(f"ws://{server.address}/"):
        await until_leaving(server)
        server.handle_exit(signal.SIGTERM, None)
        async with within(3):
            await server.ended()


async def test_ctrl_c_spreads_nothing() -> None:
    async with Plain().serving(drain_seconds=LONG) as server, connect(f"ws://{server.address}/") as client:
        server.handle_exit(signal.SIGINT, None)
        async with within(3):
            await server.ended()
        assert client.close_code == CloseCode.SERVICE_RESTART


async def test_a_subscriber_is_served_until_it_is_sent_away_and_its_operation_is_not_completed(
    settings: Settings, database: Database
) -> None:
    action = await a_saved_action(database)
    async with a_node(settings, drain_seconds=LONG) as node, node.socket() as line:
        live = await line.subscribe(document("CareerActionsLive"), profileId=profile_of("ada"))
        assert (await live.next())["reason"] == "INITIAL"
        kept = await asyncio.open_connection("127.0.0.1", node.server.port)
        await asyncio.sleep(0)
        await node.http.get("/healthz")
        await until_leaving(node.server)
        started = await node.data("StartAction", id=action, mutationId="meanwhile")
        assert started["__typename"] == "CareerActionPayload"
        assert (await live.next())["mutationIds"] == ["meanwhile"]
        (websocket,) = (each for each in node.server.server_state.connections if hasattr(each, "handle_ping"))
        websocket.shutdown()  # its moment has come
        assert await line.closed() == CloseCode.SERVICE_RESTART
        assert live.messages.empty(), "in particular no complete"
        await node.server.ended()
        kept[1].close()


async def test_a_subscriber_with_a_cursor_misses_nothing_over_restarts(
    settings: Settings, database: Database
) -> None:
    action = await a_saved_action(database)
    token, port = LocalIdentity(settings.data).issue("ada"), a_port()
    address = f"127.0.0.1:{port}"
    async with AsyncExitStack() as stack:
        node = await stack.enter_async_context(a_node(settings, drain_seconds=0.1, port=port))
        person = await stack.enter_async_context(Person(address, token))
        follower = await stack.enter_async_context(Follower(address, token, profile_of("ada")))

        async def change() -> None:
            for turn in range(30):
                await person.toggle(action, str(turn))

        changing = asyncio.create_task(change())
        for share in (10, 20):
            while len(person.acknowledged) < share:
                await asyncio.sleep(0.01)
            node.server.drain()
            await node.server.ended()
            node = await stack.enter_async_context(a_node(settings, drain_seconds=0.1, port=port))
        await changing
        await follower.until(person.acknowledged)
        assert follower.states() == await person.actions(profile_of("ada"))
        assert len(follower.mutation_ids) == len(set(follower.mutation_ids)), "each once"
        assert follower.reasons.count("RESUME") >= 2
        assert "RESYNC" not in follower.reasons


@pytest.mark.parametrize("broker", ["redis", "none"])
async def test_what_was_under_way_is_finished_by_another_process(
    settings: Settings, tmp_path: Path, broker: str
) -> None:
    slow = ScriptedModel(texts=[["Half of", Gate(), " nothing"]])
    quick = ScriptedModel(texts=[["All of it."]])
    async with AsyncExitStack() as stack:
        if broker == "redis":
            redis = stack.enter_context(RedisServer(tmp_path))
            settings = settings.model_copy(update={"redis_url": SecretStr(redis.url)})
        leaving = await stack.enter_async_context(a_node(settings, slow, drain_seconds=LONG))
        await leaving.data("ImportResume", resume=RESUME)
        reply = await said(leaving, "I did it.")
        here, there = Tab(reply), Tab(reply)
        line = await stack.enter_async_context(leaving.socket())
        subscription = await here.open(line)
        await here.until_text(subscription, "Half of")
        other = await stack.enter_async_context(a_node(settings, quick))
        await until_leaving(leaving.server)
        await there.to_the_end(await stack.enter_async_context(other.socket()))
        while here.apply(await subscription.next()):
            pass
        for tab in (here, there):
            assert (tab.kinds[-1], tab.text) == ("ChatCompleted", "All of it.")
        assert (await message_of(other, reply))["attempt"] == 2
        await line.aclose()
        await leaving.server.ended()


async def a_saved_action(database: Database) -> str:
    action = an_action(profile_id_of("ada"), status=ActionStatus.SAVED)
    await CareerActionStore(database).insert([action])
    return global_id("CareerAction", action.id)
