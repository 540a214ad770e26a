"""Replies, written in the background by whoever claims them.

Whatever happens to the process or the model, a reply ends in one of the final statuses, and a part of one is never
shown as whole.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import structlog

from db.messages import ExchangeRecord, ExchangeStore, MessageStatus
from db.profiles import ProfileRecord
from services.background.leases import Announced, Leases, LostLease
from services.background.mutations import Claim
from services.background.tasks import Tasks
from services.career_actions.career_actions import CareerActions
from services.conversations.chat import WANTED, FollowedReply
from services.conversations.exchanges import turns_of
from services.conversations.guarded_reply import GuardedReply
from services.conversations.prompts import LAST_EXCHANGE
from services.conversations.reply_writer import FRAME_SECONDS, LEASE, ReplyKeeper
from services.conversations.summary_signal import SummarySignal
from services.kit import clock
from services.kit.compare_and_set import Attempts
from services.kit.errors import FootholdError, NotFound
from services.kit.metrics import counts
from services.kit.offloading import offloaded
from services.kit.retrying import steadily
from services.kit.words.text import encodable
from services.llm.port import ConversationSubject, Model, ModelError, ModelIncomplete
from services.sync.hub import Hub
from services.sync.wakeups import Wakeups, chat_topic

log = structlog.get_logger()

TASK = "reply"

STOP = "stop"
"""Announced to whoever writes a reply: it is to end."""
_STOPPING_SECONDS = 2.0
_SAVE_SECONDS = 0.25
_SAVES_A_SECOND = 80
_FRAMES_A_SECOND = 1_600
_UNMOVED = 0.02
"""Share of the longest silence by which its end may come early."""
_HISTORY = 100

Ending: TypeAlias = tuple[MessageStatus, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ReplyLimits:
    """Tokens of a reply and of the history it is written from; the longest silence of the model in seconds."""

    reply_tokens: int = 500
    history_tokens: int = 6_000
    idle_seconds: float = 20.0


class Replies:
    """The replies of exchanges, from the claim to the end."""

    def __init__(
        self,
        store: ExchangeStore,
        tasks: Tasks,
        wakeups: Wakeups,
        model: Model,
        *,
        hub: Hub[FollowedReply],
        announced: Announced[ExchangeRecord] | None = None,
        career_actions: CareerActions,
        profile_of: Callable[[str], Awaitable[ProfileRecord | None]],
        limits: ReplyLimits,
    ) -> None:
        self._store = store
        self._tasks = tasks
        self._wakeups = wakeups
        self._model = model
        self._hub = hub
        self._career_actions = career_actions
        self._profile_of = profile_of
        self._limits = limits
        self._running: dict[str, ReplyKeeper] = {}
        self.model_version = model.version
        self.lease = LEASE
        self._announced = announced
        self._leases = Leases(store, LEASE, "reply", left=_left, announced=announced)
        tasks.register(TASK, self.execute)

    async def begin(self, exchange: ExchangeRecord) -> None:
        """Have the reply written."""
        await self._tasks.kick(TASK, exchange.profile_id, exchange.id)

    async def stop(
        self, exchange: ExchangeRecord, mutation_id: str | None = None, claim: Claim | None = None
    ) -> ExchangeRecord | None:
        """End the reply where it is; None when it had ended by itself. Returns once it has, if its owner lives."""
        with self._hub.holding(exchange.id) as watch:
            ticks = watch.ticks
            present = await self._ask_to_stop(exchange, mutation_id, claim)
            if present is None or not present.active:
                return present
            await self._wakeups.announce(chat_topic(exchange.id), STOP)
            with suppress(TimeoutError):  # its process died: the sweep will end it
                async with asyncio.timeout(_STOPPING_SECONDS):
                    while present.active:
                        ticks = await watch.beyond(ticks)
                        present = await self._present(exchange)
            return present

    def on_announcement(self, topic: str, payload: str = "") -> None:
        """Stop or save what this process writes, when it is told to."""
        keeper = self._running.get(topic)
        if keeper is None:
            return
        if payload == STOP:
            keeper.stop.set()
        elif payload == WANTED:
            keeper.want()

    async def execute(self, profile_id: str, id_: str) -> None:
        """Write a reply that nobody is writing. Does nothing while another process has it."""
        lease = await self._leases.claim(profile_id, id_, self._begun())
        if lease is None:
            return
        topic = chat_topic(id_)
        keeper = self._running[topic] = ReplyKeeper(lease, self._wakeups)
        try:
            await lease.during(self._write(keeper), keeper.interrupt)
        except LostLease:
            log.warning("reply.lease_lost", exchange_id=id_, attempt=lease.record.attempt)
        finally:
            if self._running.get(topic) is keeper:
                del self._running[topic]

    async def look(self) -> None:
        """Free the replies whose process died, and have them begun anew."""
        async for exchange in self._leases.look():
            await self._go_on(exchange)

    async def sweep(self) -> None:
        """Go on with the replies that nobody writes, as a new attempt; end those that outlived too many processes."""
        async for exchange in self._leases.sweep():
            await self._go_on(exchange)

    async def _go_on(self, exchange: ExchangeRecord) -> None:
        status = exchange.status.value
        if not exchange.active:
            counts.replies[status] += 1
        log.warning("reply.recovered", exchange_id=exchange.id, status=status, attempt=exchange.attempt)
        await self._wakeups.announce(chat_topic(exchange.id))
        if exchange.active:
            await self._tasks.kick(TASK, exchange.profile_id, exchange.id)

    def _begun(self) -> dict[str, Any]:
        return {
            "status": MessageStatus.STREAMING,
            "reply_text": "",
            "frame_ends": [],
            "model_version": self.model_version,
        }

    async def _ask_to_stop(
        self, exchange: ExchangeRecord, mutation_id: str | None, claim: Claim | None
    ) -> ExchangeRecord | None:
        attempts = Attempts("reply")
        key = None if claim is None else claim.key
        while True:
            await attempts.next()
            present = await attempts.patiently(partial(self._present, exchange))
            if key is not None and present.stopped_by == key:
                return present if self._announced is None else await self._announced(present)
            if not present.active:
                return None
            if present.stop_requested:
                return present
            if claim is not None:
                await claim.confirm()
            at = clock.now()
            changes: dict[str, Any] = {"stop_requested": True, "stopped_by": key, "updated_at": at}
            if present.owner is None:  # nobody is writing it who could stop
                changes |= {"status": MessageStatus.STOPPED, "active": False, "finished_at": at}
            told = mutation_id is not None or not changes.get("active", True)
            mark = present.marked(present.version + 1, at, mutation_id) if told else None
            written = await self._store.update(present, changes, mark)
            if written is not None:
                if not written.active:
                    await self._wakeups.announce(chat_topic(exchange.id))
                    if self._announced is not None:
                        written = await self._announced(written)
                return written

    async def _present(self, exchange: ExchangeRecord) -> ExchangeRecord:
        present = await self._store.get(exchange.profile_id, exchange.id)
        if present is None:
            raise NotFound("message")
        return present

    async def _write(self, keeper: ReplyKeeper) -> None:
        started = clock.now()
        if keeper.exchange.attempt > 1:
            await self._wakeups.announce(chat_topic(keeper.exchange.id))
        talking = asyncio.ensure_future(self._talk(keeper))
        stopping = asyncio.ensure_future(keeper.stop.wait())
        saving = asyncio.ensure_future(keeper.save(self._save_pause))
        sending = asyncio.ensure_future(keeper.send(self._frame_pause))
        tasks = (talking, stopping, saving, sending)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in (saving, sending):
            if not task.cancelled():
                task.result()  # raises: neither ends otherwise
        ending: Ending = (MessageStatus.STOPPED, {}) if talking.cancelled() else talking.result()
        status = await keeper.end(ending[0], **ending[1])
        counts.replies[status.value] += 1
        log.info(
            "reply.finished",
            exchange_id=keeper.exchange.id,
            status=status.value,
            attempt=keeper.exchange.attempt,
            code=keeper.exchange.failure_code,
            size=len(keeper.exchange.reply_text),
            seconds=round((clock.now() - started).total_seconds(), 3),
        )

    async def _talk(self, keeper: ReplyKeeper) -> Ending:
        """Have the model speak; how the reply ends."""
        signal = SummarySignal()
        said = False
        try:
            reply = await self._reply(keeper.exchange)
            async with self._patience() as patience, aclosing(reply.pieces()) as pieces:
                async for piece in pieces:
                    patience()
                    shown = signal.feed(piece if encodable(piece) else _storable(piece))
                    said = said or bool(shown.strip())
                    keeper.add(shown)
            rest = signal.finish()
            said = said or bool(rest.strip())
            keeper.add(rest)
        except ModelError as error:
            return _failed(error.code, error.reason)
        except FootholdError as error:
            return _failed(error.code, error.message)
        except Exception as error:
            log.exception("reply.failed", exchange_id=keeper.exchange.id, error=type(error).__name__)
            return _failed("INTERNAL", "Something went wrong here. Send your message again.")
        if not said:
            return _failed("MODEL_EMPTY", "The model gave an empty reply. Send your message again.")
        should_extract = reply.coaches and (signal.signalled or keeper.exchange.number >= LAST_EXCHANGE)
        return MessageStatus.COMPLETED, {"should_extract": should_extract}

    async def _reply(self, exchange: ExchangeRecord) -> GuardedReply:
        profile = await steadily(partial(self._profile_of, exchange.profile_id))
        if profile is None:
            raise NotFound("profile")
        action = None
        if exchange.action_id is not None:
            action = await steadily(
                partial(self._career_actions.get, exchange.profile_id, exchange.action_id)
            )
        before = await steadily(
            partial(self._store.newest, exchange.profile_id, exchange.conversation, _HISTORY)
        )
        subject = ConversationSubject(profile, action, turns_of(before), exchanges=exchange.number)
        limits = self._limits
        return await offloaded(GuardedReply, self._model, subject, limits.reply_tokens, limits.history_tokens)

    @asynccontextmanager
    async def _patience(self) -> AsyncIterator[Callable[[], None]]:
        """Raises ``ModelIncomplete`` when what it yields is not called for too long."""
        loop, longest = asyncio.get_running_loop(), self._limits.idle_seconds
        due = loop.time() + longest
        try:
            async with asyncio.timeout_at(due) as timeout:

                def heard() -> None:
                    nonlocal due
                    later = loop.time() + longest
                    if later - due > _UNMOVED * longest:  # not for each piece: a timer costs as much as one
                        due = later
                        timeout.reschedule(due)

                yield heard
        except TimeoutError:
            raise ModelIncomplete("the reply stalled") from None

    def _frame_pause(self) -> float:
        """Between two frames of a reply: longer with many at once, or the processor would have no time for tokens."""
        return max(FRAME_SECONDS, len(self._running) / _FRAMES_A_SECOND)

    def _save_pause(self) -> float:
        """Between two saves of a reply: longer with many at once, so that they leave the database some air."""
        return max(_SAVE_SECONDS, len(self._running) / _SAVES_A_SECOND)


def _left(exchange: ExchangeRecord, given_up: bool) -> dict[str, Any]:
    streamed = exchange.status is MessageStatus.STREAMING
    kept = {"partial_text": exchange.reply_text} if streamed else {}
    if exchange.stop_requested:
        return {**kept, "status": MessageStatus.STOPPED, "active": False}
    if given_up:
        return {**kept, "status": MessageStatus.INTERRUPTED, "active": False}
    return {**kept, "status": MessageStatus.INTERRUPTED} if streamed else {}


def _storable(piece: str) -> str:
    """With a replacement for half a surrogate pair."""
    return piece.encode(errors="replace").decode()


def _failed(code: str, message: str) -> Ending:
    return MessageStatus.FAILED, {"failure_code": code, "failure_message": message}
