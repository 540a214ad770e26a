"""The page for browsers: what the server sends, and what a real browser makes of it."""

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from pydantic import SecretStr

from resolvers.app import create_app
from resolvers.edge import explorer
from resolvers.edge.explorer import ExplorerConfig, explorer_available, explorer_page, explorer_routes
from resolvers.settings import Settings
from services.identity.local_tokens import LocalIdentity
from tests.support.browser import Page, browser_page
from tests.support.client import profile_of, running_api

HOSTILE = "</script><script>window.taken = true</script><!--"

TABS = "[...document.querySelectorAll('.graphiql-tab-button')].map((tab) => tab.innerText)"
RESPONSE = "document.querySelector('.graphiql-response').innerText.replaceAll('\\u00a0', ' ')"
READY = (
    "document.querySelectorAll('.graphiql-query-editor .view-line, .graphiql-response .view-line').length > 2"
)
RUN = "document.querySelector('.graphiql-execute-button').click()"


@pytest.fixture
def built() -> None:
    """Without Node there is no build; in CI there must be one."""
    if explorer_available():
        return
    if os.environ.get("CI"):
        pytest.fail("CI needs the explorer: make explorer")
    pytest.skip("needs the explorer, which make builds where Node 20.19+ is")


@pytest.fixture
async def address(database_uri: str, tmp_path: Path, built: None) -> AsyncIterator[str]:
    """An API whose page is that of a demo for Ada."""
    token = LocalIdentity(tmp_path).issue("ada")
    settings = Settings(mongodb_uri=SecretStr(database_uri), data=tmp_path)
    app = create_app(settings, explorer=ExplorerConfig(token, profile_of("ada")))
    async with running_api(settings, app=app) as api:
        yield f"http://{api.address}"


@pytest.fixture
async def page(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Page]:
    async with browser_page(tmp_path_factory.mktemp("browser")) as page:
        yield page


async def open_tab(page: Page, name: str) -> None:
    await page.evaluate(
        f"[...document.querySelectorAll('.graphiql-tab-button')].find((tab) => tab.innerText === '{name}').click()"
    )


async def test_a_browser_queries_and_subscribes_without_leaving_our_origin(page: Page, address: str) -> None:
    await page.goto(f"{address}/graphql")
    tabs = await page.wait_for(f"({TABS}).length && {TABS}")
    assert tabs[:2] == ["Viewer", "CareerActionsLive"]
    await page.wait_for(READY)

    await page.evaluate(RUN)
    assert '"profile": null' in await page.wait_for(f"/viewer/.test({RESPONSE}) && {RESPONSE}")

    await open_tab(page, "CareerActionsLive")
    await page.evaluate(RUN)
    assert '"reason": "INITIAL"' in await page.wait_for(f"/careerActions/.test({RESPONSE}) && {RESPONSE}")

    # Validation runs in a worker, which the editor starts a moment later.
    await page.wait_for(
        "performance.getEntriesByType('resource').some(({name}) => /graphql.worker/.test(name))"
    )

    host = address.removeprefix("http://")
    elsewhere = [url for url in page.requests if not re.match(rf"(https?|wss?|blob:http)://{host}/", url)]
    assert elsewhere == []
    assert f"ws://{host}/graphql" in page.requests
    assert any("graphql.worker" in url for url in page.requests)
    assert page.complaints == []
    assert "Changing the tab ends a subscription" in await page.evaluate("document.body.innerText")
    if shots := os.environ.get("FOOTHOLD_SCREENSHOTS"):
        await asyncio.to_thread(Path(shots, "explorer.png").write_bytes, await page.screenshot())


async def test_a_reload_keeps_a_persons_tabs_and_their_token(page: Page, address: str) -> None:
    await page.goto(f"{address}/graphql")
    await page.wait_for(f"({TABS}).length > 1")
    await open_tab(page, "CareerActionsLive")
    await page.wait_for("localStorage.getItem('graphiql:tabState')?.includes('\"activeTabIndex\":1')")
    assert "Bearer" not in await page.evaluate("JSON.stringify({...localStorage})")

    await page.goto(f"{address}/graphql")
    await page.wait_for("document.querySelector('.graphiql-tab-active')?.innerText === 'CareerActionsLive'")
    await page.wait_for(READY)
    await page.evaluate(RUN)
    assert '"reason": "INITIAL"' in await page.wait_for(f"/careerActions/.test({RESPONSE}) && {RESPONSE}")


async def test_the_page_may_load_only_our_own_files(address: str) -> None:
    async with httpx2.AsyncClient(base_url=address) as client:
        response = await client.get("/graphql", headers={"accept": "text/html"})
        assert "<title>Foothold</title>" in response.text
        assert response.headers["content-security-policy"].startswith("default-src 'self';")
        assert "unsafe-eval" not in response.headers["content-security-policy"]
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-frame-options"] == "DENY"

        files = re.findall(r'(?:src|href)="(/explorer/[^"]+)"', response.text)
        assert len(files) >= 2
        for file in files:
            found = await client.get(file)
            assert found.status_code == 200
            assert "immutable" in found.headers["cache-control"]
        assert (await client.get("/explorer/assets/%2e%2e/index.html")).status_code == 404


@pytest.mark.usefixtures("built")
def test_what_the_page_is_given_stays_data() -> None:
    text = bytes(explorer_page(ExplorerConfig(HOSTILE, HOSTILE)).body).decode()
    assert HOSTILE not in text
    found = re.search(r'id="foothold-config">(.*?)</script>', text)
    assert found is not None
    assert json.loads(found[1]) == {"token": HOSTILE, "profileId": HOSTILE}


@pytest.mark.usefixtures("built")
def test_outside_of_a_demo_the_page_holds_no_token() -> None:
    text = bytes(explorer_page(ExplorerConfig(None, None)).body).decode()
    assert 'id="foothold-config">{"token": null, "profileId": null}</script>' in text


def test_without_a_build_the_page_comes_from_a_cdn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explorer, "BUILT", tmp_path)
    explorer_available.cache_clear()
    try:
        assert explorer_routes() == []
        text = bytes(explorer_page(ExplorerConfig("token", "profile")).body).decode()
    finally:
        explorer_available.cache_clear()
    assert "GraphiQL" in text
    assert "{{" not in text
