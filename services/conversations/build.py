"""Builds conversations: messages, the replies to them, and the following of a reply."""

from db.messages import ExchangeStore
from db.profiles import ProfileStore
from services.background.tasks import Tasks
from services.career_actions.career_actions import CareerActions
from services.conversations.chat import Chat
from services.conversations.messages import Messages
from services.conversations.replies import Replies, ReplyLimits
from services.registry import Deps, Room, Turn
from services.sync.wakeups import Wakeups


def build(deps: Deps) -> Room:
    """Return ``Chat``, ``Replies`` and ``Messages``. Takes ``ReplyLimits``."""
    store, actions, profile_of = ExchangeStore(deps.database), deps[CareerActions], deps[ProfileStore].get
    chat = Chat(store, deps[Wakeups])
    replies = Replies(
        store,
        deps[Tasks],
        deps[Wakeups],
        deps.model,
        hub=chat.hub,
        career_actions=actions,
        profile_of=profile_of,
        limits=deps.options[ReplyLimits],
    )
    messages = Messages(store, replies, career_actions=actions, profile_of=profile_of)
    return Room(
        services=[chat, replies, messages],
        listeners=[replies.on_announcement, chat.on_announcement],
        chores={Turn.HEALING: [chat.heal, replies.look], Turn.TAKING_OVER: [replies.sweep]},
    )
