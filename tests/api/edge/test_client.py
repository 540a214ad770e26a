"""The client: the files that the API serves, who gets the demo's people, and what a browser makes of it."""

import json
import os
import re
import shutil
import subprocess
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from functools import partial
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import httpx2
import pytest
from pydantic import SecretStr

from resolvers.app import create_app
from resolvers.edge import client as served
from resolvers.edge.client import SampleLogin, client_available, client_documents, client_routes
from resolvers.execution.trusted import document_id
from resolvers.settings import Settings
from services.identity.local_tokens import LocalIdentity
from services.samples import sample_resume
from tests.support.browser import Page, browser_page, missing
from tests.support.client import running_api

ROOT = Path(__file__).parents[3]
SOURCES = ROOT / "client"


@pytest.fixture
def built() -> None:
    if not client_available():
        missing("the built client, which make test builds where Node 20.19+ is")


@pytest.fixture
async def address(database_uri: str, tmp_path: Path, built: None) -> AsyncIterator[str]:
    """An API in which Ada can be signed in as with one click, and which answers trusted documents only."""
    identity = LocalIdentity(tmp_path)
    settings = Settings(
        mongodb_uri=SecretStr(database_uri),
        data=tmp_path,
        trusted_documents=_none_but_the_import(tmp_path),
        trusted_only=True,
    )
    app = create_app(
        settings, people=(SampleLogin("Ada Moreno", "Engineer", partial(identity.issue, "ada")),)
    )
    async with running_api(settings, app=app) as api:
        await _import(f"http://{api.address}", identity.issue("ada"))
        yield f"http://{api.address}"


IMPORT = "mutation ($resume: JSON!) { importResume(resume: $resume) { __typename } }"


def _none_but_the_import(folder: Path) -> Path:
    path = folder / "trusted.json"
    path.write_text(json.dumps({document_id(IMPORT): IMPORT}))
    return path


async def _import(address: str, token: str) -> None:
    async with httpx2.AsyncClient(base_url=address) as http:
        body = {"query": IMPORT, "variables": {"resume": sample_resume("ada")}}
        answer = await http.post("/graphql", json=body, headers={"authorization": f"Bearer {token}"})
        assert answer.json() == {"data": {"importResume": {"__typename": "ProfilePayload"}}}


@pytest.fixture
async def page(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Page]:
    async with browser_page(tmp_path_factory.mktemp("browser")) as page:
        yield page


TEXT = "document.body.innerText"
KEPT = """(async () => {
  const requests = (await caches.keys()).map(async (name) => (await caches.open(name)).keys());
  return (await Promise.all(requests)).flat().map(({ url }) => new URL(url).pathname);
})()"""
CLICK = "[...document.querySelectorAll('button, a')].find((one) => one.innerText.includes(%s)).click()"


async def click(page: Page, words: str) -> None:
    await page.wait_for(f"{TEXT}.includes({json.dumps(words)})")
    await page.evaluate(CLICK % json.dumps(words))


async def test_a_newcomer_gets_from_the_first_page_to_a_saved_action(page: Page, address: str) -> None:
    await page.goto(f"{address}/")
    await click(page, "Ada Moreno")
    await page.wait_for(f"{TEXT}.includes('Hello, Ada')")
    await page.wait_for(f"{TEXT}.includes('Live')")
    await click(page, "Find my matches")
    await click(page, "Save")
    await page.wait_for(f"{TEXT}.includes('Saved (1)')")
    # A reload shows it from the device or from the API; both must have it.
    await page.goto(f"{address}/")
    await page.wait_for(f"{TEXT}.includes('Saved (1)')")

    host = address.removeprefix("http://")
    elsewhere = [url for url in page.requests if not re.match(rf"(https?|wss?)://{host}/", url)]
    assert elsewhere == []
    assert f"ws://{host}/graphql" in page.requests
    assert page.complaints == []


async def test_an_address_within_can_be_opened_first(page: Page, address: str) -> None:
    await page.goto(f"{address}/settings")
    await click(page, "Ada Moreno")
    await page.wait_for("document.querySelector('h1')?.innerText === 'Settings'")
    await page.goto(f"{address}/actions/unknown")
    await page.wait_for(f"{TEXT}.includes('Not here any more')")


@pytest.mark.usefixtures("built")
def test_the_server_knows_the_paths_of_the_router() -> None:
    router = (SOURCES / "src" / "router.tsx").read_text()
    paths = {path.replace("$id", "{id}") for path in re.findall(r'\bat\("([^"]+)"', router)}
    assert paths == set(served.PAGES)


