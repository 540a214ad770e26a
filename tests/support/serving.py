"""Real servers on ports of the loopback, in the test's own event loop."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from types import FrameType
from typing import Any

import uvicorn

from resolvers.server.serving import Server, server_options
from tests.support.patience import within


class TestServer(Server):
    """A server that a test tells what a signal would."""

    __test__ = False
    address = ""
    serving: asyncio.Task[None]

    def __init__(self, config: uvicorn.Config, drain_seconds: float) -> None:
        super().__init__(config, drain_seconds)
        self._drained = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    async def main_loop(self) -> None:
        """Until it is told to drain; uvicorn looks every tenth of a second."""
        await self.on_tick(0)  # every response's date
        await self._drained.wait()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self._drained.set()

    def drain(self) -> None:
        """Stop the server as SIGTERM does."""
        self.should_exit = True
        self._drained.set()

    async def ended(self) -> None:
        """Wait until it has drained."""
        async with within(30):
            await asyncio.shield(self.serving)


@contextlib.asynccontextmanager
async def a_server(
    app: Any, *, port: int = 0, drain_seconds: float = 0.0, lifespan: bool = True, **options: Any
) -> AsyncIterator[TestServer]:
    """Serve an ASGI application as ``foothold serve`` does, and wait until it serves.

    ``options`` are uvicorn's.
    """
    listener = socket.create_server(("127.0.0.1", port))
    # asyncio sees to it only where a socket names its protocol, and then an answer waits 40 ms for an acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(
        app,
        **{
            **server_options(),
            "loop": "asyncio",
            "lifespan": "on" if lifespan else "off",
            "log_level": "critical",
            # Longer than clients keep an idle connection: on a busy machine both would give it up at the same moment.
            "timeout_keep_alive": 600,
            **options,
        },
    )
    server = TestServer(config, drain_seconds)
    server.address = "{}:{}".format(*listener.getsockname()[:2])
    server.serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        async with within(30):
            while not server.started and not server.serving.done():
                await asyncio.sleep(0.005)
        if server.serving.done():
            await server.serving
            raise RuntimeError("the server did not start")
        yield server
    finally:
        server.drain()
        await server.serving
        listener.close()


@contextlib.asynccontextmanager
async def serving(app: Any, **options: Any) -> AsyncIterator[str]:
    """The address of such a server, for example ``127.0.0.1:1234``."""
    async with a_server(app, **options) as server:
        yield server.address
