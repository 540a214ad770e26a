"""The sync of one profile without an API: a writer, its subscribers, and what a client would hold."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

from db.career_actions import CareerActionRecord, CareerActionStore
from db.driver.client import Database
from db.sync.changelog import ChangelogStore
from services.career_actions.career_actions import CareerActions
from services.kit.ids import profile_id_of
from services.sync.changelog import Changelogs
from services.sync.emissions import Emission, EntityT, LiveList, Reason, Selection
from services.sync.subscriptions import Subscriptions
from services.sync.wakeups import Wakeups
from tests.support.factories import an_action
from tests.support.patience import within

PROFILE = profile_id_of("ada")


async def emissions(
    subscriptions: Subscriptions, profile_id: str, live_list: LiveList[EntityT], after: str | None
) -> AsyncGenerator[Emission[EntityT], None]:
    """Yield the emissions for a subscriber, without end."""
    async with aclosing(subscriptions.follow(profile_id, Selection([live_list]), after)) as subscription:
        async for emission in subscription:
            yield emission


@dataclass
class Sync:
    store: CareerActionStore
    changelogs: Changelogs
    actions: CareerActions
    subscriptions: Subscriptions
    wakeups: Wakeups

    def subscribe(self, after: str | None = None) -> AsyncGenerator[Emission[CareerActionRecord], None]:
        return emissions(self.subscriptions, PROFILE, self.actions.live_list, after)

    async def given(self, **changes: object) -> CareerActionRecord:
        action = an_action(PROFILE, **changes)
        await self.store.insert([action])
        return action


@asynccontextmanager
async def a_sync(database: Database) -> AsyncIterator[Sync]:
    """Of a process of its own."""
    async with Wakeups() as wakeups:
        changelog_store, store = ChangelogStore(database), CareerActionStore(database)
        changelogs = Changelogs(changelog_store, wakeups)
        subscriptions = Subscriptions(changelog_store, changelogs)
        wakeups.listen(subscriptions.hub.on_announcement)
        yield Sync(store, changelogs, CareerActions(store, changelogs), subscriptions, wakeups)


class Client:
    """Holds what a client would: applies emissions by id and version."""

    def __init__(self) -> None:
        self.held: dict[str, CareerActionRecord] = {}
        self.cursor: str | None = None
        self.reasons: list[Reason] = []
        self.mutation_ids: list[str] = []

    def apply(self, emission: Emission[CareerActionRecord]) -> None:
        if emission.reason in (Reason.INITIAL, Reason.RESYNC):
            self.held.clear()
        for action in emission.upserts:
            known = self.held.get(action.id)
            assert known is None or known.version <= action.version, "an older state came after a newer"
            self.held[action.id] = action
        for id_ in emission.removed:
            self.held.pop(id_, None)
        self.cursor = str(emission.cursor)
        self.reasons.append(emission.reason)
        self.mutation_ids += emission.mutation_ids


async def following(sync: Sync, client: Client, *, until: set[str]) -> None:
    """Subscribe until the mutation ids have come."""
    async with within(20), aclosing(sync.subscribe(client.cursor)) as emissions:
        async for emission in emissions:
            client.apply(emission)
            if until <= set(client.mutation_ids):
                return


async def first(emissions: AsyncIterator[Emission[CareerActionRecord]]) -> Emission[CareerActionRecord]:
    async with within(5):
        return await anext(emissions)
