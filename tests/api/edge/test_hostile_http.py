"""Clients that do not read, send slowly or send garbage over HTTP are cut in a set time, whatever they ask for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from resolvers.app import create_app
from resolvers.edge import http_protocol
from resolvers.edge.bounds import bodies
from resolvers.edge.bounds.connections import ConnectionLimits, Connections
from resolvers.edge.http_protocol import HttpProtocol
from resolvers.edge.webhooks import PATH as WEBHOOK
from resolvers.settings import Settings
from services.offline_coach.coach import OfflineCoach
from tests.support.patience import within
from tests.support.serving import TestServer, a_server, serving
from tests.support.webhooks import SECRET

LARGE = 16 * 1024 * 1024
"""Bytes: more than the systems in between hold."""
PATIENCE = 1.0


class Impatient(HttpProtocol):
    patience = PATIENCE


@asynccontextmanager
async def assets(tmp_path: Path, limits: ConnectionLimits | None = None) -> AsyncIterator[TestServer]:
    """A server of a large file and of a large answer, as the explorer's files and GraphQL are served."""
    file = tmp_path / "large.js"
    file.write_bytes(b"x" * LARGE)

    async def asset(_request: Request) -> Response:
        return FileResponse(file)

    async def answer(_request: Request) -> Response:
        return PlainTextResponse(b"x" * LARGE)

    app = Starlette(routes=[Route("/asset", asset), Route("/answer", answer)])
    async with a_server(app, lifespan=False, http=Impatient, timeout_keep_alive=1) as server:
        if limits is not None:
            server.server_state.shared = Connections(limits)
        yield server


async def asking(stack: AsyncExitStack, address: str, head: bytes) -> asyncio.StreamReader:
    """A connection that has sent a request, and reads nothing unless the test does."""
    host, port = address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
    stack.callback(abort, writer)
    writer.write(head)
    return reader


def abort(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n".encode()


async def all_gone(server: TestServer, seconds: float = 5) -> None:
    async with within(seconds):
        while server.server_state.connections:
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("path", ["/asset", "/answer"])
async def test_clients_that_read_nothing_are_cut_off(tmp_path: Path, path: str) -> None:
    async with assets(tmp_path) as server, AsyncExitStack() as stack:
        for _ in range(5):
            await asking(stack, server.address, get(path))
        async with within(5):
            while server.server_state.shared.waiting == 0:
                await asyncio.sleep(0.01)
        await all_gone(server)
        assert server.server_state.shared.waiting == 0


async def test_a_slow_client_that_goes_on_reading_gets_everything(tmp_path: Path) -> None:
    async with assets(tmp_path) as server, AsyncExitStack() as stack:
        reader = await asking(stack, server.address, get("/asset"))
        await reader.readuntil(b"\r\n\r\n")
        left = LARGE
        for _ in range(5):  # longer than the patience
            await asyncio.sleep(PATIENCE * 0.4)
            left -= len(await reader.readexactly(LARGE // 8))
        async with within(10):
            await reader.readexactly(left)


async def test_unread_bytes_are_bounded_in_all(tmp_path: Path) -> None:
    limits = ConnectionLimits(waiting=2 * LARGE)
    async with assets(tmp_path, limits) as server, AsyncExitStack() as stack:
        for _ in range(8):
            await asking(stack, server.address, get("/answer"))
        most = 0
        async with within(5):
            while server.server_state.connections:
                most = max(most, server.server_state.shared.waiting)
                await asyncio.sleep(0.01)
        assert 0 < most <= 2 * LARGE


async def test_connections_are_counted_whatever_they_ask_for(tmp_path: Path) -> None:
    async with assets(tmp_path, ConnectionLimits(total=2)) as server, AsyncExitStack() as stack:
        for _ in range(2):
            await asking(stack, server.address, b"GET /healthz")
        async with within(5):
            refused = await asking(stack, server.address, get("/asset"))
            answer = await refused.read()
            assert answer.startswith(b"HTTP/1.1 503")
            assert b"TOO_MANY_CONNECTIONS" in answer
            await stack.aclose()
            await all_gone(server)
            again = await asking(stack, server.address, get("/nothing"))
            assert (await again.readline()).startswith(b"HTTP/1.1 404")


async def test_an_idle_connection_ends(tmp_path: Path) -> None:
    async with assets(tmp_path) as server, AsyncExitStack() as stack, within(5):
        reader = await asking(stack, server.address, get("/nothing"))
        assert (await reader.read()).startswith(b"HTTP/1.1 404")


@pytest.mark.parametrize(
    ("path", "status"), [("/graphql", b"408"), (WEBHOOK, b"408"), ("/healthz", b"405"), ("/nothing", b"404")]
)
async def test_a_body_that_comes_slowly_ends_at_one_deadline(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, path: str, status: bytes
) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.5)
    monkeypatch.setattr(http_protocol, "BODY_SECONDS", 0.5)
    monkeypatch.setattr(http_protocol, "ANSWERING_SECONDS", 0.5)
    app = create_app(settings.model_copy(update={"webhook_secret": SecretStr(SECRET)}), model=OfflineCoach())
    head = f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n"
    async with serving(app) as address, within(5):
        host, port = address.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(head.encode())
        reading = asyncio.create_task(reader.readline())
        while not reading.done():
            if not writer.is_closing():
                writer.write(b"x")
            await asyncio.sleep(0.05)
        assert (await reading).split(b" ")[1] == status
        with suppress(ConnectionResetError):  # what was sent meanwhile is answered so
            await reader.read()
        writer.close()


class Counting:
    """Counts the requests that an application was given."""

    def __init__(self) -> None:
        self.requests = 0

    async def __call__(self, scope: object, receive: object, send: object) -> None:
        self.requests += 1
        await PlainTextResponse("done")(scope, receive, send)  # type: ignore[arg-type] # as ASGI has them


@pytest.mark.parametrize(
    "garbage", [b"\x00\x01\x02", b"GARBAGE\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"x" * 100_000]
)
async def test_garbage_behind_a_good_request_does_not_take_its_answer(garbage: bytes) -> None:
    app = Counting()
    async with serving(app, lifespan=False) as address, AsyncExitStack() as stack, within(5):
        reader = await asking(stack, address, get("/") + garbage)
        answer = await reader.read()
        assert (answer.count(b"HTTP/1.1"), answer[:12], app.requests) == (1, b"HTTP/1.1 200", 1)
        assert b"connection: close" in answer
        reader = await asking(stack, address, get("/") * 2 + garbage)
        assert (await reader.read()).count(b"HTTP/1.1 200") == 2


async def test_a_request_that_is_malformed_itself_is_not_executed() -> None:
    app = Counting()
    async with serving(app, lifespan=False) as address, AsyncExitStack() as stack, within(5):
        reader = await asking(stack, address, b"GARBAGE\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 400")
        assert app.requests == 0
