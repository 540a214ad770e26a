"""The GraphQL endpoint on Starlette: what is particular to ours, over HTTP and over websockets."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import cast

from cross_web import AsyncHTTPRequestAdapter, StarletteRequestAdapter
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.http.base import BaseRequestProtocol
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types.execution import ExecutionResult
from strawberry.types.graphql import OperationType
from strawberry.types.unset import UNSET, UnsetType

from resolvers.edge import http
from resolvers.edge.bounds.answers import EncodedAnswer, encoded_for
from resolvers.edge.bounds.bodies import RequestRefused, too_large
from resolvers.edge.bounds.limits import (
    OpenSockets,
    RequestLimits,
    SocketLimits,
    from_this_machine,
    refusal,
    too_often,
)
from resolvers.edge.connection_params import authorization_in
from resolvers.edge.explorer import ExplorerConfig, explorer_page
from resolvers.edge.graphql_ws import TooManyConnections, TransportWSHandler, WebSocketAdapter
from resolvers.edge.kept_answers import KeptAnswers, KeptResult
from resolvers.execution.documents import DocumentPolicy
from resolvers.execution.permissions.addresses import counted_address
from resolvers.execution.schema import Schema
from resolvers.execution.trusted import DocumentId, asked_document
from schema.shared.context import Context
from schema.shared.loaders import Loaders
from services.identity.callers import Caller, Identity, bearer_token
from services.identity.rates import Rates
from services.kit.errors import Limited, Unauthenticated
from services.registry import Services

PATH = "/graphql"
INIT_TIMEOUT = timedelta(seconds=3)


class RequestAdapter(StarletteRequestAdapter):
    """Keeps Starlette's request within reach."""

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.request = request


