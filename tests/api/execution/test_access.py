"""Bad tokens are refused before anything runs. Who may see what: test_policy.py, in every role."""

import json
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from resolvers.edge.close_codes import CloseCode
from tests.support.client import Api, document, profile_of, websocket


@pytest.mark.parametrize("bearer", ["Bearer nonsense", "Basic YTpi", "Bearer", "Bearer a.b.c"])
async def test_a_bad_token_is_refused_with_401_before_anything_runs(api: Api, bearer: str) -> None:
    response = await api.post({"query": "{ viewer { id } }"}, bearer)
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize("payload", [{"authorization": "Bearer nonsense"}, {"authorization": 1}])
async def test_a_bad_token_in_connection_init_closes_with_4403(api: Api, payload: dict[str, Any]) -> None:
    async with connect(
        f"ws://{api.address}/graphql", subprotocols=[Subprotocol("graphql-transport-ws")]
    ) as raw:
        await raw.send(json.dumps({"type": "connection_init", "payload": payload}))
        await raw.wait_closed()
        assert raw.close_code == CloseCode.FORBIDDEN


async def test_a_shared_document_names_its_own_errors(api: Api) -> None:
    await api.data("ImportResume", resume={"basics": {"name": "Ada Ferris"}})
    result = await api.execute(document("Profile"), "eve", id=profile_of("ada"))
    assert result["data"] == {"profile": None}
    async with websocket(api.address, api.token("ada")) as socket:
        broken = await socket.subscribe("subscription {")
        fine = await socket.subscribe(document("CareerActionsLive"), profileId=profile_of("ada"))
        assert (await broken.message())["type"] == "error"
        assert (await fine.next())["reason"] == "INITIAL", "a bad document leaves its siblings alone"
