"""uvicorn's HTTP protocol, with an end to how long and how large a request may be, and to waiting for a reader."""

import asyncio
from asyncio import TimerHandle
from typing import Any

import structlog
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from resolvers.edge.bounds.bodies import BODY_SECONDS
from resolvers.edge.bounds.connections import Connections, SlowReader, connections_of, owner_of
from services.kit.metrics import counts

log = structlog.get_logger()

MAX_HEAD = 96 * 1024
"""Bytes of a request line and headers. A query by GET may be as long as a body, and there is a token of 8 KiB."""
HEAD_SECONDS = 10.0
ANSWERING_SECONDS = 2.0
"""So much longer than ``BODY_SECONDS`` a body may take, for the endpoint to say that it is too slow."""
UNWATCHED = 4 * 1024
"""Bytes that may wait for a client before it is watched: head and body of a small answer go in one packet."""
_FULL_BODY = b'{"errors":[{"message":"Too many connections.","extensions":{"code":"TOO_MANY_CONNECTIONS"}}]}'
_FULL = b"\r\n".join(
    (
        b"HTTP/1.1 503 Service Unavailable",
        b"content-type: application/json; charset=utf-8",
        b"content-length: %d" % len(_FULL_BODY),
        b"connection: close",
        b"retry-after: 10",
        b"",
        _FULL_BODY,
    )
)


class _Leaving:
    """Takes a connection out of the count, once."""

    __slots__ = ("_client", "_counted", "_shared")

    def __init__(self, shared: Connections, client: tuple[str, int] | None, *, counted: bool) -> None:
        self._shared = shared
        self._client = client
        self._counted = counted

    def __call__(self) -> None:
        if self._counted:
            self._counted = False
            self._shared.leave(self._client)


class HttpProtocol(HttpToolsProtocol):
    """Upstream gathers headers and bodies without an end, and waits for them, and for readers, without one."""

    patience = 5.0
    """Seconds without anything read after which the client is cut off."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._in_head = True
        self._head = 0
        self._waiting: TimerHandle | None = None
        self._shared = connections_of(server_state)
        self._counted = False
        self._reader: SlowReader | None = None
        self._asked: RequestResponseCycle | None = None  # the last request that came to its end
        self._refused = False

    @property
    def owner(self) -> str | None:
        """The person, else the address, that unread bytes are counted for."""
        return owner_of(self.scope, self.client)

    def cut(self) -> None:
        """End the connection at once, with what its client has not read."""
        self.transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as upstream
        super().connection_made(transport)
        transport.set_write_buffer_limits(UNWATCHED, 0)
        self._reader = SlowReader(transport, self.loop, self.patience, self._tell_slow)
        self._counted = self._shared.enter(self.client)
        if not self._counted:
            counts.refusals["connection"] += 1
            transport.write(_FULL)
            self._refused = True
            transport.close()
            return
        self._wait(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self._stop_watching()
        self._let_go()
        self._reader = None  # it holds this connection
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        began_before = self._in_head
        super().data_received(data)
        if not self._in_head or self.transport.is_closing():
            return
        if began_before:
            self._head += len(data)
        if self._head > MAX_HEAD:
            self.send_400_response("The request's head is too large.")
        elif self._waiting is None:
            self._wait(HEAD_SECONDS)

    def send_400_response(self, msg: str) -> None:
        """Answer what is malformed; where a good request came before it, that one, and nothing after it."""
        asked = self._asked
        self._refused = True
        self._stop_waiting()
        if asked is None or asked.response_complete:
            super().send_400_response(msg)
            self._watch_closing()
            return
        if self.cycle is not asked:  # the malformed one's head was good
            self.pipeline.popleft()
            self.cycle = asked
        asked.keep_alive = False

    def handle_websocket_upgrade(self) -> None:
        if self.flow.write_paused or (self._asked is not None and not self._asked.response_complete):
            # The websocket would not learn that its transport is paused, and write on.
            self.send_400_response("An answer is under way.")
            return
        self._stop_waiting()
        self._stop_watching()
        super().handle_websocket_upgrade()
        self._reader = None
        self.parser = None  # type: ignore[assignment] # as upstream at the end of a connection; both hold this one
        protocol = self.transport.get_protocol()
        take_over = getattr(protocol, "take_over", None)
        leaving = _Leaving(self._shared, self.client, counted=self._counted)
        self._counted = False
        if take_over is not None:
            take_over(leaving)  # not anything of this: all of it would stay for as long as the websocket does
        if self.transport.is_closing() or take_over is None:
            leaving()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True
        self._head = 0

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._stop_waiting()
        super().on_headers_complete()
        self._wait(BODY_SECONDS + ANSWERING_SECONDS)

    def on_message_complete(self) -> None:
        self._stop_waiting()
        super().on_message_complete()
        self._asked = self.cycle

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            self._watch_closing()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._watch_closing()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._reader is not None:
            self._reader.begin()
        self._shared.wait(self, self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        self._stop_watching()
        super().resume_writing()

    def _watch_closing(self) -> None:
        """A closed connection stays until all of its answer has been read, however small the rest."""
        if self._reader is not None:
            self._reader.begin()

    def _tell_slow(self, unread: int) -> None:
        log.warning("http.slow_reader_closed", bytes=unread, seconds=self.patience)

    def _stop_watching(self) -> None:
        if self._reader is not None:
            self._reader.end()
        self._shared.done(self)

    def _let_go(self) -> None:
        if self._counted:
            self._counted = False
            self._shared.leave(self.client)

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._waiting = self.loop.call_later(seconds, self._too_slow)

    def _too_slow(self) -> None:
        self._waiting = None
        if self.flow.read_paused:  # by us: an answer before it takes its time
            self._wait(HEAD_SECONDS)
        elif self._asked is None or self._asked.response_complete or self._in_head:
            self.transport.close()
            self._watch_closing()
        else:
            self.send_400_response("The request took too long.")

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
