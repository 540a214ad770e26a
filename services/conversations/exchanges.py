"""Exchanges as people see them: two messages, theirs and the reply."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from db.messages import PROFILE_CONVERSATION, ExchangeRecord, MessageRole, MessageStatus
from services.kit.errors import NotFound
from services.llm.port import Turn

_SUFFIXES = {MessageRole.USER: "-u", MessageRole.ASSISTANT: "-r"}
_WHOLE = (MessageStatus.COMPLETED, MessageStatus.STOPPED)


def conversation_of(action_id: str | None) -> str:
    """The conversation about an action, or the one about the profile."""
    return PROFILE_CONVERSATION if action_id is None else action_id


@dataclass(frozen=True, slots=True)
class Message:
    """One side of an exchange."""

    exchange: ExchangeRecord
    role: MessageRole

    @property
    def id(self) -> str:
        return self.exchange.id + _SUFFIXES[self.role]

    @property
    def index(self) -> int:
        """Its place in the conversation, from 0."""
        return 2 * (self.exchange.number - 1) + (self.role is MessageRole.ASSISTANT)


def message_ids(exchange_id: str) -> list[str]:
    """The ids of both sides of an exchange."""
    return [exchange_id + suffix for suffix in _SUFFIXES.values()]


def both(exchanges: Iterable[ExchangeRecord]) -> Iterator[Message]:
    """The messages of exchanges, in order."""
    for exchange in exchanges:
        yield Message(exchange, MessageRole.USER)
        yield Message(exchange, MessageRole.ASSISTANT)


def turns_of(exchanges: Iterable[ExchangeRecord]) -> list[Turn]:
    """The conversation for a model: what was said, without replies that were cut, failed or are yet to come."""
    turns: list[Turn] = []
    for message in both(exchanges):
        if message.role is MessageRole.USER:
            turns.append(Turn("user", message.exchange.text, message.id))
        elif message.exchange.status in _WHOLE and message.exchange.reply_text.strip():
            turns.append(Turn("assistant", message.exchange.reply_text, message.id))
    return turns


def parse_message_id(message_id: str) -> tuple[str, MessageRole]:
    """The exchange, and which side of it. Raises ``NotFound``."""
    for role, suffix in _SUFFIXES.items():
        if message_id.endswith(suffix):
            return message_id.removesuffix(suffix), role
    raise NotFound("message")
