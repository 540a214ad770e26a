"""Connections of a server, and the bytes that wait for their clients: counted, and bounded."""

from asyncio import AbstractEventLoop, TimerHandle, Transport
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any, Protocol

import structlog
from uvicorn.server import ServerState as UvicornState

from resolvers.edge.bounds.limits import enter, leave
from resolvers.execution.permissions.addresses import counted_address
from services.kit.metrics import counts

log = structlog.get_logger()

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """``total`` connections of a process, ``per_address`` of one address.

    ``waiting`` is how many bytes may wait for all clients, ``waiting_per_client`` for those of one person; without a
    person, of one address. ``proxies``: networks whose connections are not counted by address.
    """

    total: int = 10_000
    per_address: int = 1_000
    waiting: int = 64 * _MIB
    waiting_per_client: int = 16 * _MIB
    proxies: tuple[str, ...] = ()


class Waiting(Protocol):
    """A connection whose client has not read everything yet."""

    @property
    def owner(self) -> str | None:
        """The person, else the address, that its bytes are counted for; None for this machine."""

    def cut(self) -> None:
        """End it at once, with what waits."""


class Connections:
    """Counts of one process. Where too many bytes wait, the connection that has waited longest is cut."""

    def __init__(self, limits: ConnectionLimits | None = None) -> None:
        self.limits = limits or ConnectionLimits()
        self.waiting = 0
        self._total = 0
        self._addresses: Counter[str] = Counter()
        self._proxies = [ip_network(proxy) for proxy in self.limits.proxies]
        self._sizes: dict[Waiting, tuple[str | None, int]] = {}  # the longest wait first
        self._owners: Counter[str | None] = Counter()

    def enter(self, client: tuple[str, int] | None) -> bool:
        """Count one more connection until ``leave``; False if there are too many, in all or of its address."""
        address = self._address(client)
        if self._total >= self.limits.total:
            return False
        if address is not None and not enter(self._addresses, address, self.limits.per_address):
            return False
        self._total += 1
        return True

    def leave(self, client: tuple[str, int] | None) -> None:
        self._total -= 1
        if (address := self._address(client)) is not None:
            leave(self._addresses, address)

    def wait(self, connection: Waiting, size: int) -> None:
        """Note that ``size`` bytes wait for the connection's client. May cut it, or one that waits longer."""
        self.done(connection)
        owner = connection.owner
        self._sizes[connection] = owner, size
        self.waiting += size
        self._owners[owner] += size
        while owner is not None and self._owners[owner] > self.limits.waiting_per_client:
            self._cut(next(one for one, (whose, _) in self._sizes.items() if whose == owner))
        while self.waiting > self.limits.waiting:
            self._cut(next(iter(self._sizes)))

    def done(self, connection: Waiting) -> None:
        """Note that nothing waits for the connection's client any more."""
        if (known := self._sizes.pop(connection, None)) is not None:
            owner, size = known
            self.waiting -= size
            self._owners[owner] -= size
            if self._owners[owner] <= 0:
                del self._owners[owner]

    def _cut(self, connection: Waiting) -> None:
        log.warning("connection.unread_bytes_exceeded", bytes=self._sizes[connection][1], all=self.waiting)
        self.done(connection)
        counts.drops += 1
        connection.cut()

    def _address(self, client: tuple[str, int] | None) -> str | None:
        """Return whom a connection is counted for: nobody for this machine itself and for proxies."""
        address = counted_address({"client": client})
        if address is None or client is None or not self._proxies:
            return address
        peer = ip_address(client[0])
        return None if any(peer in proxy for proxy in self._proxies) else address


def connections_of(state: UvicornState) -> Connections:
    """Return the counts that the connections of a server share."""
    shared: Connections | None = getattr(state, "shared", None)
    return Connections() if shared is None else shared


def owner_of(scope: Any, client: tuple[str, int] | None) -> str | None:
    """Return the person of a request or websocket once known (``state["person"]``), else the address."""
    person: str | None = None if scope is None else scope.get("state", {}).get("person")
    return person or counted_address({"client": client} if scope is None else scope)


class SlowReader:
    """Watches a transport whose client has something to read, and cuts it when nothing goes for ``patience`` seconds.

    ``tell`` is given the bytes that were left. Closing would wait for the client to read the rest, perhaps for ever.
    """

    def __init__(
        self, transport: Transport, loop: AbstractEventLoop, patience: float, tell: Callable[[int], None]
    ) -> None:
        self._transport = transport
        self._loop = loop
        self._patience = patience
        self._tell = tell
        self._unread = 0
        self._watching: TimerHandle | None = None

    def begin(self) -> None:
        """Begin to watch, unless it does so already."""
        if self._watching is None:
            self._watch()

    def end(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None

    def _watch(self) -> None:
        self._unread = self._transport.get_write_buffer_size()
        self._watching = self._loop.call_later(self._patience, self._look)

    def _look(self) -> None:
        self._watching = None
        left = self._transport.get_write_buffer_size()
        if left == 0:
            return
        if left < self._unread:
            self._watch()
            return
        counts.drops += 1
        self._tell(left)
        self._transport.abort()
