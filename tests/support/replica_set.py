"""A pretend replica set in front of two databases: what the primary has applied and what a majority holds may differ.

Real drivers connect to it over MongoDB's wire protocol (OP_MSG, and OP_QUERY for the first hello). Writes go to the
primary's database, then in the same order to the other's; a write that asks for a majority is answered after both.
Reads with read concern ``majority`` are answered from what both hold. Sessions are offered only on demand: without
them the driver retries nothing by itself.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

from bson import ObjectId
from pymongo import MongoClient

from tests.support.database import port_of
from tests.support.wire import HELLO, WRITES, Backend, Message, answer_to, read_message

NAME = "pretend"
NOT_PRIMARY: Message = {
    "ok": 0.0,
    "code": 10107,
    "codeName": "NotWritablePrimary",
    "errmsg": "not primary",
}


class _SteppedDownError(Exception):
    """A write was rolled back while it waited for a majority."""


class ReplicaSet:
    """Two members, each a port of the loopback. The first is the primary until ``fail_over`` or ``step_down``.

    ``listen`` are the members' own ports, free ones by default.
    """

    def __init__(
        self, first: int, second: int, *, sessions: bool = False, listen: tuple[int, int] = (0, 0)
    ) -> None:
        self._ports = (first, second)
        self._listen = listen
        self._sessions = {"logicalSessionTimeoutMinutes": 30} if sessions else {}
        self._members: list[asyncio.Server] = []
        self._clients: dict[int, set[asyncio.StreamWriter]] = {0: set(), 1: set()}
        self._writing = asyncio.Lock()
        self._applying = (Backend(first), Backend(second))
        self._replicating = asyncio.Event()
        self._replicating.set()
        self._primary = 0
        self._leads = True
        self._term = 1
        self._hold_at: str | None = None
        self._step_down_at: tuple[str, str] | None = None
        self._passing = 0
        self.refusing: dict[str, int] = {}
        """How many finds in a collection are refused, as by a member that is no primary any more."""
        self._log: list[tuple[Message, asyncio.Future[None]]] = []
        self.quorums: set[str | None] = set()
        """Quorums that builds of indexes asked for."""
        self.fallen = asyncio.Event()
        """Set once the primary has stepped down."""
        self.applied = asyncio.Event()
        """Set once the primary has applied a write that is held."""

    @property
    def uri(self) -> str:
        """Return the URI for drivers."""
        hosts = ",".join(f"127.0.0.1:{self._port_of(member)}" for member in (0, 1))
        return f"mongodb://{hosts}/?replicaSet={NAME}"

    async def start(self) -> None:
        for member in (0, 1):
            serve = partial(self._serve, member)
            self._members.append(await asyncio.start_server(serve, "127.0.0.1", self._listen[member]))

    async def stop(self) -> None:
        for member, server in enumerate(self._members):
            server.close()
            self._cut(member)
        for _, replicated in self._log:
            replicated.cancel()
        for backend in self._applying:
            backend.close()

    def hold(self, collection: str | None = None) -> None:
        """Let the primary apply writes that reach nobody else: from now on, or from the next to ``collection`` on."""
        self.applied.clear()
        if collection is None:
            self._replicating.clear()
        self._hold_at = collection

    async def held(self, number: int) -> None:
        """Wait until so many writes wait for a majority."""
        while len(self._log) < number:
            await asyncio.sleep(0.01)

    async def release(self) -> None:
        """Replicate what was held, in its order."""
        async with self._writing:
            self._hold_at = None
            self._replicating.set()
            await self._replicate()

    async def fail_over(self) -> None:
        """Kill the primary. What it had not replicated is lost, and the other member is elected."""
        async with self._writing:
            old, self._primary = self._primary, 1 - self._primary
            self._term += 1
            lost, self._log = self._log, []
            self._hold_at = None
            self._replicating.set()
            self._members[old].close()
            self._cut(old)
            for _, replicated in lost:
                replicated.cancel()

    async def step_down(self) -> None:
        """Leave the set without a primary until ``elect``. Nothing that was written is lost."""
        async with self._writing:
            self._fall()

    def step_down_at(self, command: str, collection: str, *, passing: int = 0) -> None:
        """Leave the set without a primary when a write of this kind comes, which is not done; after some that are."""
        self._step_down_at, self._passing = (command, collection), passing

    def _fall(self) -> None:
        self._leads = False
        self._term += 1
        self._step_down_at = None
        self.fallen.set()

    async def step_down_and_lose(self, *, abrupt: bool) -> None:
        """``step_down``, and what was not replicated is rolled back: its writers are told, or cut if ``abrupt``."""
        async with self._writing:
            self._leads = False
            self._term += 1
            lost, self._log = self._log, []
            self._hold_at = None
            self._replicating.set()
            if abrupt:
                self._cut(self._primary)
            for _, replicated in lost:
                if not replicated.done():
                    replicated.set_exception(_SteppedDownError)
                    replicated.exception()  # nobody waits any more for some
        touched = {(command["$db"], command[next(iter(command))]) for command, _ in lost}
        await asyncio.to_thread(self._roll_back, touched)

    def _roll_back(self, touched: set[tuple[str, str]]) -> None:
        """Make what the one that steps down has in these collections what the other has."""
        uris = [f"mongodb://127.0.0.1:{port}/?directConnection=true" for port in self._ports]
        with (
            MongoClient[Message](uris[self._primary]) as its,
            MongoClient[Message](uris[1 - self._primary]) as others,
        ):
            for database, collection in touched:
                its[database][collection].delete_many({})
                if documents := list(others[database][collection].find()):
                    its[database][collection].insert_many(documents)

    def elect(self) -> None:
        """Make the other member the primary."""
        self._primary, self._leads = 1 - self._primary, True
        self.fallen.clear()

    def _cut(self, member: int) -> None:
        for writer in self._clients[member]:
            with suppress(RuntimeError):
                writer.transport.abort()

    def _port_of(self, member: int) -> int:
        sockets = self._members[member].sockets
        if not sockets:
            return 1  # a member that died keeps an address at which nobody answers
        port: int = sockets[0].getsockname()[1]
        return port

    async def _serve(self, member: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._clients[member].add(writer)
        connection = _Connection(self, member)
        try:
            while True:
                command, asked = await read_message(reader)
                writer.write(answer_to(asked, await connection.answer(command)))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            return
        finally:
            connection.close()
            self._clients[member].discard(writer)
            writer.close()

    def hello(self, member: int) -> Message:
        """Return what a member says of itself and the set."""
        primary = self.is_primary(member)
        leader = {"primary": self._hosts[self._primary]} if self._leads else {}
        return {
            **leader,
            **self._sessions,
            "helloOk": True,
            "ismaster": primary,
            "isWritablePrimary": primary,
            "secondary": not primary,
            "setName": NAME,
            "setVersion": 1,
            "electionId": ObjectId(f"{self._term:024x}"),
            "hosts": self._hosts,
            "me": self._hosts[member],
            "maxBsonObjectSize": 16 * 1024 * 1024,
            "maxMessageSizeBytes": 48_000_000,
            "maxWriteBatchSize": 1000,
            "minWireVersion": 0,
            "maxWireVersion": 21,
            "ok": 1.0,
        }

    @property
    def _hosts(self) -> list[str]:
        return self.uri.removeprefix("mongodb://").partition("/")[0].split(",")

    def is_primary(self, member: int) -> bool:
        return self._leads and member == self._primary

    def port(self, member: int) -> int:
        """The port of the database behind a member."""
        return self._ports[member]

    async def write(self, command: Message) -> Message:
        """Apply a write at the primary; with write concern ``majority`` return when the other has it too, or with an
        error at the end of its ``wtimeout``."""
        if "createIndexes" in command:
            self.quorums.add(command.get("commitQuorum"))
        concern = command.get("writeConcern", {})
        async with self._writing:
            if self._step_down_at == next(iter(command.items())):
                self._passing -= 1
                if self._passing < 0:
                    self._fall()
            if not self._leads:
                return NOT_PRIMARY
            primary = self._primary
            if command[next(iter(command))] == self._hold_at:
                self._replicating.clear()
            reply = await self._applying[primary].run(command)
            replicated = asyncio.get_running_loop().create_future()
            self._log.append((command, replicated))
            if not self._replicating.is_set():
                self.applied.set()
            await self._replicate()
        if concern.get("w", "majority") == "majority":
            _, late = await asyncio.wait({replicated}, timeout=concern.get("wtimeout", 0) / 1000 or None)
            if late:
                return {
                    **reply,
                    "writeConcernError": {"code": 64, "errmsg": "waiting for replication timed out"},
                }
            try:
                await replicated
            except _SteppedDownError:
                return {**reply, "writeConcernError": {"code": 11602, "errmsg": "the primary stepped down"}}
        return reply

    async def _replicate(self) -> None:
        while self._log and self._replicating.is_set():
            command, replicated = self._log.pop(0)
            if len(self._open_members()) == 2:
                await self._applying[1 - self._primary].run(command)
            if not replicated.done():
                replicated.set_result(None)

    def _open_members(self) -> list[int]:
        return [member for member in (0, 1) if self._members[member].is_serving()]

    def committed(self) -> int:
        """The port of the database that holds what a majority has."""
        other = 1 - self._primary
        return self._ports[other if other in self._open_members() else self._primary]


class _Connection:
    """A driver's connection to one member."""

    def __init__(self, replica_set: ReplicaSet, member: int) -> None:
        self._set = replica_set
        self._member = member
        self._backends: dict[int, Backend] = {}
        self._cursors: dict[int, int] = {}

    async def answer(self, command: Message) -> Message:
        name = next(iter(command))
        if name in HELLO:
            return self._set.hello(self._member)
        if not self._set.is_primary(self._member):
            return NOT_PRIMARY
        if name in WRITES:
            return await self._set.write(command)
        if self._set.refusing.get(str(command.get("find")), 0):
            self._set.refusing[command["find"]] -= 1
            return NOT_PRIMARY
        return await self._read(name, command)

    async def _read(self, name: str, command: Message) -> Message:
        if name == "getMore":
            port = self._cursors[int(command["getMore"])]
        elif command.get("readConcern", {}).get("level") == "majority":
            port = self._set.committed()
        else:
            port = self._set.port(self._member)
        backend = self._backends.setdefault(port, Backend(port))
        reply = await backend.run(command)
        cursor = reply.get("cursor", {}).get("id", 0)
        if cursor:
            self._cursors[int(cursor)] = port
        return reply

    def close(self) -> None:
        for backend in self._backends.values():
            backend.close()


@asynccontextmanager
async def a_replica_set(
    first_uri: str, second_uri: str, *, sessions: bool = False
) -> AsyncIterator[ReplicaSet]:
    """Serve a set in front of the databases at these URIs."""
    pretend = ReplicaSet(port_of(first_uri), port_of(second_uri), sessions=sessions)
    await pretend.start()
    try:
        yield pretend
    finally:
        await pretend.stop()
