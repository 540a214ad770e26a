"""Rate of requests and websockets by address, whatever they ask for."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from resolvers.edge import http
from resolvers.edge.bounds.limits import too_often
from resolvers.execution.permissions.addresses import counted_address
from services.identity.rates import Rates
from services.kit.errors import Limited
from services.registry import Services


class AddressRates:
    """Answer 429 to an address that asks too often, before anything is done for it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            services: Services = scope["state"]["services"]
            try:
                await services[Rates].request(counted_address(scope))
            except Limited as limited:
                media_type = http.media_type_for(Headers(scope=scope)) or http.JSON
                await too_often(limited, media_type=media_type)(scope, receive, send)
                return
        await self._app(scope, receive, send)
