"""Conversations: what a person says is saved with an empty reply, which is then written in the background."""

from collections.abc import Awaitable, Callable
from functools import partial

from db.driver.durable import repeated
from db.driver.errors import DatabaseError
from db.messages import ExchangeRecord, ExchangeStore, MessageRole, MessageStatus
from db.profiles import ProfileRecord
from db.sync.outbox import marked_as_new
from services.background.leases import Announced
from services.background.mutations import Claim
from services.career_actions.career_actions import CareerActions
from services.conversations.exchanges import Message, both, conversation_of, parse_message_id
from services.conversations.replies import Replies
from services.kit import clock
from services.kit.compare_and_set import Attempts
from services.kit.errors import FootholdError, InvalidInput, NotFound
from services.kit.ids import new_id
from services.kit.words.text import clean, encodable

LONGEST_TEXT = 2_000


class ReplyRunning(FootholdError):
    """The conversation's last reply has not ended yet."""

    code = "REPLY_RUNNING"
    reply_id: str

    def __init__(self, exchange: ExchangeRecord) -> None:
        super().__init__("A reply is still being written. Wait for it, or stop it.")
        self.reply_id = Message(exchange, MessageRole.ASSISTANT).id


class ReplyNotRunning(FootholdError):
    """The reply has ended."""

    code = "REPLY_NOT_RUNNING"
    status: MessageStatus

    def __init__(self, status: MessageStatus) -> None:
        super().__init__(f"The reply has already ended ({status.value.lower()}).")
        self.status = status


def checked_text(text: str) -> str:
    """Return the text to save: 1 to 2,000 characters, some of them visible. Raises ``InvalidInput``."""
    if not encodable(text):
        raise InvalidInput("text", "Contains an invalid character (a lone surrogate).")
    text = clean(text)
    if not text:
        raise InvalidInput("text", "The message is empty.")
    if len(text) > LONGEST_TEXT:
        raise InvalidInput("text", f"Too long: {len(text):,} characters; the limit is {LONGEST_TEXT:,}.")
    return text


class Messages:
    """A profile's conversations. ``profile_id`` is always the caller's own: the edge has looked."""

    def __init__(
        self,
        store: ExchangeStore,
        replies: Replies,
        *,
        announced: Announced[ExchangeRecord] | None = None,
        career_actions: CareerActions,
        profile_of: Callable[[str], Awaitable[ProfileRecord | None]],
    ) -> None:
        self._store = store
        self._replies = replies
        self._announced = announced
        self._career_actions = career_actions
        self._profile_of = profile_of

    async def send(
        self,
        profile_id: str,
        text: str,
        action_id: str | None = None,
        *,
        mutation_id: str | None = None,
        claim: Claim | None = None,
    ) -> ExchangeRecord:
        """Say something about the profile, or about a done action, and have a reply written.

        Raises ``InvalidInput``, ``NotFound``, ``InvalidTransition`` for an action that is not done, and
        ``ReplyRunning``.
        """
        text = checked_text(text)
        if await repeated(partial(self._profile_of, profile_id)) is None:
            raise NotFound("profile")
        if action_id is not None:
            await self._career_actions.mark_completion_started(profile_id, action_id, mutation_id)
        exchange = await self._insert(profile_id, text, action_id, mutation_id, claim)
        if self._announced is not None:
            exchange = await self._announced(exchange)
        await self._replies.begin(exchange)
        return exchange

    async def stop(
        self,
        profile_id: str,
        message_id: str,
        *,
        mutation_id: str | None = None,
        claim: Claim | None = None,
    ) -> ExchangeRecord:
        """End a reply where it is. Raises ``NotFound``, ``InvalidInput`` and ``ReplyNotRunning``."""
        message = await repeated(partial(self.get, profile_id, message_id))
        if message.role is MessageRole.USER:
            raise InvalidInput("messageId", "This is the person's message. Pass the id of its reply.")
        stopped = await self._replies.stop(message.exchange, mutation_id, claim)
        if stopped is None:
            ended = await repeated(partial(self.get, profile_id, message_id))
            raise ReplyNotRunning(ended.exchange.status)
        return stopped

    async def get(self, profile_id: str, message_id: str) -> Message:
        """Raises ``NotFound``."""
        exchange_id, role = parse_message_id(message_id)
        return Message(await self.exchange(profile_id, exchange_id), role)

    async def page(
        self,
        profile_id: str,
        action_id: str | None,
        limit: int,
        place: int | None,
        *,
        backwards: bool = False,
    ) -> list[Message]:
        """Oldest first: those after the one with the index ``place``, or the last ones, before it.

        Raises ``NotFound`` for an unknown action.
        """
        if action_id is not None:
            await self._career_actions.get(profile_id, action_id)
        conversation, pairs = conversation_of(action_id), limit // 2 + 1
        if backwards:
            number = None if place is None else (place + 1) // 2 + 1
            exchanges = await self._store.conversation_before(profile_id, conversation, number, pairs)
            return [message for message in both(exchanges) if place is None or message.index < place][-limit:]
        first = 0 if place is None else place + 1
        exchanges = await self._store.conversation(profile_id, conversation, after=first // 2, limit=pairs)
        return [message for message in both(exchanges) if message.index >= first][:limit]

    async def exchange(self, profile_id: str, id_: str) -> ExchangeRecord:
        """Raises ``NotFound``."""
        exchange = await self._store.get(profile_id, id_)
        if exchange is None:
            raise NotFound("message")
        return exchange

    async def _insert(
        self,
        profile_id: str,
        text: str,
        action_id: str | None,
        mutation_id: str | None,
        claim: Claim | None,
    ) -> ExchangeRecord:
        conversation = conversation_of(action_id)
        id_ = sending = new_id() if claim is None else claim.nonce  # nobody can guess either
        attempts = Attempts("conversation")
        while True:
            await attempts.next()
            try:
                latest = await self._store.latest(profile_id, conversation)
                if latest is not None and latest.sending == sending:
                    return latest  # written by an earlier try whose answer was lost
                if claim is not None:
                    await claim.confirm()
                    earlier = await self._store.get(profile_id, id_) if claim.taken_over else None
                    if earlier is not None:
                        return earlier
                if latest is not None and latest.active:
                    raise ReplyRunning(latest)
                number = 1 if latest is None else latest.number + 1
                at = clock.now()
                exchange = ExchangeRecord(
                    id=id_,
                    profile_id=profile_id,
                    action_id=action_id,
                    conversation=conversation,
                    number=number,
                    text=text,
                    sending=sending,
                    lease_until=at + self._replies.lease,
                    model_version=self._replies.model_version,
                    created_at=at,
                    updated_at=at,
                    **marked_as_new(at, mutation_id),
                )
                if await self._store.insert(exchange):
                    return exchange
            except DatabaseError as error:
                await attempts.unanswered(error)
