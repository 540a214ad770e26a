"""The floor: the same requests, database operations and bytes as Foothold's, on bare Starlette, without GraphQL.

It knows four documents by their names and takes everything else on trust, so it costs what the I/O costs.
Reads PORT, MONGODB_URI and PUBLIC_KEY (a PEM file).
"""

import asyncio
import json
import os
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from motor.motor_asyncio import AsyncIOMotorClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from services.kit.ids import new_id, profile_id_of

LOG_LENGTH = 384

Document = dict[str, Any]


class Floor:
    """The database, and who waits for which profile."""

    def __init__(self, client: "AsyncIOMotorClient[Document]", key: Ed25519PublicKey) -> None:
        database = client.get_default_database()
        self._actions = database["career_actions"]
        self._streams = database["streams"]
        self._key = key
        self._waiting: dict[str, set[asyncio.Queue[str]]] = {}

    def profile_of(self, header: str) -> str:
        claims = jwt.decode(
            header.removeprefix("Bearer "),
            self._key,
            algorithms=["EdDSA"],
            audience="foothold",
            issuer="foothold",
        )
        return profile_id_of(claims["sub"])

    async def _page(self, stream: Document, limit: int | None = None) -> list[Document]:
        shown = {
            "$or": [{"status": {"$ne": "SUGGESTED"}}, {"batch": stream["heads"]["CAREER_ACTION"]["batch"]}]
        }
        pipeline: list[Mapping[str, Any]] = [
            {"$match": {"profile_id": stream["_id"]}},
            {"$match": shown},
            {"$sort": {"created_at": -1, "_id": -1}},
        ]
        if limit is not None:
            pipeline.append({"$limit": limit})
        found: list[Document] = await self._actions.aggregate(pipeline).to_list(None)
        return found

    async def _stream(self, profile_id: str) -> Document:
        stream: Document | None = await self._streams.find_one({"_id": profile_id})
        if stream is None:
            raise LookupError(profile_id)
        return stream

    async def list(self, profile_id: str, first: int = 20) -> Document:
        found = await self._page(await self._stream(profile_id), first + 1)
        edges = [{"cursor": _cursor(action), "node": _node(action)} for action in found[:first]]
        page = {
            "hasNextPage": len(found) > first,
            "hasPreviousPage": False,
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else None,
        }
        return {"careerActions": {"edges": edges, "pageInfo": page}}

    async def change(self, profile_id: str, global_id: str, mutation_id: str | None, save: bool) -> Document:
        """Write, number, unmark and tell, one operation on the database after another."""
        key = {"_id": b64decode(global_id).decode().partition(":")[2], "profile_id": profile_id}
        action: Document | None = await self._actions.find_one(key)
        if action is None:
            raise LookupError(global_id)
        name = "saveAction" if save else "unsaveAction"
        if action["status"] != ("SUGGESTED" if save else "SAVED"):
            return {name: {"__typename": "InvalidTransitionError", "currentStatus": action["status"]}}
        at = datetime.now(UTC)
        version = action["version"] + 1
        changed = {
            "status": "SAVED" if save else "SUGGESTED",
            "saved_at": at if save else None,
            "touched_at": at,
            "version": version,
            "unannounced": True,
            "last_write": new_id(),
        }
        if not save:
            changed["batch"] = (await self._stream(profile_id))["heads"]["CAREER_ACTION"]["batch"]
        mark = {"version": version, "mutation_id": mutation_id}
        await self._actions.update_one(
            {**key, "version": action["version"]}, {"$set": changed, "$push": {"pending": mark}}
        )
        stream = await self._stream(profile_id)
        entries = stream["entries"]
        seq = stream["seq"] + 1
        tag = token_hex(4)
        entry = {"seq": seq, "kind": "CAREER_ACTION", "id": action["_id"], "tag": tag, **mark}
        floor = entries[-LOG_LENGTH]["seq"] if len(entries) >= LOG_LENGTH else stream["floor"]
        await self._streams.update_one(
            {"_id": profile_id, "epoch": stream["epoch"], "seq": stream["seq"]},
            {
                "$set": {"seq": seq, "tag": tag, "floor": floor},
                "$push": {"entries": {"$each": [entry], "$slice": -LOG_LENGTH}},
            },
        )
        telling = asyncio.create_task(self._tell(profile_id))
        await self._actions.update_one(
            {**key, "version": version}, {"$set": {"unannounced": False, "pending": []}}
        )
        await telling
        shown = ("id", "status", "savedAt", "dismissedAt", "startedAt", "completedAt", "version")
        node = _node({**action, **changed})
        payload = {
            "__typename": "CareerActionPayload",
            "mutationId": mutation_id,
            "careerAction": {field: node[field] for field in shown},
        }
        return {name: payload}

    async def _tell(self, profile_id: str) -> None:
        waiting = self._waiting.get(profile_id)
        if not waiting:
            return
        stream = await self._stream(profile_id)
        entry = stream["entries"][-1]
        found = await self._actions.find({"_id": {"$in": [entry["id"]]}, "profile_id": profile_id}).to_list(1)
        payload = _emission("CHANGE", stream, found, [entry["mutation_id"]])
        for queue in waiting:
            queue.put_nowait(payload)

    async def follow(self, profile_id: str) -> AsyncIterator[str]:
        """Everything, then every change, each ready to be sent."""
        queue: asyncio.Queue[str] = asyncio.Queue()
        self._waiting.setdefault(profile_id, set()).add(queue)
        try:
            stream = await self._stream(profile_id)
            yield _emission("INITIAL", stream, await self._page(stream), [])
            while True:
                yield await queue.get()
        finally:
            self._waiting[profile_id].discard(queue)


