"""Pages of other origins: which may call the API, by HTTP and by websocket, and what the others are told."""

from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
from structlog.testing import capture_logs
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from resolvers.commands.demo import Demo
from resolvers.edge.bounds.origins import CODE, DEVELOPMENT
from resolvers.settings import Settings
from services.identity.local_tokens import LocalIdentity
from services.offline_coach.coach import OfflineCoach
from tests.support.browser import browser_page
from tests.support.client import Api, running_api
from tests.support.serving import serving

PAGE = "https://app.example.org"
ALLOWED = ("https://APP.example.org:443/", "http://localhost:5173")
REFUSED = [
    "https://evil.test",
    "https://app.example.org:8443",
    "http://app.example.org",
    "https://app.example.org.evil.test",
    "https://sub.app.example.org",
    "null",
    "%r",
    "https://[",
    "file://",
    "https://" + "a" * 5000 + ".test",
]
ASK = """(async () => {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer %(token)s' }
  const body = JSON.stringify({ query: '{ viewer { id } }' })
  const answer = await fetch('http://%(address)s/graphql', { method: 'POST', headers, body })
  return [answer.status, answer.headers.get('x-request-id') !== null, (await answer.json()).data.viewer.id]
})()"""
LISTEN = """new Promise((resolve) => {
  const socket = new WebSocket('ws://%(address)s/graphql', 'graphql-transport-ws')
  socket.onopen = () => socket.send('{"type": "connection_init"}')
  socket.onmessage = ({ data }) => resolve(JSON.parse(data).type)
  socket.onclose = () => resolve('refused')
})"""


async def preflight(api: Api, origin: str, *, method: str = "POST", headers: str = "") -> httpx2.Response:
    asked = {"origin": origin, "access-control-request-method": method}
    if headers:
        asked["access-control-request-headers"] = headers
    return await api.http.options("/graphql", headers=asked)


async def handshake(api: Api, origin: str) -> str:
    """Return ``open``, or status and text of the refusal."""
    try:
        async with connect(f"ws://{api.address}/graphql", additional_headers={"Origin": origin}, proxy=None):
            return "open"
    except InvalidStatus as refusal:
        return f"{refusal.response.status_code} {refusal.response.body.decode()}"


@pytest.mark.parametrize("origin", [PAGE, "http://localhost:5173"])
async def test_a_listed_page_may_call_and_read_and_listen(settings: Settings, origin: str) -> None:
    listed = settings.model_copy(update={"allowed_origins": ALLOWED})
    async with running_api(listed, model=OfflineCoach()) as api:
        asked = await preflight(api, origin, headers="authorization, content-type, graphql-require-preflight")
        assert asked.status_code == 200
        assert asked.headers["access-control-allow-origin"] == origin
        assert "access-control-allow-credentials" not in asked.headers

        answer = await api.http.post("/graphql", json={"query": "{ __typename }"}, headers={"origin": origin})
        assert answer.json() == {"data": {"__typename": "Query"}}
        assert answer.headers["access-control-allow-origin"] == origin
        assert "origin" in answer.headers["vary"].lower()

        wrong = await api.http.post("/graphql", content=b"{", headers={"origin": origin})
        assert wrong.status_code >= 400
        assert wrong.headers["access-control-allow-origin"] == origin  # or the page could not read why

        assert await handshake(api, origin) == "open"


@pytest.mark.parametrize("origin", REFUSED)
async def test_another_page_is_told_the_setting_and_its_origin(settings: Settings, origin: str) -> None:
    listed = settings.model_copy(update={"allowed_origins": ALLOWED})
    async with running_api(listed, model=OfflineCoach()) as api:
        with capture_logs() as logged:
            asked = await preflight(api, origin)
            said = await handshake(api, origin)

        assert asked.status_code == 403
        assert "access-control-allow-origin" not in asked.headers
        [error] = asked.json()["errors"]
        assert error["extensions"] == {"code": CODE}
        assert "FOOTHOLD_ALLOWED_ORIGINS" in error["message"]
        assert api.address in error["message"]
        assert said == f"403 {asked.text}"
        assert "%" not in error["message"]
        if origin.startswith("https://") and origin.isascii() and len(origin) < 100 and origin != "https://[":
            assert f"Pages of {origin} " in error["message"]

        answer = await api.http.post("/graphql", json={"query": "{ __typename }"}, headers={"origin": origin})
        assert "access-control-allow-origin" not in answer.headers
    [told] = [line for line in logged if line["event"] == "origin.refused"]
    assert told["log_level"] == "warning"
    assert len(told["origin"]) <= 200


async def test_without_a_list_only_its_own_pages_may_call(api: Api) -> None:
    own = f"http://{api.address}"
    answer = await api.http.post("/graphql", json={"query": "{ __typename }"}, headers={"origin": own})

    assert answer.status_code == 200
    assert await handshake(api, own) == "open"
    for origin in (PAGE, *DEVELOPMENT):
        assert (await preflight(api, origin)).status_code == 403
        assert (await handshake(api, origin)).startswith("403 ")


async def test_other_addresses_of_the_server_are_for_no_page_elsewhere(settings: Settings) -> None:
    listed = settings.model_copy(update={"allowed_origins": ("*",)})
    async with running_api(listed, model=OfflineCoach()) as api:
        for path in ("/healthz", "/readyz", "/"):
            answer = await api.http.get(path, headers={"origin": PAGE})
            assert "access-control-allow-origin" not in answer.headers
        assert (await preflight(api, PAGE)).headers["access-control-allow-origin"] == "*"


def allowed_by(app: Starlette) -> object:
    [given] = [each.kwargs["allowed"] for each in app.user_middleware if "allowed" in each.kwargs]
    return given


def test_the_demo_lists_the_usual_development_servers_unless_told_otherwise(settings: Settings) -> None:
    identity = LocalIdentity(settings.data)
    told = Settings.model_validate(
        {**settings.model_dump(by_alias=True), "FOOTHOLD_ALLOWED_ORIGINS": (PAGE,)}
    )

    assert {"http://localhost:5173", "http://127.0.0.1:3000"} <= set(DEVELOPMENT)
    assert allowed_by(Demo(settings, identity).app()) == DEVELOPMENT
    assert allowed_by(Demo(told, identity).app()) == (PAGE,)


async def test_a_browser_agrees(settings: Settings, tmp_path: Path) -> None:
    """Open a page at another port, which is another origin, before and after it is listed."""
    page_app = Starlette(routes=[Route("/", lambda _request: HTMLResponse("<title>An application</title>"))])
    async with serving(page_app) as elsewhere, browser_page(tmp_path / "browser") as page:
        await page.goto(f"http://{elsewhere}/")
        async with running_api(settings, model=OfflineCoach()) as api:
            known = {"token": api.token("ada"), "address": api.address}
            refused = f"{ASK % known}.catch((error) => error.name)"
            assert await page.evaluate(refused) == "TypeError"
            assert await page.evaluate(LISTEN % known) == "refused"
        listed = settings.model_copy(update={"allowed_origins": (f"http://{elsewhere}",)})
        async with running_api(listed, model=OfflineCoach()) as api:
            known = {"token": api.token("ada"), "address": api.address}
            status, has_id, viewer = await page.evaluate(ASK % known)
            assert (status, has_id, bool(viewer)) == (200, True, True)
            assert await page.evaluate(LISTEN % known) == "connection_ack"