class Endpoint(GraphQL[Context, None]):
    """The view at ``/graphql``. Finds services and identity in the lifespan's state.

    ``plain_get``: answers queries by GET to whoever asks, also to a page elsewhere.
    """

    request_adapter_class = RequestAdapter
    websocket_adapter_class = WebSocketAdapter
    graphql_transport_ws_handler_class = TransportWSHandler

    def __init__(
        self,
        schema: Schema,
        explorer: ExplorerConfig,
        *,
        kept: KeptAnswers,
        plain_get: bool = False,
        limits: RequestLimits | None = None,
        socket_limits: SocketLimits | None = None,
    ) -> None:
        super().__init__(
            schema,
            subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL],
            connection_init_wait_timeout=INIT_TIMEOUT,
            max_subscriptions_per_connection=None,  # the handler's own limit has a code
            allowed_origins=("*",),  # Origins has judged, for HTTP too
        )
        self._explorer = explorer
        self._plain_get = plain_get
        self._kept = kept
        self.limits = limits or RequestLimits()
        self.open_sockets = OpenSockets(socket_limits or SocketLimits())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._counted(scope, receive, send)
            return
        try:
            await super().__call__(scope, receive, send)
        except ClientDisconnect:
            return  # amid its body
        except RequestRefused as refused:
            response = refusal(
                refused.status, refused.code, refused.message, media_type=_type_of(scope), **refused.headers
            )
        except Limited as limited:
            response = too_often(limited, media_type=_type_of(scope))
        except Unauthenticated as refused:
            challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
            response = refusal(401, refused.code, refused.message, media_type=_type_of(scope), **challenge)
        else:
            return
        await response(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = counted_address(scope)
        if address is None:
            await super().__call__(scope, receive, send)
        elif self.open_sockets.enter_address(address):
            try:
                await super().__call__(scope, receive, send)
            finally:
                self.open_sockets.leave_address(address)
        else:
            words = "Too many connections from this address."
            await refusal(429, "TOO_MANY_CONNECTIONS", words)(scope, receive, send)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        services: Services = request.state.services
        caller = None
        if isinstance(request, Request):
            try:
                caller = await _caller(request, request.headers.get("authorization"))
            except Unauthenticated:
                await services[Rates].failed_sign_in(counted_address(request.scope))
                raise
            request.state.signed_in = caller is not None
            _known_to_the_connection(request, caller)
        return Context(services=services, loaders=Loaders(services), caller=caller, connection=request)

    async def on_ws_connect(self, context: Context) -> UnsetType | dict[str, object] | None:
        """The caller, from ``connection_init``'s payload: ``{"authorization": "Bearer …"}``.

        Whoever becomes the context's caller here has been counted.
        """
        try:
            header = authorization_in(context.connection_params or {})
            caller = await _caller(context.connection, header)
        except Unauthenticated:
            with suppress(Limited):  # it is told the same: another token is needed
                await context.services[Rates].failed_sign_in(counted_address(context.connection.scope))
            raise ConnectionRejectionError from None
        if caller is not None and not self.open_sockets.enter_person(caller.user_id):
            raise TooManyConnections
        context.caller = caller
        _known_to_the_connection(context.connection, caller)
        no_payload: UnsetType = UNSET
        return no_payload

    def is_request_allowed(self, request: BaseRequestProtocol) -> bool:
        if request.method not in ("GET", "POST"):
            raise RequestRefused(405, "METHOD_NOT_ALLOWED", "Use GET or POST.", Allow="GET, POST")
        return True

    def should_render_graphql_ide(self, request: BaseRequestProtocol) -> bool:
        """Not where a document is asked for by its id."""
        asked = request.query_params.keys() & {"documentId", "extensions"}
        return not asked and super().should_render_graphql_ide(request)

    async def render_graphql_ide(self, request: Request) -> Response:
        near = from_this_machine(request.scope)  # nobody else gets the demo's token
        return explorer_page(self._explorer if near else ExplorerConfig())

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData:
        asked = cast("RequestAdapter", request).request
        if http.media_type_for(asked.headers) is None:
            raise RequestRefused(406, "NOT_ACCEPTABLE", f"Answers are {http.GRAPHQL} or {http.JSON}.")
        large = False
        if asked.method == "GET":
            parameters = http.checked(http.get_parameters(asked, self.limits, plain=self._plain_get))
        else:
            read, large = await http.post_parameters(asked, self.limits, signed_in=asked.state.signed_in)
            parameters = http.checked(read)
        try:
            document: str | None = asked_document(parameters)
        except ValueError as error:
            raise RequestRefused(400, "BAD_REQUEST", f"{error}.") from None
        if document is None or (isinstance(document, DocumentId) and not document):
            raise RequestRefused(400, "BAD_REQUEST", "`query` is missing.")
        if large and not http.only_imports(self._text_of(asked, document)):
            raise too_large(self.limits.body)
        return http.request_data(parameters, document)

    def _text_of(self, request: Request, document: str) -> str:
        """Return the text of a document, which is looked up if a trusted document's id stands for it."""
        policy: DocumentPolicy | None = getattr(request.state, "documents", None)
        return document if policy is None else policy.trusted.texts.get(document, document)

    async def execute_single(  # noqa: PLR0917 - upstream's
        self,
        request: Request,
        request_adapter: AsyncHTTPRequestAdapter,
        sub_response: Response,
        context: Context,
        root_value: None,
        request_data: GraphQLRequestData,
    ) -> ExecutionResult:
        key = self._kept.asked(context, request_data)
        kept = None if key is None else await self._kept.find(key, context)
        if kept is not None:
            return kept
        result = await self._executed(request, context, request_data)
        if key is not None:
            # Not the context, which knows the request: a cycle would be left for the collector.
            document = self._text_of(request, key.document)
            request.state.keep = partial(self._kept.keep, key, document, context.rests_on, result)
        sub_response.status_code = http.status_of(result, sub_response.media_type or http.JSON)
        return result

    async def _executed(
        self, request: Request, context: Context, data: GraphQLRequestData
    ) -> ExecutionResult:
        try:
            result: ExecutionResult = await self.schema.execute(
                data.query,
                variable_values=data.variables,
                context_value=context,
                operation_name=data.operation_name,
                allowed_operation_types=OperationType.from_http("GET" if request.method == "GET" else "POST"),
                operation_extensions=data.extensions,
            )
        except InvalidOperationTypeError as wrong:
            if wrong.operation_type is OperationType.MUTATION:
                words = "Mutations need POST."
                raise RequestRefused(405, "METHOD_NOT_ALLOWED", words, Allow="POST") from None
            words = "Subscriptions need a websocket with the protocol graphql-transport-ws."
            raise RequestRefused(400, "SUBSCRIPTION_OVER_HTTP", words) from None
        return result

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        if isinstance(result, KeptResult):
            return cast("GraphQLHTTPResponse", EncodedAnswer(result.body))
        response = await super().process_result(request, result)
        if http.is_request_error(result):
            response.pop("data", None)  # there is none, which is not null
        encoded = EncodedAnswer(await encoded_for(request, response, self.limits.answer))
        keep: Callable[[bytes], None] | None = getattr(request.state, "keep", None)
        if keep is not None:
            keep(encoded.body)
        return cast("GraphQLHTTPResponse", encoded)

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        response = await super().get_sub_response(request)
        if isinstance(request, Request):
            response.media_type = _type_of(request.scope)
        return response

    def create_response(
        self, response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse], sub_response: Response
    ) -> Response:
        return Response(
            response_data.body if isinstance(response_data, EncodedAnswer) else "",
            status_code=sub_response.status_code or 200,
            headers={
                "Content-Type": f"{sub_response.media_type}; charset=utf-8",
                "Cache-Control": "no-store",
                "Vary": "Accept",
                "X-Content-Type-Options": "nosniff",
            },
        )


def _type_of(scope: Scope) -> str:
    return http.media_type_for(Headers(scope=scope)) or http.JSON


def _known_to_the_connection(connection: HTTPConnection, caller: Caller | None) -> None:
    """Let what the caller does not read be counted for the person (connections.py)."""
    connection.state.person = None if caller is None else f"person {caller.user_id}"


async def _caller(connection: HTTPConnection, header: str | None) -> Caller | None:
    token = bearer_token(header)
    if token is None:
        return None
    identity: Identity = connection.state.identity
    return await identity.authenticate(token)
