"""The explorer for browsers: GraphiQL from our own files when it was built, else from a CDN."""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import structlog
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from strawberry.http.ides import get_graphql_ide_html

log = structlog.get_logger()

BUILT = Path(__file__).parents[1] / "static" / "explorer"
CONFIG_TAG = '<script type="application/json" id="foothold-config">'

# The editor sets styles from script; nothing else needs more than our own files.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "worker-src 'self' blob:",
        "connect-src 'self'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True, slots=True)
class ExplorerConfig:
    """Values that the page fills in: a bearer token and the global id of its profile. Both only in a demo."""

    token: str | None = field(default=None, repr=False)
    profile_id: str | None = None


class Assets(StaticFiles):
    """Files that carry a hash of their content in their name."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


@cache
def explorer_available() -> bool:
    """Return True if the explorer was built. Looked up once: page and files must belong together."""
    return (BUILT / "index.html").is_file()


def explorer_routes() -> list[BaseRoute]:
    """The built files. Without a build there are none, and the log says how to get them."""
    if not explorer_available():
        log.info(
            "explorer.cdn_used",
            hint="With Node 20+ installed, make explorer builds a page that works offline.",
        )
        return []
    return [Mount("/explorer/assets", Assets(directory=BUILT / "assets"))]


def explorer_page(config: ExplorerConfig) -> HTMLResponse:
    """The page for browsers at ``/graphql``."""
    if not explorer_available():
        return HTMLResponse(_cdn_page(), headers=HEADERS)
    # "<" could close the element or open a comment.
    values = {"token": config.token, "profileId": config.profile_id}
    filled = CONFIG_TAG + json.dumps(values).replace("<", "\\u003c")
    page = _built_page().replace(CONFIG_TAG + "{}", filled)
    return HTMLResponse(page, headers={**HEADERS, "Content-Security-Policy": POLICY})


@cache
def _built_page() -> str:
    return (BUILT / "index.html").read_text(encoding="utf-8")


@cache
def _cdn_page() -> str:
    return get_graphql_ide_html().replace("{{ SUBSCRIPTION_ENABLED }}", "true")
