"""The client of `watch`, `talk` and the tests, against a websocket server that is told what to do."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from resolvers.commands.graphql_ws_client import (
    PROTOCOL,
    Connection,
    ConnectionLost,
    Refused,
    Unavailable,
    connected,
    keep_connected,
)

QUICK = (0.01, 0.04)
Handler = Callable[["Server", ServerConnection], Awaitable[None]]


class Server:
    """Acknowledges every connection, then does what ``handler`` says; keeps what it was sent."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self.url = ""
        self.connections = 0
        self.subscribed: list[dict[str, Any]] = []

    async def serve(self, socket: ServerConnection) -> None:
        self.connections += 1
        assert json.loads(await socket.recv())["type"] == "connection_init"
        await socket.send('{"type":"connection_ack"}')
        await self._handler(self, socket)

    async def subscribe(self, socket: ServerConnection) -> str:
        """Wait for a subscription; its id."""
        while (message := json.loads(await socket.recv()))["type"] != "subscribe":
            pass
        self.subscribed.append(message["payload"])
        return str(message["id"])


@asynccontextmanager
async def server(handler: Handler) -> AsyncIterator[Server]:
    told = Server(handler)
    async with serve(told.serve, "127.0.0.1", 0, subprotocols=[PROTOCOL]) as listening:
        told.url = "ws://{}:{}/graphql".format(*next(iter(listening.sockets)).getsockname()[:2])
        yield told


async def send(socket: ServerConnection, type_: str, id_: str, payload: Any = None) -> None:
    await socket.send(json.dumps({"type": type_, "id": id_, "payload": payload}))


async def answer(socket: ServerConnection, id_: str, value: Any) -> None:
    await send(socket, "next", id_, {"data": {"field": value}})


@pytest.mark.parametrize(
    ("code", "final"),
    [
        (4400, True),
        (4401, True),
        (4403, True),
        (4408, False),
        (4429, True),
        (1000, False),
        (1001, False),
        (1011, False),
        (1012, False),
        (1013, False),
        (4500, False),
    ],
)
async def test_a_close_code_says_if_the_client_comes_back(code: int, final: bool) -> None:
    async def handler(told: Server, socket: ServerConnection) -> None:
        id_ = await told.subscribe(socket)
        if told.connections == 1:
            await socket.close(code, "a reason")
        else:
            await answer(socket, id_, {"connection": told.connections})

    lost: list[float] = []
    async with server(handler) as told:
        asking = keep_connected(
            lambda: told.url,
            "token",
            lambda connection: connection.ask("{ field }"),
            lambda _what, seconds: lost.append(seconds),
            QUICK,
        )
        if final:
            with pytest.raises(Refused):
                await asking
            assert told.connections == 1
        else:
            assert await asking == {"connection": 2}
            assert len(lost) == 1


async def test_variables_and_address_are_read_anew_at_each_connection() -> None:
    async def handler(told: Server, socket: ServerConnection) -> None:
        id_ = await told.subscribe(socket)
        await answer(socket, id_, {"cursor": f"e:{told.connections}"})
        await socket.close(1001 if told.connections < 3 else 4403)

    cursor: str | None = None
    asked = 0

    async def follow(connection: Connection) -> None:
        nonlocal cursor
        async for event in connection.run("subscription", {"after": cursor}):
            cursor = event["cursor"]

    async with server(handler) as told:

        def address() -> str:
            nonlocal asked
            asked += 1
            return told.url

        with pytest.raises(Refused, match="token is not accepted"):
            await keep_connected(address, "token", follow, lambda _what, _seconds: None, QUICK)
        assert [one["variables"]["after"] for one in told.subscribed] == [None, "e:1", "e:2"]
        assert asked == 3


async def test_pauses_grow_while_nothing_works_and_begin_again_after_a_result() -> None:
    async def handler(told: Server, socket: ServerConnection) -> None:
        id_ = await told.subscribe(socket)
        if told.connections == 5:
            await answer(socket, id_, {})
        await socket.close(1011 if told.connections < 7 else 4403)

    async def follow(connection: Connection) -> None:
        async for _ in connection.run("subscription", {}):
            pass

    pauses: list[float] = []
    async with server(handler) as told:
        with pytest.raises(Refused):
            await keep_connected(
                lambda: told.url, "token", follow, lambda _what, seconds: pauses.append(seconds), QUICK
            )
    assert pauses == [0.01, 0.02, 0.04, 0.04, 0.01, 0.02]


