"""The one hand that writes a reply: frames to the subscribers at once, the text to the database a little later."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from db.driver.client import DatabaseError
from db.messages import ExchangeRecord, ExchangeStore, MessageStatus
from services.kit import clock
from services.kit.retrying import steadily
from services.sync.wakeups import Wakeups, chat_topic

FRAME_SECONDS = 0.05
LEASE = timedelta(seconds=5)


class LostReply(Exception):
    """Another process took the reply over, or ended it: this one must stop writing."""


class ReplyKeeper:
    """Keeps a claimed reply for as long as its lease is held. ``stop`` is set when the person wants no more."""

    def __init__(self, exchange: ExchangeRecord, store: ExchangeStore, wakeups: Wakeups) -> None:
        self.exchange = exchange
        self.stop = asyncio.Event()
        self._store = store
        self._wakeups = wakeups
        self._topic = chat_topic(exchange.id)
        self._unsent: list[str] = []
        self._some = asyncio.Event()
        self._frames: list[str] = []
        self._ends: list[int] = []
        self._saved = 0
        self._wanted = asyncio.Event()
        self._extended = clock.now()

    @property
    def text(self) -> str:
        """The reply so far, as far as it was sent."""
        return "".join(self._frames)

    def add(self, text: str) -> None:
        """Append to the reply."""
        if text:
            self._unsent.append(text)
            self._some.set()

    def want(self) -> None:
        """Somebody came late, and waits for what is only in the database."""
        self._wanted.set()

    async def send(self, pause: Callable[[], float]) -> None:
        """Send what is added, until cancelled: the first of it at once, then a frame after each pause."""
        while True:
            await self._some.wait()
            await self.flush()
            await asyncio.sleep(pause())

    async def flush(self) -> None:
        """Make what is added a frame, and send it."""
        text = "".join(self._unsent)
        self._unsent.clear()
        self._some.clear()
        if not text:
            return
        self._frames.append(text)
        self._ends.append(len(text) + (self._ends[-1] if self._ends else 0))
        frame = {"attempt": self.exchange.attempt, "seq": len(self._ends), "text": text}
        await self._wakeups.announce(self._topic, json.dumps(frame))

    async def hold(self, pause: Callable[[], float]) -> None:
        """Save what was sent, and the lease, every so often until cancelled. Raises ``LostReply``."""
        while True:
            await asyncio.sleep(FRAME_SECONDS)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause() - FRAME_SECONDS):
                    await self._wanted.wait()
            self._wanted.clear()
            with suppress(DatabaseError):  # next time
                if len(self._ends) > self._saved:
                    await self._save()
                elif clock.now() - self._extended > LEASE / 4:
                    await self._extend()

    async def end(self, status: MessageStatus, **changes: Any) -> MessageStatus:
        """The reply is over, and this is how; but one that is to stop has stopped. Raises ``LostReply``."""
        await self.flush()
        while self.exchange.active:
            at = clock.now()
            final = {"status": status, **changes}
            if self.exchange.stop_requested:
                final = {"status": MessageStatus.STOPPED}
            ended = {**self._text(), **final, "active": False, "finished_at": at, "updated_at": at}
            await steadily(partial(self._update, ended))
        await self._wakeups.announce(self._topic)
        return self.exchange.status

    async def interrupt(self) -> None:
        """Let the next process have the reply at once; what there is stays readable."""
        await self.flush()
        if self.exchange.stop_requested:
            await self.end(MessageStatus.STOPPED)
            return
        at = clock.now()
        given_up = {
            **self._text(),
            "status": MessageStatus.INTERRUPTED,
            "partial_text": self.text,
            "owner": None,
            "lease_until": at - timedelta(seconds=1),
            "updated_at": at,
        }
        for _ in range(2):
            if not self.exchange.active or await self._update(given_up):
                return

    async def _save(self) -> None:
        at = clock.now()
        sent = len(self._ends)
        if await self._update({**self._text(), "lease_until": at + LEASE, "updated_at": at}):
            self._saved, self._extended = sent, at
            news = {"attempt": self.exchange.attempt, "saved": sent}
            await self._wakeups.announce(self._topic, json.dumps(news))

    async def _extend(self) -> None:
        at = clock.now()
        if await self._store.extend_lease(self.exchange, at + LEASE):
            self._extended = at
        else:
            await self._look()

    async def _update(self, changes: dict[str, Any]) -> bool:
        """Write, if the reply is still as it was read; else read it again."""
        written = await self._store.update(self.exchange, changes)
        if written is None:
            await self._look()
            return False
        self.exchange = written
        return True

    async def _look(self) -> None:
        held = self.exchange
        present = await self._store.get(held.profile_id, held.id)
        if present is None or present.owner != held.owner:
            raise LostReply
        self.exchange = present
        if present.stop_requested:
            self.stop.set()

    def _text(self) -> dict[str, Any]:
        return {"reply_text": self.text, "frame_ends": list(self._ends)}
