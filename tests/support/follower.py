"""A subscriber as a good client writes it, and a person who keeps changing actions: what both hold is compared."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from tests.support.client import document
from tests.support.patience import patient, within

RETRY = 0.05


class Follower:
    """Applies emissions by id and version, and comes back with its cursor whenever it is cut.

    ``operation`` names the shared document of a subscription, to one list or to all.
    """

    def __init__(
        self, address: str, token: str, profile_id: str, operation: str = "CareerActionsLive"
    ) -> None:
        self._operation = operation
        self._url = f"ws://{address}/graphql"
        self._token = token
        self._profile_id = profile_id
        self._socket: ClientConnection | None = None
        self.held: dict[str, dict[str, Any]] = {}
        self.cursor: str | None = None
        self.reasons: list[str] = []
        self.mutation_ids: list[str] = []
        self.on_change: Callable[[dict[str, Any]], None] = lambda _change: None
        self._moved = asyncio.Event()
        self._present = asyncio.Event()
        self._present.set()

    async def __aenter__(self) -> Self:
        """Follow; what is there already has come."""
        self._following = asyncio.create_task(self._follow())
        await self.moves(lambda: bool(self.reasons))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._following.cancel()
        await asyncio.gather(self._following, return_exceptions=True)

    def states(self) -> dict[str, tuple[str, int]]:
        """Status and version of every action, as far as this client knows."""
        return {id_: (action["status"], action["version"]) for id_, action in self.held.items()}

    async def until(self, mutation_ids: set[str]) -> None:
        """Wait for all of these."""
        await self.moves(lambda: mutation_ids <= set(self.mutation_ids))

    async def moves(self, far_enough: Callable[[], bool]) -> None:
        """Wait until what it holds is as wanted."""
        async with within(60):
            while not far_enough():
                if self._following.done():
                    self._following.result()
                self._moved.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._moved.wait(), 0.5)

    async def _follow(self) -> None:
        while True:
            await self._present.wait()
            try:
                async with connect(self._url, subprotocols=[Subprotocol("graphql-transport-ws")]) as socket:
                    self._socket = socket
                    await self._listen(socket)
            except (OSError, WebSocketException, TimeoutError):
                pass
            await asyncio.sleep(RETRY)

    def leave(self) -> None:
        """Lose the connection, and stay away until ``come_back``."""
        self._present.clear()
        self.cut()

    def come_back(self) -> None:
        self._present.set()

    def cut(self) -> None:
        """Lose the connection without a word."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def _listen(self, socket: ClientConnection) -> None:
        init = {"type": "connection_init", "payload": {"authorization": f"Bearer {self._token}"}}
        await socket.send(json.dumps(init))
        variables = {"profileId": self._profile_id, "after": self.cursor}
        payload = {"query": document(self._operation), "variables": variables}
        async for text in socket:
            message = json.loads(text)
            if message["type"] == "connection_ack":
                await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))
            elif message["type"] == "next":
                (change,) = message["payload"]["data"].values()
                self._apply(change)
            elif message["type"] == "ping":
                await socket.send('{"type":"pong"}')
            else:
                return  # the subscription has ended: connect again

    def _apply(self, change: dict[str, Any]) -> None:
        if change["reason"] in ("INITIAL", "RESYNC"):
            self.held.clear()
        for entity in change["upserts"]:
            known = self.held.get(entity["id"])
            assert known is None or known["version"] <= entity["version"], "an older state came after a newer"
            self.held[entity["id"]] = entity
        for removed in change["removed"]:
            self.held.pop(removed["id"] if isinstance(removed, dict) else removed, None)
        self.on_change(change)
        self.cursor = change["cursor"]
        self.reasons.append(change["reason"])
        self.mutation_ids += change["mutationIds"]
        self._moved.set()


class NoAnswerError(Exception):
    """The request may have been executed or not."""


class Person:
    """Saves and unsaves actions in turn. What was acknowledged is remembered."""

    def __init__(self, address: str, token: str) -> None:
        self._http = httpx2.AsyncClient(
            base_url=f"http://{address}",
            headers={"authorization": f"Bearer {token}"},
            timeout=patient(10),
            verify=False,
        )
        self.acknowledged: set[str] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def ask(self, name: str, **variables: Any) -> Any:
        """The only field of a shared document's result; asked again until there is an answer."""
        async with within(60):
            while True:
                with suppress(NoAnswerError):
                    return await self.once(name, **variables)
                await asyncio.sleep(RETRY)

    async def once(self, name: str, **variables: Any) -> Any:
        """The only field of a shared document's result."""
        try:
            body = {"query": document(name), "variables": variables}
            result = (await self._http.post("/graphql", json=body)).json()
        except (httpx2.HTTPError, ValueError) as error:
            raise NoAnswerError from error
        if "errors" in result:
            raise NoAnswerError(result["errors"])
        (value,) = result["data"].values()
        return value

    async def toggle(self, id_: str, mutation_id: str) -> None:
        """Save the action, or unsave it if it is saved already, as after a save whose answer was lost."""
        for name in ("SaveAction", "UnsaveAction"):
            result = await self.ask(name, id=id_, mutationId=f"{mutation_id}/{name}")
            if result["__typename"] == "CareerActionPayload":
                self.acknowledged.add(result["mutationId"])
                return

    async def actions(self, profile_id: str) -> dict[str, tuple[str, int]]:
        """Status and version of every action, as the database has them."""
        nodes = await self.nodes("CareerActions", profile_id)
        return {node["id"]: (node["status"], node["version"]) for node in nodes}

    async def nodes(self, name: str, profile_id: str) -> list[dict[str, Any]]:
        """Everything in a list, as the database has it; ``name`` is that of the query's shared document."""
        nodes: list[dict[str, Any]] = []
        after: str | None = None
        while True:
            page = await self.ask(name, profileId=profile_id, first=100, after=after)
            nodes += [edge["node"] for edge in page["edges"]]
            if not page["pageInfo"]["hasNextPage"]:
                return nodes
            after = page["pageInfo"]["endCursor"]