async def test_after_a_restart_clients_come_back_at_once_and_not_all_at_the_same_moment() -> None:
    async def handler(told: Server, socket: ServerConnection) -> None:
        await told.subscribe(socket)
        await socket.close(1012 if told.connections < 20 else 4403)

    pauses: list[float] = []
    async with server(handler) as told:
        with pytest.raises(Refused):
            await keep_connected(
                lambda: told.url,
                "token",
                lambda connection: connection.ask("{ field }"),
                lambda _what, seconds: pauses.append(seconds),
                QUICK,
            )
    assert max(pauses) <= QUICK[0]
    assert len(set(pauses)) == len(pauses)


async def test_operations_on_one_socket_do_not_take_each_other_s_results() -> None:
    async def handler(told: Server, socket: ServerConnection) -> None:
        first, second = await told.subscribe(socket), await told.subscribe(socket)
        for round_ in range(2):
            await answer(socket, second, f"second {round_}")
            await answer(socket, first, f"first {round_}")
            await socket.send('{"type":"ping"}')
            assert json.loads(await socket.recv())["type"] == "pong"
        await send(socket, "complete", first)
        await answer(socket, second, "last")
        await send(socket, "complete", second)
        await socket.wait_closed()

    async with server(handler) as told, connected(told.url, "token") as connection:
        documents: dict[str, tuple[str, dict[str, Any]]] = {"a": ("A", {}), "b": ("B", {})}
        came = [result async for result in connection.run_all(documents)]
    assert came == [("b", "second 0"), ("a", "first 0"), ("b", "second 1"), ("a", "first 1"), ("b", "last")]


@pytest.mark.parametrize(
    ("type_", "payload", "kind"),
    [
        ("error", [{"message": "Cannot query field"}], Refused),
        ("next", {"data": None, "errors": [{"message": "no", "extensions": {"code": "NOT_FOUND"}}]}, Refused),
        (
            "next",
            {"data": None, "errors": [{"message": "no", "extensions": {"code": "UNAVAILABLE"}}]},
            Unavailable,
        ),
        ("error", [{"message": "no", "extensions": {"code": "RATE_LIMITED"}}], Unavailable),
    ],
)
async def test_an_error_is_final_unless_its_code_says_to_try_again(
    type_: str, payload: Any, kind: type[Exception]
) -> None:
    async def handler(told: Server, socket: ServerConnection) -> None:
        await send(socket, type_, await told.subscribe(socket), payload)
        await socket.wait_closed()

    async with server(handler) as told, connected(told.url, "token") as connection:
        with pytest.raises(kind):
            await connection.ask("{ field }")


@pytest.mark.parametrize("garbage", ["not JSON", "[]", "{}", '{"type":"next","id":"none of mine"}'])
async def test_a_server_that_speaks_something_else_is_refused(garbage: str) -> None:
    async def handler(told: Server, socket: ServerConnection) -> None:
        await told.subscribe(socket)
        await socket.send(garbage)
        await socket.wait_closed()

    async with server(handler) as told, connected(told.url, "token") as connection:
        with pytest.raises(Refused, match="graphql-transport-ws"):
            await asyncio.wait_for(connection.ask("{ field }"), 10)
        with pytest.raises(Refused, match="graphql-transport-ws"):
            await asyncio.wait_for(connection.ask("{ another }"), 10)


async def test_what_came_before_the_connection_was_lost_is_still_given() -> None:
    async def handler(told: Server, socket: ServerConnection) -> None:
        id_ = await told.subscribe(socket)
        await answer(socket, id_, "kept")
        socket.transport.abort()

    came: list[Any] = []

    async def follow(url: str) -> None:
        async with connected(url, "token") as connection:
            async for value in connection.run("subscription", {}):
                came.append(value)

    async with server(handler) as told:
        with pytest.raises(ConnectionLost):
            await follow(told.url)
    assert came == ["kept"]
