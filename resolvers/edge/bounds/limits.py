"""Limits for clients: host names, and numbers of connections, messages and operations."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from services.kit.errors import Limited

LOCAL_NAMES = ("localhost", "*.localhost")


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """``body``: bytes of a request's body. ``import_body``: of one that imports a résumé. ``answer``: of an answer."""

    body: int = 64 * 1024
    import_body: int = 2 * 1024 * 1024
    answer: int = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SocketLimits:
    """For websockets: ``messages`` a minute and ``operations`` at a time of one, and how many one may have open."""

    messages: int = 1_200
    operations: int = 100
    per_person: int = 1_000
    per_address: int = 1_000


class OpenSockets:
    """Counts this process's websockets, by address and by person."""

    def __init__(self, limits: SocketLimits) -> None:
        self.limits = limits
        self._addresses: Counter[str] = Counter()
        self._people: Counter[str] = Counter()

    def enter_address(self, address: str) -> bool:
        """Count one more connection from the address until ``leave_address``; False if it has too many."""
        return enter(self._addresses, address, self.limits.per_address)

    def leave_address(self, address: str) -> None:
        leave(self._addresses, address)

    def enter_person(self, user_id: str) -> bool:
        """Count one more connection of the person until ``leave_person``; False if they have too many."""
        return enter(self._people, user_id, self.limits.per_person)

    def leave_person(self, user_id: str) -> None:
        leave(self._people, user_id)


def enter(counts: Counter[str], name: str, most: int) -> bool:
    """Count one more for the name until ``leave``; False if it has ``most`` already."""
    if counts[name] >= most:
        return False
    counts[name] += 1
    return True


def leave(counts: Counter[str], name: str) -> None:
    """Count one less for the name, and forget one that has none."""
    counts[name] -= 1
    if counts[name] <= 0:
        del counts[name]


def from_this_machine(scope: Scope) -> bool:
    """Tell whether a person at this machine asks, for something on this machine.

    The peer's address decides, which nobody can forge. Its ``Host`` must be a local name as well, or a page elsewhere
    could point its own name here; and nobody may have passed the request on.
    """
    headers = Headers(scope=scope)
    peer: tuple[str, int] | None = scope.get("client")
    if peer is None or any(name == "forwarded" or name.startswith("x-forwarded") for name in headers):
        return False
    hosts = [host_name(host) for host in headers.getlist("host")]
    return (
        _is_loopback(peer[0])
        and len(hosts) == 1
        and (hosts[0] == "localhost" or _is_loopback(hosts[0] or ""))
    )


def _is_loopback(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


class HostCheck:
    """Answers 400 to a ``Host`` that is not ours: a page elsewhere may have given its own name our address.

    Addresses are taken as they are, since nobody can point one elsewhere. ``names`` may begin with ``*.``, and
    ``*`` is any.
    """

    def __init__(self, app: ASGIApp, names: Iterable[str]) -> None:
        self._app = app
        lowered = [name.lower() for name in (*LOCAL_NAMES, *names)]
        self._any = "*" in lowered
        self._names = frozenset(name for name in lowered if not name.startswith("*."))
        self._endings = tuple(name[1:] for name in lowered if name.startswith("*."))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and not self._any and not self._is_ours(scope):
            words = "Unknown host name. FOOTHOLD_ALLOWED_HOSTS lists the names to serve."
            await refusal(400, "HOST_NOT_ALLOWED", words)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        hosts = Headers(scope=scope).getlist("host")
        if len(hosts) != 1:
            return not hosts  # HTTP/1.0 has none; of two a proxy may have looked at the other
        name = host_name(hosts[0])
        return name is not None and (name in self._names or name.endswith(self._endings) or _is_address(name))


def host_name(host: str) -> str | None:
    """A ``Host`` without its port, lower-cased; None when it is malformed."""
    if host.startswith("["):
        name, bracket, port = host[1:].partition("]")
        if not bracket or (port and not port.startswith(":")):
            return None
        port = port[1:]
    else:
        name, _, port = host.partition(":")
    if port and not (port.isascii() and port.isdigit()):
        return None
    return name.lower().removesuffix(".") or None


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def too_often(limited: Limited, *, media_type: str = "application/json") -> JSONResponse:
    """429, and when to come back: the header for those who know HTTP, the extension for those who know GraphQL."""
    seconds = limited.retry_after
    extensions = {"code": limited.code, "retryAfter": seconds}
    return _answer(429, limited.message, extensions, media_type, {"Retry-After": str(seconds)})


def refusal(
    status: int, code: str, message: str, *, media_type: str = "application/json", **headers: str
) -> JSONResponse:
    """An answer without a result: one error, with a code for programs."""
    return _answer(status, message, {"code": code}, media_type, headers)


def _answer(
    status: int, message: str, extensions: Mapping[str, Any], media_type: str, headers: Mapping[str, str]
) -> JSONResponse:
    return JSONResponse(
        {"errors": [{"message": message, "extensions": extensions}]},
        status,
        headers={"Content-Type": f"{media_type}; charset=utf-8", "Cache-Control": "no-store", **headers},
    )
