"""``POST /webhooks/users``: what the issuer of tokens tells about its users. Not there without a secret."""

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from db.driver.errors import DatabaseError
from resolvers.edge.bounds.bodies import RequestRefused, read_body
from resolvers.edge.bounds.limits import refusal
from services.accounts.webhooks import Forged, UserWebhooks
from services.kit.errors import FootholdError, InvalidInput

log = structlog.get_logger()

PATH = "/webhooks/users"
MAX_EVENT = 256 * 1024
"""Bytes. A user with all that Clerk lets an application keep with one has about 40 KiB."""


async def user_webhook(request: Request) -> Response:
    """204 for an event that was taken, now or before; whoever sends it tries again after any other answer."""
    webhooks: UserWebhooks = request.state.services[UserWebhooks]
    try:
        await webhooks.receive(request.headers, await read_body(request, MAX_EVENT))
    except ClientDisconnect:
        return Response(status_code=400)  # nobody reads it
    except RequestRefused as refused:
        return refusal(refused.status, refused.code, refused.message, **refused.headers)
    except (FootholdError, DatabaseError) as fault:
        log.warning("webhook.refused", error=type(fault).__name__)
        return _answer(fault)
    return Response(status_code=204)


def _answer(fault: FootholdError | DatabaseError) -> Response:
    if isinstance(fault, InvalidInput):
        return refusal(400, fault.code, f"{fault.field}: {fault.message}")
    if isinstance(fault, Forged):
        return refusal(401, fault.code, fault.message)
    return refusal(503, "UNAVAILABLE", "Temporarily unavailable. Send it again.")
