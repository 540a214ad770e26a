"""The close codes of the graphql-transport-ws protocol: whatever a client sends, the server answers by the book."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.client import Api, document, profile_of, websocket

INIT = {"type": "connection_init"}
SUBSCRIBE = {"type": "subscribe", "id": "1", "payload": {"query": "{ viewer { id } }"}}

LIVE = {"query": document("CareerActionsLive"), "variables": {"profileId": profile_of("ada")}}


@pytest.fixture(autouse=True)
def nothing_is_logged_as_an_error(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What a client does is never our fault: no traceback, from whatever library."""
    yield
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


@asynccontextmanager
async def raw(
    api: Api, subprotocols: Sequence[str] = ("graphql-transport-ws",)
) -> AsyncIterator[ClientConnection]:
    """A websocket on which nothing has been said."""
    offered = [Subprotocol(name) for name in subprotocols]
    async with connect(f"ws://{api.address}/graphql", subprotocols=offered or None) as connection:
        yield connection


async def acknowledged(connection: ClientConnection, token: str | None = None) -> None:
    payload = {} if token is None else {"authorization": f"Bearer {token}"}
    await connection.send(json.dumps({**INIT, "payload": payload}))
    assert json.loads(await connection.recv()) == {"type": "connection_ack"}


async def close_code(connection: ClientConnection, patience: float = 5) -> int | None:
    async with asyncio.timeout(patience):
        await connection.wait_closed()
    return connection.close_code


def subscribe(**payload: Any) -> dict[str, Any]:
    return {**SUBSCRIBE, "payload": {"query": "{ viewer { id } }", **payload}}


MALFORMED: list[str | bytes] = [
    b"{}",
    b'{"type": "ping"}',
    "",
    "{",
    "null",
    "1",
    '"ping"',
    "[]",
    '[{"type": "ping"}]',
    "NaN",
    "[" * 100_000,
    '{"a":' * 100_000,
    "{}",
    '{"type": null}',
    '{"type": 1}',
    '{"type": ["ping"]}',
    '{"type": "nonsense"}',
    json.dumps({"type": "x" * 1000}),
    '{"type": "\\ud800"}',
    json.dumps({"type": "é" * 100}),
    '{"type": "connection_ack"}',
    '{"type": "ping", "payload": 1}',
    '{"type": "pong", "payload": []}',
    '{"type": "complete"}',
    '{"type": "complete", "id": 1}',
    '{"type": "subscribe"}',
    '{"type": "subscribe", "id": "1"}',
    json.dumps({**SUBSCRIBE, "id": ""}),
    json.dumps({**SUBSCRIBE, "id": 1}),
    json.dumps({**SUBSCRIBE, "id": {}}),
    json.dumps({**SUBSCRIBE, "payload": None}),
    json.dumps({**SUBSCRIBE, "payload": "{ viewer { id } }"}),
    json.dumps({**SUBSCRIBE, "payload": {}}),
    json.dumps(subscribe(query=None)),
    json.dumps(subscribe(query=["{ viewer { id } }"])),
    json.dumps(subscribe(variables=[])),
    json.dumps(subscribe(variables="{}")),
    json.dumps(subscribe(operationName=1)),
    json.dumps(subscribe(extensions=1)),
]


async def test_a_malformed_message_closes_with_4400(api: Api) -> None:
    codes: dict[str | bytes, int | None] = {}
    for message in MALFORMED:
        async with raw(api) as connection:
            await acknowledged(connection, api.token("ada"))
            await connection.send(message)
            codes[message] = await close_code(connection)
    assert {message[:60]: code for message, code in codes.items() if code != 4400} == {}


async def test_a_malformed_init_closes_with_4400(api: Api) -> None:
    payloads: list[object] = [None, 1, "Bearer", []]
    for payload in payloads:
        async with raw(api) as connection:
            await connection.send(json.dumps({**INIT, "payload": payload}))
            assert await close_code(connection) == 4400, payload


