"""Following a reply: the text that is missing, then frames as they come, then how it ended.

The document is the truth. Frames run ahead of it, and may be lost: whatever does not join up is read again.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Self

from db.messages import ExchangeRecord, ExchangeStore, MessageRole
from services.conversations.exchanges import parse_message_id
from services.kit.errors import InvalidInput, NotFound
from services.kit.retrying import steadily
from services.sync.followed_profile import Unavailable
from services.sync.hub import Hub, Signal
from services.sync.wakeups import STALE, Wakeups, chat_topic

WANTED = "wanted"
"""Announced by who comes late: what was sent before is to be saved now."""

_OPENING_SECONDS = 10.0
_GAP_SECONDS = 0.1
_AHEAD_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class ChatCursor:
    """Held: the frames of an attempt up to ``seq``. Written ``attempt:seq``."""

    attempt: int
    seq: int

    def __str__(self) -> str:
        return f"{self.attempt}:{self.seq}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ``InvalidInput``."""
        parts = text.split(":")
        if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) <= 9 for part in parts):
            raise InvalidInput("after", "Invalid cursor for this subscription.")
        return cls(int(parts[0]), int(parts[1]))


@dataclass(frozen=True, slots=True)
class Delta:
    """Text that follows what is held."""

    cursor: ChatCursor
    text: str


@dataclass(frozen=True, slots=True)
class Reset:
    """A new attempt begins: text held is void."""

    attempt: int


@dataclass(frozen=True, slots=True)
class Ended:
    """Nothing follows."""

    exchange: ExchangeRecord


class FollowedReply(Signal):
    """A reply that is followed: its document as last read, and the frames of the present attempt that came live."""

    def __init__(self, exchange_id: str) -> None:
        super().__init__(exchange_id)
        self.exchange: ExchangeRecord | None = None
        self.changes = 0
        self._read_at = -1
        self.attempt = 0
        self.first = 1
        self._frames: list[str] = []

    @property
    def last(self) -> int:
        """The newest frame's number."""
        return self.first + len(self._frames) - 1

    def add(self, attempt: int, seq: int, text: str) -> None:
        """A frame came. Those that are late or doubled say nothing new."""
        if attempt < self.attempt or (attempt == self.attempt and seq <= self.last):
            return
        if attempt > self.attempt or seq > self.last + 1:
            self.attempt, self.first = attempt, seq
            self._frames.clear()
        self._frames.append(text)
        self.wake()

    def saved(self, attempt: int, seq: int) -> None:
        """The document has the frames up to ``seq``, which is news when they did not come live."""
        if (attempt, seq) > (self.attempt, self.last):
            self.changed()

    def after(self, seq: int) -> str:
        """The frames after ``seq``, when they join up with it."""
        return "".join(self._frames[seq + 1 - self.first :]) if seq + 1 >= self.first else ""

    def changed(self) -> None:
        """The document says something new."""
        self.changes += 1
        self.wake()

    def offer(self, exchange: ExchangeRecord) -> None:
        """The document as somebody read it."""
        if self.exchange is None or exchange.version > self.exchange.version:
            self.exchange = exchange
            self.wake()

    def newer_than(self, exchange: ExchangeRecord) -> bool:
        """Return True if somebody has read a newer document."""
        return self.exchange is not None and self.exchange.version > exchange.version

    async def document(
        self, read: Callable[[], Awaitable[ExchangeRecord | None]], changes: int
    ) -> ExchangeRecord:
        """The document, read no earlier than the news that made the count ``changes``. Raises ``NotFound``."""
        if self._read_at < changes or self.exchange is None:
            present = self.changes
            exchange = await steadily(read)
            if exchange is None:
                raise NotFound("message")
            self._read_at = max(self._read_at, present)
            self.offer(exchange)
            return exchange
        return self.exchange


