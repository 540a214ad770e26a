"""Root fields of conversations."""

from collections.abc import AsyncIterable
from functools import partial
from typing import Annotated, Any

import strawberry

from db.messages import COLLECTION, ExchangeRecord
from resolvers.execution.feature import Feature, NodeType, Refusal
from resolvers.execution.live import Following, follow_list
from resolvers.execution.permissions.access import OwnerOf, OwnThing
from resolvers.execution.permissions.audience import Audience
from resolvers.fields.arguments import (
    ActionId,
    AfterEdge,
    AfterEvent,
    BeforeEdge,
    FirstOfBoth,
    Last,
    MutationId,
    ProfileId,
    ReplyId,
)
from resolvers.fields.once import once
from schema.career_actions import TYPE_NAME as CAREER_ACTION
from schema.messages import (
    TYPE_NAME,
    ChatEvent,
    Message,
    MessagesChange,
    MessagesEvent,
    ReplyNotRunningError,
    ReplyRunningError,
    SendCompletionMessageResult,
    SendMessagePayload,
    SendMessageResult,
    StopReplyPayload,
    StopReplyResult,
    chat_event,
    message_cursor,
)
from schema.shared.context import Info
from schema.shared.live_lists import Live
from schema.shared.plain import plain
from schema.shared.relay import Connection, Window, local_id
from services.conversations.build import build
from services.conversations.chat import Chat
from services.conversations.exchanges import both
from services.conversations.live_messages import LiveMessages
from services.conversations.messages import Messages, ReplyNotRunning, ReplyRunning
from services.conversations.replies import ReplyLimits
from services.kit.errors import FootholdError
from services.registry import ExportedList

Text = Annotated[str, strawberry.argument(description="The person's message, 1 to 2,000 characters.")]


async def _page(info: Info, action_id: str | None, window: Window[int]) -> Connection[Message]:
    messages = await info.context.services[Messages].page(
        info.context.signed_in().profile_id,
        action_id,
        window.size + 1,
        None if window.place is None else window.place[0],
        backwards=window.backwards,
    )
    return window.connection(messages, Message.from_message, message_cursor)


@strawberry.type
class MessageQuery:
    @strawberry.field(
        extensions=[OwnThing()],
        description="Messages of an action's completion conversation, oldest first. `last` gives the newest.",
    )
    async def completion_messages(
        self,
        info: Info,
        action_id: ActionId,
        *,
        first: FirstOfBoth = None,
        after: AfterEdge = None,
        last: Last = None,
        before: BeforeEdge = None,
    ) -> Connection[Message]:
        window = Window.of(int, first, after, last, before)
        return await _page(info, local_id(action_id, CAREER_ACTION, "actionId"), window)

    @strawberry.field(
        extensions=[OwnerOf("profile_id")],
        description="Messages of the general conversation about the profile, oldest first. `last` gives the newest.",
    )
    async def messages(
        self,
        info: Info,
        profile_id: ProfileId,
        *,
        first: FirstOfBoth = None,
        after: AfterEdge = None,
        last: Last = None,
        before: BeforeEdge = None,
    ) -> Connection[Message]:
        return await _page(info, None, Window.of(int, first, after, last, before))


async def _send(info: Info, text: str, action_id: str | None, mutation_id: str | None) -> SendMessagePayload:
    messages, own = info.context.services[Messages], info.context.signed_in().profile_id
    exchange = await once(
        info,
        mutation_id,
        {"actionId": action_id, "text": text},
        lambda claim: messages.send(own, text, action_id, mutation_id=mutation_id, claim=claim),
        partial(messages.exchange, own),
    )
    return SendMessagePayload.from_exchange(exchange, mutation_id)


@strawberry.type
class MessageMutation:
    @strawberry.mutation(
        extensions=[OwnThing(model_work=True)],
        description="Sends a message about a `DONE` action. The reply is written in the background; follow it with "
        "`chat`. The first message sets `completionConversationStarted`.",
    )
    async def send_completion_message(
        self, info: Info, action_id: ActionId, text: Text, mutation_id: MutationId = None
    ) -> SendCompletionMessageResult:
        return await _send(info, text, local_id(action_id, CAREER_ACTION, "actionId"), mutation_id)

    @strawberry.mutation(
        extensions=[OwnerOf("profile_id", model_work=True)],
        description="Sends a message in the general conversation about the profile. The reply is written in the "
        "background; follow it with `chat`.",
    )
    async def send_message(
        self, info: Info, profile_id: ProfileId, text: Text, mutation_id: MutationId = None
    ) -> SendMessageResult:
        return await _send(info, text, None, mutation_id)

    @strawberry.mutation(
        extensions=[OwnThing()],
        description="Stops a reply that is being written, and the call to the model. Its text so far is kept.",
    )
    async def stop_reply(
        self, info: Info, message_id: ReplyId, mutation_id: MutationId = None
    ) -> StopReplyResult:
        messages, own = info.context.services[Messages], info.context.signed_in().profile_id
        local = local_id(message_id, TYPE_NAME, "messageId")
        stopped = await once(
            info,
            mutation_id,
            {"messageId": local},
            lambda claim: messages.stop(own, local, mutation_id=mutation_id, claim=claim),
            partial(messages.exchange, own),
        )
        return StopReplyPayload(message=Message.reply_of(stopped), mutation_id=mutation_id)


