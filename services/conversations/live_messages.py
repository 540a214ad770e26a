"""Messages as live lists: the conversation about the profile, those about actions, and one of these by itself.

An exchange is one entity. The text of a reply that is being written comes by ``chat``: the lists tell of its beginning,
its interruptions and its end.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from db.messages import KIND, PROFILE_CONVERSATION, ExchangeRecord, ExchangeStore
from db.sync.changelog import ChangelogRecord
from services.career_actions.career_actions import CareerActions
from services.sync.announcer import Announcer
from services.sync.changelog import Changelogs
from services.sync.emissions import LiveList

_LISTED = 50
"""Exchanges that a list begins with: the newest."""
_ABOUT_ACTIONS = "actions"

_Messages = LiveList[ExchangeRecord]
_All = Callable[[ChangelogRecord], Awaitable[Sequence[ExchangeRecord]]]


class LiveMessages(Announcer[ExchangeRecord]):
    """The lists of a profile's messages, and what tells their subscribers of changes."""

    def __init__(self, store: ExchangeStore, changelogs: Changelogs, career_actions: CareerActions) -> None:
        super().__init__(store, changelogs, KIND)
        self._store = store
        self._career_actions = career_actions
        self.general: _Messages = self._about(PROFILE_CONVERSATION, self._general)
        self.about_actions: _Messages = LiveList(
            KIND, self._about_actions, self._some, _is_about_action, part=_ABOUT_ACTIONS, loses=False
        )

    def about_action(self, action_id: str) -> LiveList[ExchangeRecord]:
        """Return the list of the conversation about an action. Reading it raises ``NotFound`` for an unknown one."""
        return self._about(action_id, partial(self._about_one, action_id))

    def _about(self, conversation: str, everything: _All) -> LiveList[ExchangeRecord]:
        def is_of_it(_log: ChangelogRecord, exchange: ExchangeRecord) -> bool:
            return exchange.conversation == conversation

        return LiveList(KIND, everything, self._some, is_of_it, part=conversation, loses=False)

    async def _general(self, log: ChangelogRecord) -> Sequence[ExchangeRecord]:
        return await self._store.newest(log.profile_id, PROFILE_CONVERSATION, _LISTED)

    async def _about_one(self, action_id: str, log: ChangelogRecord) -> Sequence[ExchangeRecord]:
        await self._career_actions.get(log.profile_id, action_id)
        return await self._store.newest(log.profile_id, action_id, _LISTED)

    async def _about_actions(self, log: ChangelogRecord) -> Sequence[ExchangeRecord]:
        return await self._store.newest_about_actions(log.profile_id, _LISTED)

    async def _some(self, log: ChangelogRecord, ids: Sequence[str]) -> Mapping[str, ExchangeRecord]:
        return {exchange.id: exchange for exchange in await self._store.these(log.profile_id, ids)}


def _is_about_action(_log: ChangelogRecord, exchange: ExchangeRecord) -> bool:
    return exchange.action_id is not None