def _cursor(action: Document) -> str:
    at = int(action["created_at"].timestamp() * 1000)
    return urlsafe_b64encode(json.dumps([at, action["_id"]]).encode()).decode().rstrip("=")


def _global_id(kind: str, local: str) -> str:
    return b64encode(f"{kind}:{local}".encode()).decode()


def _time(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()


def _node(action: Document) -> Document:
    return {
        "id": _global_id("CareerAction", action["_id"]),
        "type": action["type"],
        "title": action["title"],
        "description": action["description"],
        "rationale": action["rationale"],
        "profileBasis": action["profile_basis"],
        "status": action["status"],
        "generationRun": _global_id("RefreshRun", action["run_id"]),
        "modelVersion": action["model_version"],
        "createdAt": _time(action["created_at"]),
        "savedAt": _time(action["saved_at"]),
        "dismissedAt": _time(action["dismissed_at"]),
        "startedAt": _time(action["started_at"]),
        "completedAt": _time(action["completed_at"]),
        "completionConversationStarted": action["completion_conversation_started"],
        "version": action["version"],
    }


_LIVE = ("id", "type", "title", "description", "rationale", "profileBasis", "status", "version")


def _emission(reason: str, stream: Document, actions: list[Document], mutation_ids: list[str | None]) -> str:
    nodes = [_node(action) for action in actions]
    change = {
        "reason": reason,
        "resyncReason": None,
        "cursor": f"{stream['epoch']}:{stream['seq']}:{stream.get('tag', '')}",
        "mutationIds": [one for one in mutation_ids if one is not None],
        "upserts": [{name: node[name] for name in _LIVE} for node in nodes],
        "removed": [],
    }
    return json.dumps({"data": {"careerActions": change}})


async def post(request: Request) -> Response:
    """A query or mutation."""
    floor: Floor = request.state.floor
    profile_id = floor.profile_of(request.headers["authorization"])
    asked = json.loads(await request.body())
    query, variables = asked["query"], asked["variables"]
    if query.startswith("query"):
        data = await floor.list(profile_id)
    else:
        save = query.startswith("mutation SaveAction")
        data = await floor.change(profile_id, variables["id"], variables.get("mutationId"), save)
    return Response(json.dumps({"data": data}), media_type="application/json")


async def follow(websocket: WebSocket) -> None:
    """One subscription."""
    floor: Floor = websocket.state.floor
    await websocket.accept("graphql-transport-ws")
    asked = json.loads(await websocket.receive_text())
    profile_id = floor.profile_of(asked["payload"]["authorization"])
    await websocket.send_text('{"type": "connection_ack"}')
    asked = json.loads(await websocket.receive_text())
    head = f'{{"id": {json.dumps(asked["id"])}, "type": "next", "payload": '

    async def send() -> None:
        async for payload in floor.follow(profile_id):
            await websocket.send_text(f"{head}{payload}}}")

    sending = asyncio.create_task(send())
    try:
        while True:
            await websocket.receive_text()
    except WebSocketDisconnect:
        sending.cancel()


def _key() -> Ed25519PublicKey:
    key = load_pem_public_key(Path(os.environ["PUBLIC_KEY"]).read_bytes())
    if not isinstance(key, Ed25519PublicKey):
        raise TypeError
    return key


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[Mapping[str, Any]]:
    """The database."""
    client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(os.environ["MONGODB_URI"], tz_aware=True)
    yield {"floor": Floor(client, _key())}
    client.close()


app = Starlette(
    routes=[Route("/graphql", post, methods=["POST"]), WebSocketRoute("/graphql", follow)], lifespan=lifespan
)

if __name__ == "__main__":
    uvicorn.run(
        app,
        port=int(os.environ["PORT"]),
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        access_log=False,
        server_header=False,
        log_level="critical",
    )
