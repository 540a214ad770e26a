"""The React client for browsers at ``/``: our own files, held in memory with their compressed forms."""

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from resolvers.edge.bounds.limits import from_this_machine

log = structlog.get_logger()

BUILT = Path(__file__).parents[1] / "static" / "client"
DOCUMENTS = "documents.json"

# The paths of client/src/router.tsx: a browser may open any of them first.
PAGES = (
    "/",
    "/actions/{id}",
    "/coach",
    "/matches",
    "/opportunities",
    "/applications",
    "/profile",
    "/settings",
)
FILES = ("/icon.svg", "/icon-192.png", "/icon-512.png", "/manifest.webmanifest", "/theme.js")
WORKER = "/sw.js"

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types foothold-worker",
    )
)
WORKER_POLICY = "default-src 'none'; connect-src 'self'"
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
FOREVER = "public, max-age=31536000, immutable"  # their names carry a hash of their content
ENCODINGS = {"br": ".br", "gzip": ".gz"}  # in the order in which they are preferred

_WITHOUT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Foothold</title>
<h1>Foothold is running</h1>
<p>Its pages for browsers are not built. With Node 20.19 or newer installed, <code>make client</code> builds them;
then start Foothold again.</p>
<p>The API is at <a href="/graphql">/graphql</a>, where a browser gets GraphiQL.</p>
</html>
"""


@dataclass(frozen=True, slots=True)
class SampleLogin:
    """Someone of the demo, to be signed in with one click."""

    name: str
    headline: str
    issue: Callable[[], str]
    """Makes a token: one of before may have been revoked."""


@dataclass(frozen=True, slots=True)
class _File:
    forms: dict[str, bytes]
    """The content by its encoding; the one that is not compressed is ``identity``."""
    media_type: str
    etag: str

    def response(self, request: Request, caching: str, **headers: str) -> Response:
        headers |= {**HEADERS, "Cache-Control": caching, "Vary": "Accept-Encoding"}
        headers["ETag"] = self.etag
        if request.headers.get("if-none-match") == self.etag:
            return Response(status_code=304, headers=headers)
        accepted = request.headers.get("accept-encoding", "")
        taken = {part.split(";")[0].strip() for part in accepted.split(",") if "q=0" not in part.split(";")}
        encoding = next((name for name in ENCODINGS if name in taken and name in self.forms), "identity")
        if encoding != "identity":
            headers["Content-Encoding"] = encoding
        return Response(self.forms[encoding], headers=headers, media_type=self.media_type)


@cache
def client_available() -> bool:
    """Return True if the client was built. Looked up once: page and files must belong together."""
    return (BUILT / "index.html").is_file()


def client_routes(people: tuple[SampleLogin, ...] = ()) -> list[BaseRoute]:
    """The client's pages and files. Without a build, ``/`` says how to get one."""
    if not client_available():
        log.info(
            "client.instructions_served", hint="With Node 20.19+ installed, make client builds the pages."
        )
        return [Route("/", _without)]
    return [
        *(Route(page, _page) for page in PAGES),
        *(Route(file, _file) for file in FILES),
        Route(WORKER, _worker),
        Route("/assets/{name}", _asset),
        *([_people_route(people)] if people else []),
    ]


def client_documents() -> Path | None:
    """The documents that the client asks for by their hashes, as trusted documents are listed."""
    return BUILT / DOCUMENTS if client_available() else None


async def _page(request: Request) -> Response:
    return _files()["index.html"].response(request, "no-cache", **{"Content-Security-Policy": POLICY})


async def _file(request: Request) -> Response:
    return _files()[request.url.path.removeprefix("/")].response(request, "no-cache")


async def _worker(request: Request) -> Response:
    """The service worker. A browser asks for it again at each visit: a new one brings a new build."""
    headers = {"Content-Security-Policy": WORKER_POLICY}
    return _files()[WORKER.removeprefix("/")].response(request, "no-cache", **headers)


async def _asset(request: Request) -> Response:
    found = _files().get(f"assets/{request.path_params['name']}")
    if found is None:
        raise HTTPException(404)
    return found.response(request, FOREVER)


async def _without(_request: Request) -> Response:
    return HTMLResponse(_WITHOUT, headers={**HEADERS, "Cache-Control": "no-store"})


def _people_route(people: tuple[SampleLogin, ...]) -> BaseRoute:
    async def answer(request: Request) -> Response:
        """The tokens, for a page of ours in a browser on this machine and for nobody else."""
        elsewhere = request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
        if elsewhere or not from_this_machine(request.scope):
            return JSONResponse({"people": []}, headers={**HEADERS, "Cache-Control": "no-store"})
        listed = [{"name": one.name, "headline": one.headline, "token": one.issue()} for one in people]
        return JSONResponse({"people": listed}, headers={**HEADERS, "Cache-Control": "no-store"})

    return Route("/client.json", answer)


@cache
def _files() -> dict[str, _File]:
    """All files by name: a name that is not here is none, whatever it looks like."""
    found = {}
    for path in BUILT.rglob("*"):
        if not path.is_file() or path.suffix in ENCODINGS.values():
            continue
        content = path.read_bytes()
        forms = {"identity": content}
        for encoding, suffix in ENCODINGS.items():
            compressed = path.with_name(path.name + suffix)
            if compressed.is_file():
                forms[encoding] = compressed.read_bytes()
        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        etag = f'"{sha256(content).hexdigest()[:32]}"'
        found[path.relative_to(BUILT).as_posix()] = _File(forms, media_type, etag)
    return found
