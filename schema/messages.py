"""Conversations and the replies in them, as clients see them."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from db.messages import ExchangeRecord, MessageRole, MessageStatus
from schema.career_actions import InvalidTransitionError
from schema.shared.emissions import SubscriptionFailed
from schema.shared.errors import ConflictError, Error, InvalidInputError, NotFoundError
from schema.shared.limits import RateLimitedError
from schema.shared.relay import Node, global_id
from services.conversations import exchanges
from services.conversations.chat import Delta, Ended, Reset
from services.conversations.messages import ReplyNotRunning, ReplyRunning
from services.kit.cursors import encode_cursor

TYPE_NAME = "Message"

strawberry.enum(MessageRole, description="USER is the person, ASSISTANT the coach.")
strawberry.enum(
    MessageStatus,
    description="A person's message is COMPLETED. A reply is PENDING, then STREAMING; it ends as COMPLETED, as STOPPED "
    "by the person, as FAILED, or as INTERRUPTED when the processes writing it died too often. While it is only "
    "INTERRUPTED for now, the next attempt is about to begin.",
)


@strawberry.type(description="Why a reply failed. Send another message to try again.")
class MessageFailure:
    code: str
    message: str


@strawberry.type(description="One message of a conversation: a person's, or the coach's reply to it.")
class Message(Node):
    role: MessageRole
    text: str = strawberry.field(description="Whole only when the status is COMPLETED.")
    status: MessageStatus
    attempt: int = strawberry.field(
        description="Of a reply: 0 until it is begun, above 1 when a process died and another began it anew. "
        "1 for a person's message."
    )
    career_action_id: strawberry.ID | None = strawberry.field(
        description="The action whose completion conversation it belongs to; null in the one about the profile."
    )
    should_extract: bool = strawberry.field(
        description="Of a reply: it is time to extract learnings, since the coach summed up or four exchanges passed."
    )
    failure: MessageFailure | None
    interrupted_text: str | None = strawberry.field(
        description="What the last attempt that was interrupted had come to. It is no part of `text`."
    )
    model_version: str | None = strawberry.field(
        description="What wrote a reply; null for a person's message."
    )
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def from_message(cls, message: exchanges.Message) -> Self:
        exchange = message.exchange
        action = exchange.action_id
        id_ = global_id(TYPE_NAME, message.id)
        career_action_id = None if action is None else global_id("CareerAction", action)
        if message.role is MessageRole.USER:
            return cls(
                id=id_,
                role=message.role,
                text=exchange.text,
                status=MessageStatus.COMPLETED,
                attempt=1,
                career_action_id=career_action_id,
                should_extract=False,
                failure=None,
                interrupted_text=None,
                model_version=None,
                created_at=exchange.created_at,
                finished_at=exchange.created_at,
            )
        failure = None
        if exchange.failure_code is not None:
            failure = MessageFailure(code=exchange.failure_code, message=exchange.failure_message or "")
        return cls(
            id=id_,
            role=message.role,
            text=exchange.reply_text,
            status=exchange.status,
            attempt=exchange.attempt,
            career_action_id=career_action_id,
            should_extract=exchange.should_extract,
            failure=failure,
            interrupted_text=exchange.partial_text,
            model_version=exchange.model_version,
            created_at=exchange.created_at,
            finished_at=exchange.finished_at,
        )

    @classmethod
    def reply_of(cls, exchange: ExchangeRecord) -> Self:
        """The coach's side."""
        return cls.from_message(exchanges.Message(exchange, MessageRole.ASSISTANT))


def message_cursor(message: exchanges.Message) -> str:
    """Where the message stands in its conversation."""
    return encode_cursor(message.index, message.id)


@strawberry.type(description="The message as it was saved, and its reply, which `chat` follows.")
class SendMessagePayload:
    message: Message
    reply: Message

    @classmethod
    def from_exchange(cls, exchange: ExchangeRecord) -> Self:
        message, reply = exchanges.both([exchange])
        return cls(message=Message.from_message(message), reply=Message.from_message(reply))


@strawberry.type(
    description="The last reply of this conversation has not ended. Nothing was saved; follow or stop that one."
)
class ReplyRunningError(Error):
    reply_id: strawberry.ID

    @classmethod
    def from_exception(cls, exception: ReplyRunning) -> Self:
        return cls(message=exception.message, reply_id=global_id(TYPE_NAME, exception.reply_id))


@strawberry.type(description="The reply has ended already, as its status says.")
class ReplyNotRunningError(Error):
    status: MessageStatus

    @classmethod
    def from_exception(cls, exception: ReplyNotRunning) -> Self:
        return cls(message=exception.message, status=exception.status)


@strawberry.type(description="The reply as it was stopped, with the text so far.")
class StopReplyPayload:
    message: Message


SendCompletionMessageResult = Annotated[
    SendMessagePayload
    | ReplyRunningError
    | InvalidTransitionError
    | NotFoundError
    | InvalidInputError
    | ConflictError
    | RateLimitedError,
    strawberry.union("SendCompletionMessageResult"),
]
SendMessageResult = Annotated[
    SendMessagePayload
    | ReplyRunningError
    | NotFoundError
    | InvalidInputError
    | ConflictError
    | RateLimitedError,
    strawberry.union("SendMessageResult"),
]
StopReplyResult = Annotated[
    StopReplyPayload | ReplyNotRunningError | NotFoundError | InvalidInputError | RateLimitedError,
    strawberry.union("StopReplyResult"),
]


@strawberry.type(description="Text that follows what the client holds.")
class ChatDelta:
    cursor: str = strawberry.field(description="Give it as `after` when subscribing again.")
    text: str


@strawberry.type(description="What the client holds of this reply is void: the attempt begins with nothing.")
class ChatReset:
    attempt: int


@strawberry.type(description="Terminal: the reply is whole.")
class ChatCompleted:
    message: Message
    should_extract: bool = strawberry.field(description="Whether it is time to extract learnings.")


@strawberry.type(description="Terminal: the person stopped the reply.")
class ChatStopped:
    message: Message


@strawberry.type(description="Terminal: the processes writing the reply died too often. Its text is partial.")
class ChatInterrupted:
    message: Message


@strawberry.type(description="Terminal: the reply failed. Its text, if there is any, is partial.")
class ChatFailed:
    code: str
    message: str
    reply: Message


ChatEvent = Annotated[
    ChatDelta | ChatReset | ChatCompleted | ChatStopped | ChatInterrupted | ChatFailed | SubscriptionFailed,
    strawberry.union("ChatEvent"),
]


def chat_event(item: Delta | Reset | Ended) -> ChatEvent:
    """The member that tells of it."""
    match item:
        case Delta():
            return ChatDelta(cursor=str(item.cursor), text=item.text)
        case Reset():
            return ChatReset(attempt=item.attempt)
    exchange = item.exchange
    message = Message.reply_of(exchange)
    if exchange.status is MessageStatus.COMPLETED:
        return ChatCompleted(message=message, should_extract=exchange.should_extract)
    if exchange.status is MessageStatus.STOPPED:
        return ChatStopped(message=message)
    if exchange.status is MessageStatus.INTERRUPTED:
        return ChatInterrupted(message=message)
    return ChatFailed(
        code=exchange.failure_code or "INTERNAL", message=exchange.failure_message or "", reply=message
    )
