"""uvicorn's websocket protocol, taught to give up on a client that does not read, and to send clients elsewhere."""

import asyncio
from asyncio import AbstractEventLoop, Event
from asyncio.transports import BaseTransport
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from uvicorn._types import ASGISendEvent
from uvicorn.config import Config
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState as UvicornState
from websockets.frames import Frame, Opcode
from websockets.http11 import Request

from resolvers.edge.bounds.connections import (
    ConnectionLimits,
    Connections,
    SlowReader,
    connections_of,
    owner_of,
)
from resolvers.edge.close_codes import CloseCode

log = structlog.get_logger()

MAX_UNREAD_PONGS = 1000
MAX_FRAGMENTS = 1000
SHORT_WAY = "foothold.text"
"""The ASGI extension by which an application sends a text message that is UTF-8 already, without the detours.

``send(head, payload)`` sends both and a closing brace: a payload is often the same for many clients.
"""
MOST_SHARED = 64 * 1024
"""Bytes of a payload whose frame is kept for the next client."""
CLOSING_SECONDS = 2.0
QUIET_SECONDS = 0.2
_RESTART = "Service Restart"


class ServerState(UvicornState):
    """State that a server and its connections share."""

    def __init__(self, limits: ConnectionLimits | None = None) -> None:
        super().__init__()
        self.shared = Connections(limits)
        self.draining = False
        self._left = Event()

    async def one_left(self) -> None:
        """Wait until a websocket's connection has ended."""
        self._left.clear()
        await self._left.wait()

    def leave(self) -> None:
        """A websocket's connection has ended."""
        self._left.set()


class _Last:
    """The frame that was sent last. Who follows the same under the same id, as most do, is sent the same."""

    def __init__(self) -> None:
        self._head, self._payload, self._frame = b"", b"", b""

    def frame(self, head: bytes, payload: bytes) -> bytes:
        if payload is self._payload and head == self._head:
            return self._frame
        frame = Frame(Opcode.TEXT, b"%b%b}" % (head, payload)).serialize(mask=False)
        if len(payload) <= MOST_SHARED:
            self._head, self._payload, self._frame = head, payload, frame
        return frame


_last = _Last()


class _Few(list[Any]):
    """The base's deque of those who wait, of whom there is one: an empty list takes 0.6 KiB less."""

    def popleft(self) -> Any:
        return self.pop(0)