@strawberry.type
class MessageSubscription:
    @strawberry.subscription(
        extensions=[OwnThing()],
        description="A reply as it is written, from its beginning or from `after`. Ends with exactly one terminal "
        "event, also for a reply that ended before.",
    )
    def chat(self, info: Info, message_id: ReplyId, after: AfterEvent = None) -> AsyncIterable[ChatEvent]:
        items = info.context.services[Chat].follow(
            info.context.signed_in().profile_id, local_id(message_id, TYPE_NAME, "messageId"), after
        )
        return Following(items, chat_event)

    @strawberry.subscription(
        extensions=[OwnerOf("profile_id")],
        description="Live list of the general conversation about the profile: the newest 100 messages first, oldest "
        "first among them, then every message that is sent, begins, ends or is interrupted. `messages` has the older "
        "ones, `chat` the text of a reply as it is written.",
    )
    def messages(
        self, info: Info, profile_id: ProfileId, after: AfterEvent = None
    ) -> AsyncIterable[MessagesEvent]:
        return follow_list(info, info.context.services[LiveMessages].general, after, MessagesChange)

    @strawberry.subscription(
        extensions=[OwnThing()],
        description="Live list of an action's completion conversation, as `messages` is of the general one.",
    )
    def completion_messages(
        self, info: Info, action_id: ActionId, after: AfterEvent = None
    ) -> AsyncIterable[MessagesEvent]:
        live = info.context.services[LiveMessages].about_action(
            local_id(action_id, CAREER_ACTION, "actionId")
        )
        return follow_list(info, live, after, MessagesChange)


def _exported(record: ExchangeRecord) -> list[Any]:
    return [plain(Message.from_message(message)) for message in both([record])]


async def _node(info: Info, local: str) -> Message | None:
    try:
        message = await info.context.services[Messages].get(info.context.signed_in().profile_id, local)
    except FootholdError:
        return None
    return Message.from_message(message)


FEATURE = Feature(
    query=MessageQuery,
    mutation=MessageMutation,
    subscription=MessageSubscription,
    nodes=[NodeType(Message, _node)],
    live=[
        Live(
            "MESSAGES",
            "Messages of the general conversation, as `messages` has them.",
            MessagesChange,
            lambda services: services[LiveMessages].general,
        ),
        Live(
            "COMPLETION_MESSAGES",
            "Messages of all completion conversations: the newest 100 at first.",
            MessagesChange,
            lambda services: services[LiveMessages].about_actions,
        ),
    ],
    refusals=[
        Refusal(ReplyRunning, ReplyRunningError),
        Refusal(ReplyNotRunning, ReplyNotRunningError),
    ],
    build=build,
    options=lambda settings: ReplyLimits(
        settings.reply_tokens, settings.history_tokens, settings.model_idle_seconds
    ),
    exports=[ExportedList("messages", COLLECTION, _exported)],
    policy={
        Audience.OWNER: {
            "Message": (
                "id role text status attempt careerActionId shouldExtract failure interruptedText "
                "modelVersion createdAt finishedAt version"
            ),
            "MessageFailure": "code message",
            "MessagesChange": "reason resyncReason cursor upserts removed mutationIds",
            "MessageConnection": "edges pageInfo",
            "MessageEdge": "cursor node",
            "SendMessagePayload": "message reply mutationId",
            "StopReplyPayload": "message mutationId",
            "ReplyRunningError": "message replyId",
            "ReplyNotRunningError": "message status",
            "ChatDelta": "cursor text",
            "ChatReset": "attempt",
            "ChatCompleted": "message shouldExtract",
            "ChatStopped": "message",
            "ChatInterrupted": "message",
            "ChatFailed": "code message reply",
        },
    },
)
