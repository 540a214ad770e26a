"""The issuer of tokens, as it tells about its users."""

import base64
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx2
from standardwebhooks import Webhook

from resolvers.edge.webhooks import PATH
from services.kit import clock
from services.kit.ids import new_id

SECRET = "whsec_" + base64.b64encode(b"only for tests, and for nobody else").decode()


def milliseconds(ago: float = 0.0) -> int:
    """A moment, so many seconds ago."""
    return int((clock.now() - timedelta(seconds=ago)).timestamp() * 1000)


def signed(
    body: bytes, *, id_: str | None = None, ago: float = 0.0, secret: str = SECRET, names: str = "svix"
) -> dict[str, str]:
    """The headers that go with a body."""
    id_, at = id_ or f"msg_{new_id()}", clock.now() - timedelta(seconds=ago)
    signature = Webhook(secret).sign(id_, at, body.decode())
    values = {"id": id_, "timestamp": str(int(at.timestamp())), "signature": signature}
    return {f"{names}-{name}": value for name, value in values.items()}


def an_event(type_: str, user: str = "ada", *, ago: float = 0.0, **data: Any) -> bytes:
    """An event in the shape of Clerk's."""
    at = milliseconds(ago)
    about: dict[str, Any] = {"id": user, "object": "user", "updated_at": at, **data}
    if type_ == "user.deleted":
        about = {"id": user, "object": "user", "deleted": True}
    if type_.startswith("session."):
        about = {"id": data["session"], "object": "session", "user_id": user, "status": "revoked"}
    return json.dumps({"type": type_, "object": "event", "timestamp": at, "data": about}).encode()


async def send(
    http: httpx2.AsyncClient, body: bytes, headers: Mapping[str, str] | None = None
) -> httpx2.Response:
    """Send an event as it is, or with a good signature."""
    given = {"content-type": "application/json", **(signed(body) if headers is None else headers)}
    return await http.post(PATH, content=body, headers=given)


async def tell(http: httpx2.AsyncClient, type_: str, user: str = "ada", **data: Any) -> int:
    """Send a signed event; the answer's status."""
    return (await send(http, an_event(type_, user, **data))).status_code