class _Queue(asyncio.Queue[Any]):
    """Messages in a list: an empty one takes 0.7 KiB less a connection than the base's deque."""

    def __init__(self) -> None:
        super().__init__()
        self._getters = _Few()
        self._putters = _Few()

    def _init(self, maxsize: int) -> None:
        self._queue: list[Any] = []

    def _get(self) -> Any:
        return self._queue.pop(0)


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """Cuts off a client that takes nothing of what it was sent for ``patience`` seconds.

    Closing would wait until it has read the rest, which may be never. When the server leaves, each client is told
    so by the close code, and cut off if it does not answer within ``CLOSING_SECONDS``.
    """

    patience = 5.0  # what the systems in between hold comes on top: ten seconds in all
    _leaving = False
    _unanswered = 0
    _failed_at: float | None = None
    _reader: SlowReader | None = None
    _let_go: Callable[[], None] | None = None

    def __init__(
        self,
        config: Config,
        server_state: UvicornState,
        app_state: dict[str, Any],
        _loop: AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.queue = _Queue()
        self._server_state = server_state
        self._shared = connections_of(server_state)

    @property
    def owner(self) -> str | None:
        """The person, else the address, that unread bytes are counted for."""
        return owner_of(getattr(self, "scope", None), self.client)

    def cut(self) -> None:
        """End the connection at once, with what its client has not read."""
        self.transport.abort()

    def take_over(self, let_go: Callable[[], None]) -> None:
        """Keep what the connection was counted for as HTTP; ``let_go`` gives it back at the end."""
        self._let_go = let_go

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(
            0
        )  # writing pauses, and the watch begins, at the first byte left

    def handle_connect(self, event: Request) -> None:
        if isinstance(self._server_state, ServerState) and self._server_state.draining:
            self._refuse()
            return
        super().handle_connect(event)
        if not self.close_sent:
            self.scope["extensions"][SHORT_WAY] = {"send": self.send_text}

    async def send(self, message: ASGISendEvent) -> None:
        await super().send(message)
        if message["type"] == "websocket.accept":
            # A connection may stay for days: what only its handshake needed goes.
            del self.request, self.response
        elif message["type"] == "websocket.http.response.body" and self.close_sent:
            self.handshake_complete = True  # it was refused, which upstream takes for forgotten

    async def send_text(self, head: bytes, payload: bytes) -> None:
        """Send a message as one frame: nothing is compressed and a server masks nothing (RFC 6455, 5.2)."""
        if not self.writable.is_set():
            await self.writable.wait()
        if self.disconnected or self.close_sent:
            raise ClientDisconnected
        self.transport.write(_last.frame(head, payload))

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._reader is None:
            self._reader = SlowReader(self.transport, self.loop, self.patience, self._tell_slow)
        self._reader.begin()
        self._shared.wait(self, self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        self._stop_watching()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_watching()
        if self._let_go is not None:
            self._let_go()
            self._let_go = None
        if (scope := getattr(self, "scope", None)) is not None:
            scope["extensions"].pop(SHORT_WAY, None)  # it holds this connection, which holds the scope
        super().connection_lost(exc)
        if isinstance(self._server_state, ServerState):
            self._server_state.leave()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if (
            not self.handshake_initiated
            and self.conn.handshake_exc is not None
            and not self.transport.is_closing()
        ):
            # More headers, or longer ones, than the library takes. Upstream would leave it at that.
            words = "The handshake has too many or too long headers."
            self.transport.write(
                self.conn.reject(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, words).serialize()
            )
            self.transport.close()

    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) >= MAX_FRAGMENTS:  # empty ones are of no size, and so never too large
            self._fail(CloseCode.MESSAGE_TOO_BIG, f"message exceeds limit of {MAX_FRAGMENTS} fragments")
            return
        super().handle_cont(event)

    def handle_text(self, event: Frame) -> None:
        super().handle_text(event)
        event.data = b""  # upstream's parser holds the frame until the next one, which may be days away

    def send_receive_event_to_app(self) -> None:
        if self.curr_msg_data_type == "text" and not self.close_sent:
            try:
                str(b"".join(self.frames), "utf-8")
            except UnicodeDecodeError:  # upstream logs it as a fault of ours
                self._fail(CloseCode.INVALID_DATA, "not UTF-8")
                return
        super().send_receive_event_to_app()

    def _fail(self, code: CloseCode, reason: str) -> None:
        self.frames = []
        if not self.close_sent:
            self.conn.fail(code, reason)
            self.handle_parser_exception()

    def handle_parser_exception(self) -> None:
        """Say why, and let the client read it: what closes with something unread is reset, and the code is lost."""
        if not self.handshake_complete:
            self.transport.close()
            return
        if self._failed_at is None:
            self._failed_at = self.loop.time()
            if not self.close_sent and self.conn.close_sent is not None:
                code, reason = self.conn.close_sent.code, self.conn.close_sent.reason
                self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
                self.transport.write(b"".join(self.conn.data_to_send()))
                self.close_sent = True
            self.frames = []
            if self.read_paused:
                self.read_paused = False
                self.transport.resume_reading()
        if self.close_timer is not None:
            self.close_timer.cancel()
        left = self._failed_at + CLOSING_SECONDS - self.loop.time()
        self.close_timer = self.loop.call_later(max(0.0, min(QUIET_SECONDS, left)), self.transport.close)

    def handle_ping(self) -> None:
        # Pongs do not wait for a pause to end: without a limit they would pile up for as long as pings come.
        super().handle_ping()
        self._unanswered = 0 if self.writable.is_set() else self._unanswered + 1
        if self._unanswered > MAX_UNREAD_PONGS:
            self.transport.abort()

    def shutdown(self) -> None:
        """The server leaves. Nothing is said of the operations: they have not ended, and go on elsewhere."""
        self.stop_keepalive()
        if self._leaving or self.transport.is_closing():
            return
        self._leaving = True
        if not self.handshake_complete:
            self._refuse()
            return
        if not self.close_sent:
            self.queue.put_nowait({"type": "websocket.disconnect", "code": CloseCode.SERVICE_RESTART})
            self.conn.send_close(CloseCode.SERVICE_RESTART, _RESTART)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
            if (
                self.read_paused
            ):  # what closes with something unread is reset, and the client never sees the code
                self.read_paused = False
                self.transport.resume_reading()
        if self.close_timer is not None:
            self.close_timer.cancel()
        self.close_timer = self.loop.call_later(CLOSING_SECONDS, self.transport.abort)

    def _refuse(self) -> None:
        self.conn.send_response(self.conn.reject(HTTPStatus.SERVICE_UNAVAILABLE, _RESTART))
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.transport.close()

    def _tell_slow(self, unread: int) -> None:
        log.warning("websocket.slow_reader_closed", bytes=unread, seconds=self.patience)

    def _stop_watching(self) -> None:
        if self._reader is not None:
            self._reader.end()
            self._reader = None
            self._shared.done(self)
