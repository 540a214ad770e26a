"""The close codes of the graphql-transport-ws protocol: whatever a client sends, the server answers by the book."""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from resolvers.app import create_app
from resolvers.edge import graphql_ws
from resolvers.edge.close_codes import CloseCode
from resolvers.settings import Settings
from services.identity.local_tokens import LocalIdentity
from services.kit import clock
from services.offline_coach.coach import OfflineCoach
from tests.support.client import Api, document, profile_of, running_api, websocket
from tests.support.patience import patient, within
from tests.support.serving import serving

INIT = {"type": "connection_init"}
SUBSCRIBE = {"type": "subscribe", "id": "1", "payload": {"query": "{ viewer { id } }"}}

LIVE: dict[str, Any] = {"query": document("CareerActionsLive"), "variables": {"profileId": profile_of("ada")}}


@pytest.fixture(autouse=True)
def nothing_is_logged_as_an_error(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What a client does is never our fault: no traceback, from whatever library."""
    yield
    records = [*caplog.get_records("call"), *caplog.records]
    # An exporter of another test may still be telling of a collector that was never there.
    ours = [record for record in records if not record.name.startswith("opentelemetry")]
    assert [record.getMessage() for record in ours if record.levelno >= logging.ERROR] == []


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
    async with within(patience):
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
    "[" * 60_000,
    '{"a":' * 12_000,
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
    assert {message[:60]: code for message, code in codes.items() if code != CloseCode.BAD_REQUEST} == {}


async def test_a_malformed_init_closes_with_4400(api: Api) -> None:
    payloads: list[object] = [1, "Bearer", [], False]
    for payload in payloads:
        async with raw(api) as connection:
            await connection.send(json.dumps({**INIT, "payload": payload}))
            assert await close_code(connection) == CloseCode.BAD_REQUEST, payload


async def test_an_init_may_have_no_payload_or_null(api: Api) -> None:
    for init in (INIT, {**INIT, "payload": None}):
        async with raw(api) as connection:
            await connection.send(json.dumps(init))
            assert json.loads(await connection.recv()) == {"type": "connection_ack"}


async def test_subscribing_before_the_acknowledgement_closes_with_4401(api: Api) -> None:
    async with raw(api) as connection:
        await connection.send(json.dumps(SUBSCRIBE))
        assert await close_code(connection) == CloseCode.UNAUTHORIZED


async def test_another_subprotocol_or_none_closes_with_4406(api: Api) -> None:
    for offered in ([], ["graphql-ws"], ["nonsense"]):
        async with raw(api, offered) as connection:
            assert await close_code(connection) == CloseCode.SUBPROTOCOL_NOT_ACCEPTABLE, offered


async def test_saying_nothing_closes_with_4408_after_three_seconds(api: Api) -> None:
    async with raw(api) as connection:
        before = asyncio.get_running_loop().time()
        assert await close_code(connection) == CloseCode.INIT_TIMEOUT
        assert 2.5 < asyncio.get_running_loop().time() - before < patient(4)


async def test_an_id_in_use_closes_with_4409(api: Api) -> None:
    for id_ in ("1", "x" * 1000, "é" * 100):
        async with raw(api) as connection:
            await acknowledged(connection, api.token("ada"))
            for _ in range(2):
                await connection.send(json.dumps({"type": "subscribe", "id": id_, "payload": LIVE}))
            assert await close_code(connection) == CloseCode.SUBSCRIBER_EXISTS, id_[:9]


async def test_a_second_init_closes_with_4429(api: Api) -> None:
    async with raw(api) as connection:
        await acknowledged(connection)
        await connection.send(json.dumps(INIT))
        assert await close_code(connection) == CloseCode.TOO_MANY_REQUESTS


async def test_ten_bad_messages_at_once_are_answered_once(api: Api) -> None:
    async with raw(api) as connection:
        await acknowledged(connection, api.token("ada"))
        for _ in range(10):
            await connection.send(json.dumps(SUBSCRIBE))
            await connection.send("{}")
        assert await close_code(connection) in (CloseCode.BAD_REQUEST, CloseCode.SUBSCRIBER_EXISTS)


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
    for message in (
        json.dumps(subscribe(query="#" * 65_536)),
        ["{"] + [" " * 8_192] * 100,  # in fragments
        ["{"] + [""] * 1_100,
        "#" * (9 * 1024 * 1024),  # so large that the client still sends when it is told
    ):
        async with raw(api) as connection:
            await acknowledged(connection)
            with suppress(ConnectionClosed):  # as soon as it is told so
                await connection.send(message)
            assert await close_code(connection) == CloseCode.MESSAGE_TOO_BIG
            assert re.search(r"limit of (65536 bytes|1000 fragments)", connection.close_reason or "")
    async with raw(api) as connection:
        await acknowledged(connection)
        largest = json.dumps(subscribe(query="{ __typename } #"))
        await connection.send(largest.replace("#", "#" * (65_536 - len(largest))))
        assert json.loads(await connection.recv())["type"] == "next"


FRAMES = {
    b"\x81\x82\0\0\0\0\xc3\x28": CloseCode.INVALID_DATA,  # not UTF-8
    b"\x01\x81\0\0\0\0\xc3\x80\x81\0\0\0\0\x28": CloseCode.INVALID_DATA,  # in two fragments
    b"\x81\x02{}": CloseCode.PROTOCOL_ERROR,  # not masked
    b"\x83\x80\0\0\0\0": CloseCode.PROTOCOL_ERROR,  # an opcode that is none
    b"\xc1\x80\0\0\0\0": CloseCode.PROTOCOL_ERROR,  # compressed, which nobody agreed on
    b"\x80\x80\0\0\0\0": CloseCode.PROTOCOL_ERROR,  # goes on with nothing
    b"\x09\x80\0\0\0\0": CloseCode.PROTOCOL_ERROR,  # a ping in fragments
    b"\x89\xfe\0\x7e\0\0\0\0" + b"x" * 126: CloseCode.PROTOCOL_ERROR,  # a ping that is too long
    b"\x88\x81\0\0\0\0\1": CloseCode.PROTOCOL_ERROR,  # a close code of one byte
    b"\x88\x82\0\0\0\0\0\1": CloseCode.PROTOCOL_ERROR,  # a close code that is none
}


async def test_a_malformed_frame_closes_with_the_code_of_rfc_6455(settings: Settings) -> None:
    codes: dict[bytes, int | None] = {}
    app = create_app(settings, model=OfflineCoach())
    # With the log as in production: uvicorn called some of these a fault of its own.
    async with (
        serving(app, log_level="warning") as address,
        Api(address, LocalIdentity(settings.data)) as api,
    ):
        for frame in FRAMES:
            async with raw(api) as connection:
                await acknowledged(connection)
                connection.transport.write(frame + b"\x81\x80\0\0\0\0" * 3)
                with suppress(TimeoutError):
                    codes[frame] = await close_code(connection)
    assert codes == FRAMES


async def test_a_handshake_with_headers_beyond_measure_is_refused(api: Api) -> None:
    for headers in ({"x": "y" * 9_000}, {f"x-{number}": "y" for number in range(200)}):
        with pytest.raises(InvalidStatus) as refusal:
            async with connect(f"ws://{api.address}/graphql", additional_headers=headers):
                pass
        assert refusal.value.response.status_code == 431


async def test_a_head_that_does_not_end_is_refused(api: Api) -> None:
    host, port = api.address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET /graphql HTTP/1.1\r\nhost: localhost\r\n")
    async with within(5):
        answer = asyncio.create_task(reader.readline())
        while not answer.done():
            writer.write(b"x: " + b"y" * 40_000 + b"\r\n")
            await asyncio.sleep(0.002)
        assert (await answer).startswith(b"HTTP/1.1 400")
    writer.close()


LIMITED = {"socket_messages": 10, "socket_operations": 2, "sockets_per_person": 2, "sockets_per_address": 2}


async def test_an_operation_too_many_is_an_error_of_its_own(settings: Settings) -> None:
    limited = settings.model_copy(update=LIMITED)
    async with running_api(limited, model=OfflineCoach()) as api, api.socket() as socket:
        await api.data("ImportResume", resume={"basics": {"name": "Ada"}})
        document_, variables = LIVE["query"], {"profileId": profile_of("ada")}
        first, second = [await socket.subscribe(document_, **variables) for _ in range(2)]
        assert [(await one.next())["reason"] for one in (first, second)] == ["INITIAL"] * 2
        third = await socket.subscribe(document_, **variables)
        message = await third.message()
        assert (message["type"], message["payload"][0]["extensions"]) == (
            "error",
            {"code": "TOO_MANY_OPERATIONS", "limit": 2},
        )
        await first.complete()
        fourth = await socket.subscribe(document_, **variables)
        assert (await fourth.next())["reason"] == "INITIAL"
        assert second.messages.empty(), "the others go on"


async def test_too_many_messages_a_minute_close_with_4429(settings: Settings) -> None:
    limited = settings.model_copy(update=LIMITED)
    async with running_api(limited, model=OfflineCoach()) as api, raw(api) as connection:
        await acknowledged(connection)
        for _ in range(9):
            await connection.send('{"type": "ping"}')
            assert json.loads(await connection.recv()) == {"type": "pong"}
        await connection.send('{"type": "ping"}')
        assert await close_code(connection) == CloseCode.TOO_MANY_REQUESTS


async def test_too_many_connections_of_a_person_close_with_1013(settings: Settings) -> None:
    limited = settings.model_copy(update=LIMITED)
    async with running_api(limited, model=OfflineCoach()) as api, api.socket("ada"), api.socket("ben"):
        async with api.socket("ada"), raw(api) as third:
            await third.send(json.dumps({**INIT, "payload": {"authorization": f"Bearer {api.token('ada')}"}}))
            assert await close_code(third) == CloseCode.TRY_AGAIN_LATER
        async with raw(api) as again:
            await acknowledged(again, api.token("ada"))


async def test_a_page_elsewhere_or_a_foreign_host_opens_no_websocket(settings: Settings) -> None:
    allowing = settings.model_copy(update={"allowed_origins": ("https://app.example.org",)})
    async with running_api(allowing, model=OfflineCoach()) as api:

        async def status(**headers: str) -> int:
            try:
                async with connect(f"ws://{api.address}/graphql", additional_headers=headers):
                    return 101
            except InvalidStatus as refusal:
                return refusal.response.status_code

        assert await status(Origin="https://app.example.org") == 101
        assert await status(Origin=f"http://{api.address}") == 101
        assert await status(Origin="https://evil.test") == 403
        assert await status(Origin="null") == 403
        async with within(5):
            reader, writer = await asyncio.open_connection(*api.address.split(":"))
            writer.write(
                b"GET /graphql HTTP/1.1\r\nHost: evil.test\r\nOrigin: http://evil.test\r\n"
                b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                b"Sec-WebSocket-Key: MDAwMDAwMDAwMDAwMDAwMA==\r\n\r\n"
            )
            assert (await reader.readline()).startswith(b"HTTP/1.1 400")
            writer.close()


async def test_a_connection_ends_with_its_token(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphql_ws, "LOOK_SECONDS", 0.05)
    token = api.identity.issue("ada", timedelta(hours=1))
    async with websocket(api.address, token) as socket:
        subscription = await socket.subscribe(document("CareerActionsLive"), profileId=profile_of("ada"))
        assert (await subscription.next())["reason"] == "INITIAL"
        await asyncio.sleep(0.1)  # it has looked, and found the token good
        assert socket.connection.close_code is None
        now = clock.now
        monkeypatch.setattr(clock, "now", lambda: now() + timedelta(hours=1, seconds=1))
        assert await socket.closed() == CloseCode.FORBIDDEN
        assert subscription.messages.empty(), "no complete: the client is to come back with a new token"


async def test_a_client_that_vanishes_leaves_nothing_behind(api: Api) -> None:
    before = asyncio.all_tasks()
    for _ in range(3):
        async with raw(api) as connection:
            await acknowledged(connection, api.token("ada"))
            for number in range(20):
                await connection.send(json.dumps({"type": "subscribe", "id": str(number), "payload": LIVE}))
            await connection.recv()
            connection.transport.abort()
    async with within(5):
        while not asyncio.all_tasks() <= before:  # those of others may end meanwhile
            await asyncio.sleep(0.02)
