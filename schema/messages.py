"""GraphQL types of conversations, messages and replies."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self

import strawberry

from db.messages import ExchangeRecord, MessageRole, MessageStatus
from schema.career_actions import InvalidTransitionError
from schema.shared.described import CREATED_AT, ERROR_MESSAGE, MUTATION_ID, VERSION, described_enum
from schema.shared.emissions import CURSOR, ListChange, SubscriptionFailed
from schema.shared.errors import ConflictError, Error, InvalidInputError, MutationIdReusedError, NotFoundError
from schema.shared.limits import RateLimitedError
from schema.shared.relay import Node, global_id
from services.conversations import exchanges
from services.conversations.chat import Delta, Ended, Reset
from services.conversations.messages import ReplyNotRunning, ReplyRunning
from services.kit.cursors import encode_cursor

TYPE_NAME = "Message"

described_enum(
    MessageRole,
    "Author of a message.",
    {MessageRole.USER: "The person.", MessageRole.ASSISTANT: "The coach."},
)
described_enum(
    MessageStatus,
    "Status of a message. A person's message is always `COMPLETED`; the other values are for replies.",
    {
        MessageStatus.PENDING: "Not begun yet.",
        MessageStatus.STREAMING: "Being written; follow it with `chat`.",
        MessageStatus.COMPLETED: "Complete.",
        MessageStatus.STOPPED: "Stopped by the person; `text` is partial.",
        MessageStatus.INTERRUPTED: "The process writing it died. Either the next attempt begins within seconds, or, "
        "after too many attempts, `finishedAt` is set and `text` stays partial.",
        MessageStatus.FAILED: "Failed, see `failure`; `text` is partial or empty.",
    },
)


@strawberry.type(description="Reason why a reply failed. Send another message to try again.")
class MessageFailure:
    code: str = strawberry.field(
        description="Machine-readable code, such as `MODEL_BUSY` or `BUDGET_EXHAUSTED`."
    )
    message: str = strawberry.field(description=ERROR_MESSAGE)


@strawberry.type(description="Message in a conversation: the person's, or the coach's reply to it.")
class Message(Node):
    role: MessageRole = strawberry.field(description="Author of the message.")
    text: str = strawberry.field(description="Text so far; complete once the status is `COMPLETED`.")
    status: MessageStatus = strawberry.field(description="Current status.")
    attempt: int = strawberry.field(
        description="Attempts at writing a reply: 0 before the first, above 1 after a process died. "
        "1 for a person's message."
    )
    career_action_id: strawberry.ID | None = strawberry.field(
        description="Id of the career action whose completion conversation it belongs to. Null in the general "
        "conversation about the profile."
    )
    should_extract: bool = strawberry.field(
        description="True for a reply that sums up, and from the fourth exchange on: call `extractLearnings` now."
    )
    failure: MessageFailure | None = strawberry.field(
        description="Reason of the failure. Null unless the status is `FAILED`."
    )
    interrupted_text: str | None = strawberry.field(
        description="Partial text of the last interrupted attempt, which is not part of `text`. Null without one."
    )
    model_version: str | None = strawberry.field(
        description="Model that wrote the reply, such as `offline-coach/1`. Null for a person's message."
    )
    created_at: datetime = strawberry.field(description=CREATED_AT)
    finished_at: datetime | None = strawberry.field(
        description="Time it ended, UTC. Null while it is written."
    )
    version: int = strawberry.field(description=VERSION)

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
                version=exchange.version,
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
            version=exchange.version,
        )

    @classmethod
    def reply_of(cls, exchange: ExchangeRecord) -> Self:
        """Build the coach's reply from an exchange."""
        return cls.from_message(exchanges.Message(exchange, MessageRole.ASSISTANT))


def message_cursor(message: exchanges.Message) -> str:
    """Return the message's cursor in its conversation."""
    return encode_cursor(message.index, message.id)


@strawberry.type(
    description="Change set of messages. Of a reply that is being written they tell the beginning and the end; its "
    "text comes by `chat`."
)
class MessagesChange(ListChange[Message]):
    node = Message

    @classmethod
    def objects(cls, record: ExchangeRecord) -> Sequence[Message]:
        """Return the person's message and the reply."""
        return [Message.from_message(message) for message in exchanges.both([record])]

    @classmethod
    def ids(cls, local: str) -> Sequence[strawberry.ID]:
        """Return their ids."""
        return [global_id(TYPE_NAME, id_) for id_ in exchanges.message_ids(local)]


