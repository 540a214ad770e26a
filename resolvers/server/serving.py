"""Running uvicorn, for the command line and the tests alike, and graceful shutdown."""

import asyncio
import signal
from collections.abc import Sequence
from contextlib import suppress
from random import SystemRandom
from socket import socket
from types import FrameType
from typing import Any

import structlog
import uvicorn

from resolvers.draining import Draining
from resolvers.edge.bounds.connections import ConnectionLimits
from resolvers.edge.http_protocol import HttpProtocol
from resolvers.edge.websocket_protocol import ServerState, WebSocketProtocol

log = structlog.get_logger()

MAX_MESSAGE = 64 * 1024
_FINISHING_SECONDS = 5
_random = SystemRandom()


def server_options(max_message: int = MAX_MESSAGE, trusted_proxies: Sequence[str] = ()) -> dict[str, Any]:
    """Options of ``uvicorn.Config``. Compression costs 100 KiB a connection, so websockets go without it.

    ``max_message`` in bytes, of one websocket message. ``X-Forwarded-For`` is believed only from ``trusted_proxies``.
    """
    return {
        "http": HttpProtocol,
        "ws": WebSocketProtocol,
        "ws_per_message_deflate": False,
        "ws_max_size": max_message,
        "proxy_headers": bool(trusted_proxies),
        "forwarded_allow_ips": list(trusted_proxies),
        "access_log": False,
        "log_config": None,
        "log_level": "warning",  # resolvers/observe/logs.py has a line for each request and connection
        "server_header": False,
        "timeout_graceful_shutdown": _FINISHING_SECONDS,
    }


class Server(uvicorn.Server):
    """Leaves without losing anything: at the first signal it drains, at the second it ends at once.

    ``drain_seconds`` is over how long the websockets are closed. Ctrl-C closes them all at once: behind it is a
    person who waits, not a deploy.
    """

    def __init__(
        self, config: uvicorn.Config, drain_seconds: float, limits: ConnectionLimits | None = None
    ) -> None:
        super().__init__(config)
        self.server_state: ServerState = ServerState(limits)
        self._drain_seconds = drain_seconds
        self._forced = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:
            self.end_at_once()
            return
        if sig == signal.SIGINT:
            self._drain_seconds = 0.0
        super().handle_exit(sig, frame)

    def end_at_once(self) -> None:
        """Stop waiting, for clients and for work."""
        self.force_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._forced.set)

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        leaving = asyncio.ensure_future(self._leave(sockets or []))
        forced = asyncio.ensure_future(self._forced.wait())
        await asyncio.wait((leaving, forced), return_when=asyncio.FIRST_COMPLETED)
        for task in (leaving, forced):
            task.cancel()
        with suppress(asyncio.CancelledError):
            await leaving

    async def _leave(self, listeners: list[socket]) -> None:
        draining: Draining | None = self.lifespan.state.get("draining")
        self.server_state.draining = True
        handing_over = asyncio.ensure_future(_nothing() if draining is None else draining.begin())
        for server in self.servers:
            server.close()
        for listener in listeners:
            listener.close()
        # Whoever asks again on a connection that it has gets its answer, and goes elsewhere with the next.
        self.server_state.default_headers = [
            *self.server_state.default_headers,
            (b"connection", b"close"),
        ]
        await self._close_websockets()
        await handing_over
        await super().shutdown()

    async def _close_websockets(self) -> None:
        """Close each at a moment of its own, so that not all come back elsewhere at once."""
        websockets = [each for each in self.server_state.connections if isinstance(each, WebSocketProtocol)]
        if not websockets:
            return
        log.info("server.drain_started", connections=len(websockets), seconds=self._drain_seconds)
        _random.shuffle(websockets)
        loop = asyncio.get_running_loop()
        began, share = loop.time(), self._drain_seconds / len(websockets)
        for place, websocket in enumerate(websockets):
            loop.call_at(began + (place + _random.random()) * share, websocket.shutdown)
        with suppress(TimeoutError):
            async with asyncio.timeout_at(began + self._drain_seconds):
                while websockets:
                    if websockets[-1] in self.server_state.connections:
                        await self.server_state.one_left()
                    else:
                        websockets.pop()


async def _nothing() -> None:
    """There is no work to hand over."""
