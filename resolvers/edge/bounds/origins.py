"""Pages of other origins: CORS for HTTP, and the same list for websockets, which browsers open without asking.

A page that is not listed is told why, with the setting to change, and the log says so once for each origin.
"""

from collections.abc import Collection
from typing import Final

import structlog
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry.http.websocket_origin import is_same_origin, normalize_allowed_origins, normalize_origin

from resolvers.edge.bounds.limits import refusal

log = structlog.get_logger()

CODE = "ORIGIN_NOT_ALLOWED"
DEVELOPMENT: Final = tuple(
    f"http://{name}:{port}" for port in (5173, 3000) for name in ("localhost", "127.0.0.1", "[::1]")
)
"""Where the usual development servers put an application on this machine."""
REQUEST_HEADERS: Final = ("authorization", "content-type", "x-request-id", "traceparent", "tracestate")
ANSWER_HEADERS: Final = ("retry-after", "www-authenticate", "x-request-id")
PREFLIGHT_SECONDS: Final = 600
_MOST_LOGGED = 100
_LONGEST = 200


class Origins:
    """Lets pages of the ``allowed`` origins (``*`` is any) call the API at ``path``, and refuses others with 403."""

    def __init__(
        self, app: ASGIApp, *, path: str, allowed: Collection[str], headers: Collection[str]
    ) -> None:
        """``headers``: names of request headers that such a page may set, beside ``REQUEST_HEADERS``."""
        self._app = app
        self._path = path
        self._allowed = normalize_allowed_origins(allowed)
        self._cors = CORSMiddleware(
            app,
            allow_origins=self._allowed,
            allow_methods=("GET", "POST"),
            allow_headers=(*REQUEST_HEADERS, *headers),
            expose_headers=ANSWER_HEADERS,
            max_age=PREFLIGHT_SECONDS,
        )
        self._logged: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or scope["path"] != self._path:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is None or self._is_ours(origin, headers):
            await self._app(scope, receive, send)
        elif self._is_allowed(origin):
            await self._cors(scope, receive, send)
        elif scope["type"] == "websocket" or "access-control-request-method" in headers:
            message = self._refused(origin, headers.get("host", ""))
            await refusal(403, CODE, message)(scope, receive, send)
        else:
            # It came without the browser asking first, so it changes nothing, and the page cannot read the answer.
            await self._app(scope, receive, send)

    def _is_ours(self, origin: str, headers: Headers) -> bool:
        return headers.get("sec-fetch-site") == "same-origin" or is_same_origin(origin, headers.get("host"))

    def _is_allowed(self, origin: str) -> bool:
        return "*" in self._allowed or normalize_origin(origin) in self._allowed

    def _refused(self, origin: str, host: str) -> str:
        """Return what to say to the page, and log it once."""
        name = normalize_origin(origin[:_LONGEST]) or "an unnamed origin"
        if len(self._logged) < _MOST_LOGGED and name not in self._logged:
            self._logged.add(name)
            log.warning("origin.refused", origin=name, host=host, setting="FOOTHOLD_ALLOWED_ORIGINS")
        return (
            f"Pages of {name} may not call this API at {host}. List the origin in FOOTHOLD_ALLOWED_ORIGINS. "
            "A proxy in between must pass on Host and Origin as the browser sent them (Vite: changeOrigin: false)."
        )
