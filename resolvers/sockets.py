"""uvicorn's websocket protocol, taught to give up on a client that does not read."""

from asyncio import TimerHandle
from asyncio.transports import BaseTransport

import structlog
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

log = structlog.get_logger()

MAX_UNREAD_PONGS = 1000


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """Cuts off a client that takes nothing of what it was sent for ``patience`` seconds.

    Closing would wait until it has read the rest, which may be never.
    """

    patience = 10.0
    _unread = 0
    _unanswered = 0
    _watching: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(
            0
        )  # writing pauses, and the watch begins, at the first byte left

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch()

    def resume_writing(self) -> None:
        self._stop_watching()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_watching()
        super().connection_lost(exc)

    def handle_ping(self) -> None:
        # Pongs do not wait for a pause to end: without a limit they would pile up for as long as pings come.
        super().handle_ping()
        self._unanswered = 0 if self.writable.is_set() else self._unanswered + 1
        if self._unanswered > MAX_UNREAD_PONGS:
            self.transport.abort()

    def _watch(self) -> None:
        self._unread = self.transport.get_write_buffer_size()
        self._watching = self.loop.call_later(self.patience, self._look)

    def _look(self) -> None:
        if self.transport.get_write_buffer_size() < self._unread:
            self._watch()
            return
        log.warning("connection.not_read", bytes=self._unread, seconds=self.patience)
        self.transport.abort()

    def _stop_watching(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None
