"""The one hand that writes a reply: frames to the subscribers at once, the text to the database a little later."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from db.driver.errors import DatabaseError
from db.messages import ExchangeRecord, MessageStatus
from services.background.leases import Lease
from services.kit import clock
from services.sync.wakeups import Wakeups, chat_topic

FRAME_SECONDS = 0.05
LEASE = timedelta(seconds=5)


class ReplyKeeper:
    """Keeps a claimed reply for as long as its lease is held. ``stop`` is set when the person wants no more."""

    def __init__(self, lease: Lease[ExchangeRecord], wakeups: Wakeups) -> None:
        stop = self.stop = asyncio.Event()
        self._lease = lease
        self._wakeups = wakeups
        self._topic = chat_topic(lease.record.id)
        self._unsent: list[str] = []
        self._some = asyncio.Event()
        self._frames: list[str] = []
        self._ends: list[int] = []
        self._saved = 0
        self._wanted = asyncio.Event()

        def heard(exchange: ExchangeRecord) -> None:
            if exchange.stop_requested:
                stop.set()

        lease.on_read = heard  # no method: the lease would hold its keeper, which holds the lease

    @property
    def exchange(self) -> ExchangeRecord:
        """The exchange as it was last read or written."""
        return self._lease.record

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

    async def save(self, pause: Callable[[], float]) -> None:
        """Save what was sent every so often, until cancelled. Raises ``LostLease``."""
        while True:
            await asyncio.sleep(FRAME_SECONDS)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause() - FRAME_SECONDS):
                    await self._wanted.wait()
            self._wanted.clear()
            with suppress(DatabaseError):  # next time
                if len(self._ends) > self._saved:
                    await self._save()

    async def end(self, status: MessageStatus, **changes: Any) -> MessageStatus:
        """End the reply with ``status``, unless it is to stop: then it has stopped. Raises ``LostLease``."""
        await self.flush()

        def ended(exchange: ExchangeRecord) -> dict[str, Any] | None:
            if not exchange.active:
                return None
            final = (
                {"status": MessageStatus.STOPPED}
                if exchange.stop_requested
                else {"status": status, **changes}
            )
            return {**self._text(), **final, "active": False, "finished_at": clock.now()}

        await self._lease.write(ended)
        await self._wakeups.announce(self._topic)
        return self.exchange.status

    async def interrupt(self) -> None:
        """Let the next process have the reply at once; what there is stays readable."""
        await self.flush()
        if self.exchange.stop_requested:
            await self.end(MessageStatus.STOPPED)
            return
        left = {**self._text(), "status": MessageStatus.INTERRUPTED, "partial_text": self.text}
        await self._lease.hand_over(left)

    async def _save(self) -> None:
        sent = len(self._ends)
        if await self._lease.save(self._text()):
            self._saved = sent
            news = {"attempt": self.exchange.attempt, "saved": sent}
            await self._wakeups.announce(self._topic, json.dumps(news))

    def _text(self) -> dict[str, Any]:
        return {"reply_text": self.text, "frame_ends": list(self._ends)}