async def test_subscribing_before_the_acknowledgement_closes_with_4401(api: Api) -> None:
    async with raw(api) as connection:
        await connection.send(json.dumps(SUBSCRIBE))
        assert await close_code(connection) == 4401


async def test_another_subprotocol_or_none_closes_with_4406(api: Api) -> None:
    for offered in ([], ["graphql-ws"], ["nonsense"]):
        async with raw(api, offered) as connection:
            assert await close_code(connection) == 4406, offered


async def test_saying_nothing_closes_with_4408_after_three_seconds(api: Api) -> None:
    async with raw(api) as connection:
        before = asyncio.get_running_loop().time()
        assert await close_code(connection) == 4408
        assert 2.5 < asyncio.get_running_loop().time() - before < 4


async def test_an_id_in_use_closes_with_4409(api: Api) -> None:
    for id_ in ("1", "x" * 1000, "é" * 100):
        async with raw(api) as connection:
            await acknowledged(connection, api.token("ada"))
            for _ in range(2):
                await connection.send(json.dumps({"type": "subscribe", "id": id_, "payload": LIVE}))
            assert await close_code(connection) == 4409, id_[:9]


async def test_a_second_init_closes_with_4429(api: Api) -> None:
    async with raw(api) as connection:
        await acknowledged(connection)
        await connection.send(json.dumps(INIT))
        assert await close_code(connection) == 4429


async def test_ten_bad_messages_at_once_are_answered_once(api: Api) -> None:
    async with raw(api) as connection:
        await acknowledged(connection, api.token("ada"))
        for _ in range(10):
            await connection.send(json.dumps(SUBSCRIBE))
            await connection.send("{}")
        assert await close_code(connection) in (4400, 4409)


async def test_an_id_can_be_used_again_after_its_end(api: Api) -> None:
    async with raw(api) as connection:
        await acknowledged(connection, api.token("ada"))
        for _ in range(3):
            await connection.send(json.dumps(SUBSCRIBE))
            assert json.loads(await connection.recv())["type"] == "next"
            assert json.loads(await connection.recv()) == {"type": "complete", "id": "1"}


async def test_pings_are_answered(api: Api) -> None:
    async with raw(api) as connection:
        for ping in (
            {"type": "ping"},
            {"type": "ping", "payload": {"at": 1}},
            {"type": "ping", "payload": None},
        ):
            await connection.send(json.dumps(ping))
            assert json.loads(await connection.recv()) == {"type": "pong"}


async def test_a_message_over_the_limit_closes_with_1009(api: Api) -> None:
    async with raw(api) as connection:
        await acknowledged(connection)
        with suppress(ConnectionClosed):  # as soon as it is told so
            await connection.send(json.dumps(subscribe(query="#" * (9 * 1024 * 1024))))
        assert await close_code(connection) == 1009


async def test_a_connection_ends_with_its_token(api: Api) -> None:
    token = api.identity.issue("ada", timedelta(seconds=2))
    async with websocket(api.address, token) as socket:
        subscription = await socket.subscribe(document("CareerActionsLive"), profileId=profile_of("ada"))
        assert (await subscription.next())["reason"] == "INITIAL"
        before = asyncio.get_running_loop().time()
        assert await socket.closed() == 4403
        assert asyncio.get_running_loop().time() - before < 3
        assert subscription.messages.empty(), "no complete: the client is to come back with a new token"


async def test_a_client_that_vanishes_leaves_nothing_behind(api: Api) -> None:
    before = len(asyncio.all_tasks())
    for _ in range(3):
        async with raw(api) as connection:
            await acknowledged(connection, api.token("ada"))
            for number in range(20):
                await connection.send(json.dumps({"type": "subscribe", "id": str(number), "payload": LIVE}))
            await connection.recv()
            connection.transport.abort()
    async with asyncio.timeout(5):
        while len(asyncio.all_tasks()) > before:
            await asyncio.sleep(0.02)
