"""The learnings of one person, with all that they need and a scripted model."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from db.career_actions import CareerActionStore
from db.driver.client import Database
from db.driver.records import Record
from db.learnings import LearningRecord, LearningStore
from db.profiles import (
    LearningKind,
    ProfileRecord,
    ProfileStore,
)
from db.sync.changelog import ChangelogStore
from services.career_actions.career_actions import CareerActions
from services.identity.callers import Caller
from services.kit.ids import profile_id_of
from services.learnings.learnings import Learnings
from services.llm.port import Turn
from services.llm.scripted import ScriptedModel
from services.profiles.profiles import ProfileChanges, Profiles
from services.sync.changelog import Changelogs
from services.sync.emissions import Emission
from services.sync.subscriptions import Subscriptions
from services.sync.wakeups import Wakeups
from tests.support.factories import a_learning, a_profile
from tests.support.syncing import emissions

PROFILE = profile_id_of("ada")
ADA = Caller("ada", datetime.max.replace(tzinfo=UTC))
SAID = "I learned Rust and led a reading group at Example Labs."


@dataclass
class World:
    store: LearningStore
    profile_store: ProfileStore
    profiles: Profiles
    learnings: Learnings
    model: ScriptedModel
    subscriptions: Subscriptions
    said: list[Turn]

    async def profile(self) -> ProfileRecord:
        found = await self.profile_store.get(PROFILE)
        assert found is not None
        return found

    async def given(self, kind: LearningKind, part: Record | str, **changes: Any) -> LearningRecord:
        learning = a_learning(PROFILE, kind, part, **changes)
        await self.store.insert([learning])
        return learning

    async def accepted(self, kind: LearningKind, part: Record | str) -> LearningRecord:
        return await self.learnings.accept(PROFILE, (await self.given(kind, part)).id)

    async def change(self, **fields: Any) -> ProfileRecord:
        return await self.profiles.update(ADA, cast(ProfileChanges, fields))

    def subscribe(self) -> AsyncGenerator[Emission[LearningRecord], None]:
        return emissions(self.subscriptions, PROFILE, self.learnings.live_list, None)


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with Wakeups() as wakeups:
        changelog_store, store, profile_store = (
            ChangelogStore(database),
            LearningStore(database),
            ProfileStore(database),
        )
        changelogs = Changelogs(changelog_store, wakeups)
        subscriptions = Subscriptions(changelog_store, changelogs)
        wakeups.listen(subscriptions.hub.on_announcement)
        profiles, model, said = Profiles(profile_store), ScriptedModel(), [Turn("user", SAID, "m1")]

        async def turns_of(_profile_id: str, _action_id: str | None) -> Sequence[Turn]:
            return said

        learnings = Learnings(
            store,
            changelogs,
            model,
            profiles=profiles,
            profile_of=profile_store.get,
            career_actions=CareerActions(CareerActionStore(database), changelogs),
            turns_of=turns_of,
        )
        await profile_store.insert(a_profile())
        yield World(store, profile_store, profiles, learnings, model, subscriptions, said)
