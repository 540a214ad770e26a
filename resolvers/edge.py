"""The GraphQL endpoint: HTTP and graphql-transport-ws on Starlette."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from json import JSONDecodeError
from typing import Any

import structlog
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from graphql import GraphQLError
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect
from strawberry.asgi import ASGIWebSocketAdapter, GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http import GraphQLRequestData
from strawberry.http.async_base_view import AsyncBaseHTTPView
from strawberry.http.exceptions import NonJsonMessageReceived, WebSocketDisconnected
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler
from strawberry.subscriptions.protocols.graphql_transport_ws.types import ConnectionInitMessage, Message
from strawberry.types.unset import UNSET, UnsetType

from resolvers.explorer import ExplorerConfig, explorer_page
from resolvers.root import schema
from schema.context import Context
from schema.loaders import Loaders
from services import clock
from services.errors import Unauthenticated
from services.identity import Caller, Identity, bearer_token
from services.registry import Services

log = structlog.get_logger()

INIT_TIMEOUT = timedelta(seconds=3)


def decode_json(data: str | bytes) -> Any:
    """Parsed JSON; everything that it cannot be is a ``JSONDecodeError``."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise JSONDecodeError("not JSON", "", 0) from error


class WebSocketAdapter(ASGIWebSocketAdapter):
    """Sends one message at a time, so that a client that is slow costs the memory of one.

    That a connection has been closed meanwhile is no fault, whoever closed it.
    """

    def __init__(
        self,
        view: AsyncBaseHTTPView[Any, Any, Any, Any, Any, Any, Any],
        request: WebSocket,
        response: WebSocket,
    ) -> None:
        super().__init__(view, request, response)
        self._sending = asyncio.Lock()

    async def iter_json(self, *, ignore_parsing_errors: bool = False) -> AsyncGenerator[object, None]:
        async for message in super().iter_json(ignore_parsing_errors=ignore_parsing_errors):
            if not isinstance(message, dict):
                raise NonJsonMessageReceived
            yield message

    async def send_json(self, message: Mapping[str, object]) -> None:
        async with self._sending:
            try:
                await super().send_json(message)
            except RuntimeError as closed:
                raise WebSocketDisconnected from closed

    async def close(self, code: int, reason: str) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):
            await super().close(code, _close_reason(reason))


class TransportWSHandler(BaseGraphQLTransportWSHandler[Context, None]):
    """Answers what is malformed with the protocol's close code; a bad document ends its own operation only."""

    _expiring: asyncio.Task[None] | None = None

    async def handle_message(self, message: Message) -> None:
        if not _well_formed(message):
            await self.handle_invalid_message("Failed to parse message")
            return
        await super().handle_message(message)

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        await super().handle_connection_init(message)
        if self.connection_acknowledged and self._expiring is None and self.context.caller is not None:
            self._expiring = asyncio.create_task(self._close_at(self.context.caller.expires_at))

    async def _close_at(self, end: datetime) -> None:
        while True:
            left = (end - clock.now()).total_seconds()
            if left <= 0:
                break
            await asyncio.sleep(min(left, 60))  # the loop's clock stands still while the machine sleeps
        await self.websocket.close(4403, "The token has expired")

    async def shutdown(self) -> None:
        if self._expiring is not None:
            self._expiring.cancel()
        await super().shutdown()

    async def handle_task_exception(self, error: Exception) -> None:
        if not isinstance(error, WebSocketDisconnected):
            log.error("websocket.operation_failed", exc_info=error)

    @staticmethod
    def _get_pre_execution_close_reason(error: GraphQLError) -> str | None:
        return None


def _well_formed(message: Mapping[str, Any]) -> bool:
    """Whether the fields have the types that the protocol gives them. Unknown types are refused further on."""
    if not isinstance(message.get("type"), str):
        return False
    if message["type"] in ("subscribe", "complete") and not (
        isinstance(message.get("id"), str) and message["id"]
    ):
        return False
    payload = message.get("payload")
    if message["type"] != "subscribe":
        # That of connection_init is looked at further on.
        return isinstance(payload, dict | None) or message["type"] not in ("ping", "pong")
    return (
        isinstance(payload, dict)
        and isinstance(payload.get("query"), str)
        and isinstance(payload.get("variables"), dict | None)
        and isinstance(payload.get("operationName"), str | None)
        and isinstance(payload.get("extensions"), dict | None)
    )


def _close_reason(text: str) -> str:
    """As much of it as fits into a close frame (RFC 6455, 5.5): it may quote what the client sent."""
    return text.encode(errors="replace")[:123].decode(errors="ignore")


class Endpoint(GraphQL[Context, None]):
    """The view at ``/graphql``. Finds services and identity in the lifespan's state."""

    websocket_adapter_class = WebSocketAdapter
    graphql_transport_ws_handler_class = TransportWSHandler

    def __init__(self, allowed_origins: tuple[str, ...], explorer: ExplorerConfig) -> None:
        super().__init__(
            schema,
            subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL],
            connection_init_wait_timeout=INIT_TIMEOUT,
            allowed_origins=allowed_origins,
        )
        self._explorer = explorer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except Unauthenticated as refusal:
            error = {"message": refusal.message, "extensions": {"code": refusal.code}}
            response = JSONResponse(
                {"errors": [error]}, 401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}
            )
            await response(scope, receive, send)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        services: Services = request.state.services
        caller = None
        if isinstance(request, Request):
            caller = await _caller(request, request.headers.get("authorization"))
        return Context(
            services=services, loaders=Loaders(services.opportunities), caller=caller, connection=request
        )

    async def on_ws_connect(self, context: Context) -> UnsetType | dict[str, object] | None:
        """The caller, from ``connection_init``'s payload: ``{"authorization": "Bearer …"}``."""
        header = (context.connection_params or {}).get("authorization")
        try:
            if not isinstance(header, str | None):
                raise Unauthenticated
            context.caller = await _caller(context.connection, header)
        except Unauthenticated:
            raise ConnectionRejectionError from None
        no_payload: UnsetType = UNSET
        return no_payload

    async def render_graphql_ide(self, request: Request) -> Response:
        # A page elsewhere whose name was made to point here must not get the demo's token.
        near = request.url.hostname in ("127.0.0.1", "localhost", "::1")
        return explorer_page(self._explorer if near else ExplorerConfig())

    def decode_json(self, data: str | bytes) -> object:
        return decode_json(data)

    def parse_json(self, data: str | bytes) -> Any:
        """An HTTP request's body or parameter, which is never a scalar."""
        value = super().parse_json(data)
        if not isinstance(value, dict | list):
            raise HTTPException(400, "A GraphQL request is a JSON object")
        return value

    async def parse_http_body(
        self, request: AsyncHTTPRequestAdapter
    ) -> GraphQLRequestData | list[GraphQLRequestData]:
        parsed = await super().parse_http_body(request)
        for data in parsed if isinstance(parsed, list) else [parsed]:
            name: object = data.operation_name
            if name is not None and not (isinstance(name, str) and name.isascii()):
                raise HTTPException(400, "The GraphQL operation's `operationName` must be a name or null")
        return parsed


async def _caller(connection: HTTPConnection, header: str | None) -> Caller | None:
    token = bearer_token(header)
    if token is None:
        return None
    identity: Identity = connection.state.identity
    return await identity.authenticate(token)