class Chat:
    """Subscriptions to replies."""

    def __init__(self, store: ExchangeStore, wakeups: Wakeups) -> None:
        self._store = store
        self._wakeups = wakeups
        self.hub = Hub(chat_topic, FollowedReply)

    def on_announcement(self, topic: str, payload: str = "") -> None:
        """A frame, or news of the document: without a payload, all of it may have changed."""
        if topic == STALE:
            for exchange_id in self.hub.keys:
                self._tell(chat_topic(exchange_id), "")
        else:
            self._tell(topic, payload)

    def _tell(self, topic: str, payload: str) -> None:
        watch = self.hub.at(topic)
        if watch is None:
            return
        if not payload:
            watch.changed()
        elif payload.startswith("{"):
            news = json.loads(payload)
            if "saved" in news:
                watch.saved(news["attempt"], news["saved"])
            else:
                watch.add(news["attempt"], news["seq"], news["text"])

    async def heal(self) -> None:
        """Read what is watched again: an announcement may have been lost."""
        for exchange in await self._store.some(self.hub.keys):
            watch = self.hub.get(exchange.id)
            if watch is not None:
                watch.offer(exchange)

    async def follow(
        self, profile_id: str, message_id: str, after: str | None
    ) -> AsyncGenerator[Delta | Reset | Ended, None]:
        """Follow a reply from ``after`` or its start. Raises ``NotFound``, ``InvalidInput``, ``Unavailable``."""
        held = ChatCursor.parse(after) if after else None
        exchange_id, role = parse_message_id(message_id)
        read = partial(self._store.get, profile_id, exchange_id)
        with self.hub.holding(exchange_id) as watch:
            ticks, changes = watch.ticks, watch.changes
            try:
                async with asyncio.timeout(_OPENING_SECONDS):
                    exchange = await steadily(read)
            except TimeoutError as error:
                raise Unavailable from error
            if exchange is None:
                raise NotFound("message")
            if role is MessageRole.USER:
                raise InvalidInput("messageId", "This is the person's message. Pass the id of its reply.")
            watch.offer(exchange)
            if exchange.active:
                await self._wakeups.announce(chat_topic(exchange_id), WANTED)
            place = _Place(held, exchange)
            while True:
                for item in place.by_document(exchange):
                    yield item
                if not exchange.active:
                    yield Ended(exchange)
                    return
                while True:
                    for item in place.by_frames(watch):
                        yield item
                    if watch.changes > changes or watch.newer_than(exchange):
                        break
                    if place.apart_from(watch):
                        await asyncio.sleep(_GAP_SECONDS)
                        watch.changes += 1
                        break
                    ticks = await watch.beyond(ticks)
                changes = watch.changes
                exchange = await watch.document(read, changes)


class _Place:
    """Position of a subscriber: it holds the frames of ``attempt`` up to ``seq``.

    What it says to hold is proved once the document has come so far, which trails the frames by less than a second,
    unless their sender died: then the next attempt follows within the lease and a sweep.
    """

    def __init__(self, held: ChatCursor | None, exchange: ExchangeRecord) -> None:
        self.attempt, self.seq = (exchange.attempt, 0) if held is None else (held.attempt, held.seq)
        self._proved = held is None
        self._deadline = _time() + _AHEAD_SECONDS

    def by_document(self, exchange: ExchangeRecord) -> Iterator[Delta | Reset]:
        """Return the text of the document beyond what is held."""
        ends = exchange.frame_ends
        if exchange.attempt != self.attempt:
            if self._proved and exchange.attempt < self.attempt:
                return  # read before the frames that are held
            yield from self._begin(exchange.attempt)
        elif self.seq > len(ends) and not (exchange.active and (self._proved or _time() < self._deadline)):
            yield from self._begin(exchange.attempt)
        if self.seq <= len(ends):
            self._proved = True
        if self.seq < len(ends):
            start = ends[self.seq - 1] if self.seq else 0
            self.seq = len(ends)
            yield Delta(ChatCursor(self.attempt, self.seq), exchange.reply_text[start : ends[-1]])

    def by_frames(self, watch: FollowedReply) -> Iterator[Delta | Reset]:
        """Return the live text beyond what is held."""
        if not self._proved or watch.attempt < self.attempt:
            return
        if watch.attempt > self.attempt:
            yield from self._begin(watch.attempt)
        text = watch.after(self.seq)
        if text:
            self.seq = watch.last
            yield Delta(ChatCursor(self.attempt, self.seq), text)

    def apart_from(self, watch: FollowedReply) -> bool:
        """Return True if the live frames do not join up with what is held: the document will, soon."""
        return not self._proved or (watch.attempt == self.attempt and self.seq + 1 < watch.first)

    def _begin(self, attempt: int) -> Iterator[Reset]:
        if self.attempt:
            yield Reset(attempt)
        self.attempt, self.seq, self._proved = attempt, 0, True


def _time() -> float:
    return asyncio.get_running_loop().time()
