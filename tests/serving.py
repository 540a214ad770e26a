"""Real servers on free ports of the loopback, in the test's own event loop."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any

import uvicorn

from resolvers.serving import server_options


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serving(app: Any, *, lifespan: bool = True, **options: Any) -> AsyncIterator[str]:
    """Serve an ASGI application as ``foothold serve`` does; yields its address, such as ``127.0.0.1:1234``.

    ``options`` are uvicorn's.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        **{
            **server_options(),
            "loop": "asyncio",
            "lifespan": "on" if lifespan else "off",
            "log_level": "critical",
            **options,
        },
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        async with asyncio.timeout(30):
            while not server.started and not task.done():
                await asyncio.sleep(0.005)
        if task.done():
            await task
            raise RuntimeError("the server did not start")
        yield "{}:{}".format(*listener.getsockname()[:2])
    finally:
        server.should_exit = True
        await task
        listener.close()
