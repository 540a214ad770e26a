"""Builds conversations: messages, the replies to them, and the following of a reply."""

from db.messages import ExchangeStore
from db.profiles import ProfileStore
from services.background.tasks import Tasks
from services.career_actions.career_actions import CareerActions
from services.conversations.chat import Chat
from services.conversations.live_messages import LiveMessages
from services.conversations.messages import Messages
from services.conversations.replies import Replies, ReplyLimits
from services.registry import Deps, Room, Turn
from services.sync.changelog import Changelogs
from services.sync.wakeups import Wakeups


def build(deps: Deps) -> Room:
    """Return ``Chat``, ``LiveMessages``, ``Replies`` and ``Messages``. Takes ``ReplyLimits``."""
    store, actions, profile_of = ExchangeStore(deps.database), deps[CareerActions], deps[ProfileStore].get
    chat, live = Chat(store, deps[Wakeups]), LiveMessages(store, deps[Changelogs], actions)
    replies = Replies(
        store,
        deps[Tasks],
        deps[Wakeups],
        deps.model,
        hub=chat.hub,
        announced=live.announced,
        career_actions=actions,
        profile_of=profile_of,
        limits=deps.options[ReplyLimits],
    )
    messages = Messages(
        store, replies, announced=live.announced, career_actions=actions, profile_of=profile_of
    )
    return Room(
        services=[chat, live, replies, messages],
        listeners=[replies.on_announcement, chat.on_announcement],
        chores={
            Turn.HEALING: [chat.heal, replies.look],
            Turn.ANNOUNCING: [live.sweep],
            Turn.TAKING_OVER: [replies.sweep],
        },
    )