MessagesEvent = Annotated[
    MessagesChange | SubscriptionFailed,
    strawberry.union("MessagesEvent", description="Event of `messages` and `completionMessages`."),
]


@strawberry.type(description="The saved message and the reply that is about to be written.")
class SendMessagePayload:
    message: Message = strawberry.field(description="The person's message.")
    reply: Message = strawberry.field(
        description="The coach's reply; follow it with `chat(messageId: reply.id)`."
    )
    mutation_id: str | None = strawberry.field(description=MUTATION_ID)

    @classmethod
    def from_exchange(cls, exchange: ExchangeRecord, mutation_id: str | None) -> Self:
        message, reply = exchanges.both([exchange])
        return cls(
            message=Message.from_message(message),
            reply=Message.from_message(reply),
            mutation_id=mutation_id,
        )


@strawberry.type(
    description="The last reply of this conversation is still being written. The message was not saved."
)
class ReplyRunningError(Error):
    reply_id: strawberry.ID = strawberry.field(
        description="Id of that reply: follow it with `chat`, or end it with `stopReply`."
    )

    @classmethod
    def from_exception(cls, exception: ReplyRunning) -> Self:
        return cls(message=exception.message, reply_id=global_id(TYPE_NAME, exception.reply_id))


@strawberry.type(description="The reply has already ended. Nothing was changed.")
class ReplyNotRunningError(Error):
    status: MessageStatus = strawberry.field(description="Status that the reply ended with.")

    @classmethod
    def from_exception(cls, exception: ReplyNotRunning) -> Self:
        return cls(message=exception.message, status=exception.status)


@strawberry.type(description="The stopped reply.")
class StopReplyPayload:
    message: Message = strawberry.field(description="The reply, with its text so far.")
    mutation_id: str | None = strawberry.field(description=MUTATION_ID)


SendCompletionMessageResult = Annotated[
    SendMessagePayload
    | ReplyRunningError
    | InvalidTransitionError
    | NotFoundError
    | InvalidInputError
    | ConflictError
    | MutationIdReusedError
    | RateLimitedError,
    strawberry.union("SendCompletionMessageResult", description="Result of `sendCompletionMessage`."),
]
SendMessageResult = Annotated[
    SendMessagePayload
    | ReplyRunningError
    | NotFoundError
    | InvalidInputError
    | ConflictError
    | MutationIdReusedError
    | RateLimitedError,
    strawberry.union("SendMessageResult", description="Result of `sendMessage`."),
]
StopReplyResult = Annotated[
    StopReplyPayload
    | ReplyNotRunningError
    | NotFoundError
    | InvalidInputError
    | MutationIdReusedError
    | RateLimitedError,
    strawberry.union("StopReplyResult", description="Result of `stopReply`."),
]


@strawberry.type(description="More text of the reply: append it to the text held.")
class ChatDelta:
    cursor: str = strawberry.field(description=CURSOR)
    text: str = strawberry.field(description="Text to append.")


@strawberry.type(description="A new attempt begins: discard the text held of this reply.")
class ChatReset:
    attempt: int = strawberry.field(description="Number of the new attempt, from 1.")


@strawberry.type(description="Terminal event: the reply is complete.")
class ChatCompleted:
    message: Message = strawberry.field(description="The reply with its whole text.")
    should_extract: bool = strawberry.field(description="True when it is time to call `extractLearnings`.")


@strawberry.type(description="Terminal event: the person stopped the reply.")
class ChatStopped:
    message: Message = strawberry.field(description="The reply with its text so far.")


@strawberry.type(description="Terminal event: the processes writing the reply died too often.")
class ChatInterrupted:
    message: Message = strawberry.field(description="The reply with its partial text.")


@strawberry.type(description="Terminal event: the reply failed.")
class ChatFailed:
    code: str = strawberry.field(description="Machine-readable code, such as `MODEL_BUSY`.")
    message: str = strawberry.field(description=ERROR_MESSAGE)
    reply: Message = strawberry.field(description="The reply with its partial text, if any.")


ChatEvent = Annotated[
    ChatDelta | ChatReset | ChatCompleted | ChatStopped | ChatInterrupted | ChatFailed | SubscriptionFailed,
    strawberry.union(
        "ChatEvent",
        description="Event of the subscription `chat`. All but `ChatDelta` and `ChatReset` are terminal.",
    ),
]


def chat_event(item: Delta | Reset | Ended) -> ChatEvent:
    """Return the union member for an item of a followed reply."""
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
