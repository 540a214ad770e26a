"""The GraphQL endpoint: HTTP and graphql-transport-ws on Starlette."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from json import JSONDecodeError
from typing import Any, cast

import structlog
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from graphql import GraphQLError
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter, GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http import GraphQLRequestData
from strawberry.http.async_base_view import AsyncBaseHTTPView
from strawberry.http.base import BaseRequestProtocol
from strawberry.http.exceptions import (
    NonJsonMessageReceived,
    NonTextMessageReceived,
    WebSocketDisconnected,
)
from strawberry.schema.schema import StreamResult
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import ConnectionInitMessage, Message
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.unset import UNSET, UnsetType

from resolvers.delivery import Delivery
from resolvers.documents import is_refused, policy_of
from resolvers.explorer import ExplorerConfig, explorer_page
from resolvers.live import Handover, handover
from resolvers.root import schema
from resolvers.sockets import SHORT_WAY
from resolvers.trusted import TrustedDocuments, asked_document
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
        short_way: Mapping[str, Callable[[bytes], Awaitable[None]]]
        short_way = request.scope.get("extensions", {}).get(SHORT_WAY, {})
        self._short_way = short_way.get("send")

    async def iter_json(self, *, ignore_parsing_errors: bool = False) -> AsyncGenerator[object, None]:
        try:
            while self.ws.application_state != WebSocketState.DISCONNECTED:
                yield _message(await self.ws.receive_text())  # kept nowhere while the next one is waited for
        except KeyError as error:
            raise NonTextMessageReceived from error
        except WebSocketDisconnect:
            pass

    async def send_json(self, message: Mapping[str, object]) -> None:
        async with self._sending:
            try:
                await super().send_json(message)
            except RuntimeError as closed:
                raise WebSocketDisconnected from closed

    async def send_encoded(self, message: bytes) -> None:
        """Send what is JSON already, by the short way where the server has one (resolvers/sockets.py)."""
        try:
            if self._short_way is not None:
                await self._short_way(message)
            else:
                await self.ws.send({"type": "websocket.send", "text": message.decode()})
        except (WebSocketDisconnect, OSError, RuntimeError) as closed:
            raise WebSocketDisconnected from closed

    async def close(self, code: int, reason: str) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):
            await super().close(code, _close_reason(reason))


class TransportWSHandler(BaseGraphQLTransportWSHandler[Context, None]):
    """Answers what is malformed with the protocol's close code; a bad document ends its own operation only."""

    websocket: WebSocketAdapter
    _expiring: asyncio.TimerHandle | None = None
    _closing: asyncio.Task[None] | None = None

    async def run_operation(self, operation: Operation[Context, None]) -> None:
        handover.set(Handover())  # in this operation's own task
        await super().run_operation(operation)

    async def _send_result_stream(
        self, operation: Operation[Context, None], result_source: StreamResult
    ) -> None:
        place = handover.get()
        async for result in result_source:
            if isinstance(result, PreExecutionError):
                await self._handle_pre_execution_error(operation, result)
                return
            if not isinstance(result, ExecutionResult):
                await self._reject_incremental_delivery(operation)
                return
            await operation.send_next(result)
            if place is not None and place.live is not None and not result.errors:
                break
        else:
            return
        with place.live.subscription:  # before what held it until now lets go
            await cast("AsyncGenerator[object, None]", result_source).aclose()
            delivery = Delivery(place.live, operation.id, operation.query, operation.variables)
            while not delivery.ended:
                await self.websocket.send_encoded(await delivery.next())

    async def handle_message(self, message: Message) -> None:
        if not _well_formed(_with_document(message, policy_of(self.context).trusted)):
            await self.handle_invalid_message("Failed to parse message")
            return
        await super().handle_message(message)

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        await super().handle_connection_init(message)
        if self.connection_acknowledged:
            self.connection_init_timeout_task = None
            if self._expiring is None and self.context.caller is not None:
                self._expire(self.context.caller.expires_at)

    def _expire(self, end: datetime) -> None:
        """Close when the token ends."""
        left = (end - clock.now()).total_seconds()
        if left > 0:
            # The loop's clock stands still while the machine sleeps.
            loop = asyncio.get_running_loop()
            self._expiring = loop.call_later(min(left, 60), self._expire, end)
        else:
            self._closing = asyncio.create_task(self.websocket.close(4403, "The token has expired"))
            self._closing.add_done_callback(self._task_done)

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


def _with_document(message: Mapping[str, Any], trusted: TrustedDocuments) -> Mapping[str, Any]:
    """The message itself, its payload's ``query`` being what was asked for."""
    payload = message.get("payload")
    if message.get("type") == "subscribe" and isinstance(payload, dict):
        try:
            query = trusted.asked_document(payload)
            # Clients share documents, and a subscription keeps its own for as long as it lasts.
            payload["query"] = sys.intern(query) if type(query) is str else query
        except ValueError:
            payload["query"] = None
    return message


def _message(text: str) -> dict[str, Any]:
    try:
        message = decode_json(text)
    except JSONDecodeError as error:
        raise NonJsonMessageReceived from error
    if not isinstance(message, dict):
        raise NonJsonMessageReceived
    return message


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

    def should_render_graphql_ide(self, request: BaseRequestProtocol) -> bool:
        """Not where a document is asked for by its id."""
        asked = request.query_params.keys() & {"documentId", "extensions"}
        return not asked and super().should_render_graphql_ide(request)

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
        if not isinstance(parsed, list):
            parsed.query = await self._asked_document(request, parsed)
        for data in parsed if isinstance(parsed, list) else [parsed]:
            name: object = data.operation_name
            if name is not None and not (isinstance(name, str) and name.isascii()):
                raise HTTPException(400, "The GraphQL operation's `operationName` must be a name or null")
        return parsed

    async def _asked_document(self, request: AsyncHTTPRequestAdapter, data: GraphQLRequestData) -> str | None:
        asked: dict[str, Any] = {"query": data.query, "extensions": data.extensions}
        if request.method == "GET":
            asked["documentId"] = request.query_params.get("documentId")
        elif b'"documentId"' in (body := _bytes(await request.get_body())):
            asked["documentId"] = self.parse_json(body).get("documentId")
        try:
            text: str | None = asked_document(asked)
        except ValueError as error:
            raise HTTPException(400, str(error)) from None
        return text

    async def execute_single(self, *args: Any, **options: Any) -> ExecutionResult:
        result = await super().execute_single(*args, **options)
        if is_refused(result):
            options["sub_response"].status_code = 400
        return result


async def _caller(connection: HTTPConnection, header: str | None) -> Caller | None:
    token = bearer_token(header)
    if token is None:
        return None
    identity: Identity = connection.state.identity
    return await identity.authenticate(token)


def _bytes(body: str | bytes) -> bytes:
    return body.encode() if isinstance(body, str) else body
