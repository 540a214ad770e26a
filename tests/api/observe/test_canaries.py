"""Everything fails at once, at debug level, with canaries in everything that is secret or a person's: none shows."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from db.embedded.server import EmbeddedDatabase
from services.identity.local_tokens import LocalIdentity
from tests.smoke.conftest import Foothold, a_port
from tests.support.canaries import ALL, EMAILS, KEYS, NAMES, PASSWORDS, PHONES, TOKENS, found_in, leaks_in
from tests.support.client import document, profile_of
from tests.support.model_server import Raw, Reply, model_server
from tests.support.patience import patient, within
from tests.support.serving import serving

PROFILE = profile_of("ada")
WEBHOOK_SECRET = "whsec_" + "Y2FuYXJ5" * 6  # base 64


@pytest.fixture
def foothold(tmp_path: Path) -> Iterator[Foothold]:
    foothold = Foothold(tmp_path)
    yield foothold
    if foothold.process is not None and foothold.process.poll() is None:
        foothold.kill()


def test_there_are_fifty() -> None:
    assert len(set(ALL)) == 50
    assert leaks_in(f"…{EMAILS[3]}…mongodb://me:{PASSWORDS[1]}@host/") == {
        EMAILS[3],
        PASSWORDS[1],
        "mongodb://me:" + PASSWORDS[1] + "@",
    }


def echoing(body: dict[str, Any]) -> Reply:
    """The provider refuses, and repeats in its words all that it was asked; every other time in mid-stream."""
    error = {"type": "error", "error": {"type": "invalid_request_error", "message": json.dumps(body)}}
    if body.get("tools"):
        return Reply(status=400, body=error)
    return Reply([Raw(f"event: error\ndata: {json.dumps(error)}\n\n".encode())])


async def asked(foothold: Foothold, token: str, query: str, **variables: Any) -> str:
    """What is answered, which for these is an error or a refusal."""
    async with httpx2.AsyncClient(base_url=f"http://{foothold.address}", timeout=patient(20)) as http:
        headers = {"authorization": f"Bearer {token}", "user-agent": NAMES[9], "x-request-id": EMAILS[9]}
        body = {"query": query, "variables": variables}
        return (await http.post(f"/graphql?email={EMAILS[8]}", json=body, headers=headers)).text


async def sent(foothold: Foothold, *frames: str) -> None:
    """Frames on a websocket that is closed for one of them."""
    async with connect(
        f"ws://{foothold.address}/graphql?token={TOKENS[4]}",
        subprotocols=[Subprotocol("graphql-transport-ws")],
    ) as socket:
        try:
            for frame in frames:
                await socket.send(frame)
            async with within(5):
                while True:
                    await socket.recv()
        except ConnectionClosed:
            return


async def test_no_canary_shows_when_everything_fails(foothold: Foothold, tmp_path: Path) -> None:
    collected: list[bytes] = []

    async def collector(request: Request) -> Response:
        collected.append(await request.body())
        return Response()

    metrics_port = a_port()
    async with (
        AsyncExitStack() as while_it_lives,
        model_server() as model,
        serving(
            Starlette(routes=[Route("/{p:path}", collector, methods=["POST"])]), lifespan=False
        ) as address,
    ):
        database = await while_it_lives.enter_async_context(EmbeddedDatabase(tmp_path / "database"))
        model.fallback = echoing
        for variable, value in {
            "FOOTHOLD_LOG_LEVEL": "debug",
            "FOOTHOLD_METRICS": "true",
            "FOOTHOLD_METRICS_PORT": str(metrics_port),
            "FOOTHOLD_OTLP_ENDPOINT": f"http://{address}",
            "FOOTHOLD_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "MONGODB_URI": f"{database.uri}&appName={PASSWORDS[0]}&serverSelectionTimeoutMS=400",
            "REDIS_URL": f"redis://:{PASSWORDS[1]}@127.0.0.1:{a_port()}/0",  # nobody is there
            "ANTHROPIC_API_KEY": KEYS[1],
            "ANTHROPIC_BASE_URL": model.url,
        }.items():
            foothold.set(variable, value)
        token = LocalIdentity(tmp_path / "data").issue("ada")
        await foothold.start()
        resume = {
            "basics": {
                "name": NAMES[6],
                "email": EMAILS[6],
                "phone": PHONES[6],
                "summary": f"Python. {PHONES[5]}",
            },
            "skills": [{"name": "Python"}],
            "meta": {"token": TOKENS[0]},
        }
        assert "ProfilePayload" in await asked(foothold, token, document("ImportResume"), resume=resume)
        said = f"I am {NAMES[8]}, {KEYS[2]}"
        await asked(foothold, token, document("SendMessage"), profileId=PROFILE, text=said)
        answers = [
            await asked(
                foothold, token, document("ImportResume"), resume={"basics": {"name": {"x": NAMES[7]}}}
            ),
            await asked(foothold, token, document("RefreshMatches"), profileId=PROFILE),
            await asked(foothold, TOKENS[1], "{ viewer { id } }"),
        ]
        async with httpx2.AsyncClient(base_url=f"http://{foothold.address}") as http:
            for path in (f"/{EMAILS[7]}", f"/webhooks/users?key={KEYS[3]}", "/graphql"):
                headers = {"svix-id": NAMES[7], "svix-timestamp": "1", "svix-signature": f"v1,{KEYS[4]}"}
                answers.append(
                    (await http.post(path, content=json.dumps({"email": EMAILS[5]}), headers=headers)).text
                )
        await sent(
            foothold,
            json.dumps({"type": "connection_init", "payload": {"authorization": f"Bearer {TOKENS[2]}"}}),
        )
        await sent(foothold, json.dumps({"type": NAMES[6], "id": EMAILS[4]}))
        await sent(foothold, f"not JSON: {PHONES[4]}")
        async with within(20):  # until both calls of the model have failed and said so
            while foothold.log().count("refresh.finished") < 1 or foothold.log().count("reply.finished") < 1:
                await asyncio.sleep(0.02)
        async with httpx2.AsyncClient() as http:
            metrics = (await http.get(f"http://127.0.0.1:{metrics_port}/metrics")).text
        assert 'foothold_model_calls_total{outcome="MODEL_FAILED"' in metrics
        await while_it_lives.aclose()  # a killed one would be started again
        answers.append(await asked(foothold, token, document("Viewer")))
        answers.append(await asked(foothold, token, document("ImportResume"), resume=resume))
        assert "UNAVAILABLE" in answers[-2]
        await asyncio.to_thread(foothold.stop)
    log, traces = foothold.log(), b"".join(collected).decode("utf-8", "replace")
    assert "graphql.operation_failed" in log
    assert "redis." in log
    assert "mongodb find" in traces
    assert "model text" in traces
    assert not leaks_in(log)
    assert not leaks_in(metrics)
    assert not leaks_in(traces)
    assert WEBHOOK_SECRET not in log + metrics + traces
    assert token not in log + metrics + traces
    for answer in answers:
        assert not found_in(answer)
