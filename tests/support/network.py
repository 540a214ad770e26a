"""A network that loses packets or answers: a TCP proxy whose connections fall silent, or are cut when they answer."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress


class Network:
    """Between clients and one server on the loopback. ``listen``: the port for clients; a free one by default."""

    def __init__(self, port: int, listen: int = 0) -> None:
        self._server_port = port
        self._listen = listen
        self._passing = asyncio.Event()
        self._passing.set()
        self._loses: Callable[[], bool] = lambda: False
        self._pipes: set[asyncio.Task[None]] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._proxy: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port of the loopback that clients connect to."""
        assert self._proxy is not None
        port: int = self._proxy.sockets[0].getsockname()[1]
        return port

    def swallow(self) -> None:
        """Lose all packets from now on, those of new connections included."""
        self._passing.clear()

    def lose_answers(self, loses: Callable[[], bool]) -> None:
        """Cut connections in place of passing an answer on, each time that ``loses`` says so."""
        self._loses = loses

    def restore(self, *, forget: bool = False) -> None:
        """Pass packets again. ``forget``: connections from before stay silent for ever, as behind a new firewall."""
        if forget:
            self._passing = asyncio.Event()
        self._passing.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passing = self._passing
        serving = asyncio.current_task()
        assert serving is not None
        self._serving.add(serving)
        serving.add_done_callback(self._serving.discard)
        # A connection that is silent when the loop ends is cancelled, which streams of Python 3.11 log as an error.
        with suppress(OSError, asyncio.CancelledError), closing(writer):
            await passing.wait()
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._server_port)
            there = asyncio.create_task(self._pipe(passing, reader, far_writer))
            back = asyncio.create_task(self._pipe(passing, far_reader, writer, answers=True))
            self._pipes |= {there, back}
            with closing(far_writer):
                await asyncio.wait([there, back], return_when=asyncio.FIRST_COMPLETED)
            self._pipes -= {there, back}
            for pipe in (there, back):
                pipe.cancel()

    async def _pipe(
        self,
        passing: asyncio.Event,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        answers: bool = False,
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                await passing.wait()
                if answers and self._loses():
                    return
                writer.write(data)
                await writer.drain()

    async def start(self) -> None:
        self._proxy = await asyncio.start_server(self._serve, "127.0.0.1", self._listen)

    async def stop(self) -> None:
        assert self._proxy is not None
        self._proxy.close()
        tasks = [*self._pipes, *self._serving]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def a_network(port: int) -> AsyncIterator[Network]:
    """Serve a network in front of the server at ``port``."""
    network = Network(port)
    await network.start()
    try:
        yield network
    finally:
        await network.stop()
