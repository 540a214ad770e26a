"""Clients as people have them: HTTP requests, and a websocket that speaks graphql-transport-ws."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import httpx2
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from resolvers.app import create_app
from resolvers.settings import Settings
from schema.shared.relay import global_id
from services.identity.local_tokens import LocalIdentity
from services.kit.ids import profile_id_of
from services.llm.port import Model
from tests.support.canaries import leaks_in
from tests.support.serving import serving

OPERATIONS = Path(__file__).parents[2] / "graphql" / "operations"
PATIENCE = 15.0


def document(name: str) -> str:
    """One of the documents that clients share."""
    return (OPERATIONS / f"{name}.graphql").read_text()


def profile_of(user: str) -> str:
    """The global id of a person's profile."""
    return global_id("Profile", profile_id_of(user))


class Subscription:
    """One operation on a websocket."""

    def __init__(self, socket: "Socket", id_: str) -> None:
        self._socket = socket
        self.id = id_
        self.messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def message(self, patience: float = PATIENCE) -> dict[str, Any]:
        """The next message of the protocol."""
        async with asyncio.timeout(patience):
            return await self.messages.get()

    async def next(self, patience: float = PATIENCE) -> Any:
        """The only field of the next result."""
        message = await self.message(patience)
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        (value,) = message["payload"]["data"].values()
        return value

    async def complete(self) -> None:
        """Unsubscribe."""
        await self._socket.send(type="complete", id=self.id)


class Socket:
    """A websocket to ``/graphql``."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self._subscriptions: dict[str, Subscription] = {}
        self.acknowledged: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for text in self.connection:
            message = json.loads(text)
            if message["type"] == "connection_ack":
                self.acknowledged.put_nowait(message)
            elif message["type"] == "ping":
                await self.send(type="pong")
            else:
                self._subscriptions[message["id"]].messages.put_nowait(message)

    async def send(self, **message: Any) -> None:
        await self.connection.send(json.dumps(message))

    async def subscribe(self, query: str, **variables: Any) -> Subscription:
        """Subscribe with a document's text."""
        return await self.ask({"query": query, "variables": variables})

    async def ask(self, payload: dict[str, Any]) -> Subscription:
        """Subscribe with any payload."""
        subscription = Subscription(self, str(len(self._subscriptions) + 1))
        self._subscriptions[subscription.id] = subscription
        await self.send(type="subscribe", id=subscription.id, payload=payload)
        return subscription

    async def closed(self) -> int | None:
        """Wait for the server to close; the close code."""
        async with asyncio.timeout(PATIENCE):
            await self.connection.wait_closed()
        return self.connection.close_code

    async def aclose(self) -> None:
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await self.connection.close()


@asynccontextmanager
async def websocket(address: str, token: str | None) -> AsyncIterator[Socket]:
    """An acknowledged connection."""
    async with connect(
        f"ws://{address}/graphql", subprotocols=[Subprotocol("graphql-transport-ws")]
    ) as connection:
        socket = Socket(connection)
        try:
            payload = {} if token is None else {"authorization": f"Bearer {token}"}
            await socket.send(type="connection_init", payload=payload)
            async with asyncio.timeout(PATIENCE):
                await socket.acknowledged.get()
            yield socket
        finally:
            await socket.aclose()


class Api:
    """A running API, as several people use it."""

    def __init__(self, address: str, identity: LocalIdentity) -> None:
        self.address = address
        self.identity = identity
        # Plain HTTP: without certificates, which take longer to load than most tests to run.
        self.http = httpx2.AsyncClient(base_url=f"http://{address}", timeout=30, verify=False)

    def token(self, user: str) -> str:
        return self.identity.issue(user)

    async def post(self, body: Any, authorization: str | None = None) -> httpx2.Response:
        """Any JSON as a request's body."""
        headers = {"content-type": "application/json"}
        if authorization is not None:
            headers["authorization"] = authorization
        # Not the client's own encoding, which refuses half a surrogate pair and NaN.
        return await self.http.post("/graphql", content=json.dumps(body), headers=headers)

    async def execute(self, query: str, user: str | None = "ada", **variables: Any) -> dict[str, Any]:
        """The whole result of a document's text."""
        bearer = None if user is None else f"Bearer {self.token(user)}"
        response = await self.post({"query": query, "variables": variables}, bearer)
        result: dict[str, Any] = response.json()
        assert not leaks_in(json.dumps(result.get("errors")))
        return result

    async def run(self, operation: str, user: str | None = "ada", **variables: Any) -> dict[str, Any]:
        """The whole result of one of the shared documents."""
        return await self.execute(document(operation), user, **variables)

    async def data(self, operation: str, user: str = "ada", **variables: Any) -> Any:
        """The only field of the result, which must have no errors."""
        result = await self.run(operation, user, **variables)
        assert "errors" not in result, result
        (value,) = result["data"].values()
        return value

    @asynccontextmanager
    async def socket(self, user: str | None = "ada") -> AsyncIterator[Socket]:
        """An acknowledged websocket of the person's."""
        async with websocket(self.address, None if user is None else self.token(user)) as socket:
            yield socket

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()


@asynccontextmanager
async def running_api(
    settings: Settings, *, model: Model | None = None, app: Starlette | None = None
) -> AsyncIterator[Api]:
    """The whole application behind a real server."""
    async with (
        serving(app or create_app(settings, model=model)) as address,
        Api(address, LocalIdentity(settings.data)) as api,
    ):
        yield api
