"""graphql-transport-ws on Starlette: the connection, its messages and its limits. PROTOCOL.md is graphql-ws's."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from json import JSONDecodeError
from typing import Any, cast

import structlog
from graphql import GraphQLError
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.async_base_view import AsyncBaseHTTPView
from strawberry.http.exceptions import (
    NonJsonMessageReceived,
    NonTextMessageReceived,
    WebSocketDisconnected,
)
from strawberry.schema.schema import StreamResult
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    Message,
    SubscribeMessage,
)
from strawberry.types.execution import ExecutionResult, PreExecutionError

from resolvers.edge.bounds.answers import encoded_for
from resolvers.edge.bounds.limits import OpenSockets
from resolvers.edge.close_codes import CloseCode
from resolvers.edge.connection_params import MisplacedToken
from resolvers.edge.http import decode_json
from resolvers.edge.websocket_protocol import SHORT_WAY
from resolvers.execution.documents import policy_of
from resolvers.execution.trusted import TrustedDocuments
from resolvers.observe.logs import operation_begins
from schema.shared.context import Context
from services.identity.revocations import Revocations, Watch
from services.kit import clock

log = structlog.get_logger()

MINUTE = 60.0
TURNS = 4
"""Operations of one connection that are begun at a time."""
TURN_SECONDS = 1.0
LOOK_SECONDS = 60.0
"""At most so long until the end of a token is looked at again."""


class TooManyConnections(Exception):
    """The person has as many as one may have."""


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
        short_way: Mapping[str, Callable[[bytes, bytes], Awaitable[None]]]
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

    async def unstuck(self) -> None:
        """Wait until no message is on its way."""
        async with self._sending:
            pass

    async def send_encoded(self, head: bytes, payload: bytes) -> None:
        """Send what is JSON already, by the short way where the server has one (websocket_protocol.py).

        ``payload`` may be shared with other clients: it is copied into the message only once it can go.
        """
        async with self._sending:
            try:
                if self._short_way is not None:
                    await self._short_way(head, payload)
                else:
                    text = (b"%b%b}" % (head, payload)).decode()
                    await self.ws.send({"type": "websocket.send", "text": text})
            except (WebSocketDisconnect, OSError, RuntimeError) as closed:
                raise WebSocketDisconnected from closed

    async def close(self, code: int, reason: str) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):
            await super().close(code, _close_reason(reason))


class TransportWSHandler(BaseGraphQLTransportWSHandler[Context, None]):
    """Answers what is malformed with the protocol's close code; a bad document ends its own operation only."""

    websocket: WebSocketAdapter
    view: Any  # resolvers.edge.Endpoint
    _counted = 0
    _minute_ends = 0.0
    _expiring: asyncio.TimerHandle | None = None
    _closing: asyncio.Task[None] | None = None
    _watch: Watch | None = None
    _turns: asyncio.Semaphore | None = None

    async def run_operation(self, operation: Operation[Context, None]) -> None:
        operation_begins()
        try:
            await super().run_operation(operation)
        finally:
            operation.task = None  # its exception's frames hold the operation

    async def _send_result_stream(
        self, operation: Operation[Context, None], result_source: StreamResult
    ) -> None:
        """As upstream for the result of a query or a mutation; the events of a subscription come encoded."""
        head = f'{{"id":{json.dumps(operation.id)},"type":"next","payload":'.encode()
        end_turn = await self._turn()
        try:
            async for result in cast("AsyncGenerator[object, None]", result_source):
                if isinstance(result, bytes):
                    await self._send_next(head, result)
                elif isinstance(result, PreExecutionError):
                    await self._handle_pre_execution_error(operation, result)
                    return
                elif isinstance(result, ExecutionResult):
                    connection, most = self.context.connection, self.view.limits.answer
                    answer = await encoded_for(connection, _payload_of(result), most)
                    await self._send_next(head, answer)
                else:
                    await self._reject_incremental_delivery(operation)
                    return
                del result  # the next one may be days away
                end_turn()
        finally:
            end_turn()

    async def _send_next(self, head: bytes, payload: bytes) -> None:
        self._look_at_rights()
        await self.websocket.send_encoded(head, payload)

    async def _turn(self) -> Callable[[], None]:
        """Wait until the operation may be begun; what is returned lets the next one begin.

        Results wait in memory for a client that does not read: so few are made at a time, and none while one is
        stuck. A turn lasts until the first result is sent, and ``TURN_SECONDS`` at most: others need not wait for
        what takes long.
        """
        if self._turns is None:
            self._turns = asyncio.Semaphore(TURNS)
        await self._turns.acquire()
        held = True

        def end() -> None:
            nonlocal held
            if held:
                held = False
                timer.cancel()
                cast("asyncio.Semaphore", self._turns).release()

        timer = asyncio.get_running_loop().call_later(TURN_SECONDS, end)
        try:
            await self.websocket.unstuck()
        except BaseException:
            end()
            raise
        return end

    async def send_message(self, message: Message) -> None:
        self._look_at_rights()
        await super().send_message(message)

    async def handle_message(self, message: Message) -> None:
        if self.context.ended:
            return
        if self._is_one_too_many():
            await self.websocket.close(CloseCode.TOO_MANY_REQUESTS, "Too many messages")
            return
        if not _well_formed(_with_document(message, policy_of(self.context).trusted)):
            await self.handle_invalid_message("Failed to parse message")
            return
        await super().handle_message(message)

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        if message.get("payload", {}) is None:
            message["payload"] = {}
        try:
            await super().handle_connection_init(message)
        except TooManyConnections:
            await self.websocket.close(CloseCode.TRY_AGAIN_LATER, "Too many connections")
            return
        except MisplacedToken as misplaced:
            await self.websocket.close(CloseCode.FORBIDDEN, misplaced.reason)
            return
        if self.connection_acknowledged:
            self.connection_init_timeout_task = None
            caller = self.context.caller
            if self._watch is None and caller is not None:
                revoked = partial(self._end, "The token was revoked")
                self._watch = self.context.services[Revocations].watch(caller, revoked)
                self._expire(caller.expires_at)

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        most = self._open.limits.operations
        if (
            self.connection_acknowledged
            and len(self.operations) >= most
            and message["id"] not in self.operations
        ):
            words = f"This connection already has {most} operations. End one, or open another connection."
            error = GraphQLError(words, extensions={"code": "TOO_MANY_OPERATIONS", "limit": most})
            await self.send_message({"id": message["id"], "type": "error", "payload": [error.formatted]})
            return
        await super().handle_subscribe(message)

    @property
    def _open(self) -> OpenSockets:
        sockets: OpenSockets = self.view.open_sockets
        return sockets

    def _is_one_too_many(self) -> bool:
        """Counts the messages of a minute that begins with the first of them."""
        now = asyncio.get_running_loop().time()
        if now >= self._minute_ends:
            self._minute_ends, self._counted = now + MINUTE, 0
        self._counted += 1
        return self._counted > self._open.limits.messages

    def _expire(self, end: datetime) -> None:
        """Close when the token ends."""
        left = (end - clock.now()).total_seconds()
        if left > 0:
            # The loop's clock stands still while the machine sleeps.
            loop = asyncio.get_running_loop()
            self._expiring = loop.call_later(min(left, LOOK_SECONDS), self._expire, end)
        else:
            self._end("The token has expired")

    def _end(self, reason: str) -> None:
        """Close because the caller's rights ended. Nothing is sent from here on, nor anything begun."""
        if not self.context.ended:
            self.context.ended = True
            self._closing = asyncio.create_task(self.websocket.close(CloseCode.FORBIDDEN, reason))
            self._closing.add_done_callback(self._task_done)

    def _look_at_rights(self) -> None:
        """To be called before anything is sent: raises when the caller's rights have ended meanwhile."""
        if self.context.ended:
            raise WebSocketDisconnected

    async def shutdown(self) -> None:
        if self._expiring is not None:
            self._expiring.cancel()
        if self._watch is not None:
            self.context.services[Revocations].release(self._watch)
            self._watch = None  # it holds this handler
        if self.context.caller is not None:  # who is counted since then
            self._open.leave_person(self.context.caller.user_id)
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
        if payload.get("operationName") == "":
            payload["operationName"] = None  # as over HTTP
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
    """Return True if the fields have the types of the protocol. Unknown types are refused further on."""
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


def _payload_of(result: ExecutionResult) -> dict[str, object]:
    payload: dict[str, object] = {"data": result.data}
    if result.errors:
        payload["errors"] = [error.formatted for error in result.errors]
    if result.extensions:
        payload["extensions"] = result.extensions
    return payload


def _close_reason(text: str) -> str:
    """As much of it as fits into a close frame (RFC 6455, 5.5): it may quote what the client sent."""
    return text.encode(errors="replace")[:123].decode(errors="ignore")
