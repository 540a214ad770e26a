"""Clients as people have them: HTTP requests, and a websocket that speaks graphql-transport-ws."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import httpx2
from starlette.applications import Starlette

from resolvers.app import create_app
from resolvers.commands.graphql_ws_client import Connection, Mailbox, connected
from resolvers.settings import Settings
from schema.shared.relay import global_id
from services.identity.local_tokens import LocalIdentity
from services.kit.ids import profile_id_of
from services.llm.port import Model
from tests.support.canaries import leaks_in
from tests.support.patience import patient, within
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

    def __init__(self, socket: "Socket", id_: str, messages: Mailbox) -> None:
        self._socket = socket
        self.id = id_
        self.messages = messages

    async def message(self, patience: float = PATIENCE) -> dict[str, Any]:
        """The next message of the protocol."""
        async with within(patience):
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
        await self._socket.client.complete(self.id)


class Socket:
    """A websocket to ``/graphql``, every message of which a test may look at."""

    def __init__(self, client: Connection) -> None:
        self.client = client
        self.connection = client.socket

    async def subscribe(self, query: str, **variables: Any) -> Subscription:
        """Subscribe with a document's text."""
        return await self.ask({"query": query, "variables": variables})

    async def ask(self, payload: dict[str, Any]) -> Subscription:
        """Subscribe with any payload."""
        messages = Mailbox()
        return Subscription(self, await self.client.start(payload, messages), messages)

    async def send(self, **message: Any) -> None:
        await self.client.send(**message)

    async def aclose(self) -> None:
        await self.client.aclose()

    async def closed(self) -> int | None:
        """Wait for the server to close; the close code."""
        async with within(PATIENCE):
            return await self.client.closed()


@asynccontextmanager
async def websocket(address: str, token: str | None) -> AsyncIterator[Socket]:
    """An acknowledged connection."""
    async with connected(f"ws://{address}/graphql", token) as connection:
        yield Socket(connection)


class Api:
    """A running API, as several people use it."""

    def __init__(self, address: str, identity: LocalIdentity) -> None:
        self.address = address
        self.identity = identity
        # Plain HTTP: without certificates, which take longer to load than most tests to run.
        self.http = httpx2.AsyncClient(base_url=f"http://{address}", timeout=patient(30), verify=False)

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
