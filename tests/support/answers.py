"""A server whose answers go wrong: a proxy in front of a database that loses or changes what a write is answered.

It offers no sessions, so the driver retries nothing by itself, and does not keep a hello waiting.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum

from tests.support.wire import Backend, Message, answer_to, read_message

_WRITES = {"insert", "update", "delete"}
NOT_OFFERED = ("logicalSessionTimeoutMinutes", "topologyVersion")


class When(Enum):
    """What becomes of the write itself."""

    NOT_DONE = "not done"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Fault:
    """What a write is answered: nothing for a ``code`` of None, else an error.

    The error is one of the write concern where the write is done, else one of the command.
    """

    when: When
    code: int | None = None
    labels: tuple[str, ...] = ()

    def __str__(self) -> str:
        code = "no answer" if self.code is None else str(self.code)
        return " ".join([self.when.value, code, *self.labels])


class Answers:
    """The server. Each write meets ``fault`` the first time that it comes, so that one more try finds it gone, also one
    that writes something else."""

    def __init__(self, port: int) -> None:
        self._database = port
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.StreamWriter] = set()
        self.fault: Fault | None = None
        self.met = 0
        """Writes that have met the fault."""
        self._seen: set[str] = set()
        self._met_last: str | None = None

    @property
    def uri(self) -> str:
        assert self._server is not None
        return f"mongodb://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/?directConnection=true"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._connections:
            writer.transport.abort()

    def expect(self, fault: Fault | None) -> None:
        """Let each write from now on meet this fault, None being none."""
        self.fault, self.met, self._seen, self._met_last = fault, 0, set(), None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        backend = Backend(self._database)
        self._connections.add(writer)
        try:
            while True:
                command, asked = await read_message(reader)
                reply = await self._answer(backend, command)
                if reply is None:
                    return
                writer.write(answer_to(asked, reply))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            return
        finally:
            backend.close()
            self._connections.discard(writer)
            writer.close()

    async def _answer(self, backend: Backend, command: Message) -> Message | None:
        fault = self._fault_of(command)
        if fault is None:
            reply = await backend.run(command)
            return {name: value for name, value in reply.items() if name not in NOT_OFFERED}
        if fault.when is When.NOT_DONE:
            return _refusal(fault)
        reply = await backend.run(command)
        if fault.code is None:
            return None
        labels = {"errorLabels": list(fault.labels)} if fault.labels else {}
        return {**reply, **labels, "writeConcernError": {"code": fault.code, "errmsg": "injected"}}

    def _fault_of(self, command: Message) -> Fault | None:
        name = next(iter(command))
        written = str([command.get(part) for part in ("documents", "updates", "deletes")])
        if name not in _WRITES or self.fault is None:
            return None
        again = written in self._seen or command[name] == self._met_last
        self._seen.add(written)
        self._met_last = None if again else command[name]
        if again:
            return None
        self.met += 1
        return self.fault


def _refusal(fault: Fault) -> Message | None:
    if fault.code is None:
        return None
    labels = {"errorLabels": list(fault.labels)} if fault.labels else {}
    return {"ok": 0.0, "code": fault.code, "errmsg": "injected", **labels}


@asynccontextmanager
async def answers(port: int) -> AsyncIterator[Answers]:
    """Serve such a server in front of the database at ``port``."""
    server = Answers(port)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
