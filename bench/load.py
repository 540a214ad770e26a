"""Parts that the cases of the load generator share: tokens, connections, subscribers, and changes."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from statistics import median

from bench.data import LIVE, SAVE, UNSAVE, action_of, profile_of
from bench.processes import processor_seconds
from bench.wire import PATIENCE, Http, Refused, Socket
from services.identity.local_tokens import LocalIdentity

AT_ONCE = 50
SETTLED = 1.0

Numbers = dict[str, float]


@dataclass(frozen=True, slots=True)
class Task:
    """``pids`` are the server's; changes go to ``write_port``, subscribers to ``port``; people begin at ``first``."""

    case: str
    keys: str
    port: int
    write_port: int
    pids: list[int]
    first: int = 0
    sizes: dict[str, int] = field(default_factory=dict)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all does not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def milliseconds(name: str, seconds: Sequence[float]) -> Numbers:
    """Median and p99."""
    return {f"{name}_p50": median(seconds) * 1000, f"{name}_p99": percentile(seconds, 0.99) * 1000}


class Load:
    """One case against one server."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self._identity = LocalIdentity(Path(task.keys))
        self._tokens: dict[str, str] = {}
        self._saved: set[str] = set()
        self._changes = 0
        self._name = f"bench-{token_hex(4)}"  # an id that was used before changes nothing

    def token(self, user: str) -> str:
        """The person's, signed once."""
        if user not in self._tokens:
            self._tokens[user] = self._identity.issue(user)
        return self._tokens[user]

    def processor(self) -> float:
        """Seconds that the server has used so far."""
        return processor_seconds(*self.task.pids)

    async def subscribe(
        self, user: str, take: Callable[[bytes], None], receive_buffer: int | None = None
    ) -> Socket:
        """A subscriber that has had its first emission; ``take`` is given every one after that."""
        first: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        def taken(payload: bytes) -> None:
            if first.done():
                take(payload)
            else:
                first.set_result(payload)

        socket = await Socket.open(self.task.port, self.token(user), taken, receive_buffer)
        socket.subscribe(LIVE, {"profileId": profile_of(user)})
        async with asyncio.timeout(PATIENCE):
            payload = await first
        if b'"INITIAL"' not in payload:
            raise Refused(payload[:500].decode())
        return socket

    async def open_each(self, user: str, documents: Sequence[str], take: Callable[[bytes], None]) -> Socket:
        """One connection with a subscription to each document; ``take`` is given all that comes."""
        socket = await Socket.open(self.task.port, self.token(user), take)
        variables = {"profileId": profile_of(user), "actionId": action_of(user)}
        for number, document in enumerate(documents):
            wanted = {name: value for name, value in variables.items() if f"${name}:" in document}
            socket.subscribe(document, wanted, str(number))
        return socket

    async def subscribe_all(self, users: Sequence[str], take: Callable[[int, bytes], None]) -> list[Socket]:
        """A subscriber for each, some at a time; ``take`` is told which."""
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(number: int, user: str) -> Socket:
            async with turns:
                return await self.subscribe(user, lambda payload: take(number, payload))

        return await asyncio.gather(*(one(number, user) for number, user in enumerate(users)))

    def change(self, user: str) -> tuple[bytes, bytes]:
        """A request that saves or unsaves the person's action, and what every emission of it holds."""
        self._changes += 1
        name = f"{self._name}-{self._changes}."
        save = user not in self._saved
        self._saved.symmetric_difference_update([user])
        variables = {"id": action_of(user), "mutationId": name}
        request = Http.request(self.token(user), SAVE if save else UNSAVE, variables)
        return request, f'"{name}"'.encode()

    async def settle(self, user: str, http: Http) -> None:
        """Bring the person's action to be a suggestion, whatever an earlier case left."""
        variables = {"id": action_of(user)}
        await http.run(self.token(user), UNSAVE, variables)


def changed_at(answer: bytes) -> float | None:
    """The server's own stamp of a change, just before its write; only a saved action has one. Seconds."""
    result = json.loads(answer)
    if "errors" in result:
        raise Refused(str(result)[:500])
    (payload,) = result["data"].values()
    if payload["__typename"] != "CareerActionPayload":
        raise Refused(str(payload))
    stamp = payload["careerAction"]["savedAt"]
    return None if stamp is None else time_of(stamp)


def time_of(stamp: str) -> float:
    """An ISO time as seconds on the machine's clock."""
    return datetime.fromisoformat(stamp).timestamp()


class Delivery:
    """Waits until a change has reached as many subscribers as there are."""

    def __init__(self, subscribers: int) -> None:
        self._subscribers = subscribers
        self._wanted = b""
        self.reached = 0
        self.last = 0.0
        self._all = asyncio.Event()

    def expect(self, wanted: bytes) -> None:
        """Start counting this subscriber."""
        self._wanted = wanted
        self.reached = 0
        self._all.clear()

    def take(self, _number: int, payload: bytes) -> None:
        if self._wanted in payload:
            self.reached += 1
            if self.reached == self._subscribers:
                self.last = time.time()
                self._all.set()

    async def complete(self, patience: float = PATIENCE) -> None:
        """Raises ``TimeoutError``."""
        async with asyncio.timeout(patience):
            await self._all.wait()
