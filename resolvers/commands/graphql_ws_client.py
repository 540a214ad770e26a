"""The graphql-transport-ws client of `watch`, `talk` and the tests: several operations on one socket, and reconnecting.

Errors are of two kinds. ``Refused`` is final: trying again would not help. Every other way to lose a connection is a
``ConnectionError``, ``OSError`` or ``TimeoutError``, after which ``keep_connected`` comes back.
"""

import asyncio
import json
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from itertools import count
from random import SystemRandom
from typing import Any, TypeVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI
from websockets.typing import Subprotocol

from resolvers.edge.close_codes import CloseCode
from services.kit.words.text import clean

PROTOCOL = Subprotocol("graphql-transport-ws")
SHORTEST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
"""Seconds before connecting again: the first time, and at most."""
ACKNOWLEDGE_SECONDS = 10.0

_TOO_MANY_REQUESTS = 429
_NOT_AUTHORISED = (CloseCode.UNAUTHORIZED, CloseCode.FORBIDDEN)
_FINAL = range(4400, 4500)
"""The protocol's codes for what the client did wrong, which it would do again; but for a late ``connection_init``."""
_RETRIED = ("INTERNAL", "RATE_LIMITED", "UNAVAILABLE")
_random = SystemRandom()

T = TypeVar("T")
Message = dict[str, Any]


class Refused(Exception):
    """The server refuses. Trying again would not help."""


class Unavailable(ConnectionError):
    """The server answers, and asks to try again later."""


class ConnectionLost(ConnectionError):
    """The websocket is closed, or was cut. ``code`` is the close code, 1006 without one."""

    def __init__(self, code: int | None, reason: str = "") -> None:
        super().__init__(f"connection closed ({code})")
        self.code = code
        self.reason = reason


class Mailbox:
    """A queue with an end: what has come is taken in order, then the ending is raised."""

    def __init__(self) -> None:
        self._held: deque[Message] = deque()
        self._moved = asyncio.Event()
        self._ending: Exception | None = None

    def empty(self) -> bool:
        """Tell if there is no message to take."""
        return not self._held

    def put(self, message: Message) -> None:
        """Add a message."""
        self._held.append(message)
        self._moved.set()

    def end(self, ending: Exception) -> None:
        """Let readers see ``ending`` after the messages that are held."""
        self._ending = ending
        self._moved.set()

    async def get(self) -> Message:
        """Return the next message. Raises the ending once there is none."""
        while not self._held:
            if self._ending is not None:
                raise self._ending
            self._moved.clear()
            await self._moved.wait()
        return self._held.popleft()


class Connection:
    """A websocket that carries several operations at once. ``connected`` makes one."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.answered = False
        """True once an operation has had a result: the server works."""
        self._ids = count(1)
        self._ending: Exception | None = None
        self._handshake = Mailbox()
        self._mailboxes: dict[str, Mailbox] = {}
        self._reading = asyncio.create_task(self._read(), name="graphql-ws")

    async def send(self, **message: Any) -> None:
        """Send a message of the protocol. Raises ``ConnectionLost``."""
        try:
            await self.socket.send(json.dumps(message))
        except ConnectionClosed:
            raise self._lost() from None

    async def init(self, token: str | None) -> None:
        """Send ``connection_init`` and wait for its answer. Raises ``ConnectionLost`` or ``TimeoutError``."""
        payload = {} if token is None else {"authorization": f"Bearer {token}"}
        async with asyncio.timeout(ACKNOWLEDGE_SECONDS):
            await self.send(type="connection_init", payload=payload)
            await self._handshake.get()

    async def start(self, payload: Mapping[str, Any], mailbox: Mailbox) -> str:
        """Subscribe; return the operation's id. Its messages go to ``mailbox``, which several may share."""
        if self._ending is not None:
            raise self._ending
        id_ = str(next(self._ids))
        self._mailboxes[id_] = mailbox
        await self.send(type="subscribe", id=id_, payload=payload)
        return id_

    async def complete(self, id_: str) -> None:
        """Unsubscribe."""
        await self.send(type="complete", id=id_)

    async def run(self, query: str, variables: Mapping[str, Any]) -> AsyncGenerator[Any, None]:
        """Yield the only field of each result. Raises ``Refused``, ``Unavailable`` or ``ConnectionLost``."""
        async with aclosing(self.run_all({"": (query, variables)})) as results:
            async for _, value in results:
                yield value

    async def run_all(
        self, operations: Mapping[str, tuple[str, Mapping[str, Any]]]
    ) -> AsyncGenerator[tuple[str, Any], None]:
        """Yield the name and only field of each result of several documents with variables, until all complete."""
        mailbox = Mailbox()
        names: dict[str, str] = {}
        for name, (query, variables) in operations.items():
            names[await self.start({"query": query, "variables": variables}, mailbox)] = name
        while names:
            message = await mailbox.get()
            if message["type"] == "complete":
                del names[message["id"]]
                continue
            value = _only_field(message)
            self.answered = True
            yield names[message["id"]], value

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """Return the only field of a query's or mutation's result, ``{}`` for null."""
        async with aclosing(self.run(query, variables)) as results:
            async for result in results:
                return dict(result or {})
        raise Refused("The server completed the operation without a result.")

    async def closed(self) -> int | None:
        """Wait until the websocket is closed, and return the close code."""
        await self.socket.wait_closed()
        return self.socket.close_code

    async def aclose(self) -> None:
        """Close the websocket."""
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await self.socket.close()

    async def _read(self) -> None:
        try:
            async for text in self.socket:
                await self._receive(json.loads(text))
        except ConnectionClosed:
            pass
        except (LookupError, TypeError, ValueError):
            self._ending = Refused("The server does not speak graphql-transport-ws.")
        self._ending = self._ending or self._lost()
        for mailbox in (self._handshake, *self._mailboxes.values()):
            mailbox.end(self._ending)

    async def _receive(self, message: Message) -> None:
        match message["type"]:
            case "ping":
                await self.socket.send(json.dumps({"type": "pong"}))
            case "connection_ack":
                self._handshake.put(message)
            case "next" | "error" | "complete":
                self._mailboxes[message["id"]].put(message)

    def _lost(self) -> ConnectionLost:
        return ConnectionLost(self.socket.close_code, self.socket.close_reason or "")