async def test_files_are_compressed_and_kept_and_unknown_ones_are_not_found(address: str) -> None:
    async with httpx2.AsyncClient(base_url=address) as http:
        plain = await http.get("/", headers={"accept-encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.headers["cache-control"] == "no-cache"
        assert "require-trusted-types-for 'script'" in plain.headers["content-security-policy"]
        assert "unsafe" not in plain.headers["content-security-policy"]
        assert (await http.get("/", headers={"if-none-match": plain.headers["etag"]})).status_code == 304

        files = re.findall(r'(?:src|href)="(/[^"]+)"', plain.text)
        assert len(files) >= 4
        for file in files:
            sizes = []
            for encoding in ("identity", "gzip", "br"):
                found = await http.get(file, headers={"accept-encoding": encoding})
                assert found.status_code == 200
                assert found.headers["vary"] == "Accept-Encoding"
                assert ("immutable" in found.headers["cache-control"]) == file.startswith("/assets/")
                sizes.append(int(found.headers["content-length"]))
            assert all(larger >= smaller for larger, smaller in pairwise(sizes))
        for unknown in ("/assets/x.js", "/assets/%2e%2e/index.html", "/documents.json", "/nowhere"):
            assert (await http.get(unknown)).status_code == 404


async def test_the_service_worker_keeps_this_build_and_nothing_of_anybody(address: str) -> None:
    async with httpx2.AsyncClient(base_url=address) as http:
        worker = await http.get("/sw.js")
        assert worker.headers["content-type"].startswith("text/javascript")
        assert worker.headers["cache-control"] == "no-cache"
        assert worker.headers["content-security-policy"] == "default-src 'none'; connect-src 'self'"
        listed = re.match(r"const FILES=(\{.*?\}),BUILD=", worker.text)
        assert listed
        files: dict[str, str] = json.loads(listed[1])
        for path, integrity in files.items():
            content = (await http.get(path)).content
            assert integrity == f"sha256-{b64encode(sha256(content).digest()).decode()}", path
        page = await http.get("/")
        assert set(re.findall(r'(?:src|href)="(/[^"]+)"', page.text)) < set(files)
        built = {f"/{file.relative_to(served.BUILT)}" for file in served.BUILT.rglob("*.js")}
        assert built - set(files) == {"/sw.js"}
        assert not {"/graphql", "/client.json", "/documents.json"} & set(files)


async def test_a_browser_can_install_it_and_keeps_the_pages(page: Page, address: str) -> None:
    await page.goto(f"{address}/")
    await click(page, "Ada Moreno")
    await page.wait_for(f"{TEXT}.includes('Live')")
    await page.wait_for("navigator.serviceWorker.ready.then((found) => found.active.state === 'activated')")
    assert await page.send("Page.getInstallabilityErrors") == {"installabilityErrors": []}
    kept = await page.evaluate(KEPT)
    assert "/" in kept
    assert not [path for path in kept if path.startswith(("/graphql", "/client.json"))]
    assert page.complaints == []


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "foothold.example"},
        {"x-forwarded-for": "198.51.100.7"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_tokens_are_for_a_browser_on_this_machine(address: str, headers: dict[str, str]) -> None:
    async with httpx2.AsyncClient(base_url=address) as http:
        near = await http.get("/client.json")
        assert near.headers["cache-control"] == "no-store"
        assert [person["name"] for person in near.json()["people"]] == ["Ada Moreno"]
        assert "token" not in (await http.get("/client.json", headers=headers)).text


@pytest.mark.usefixtures("built")
def test_without_sample_people_nobody_is_listed() -> None:
    paths = [getattr(route, "path", None) for route in client_routes()]
    assert "/" in paths
    assert "/client.json" not in paths


@pytest.fixture
def unbuilt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(served, "BUILT", tmp_path)
    client_available.cache_clear()
    yield
    client_available.cache_clear()


@pytest.mark.usefixtures("unbuilt")
async def test_without_a_build_the_first_page_says_how_to_get_it(database_uri: str, tmp_path: Path) -> None:
    assert client_documents() is None
    settings = Settings(mongodb_uri=SecretStr(database_uri), data=tmp_path)
    async with running_api(settings) as api, httpx2.AsyncClient(base_url=f"http://{api.address}") as http:
        page = await http.get("/")
        assert "make client" in page.text
        assert 'href="/graphql"' in page.text


@pytest.mark.usefixtures("built")
def test_something_is_shown_before_the_script_has_come() -> None:
    page = (served.BUILT / "index.html").read_text()
    assert re.search(r'<div id="root"><p [^>]+>Foothold</p></div>', page)


@pytest.mark.usefixtures("built")
def test_what_a_browser_loads_first_fits_the_budget() -> None:
    page = (served.BUILT / "index.html").read_text()
    scripts = re.findall(r'(?:src|href)="/(assets/[^"]+\.js)"', page)
    styles = re.findall(r'href="/(assets/[^"]+\.css)"', page)
    size = sum((served.BUILT / f"{name}.gz").stat().st_size for name in scripts)
    assert size <= 125_000
    assert sum((served.BUILT / f"{name}.gz").stat().st_size for name in styles) <= 12_000
    for other in (served.BUILT / "assets").glob("*.js.gz"):
        assert other.stat().st_size <= 60_000 or f"assets/{other.stem}" in scripts


def _npm(*command: str, **environment: str) -> str:
    if shutil.which("npm") is None or not (SOURCES / "node_modules" / ".bin" / "vitest").exists():
        missing("the client's packages, which make test installs where Node 20.19+ is")
    done = subprocess.run(
        ["npm", "run", "--silent", *command],
        cwd=SOURCES,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def test_the_clients_own_tests_pass() -> None:
    assert "passed" in _npm("test")


def test_the_generated_documents_are_those_of_the_operations(tmp_path: Path) -> None:
    _npm("generate", FOOTHOLD_GENERATED=f"{tmp_path}/")
    kept = SOURCES / "src" / "gql"
    names = sorted(file.name for file in kept.iterdir())
    assert sorted(file.name for file in tmp_path.iterdir()) == names
    for name in names:
        assert (tmp_path / name).read_bytes() == (kept / name).read_bytes(), "run npm run generate in client/"