def _only_field(message: Message) -> Any:
    payload = message["payload"]
    errors = payload if message["type"] == "error" else payload.get("errors")
    if errors:
        words = clean(errors[0]["message"])
        code = errors[0].get("extensions", {}).get("code")
        raise Unavailable(words) if code in _RETRIED else Refused(words)
    (value,) = payload["data"].values()
    return value


@asynccontextmanager
async def connected(url: str, token: str | None) -> AsyncGenerator[Connection, None]:
    """Connect, and wait until the server acknowledges the token.

    Raises ``Refused``, or ``OSError`` or ``TimeoutError`` (``ConnectionLost`` among them) when it may be tried again.
    """
    connection = Connection(await _open(url))
    try:
        await connection.init(token)
        yield connection
    except ConnectionLost as lost:
        raise _meaning(lost) from None
    finally:
        await connection.aclose()


async def _open(url: str) -> ClientConnection:
    try:
        socket = await connect(url, subprotocols=[PROTOCOL])
    except InvalidURI:
        raise Refused(f"{url} is not the address of a websocket: ws://… or wss://…") from None
    except InvalidStatus as refusal:
        status = refusal.response.status_code
        if status >= 500 or status == _TOO_MANY_REQUESTS:
            raise Unavailable(f"{url} is temporarily unavailable ({status})") from None
        raise Refused(f"{url} refuses websockets ({status}). Is it the address of /graphql?") from None
    except InvalidHandshake:
        # Also a server that was killed before it had answered, or is no web server.
        raise ConnectionLost(None) from None
    if socket.subprotocol != PROTOCOL:
        await socket.close()
        raise Refused(f"{url} does not speak graphql-transport-ws.")
    return socket


def _meaning(lost: ConnectionLost) -> Exception:
    """Return ``Refused`` for the close codes that say so, else ``lost`` itself."""
    if lost.code in _NOT_AUTHORISED:
        return Refused("The token is not accepted: not valid there, or expired.")
    if lost.code in _FINAL and lost.code != CloseCode.INIT_TIMEOUT:
        return Refused(f"The server ended the connection: {clean(lost.reason)} ({lost.code}).")
    return lost


async def keep_connected(
    address: Callable[[], str],
    token: str,
    use: Callable[[Connection], Awaitable[T]],
    on_lost: Callable[[str, float], None],
    pauses: tuple[float, float] = (SHORTEST_PAUSE, LONGEST_PAUSE),
) -> T:
    """Call ``use`` with a connection, and again with a new one whenever it is lost, until it returns.

    ``use`` reads its variables anew each time, so that its cursors resume; ``address`` is asked each time too.
    ``on_lost`` is told what happened and the seconds until the next attempt: ``pauses`` from the shortest to the
    longest, doubled while nothing works; at most the shortest after 1012, at random, as the server is being replaced
    and not all are to come at once. Raises ``Refused``.
    """
    pause = pauses[0]
    while True:
        url = address()
        lost = f"no answer at {url}"
        code: int | None = None
        try:
            async with connected(url, token) as connection:
                lost = "connection lost"
                try:
                    return await use(connection)
                finally:
                    if connection.answered:
                        pause = pauses[0]
        except (OSError, TimeoutError) as error:
            code = error.code if isinstance(error, ConnectionLost) else None
        delay = _random.uniform(0, pauses[0]) if code == CloseCode.SERVICE_RESTART else pause
        on_lost(lost, delay)
        await asyncio.sleep(delay)
        pause = min(pause * 2, pauses[1])
