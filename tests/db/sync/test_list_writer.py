"""A change is made once and named once, whatever is lost between its steps and whoever comes in between."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from db.career_actions import KIND as CAREER_ACTION
from db.career_actions import ActionStatus, CareerActionRecord, CareerActionStore
from db.driver.client import Database
from db.driver.errors import DatabaseUnreachable
from db.matches import KIND as MATCH
from db.sync.changelog import LOG_LENGTH, ChangelogStore, HeadRecord
from services.career_actions.career_actions import CareerActions, Transition
from services.kit import clock
from services.kit.ids import new_id, profile_id_of
from services.sync.changelog import Change, Changelogs
from services.sync.subscriptions import Subscriptions
from services.sync.wakeups import Wakeups
from tests.support.factories import an_action
from tests.support.syncing import emissions

PROFILE = profile_id_of("ada")


class ForgetfulStore(CareerActionStore):
    """Writes, loses the answer, and lets somebody else in before the next try."""

    other: CareerActions | None = None

    async def update(
        self,
        record: CareerActionRecord,
        changes: dict[str, Any],
        mutation_id: str | None,
        write: str,
        key: str | None = None,
    ) -> CareerActionRecord | None:
        written = await super().update(record, changes, mutation_id, write, key)
        other, self.other = self.other, None
        if other is not None:
            await other.transition(PROFILE, record.id, Transition.UNSAVE, "the other's")
            raise DatabaseUnreachable("the answer is lost")
        return written


@dataclass
class Sync:
    store: CareerActionStore
    changelogs: Changelogs
    subscriptions: Subscriptions

    async def mutation_ids(self, after: str) -> list[str]:
        """Return the changes for a subscriber with this cursor."""
        async with aclosing(
            emissions(
                self.subscriptions, PROFILE, CareerActions(self.store, self.changelogs).live_list, after
            )
        ) as them:
            return list((await anext(them)).mutation_ids)

    async def cursor(self) -> str:
        stream = await self.changelogs.read(PROFILE)
        return f"{stream.epoch}:{stream.seq}"


@pytest.fixture
async def sync(database: Database) -> AsyncIterator[Sync]:
    async with Wakeups() as wakeups:
        changelogs = Changelogs(ChangelogStore(database), wakeups)
        yield Sync(
            CareerActionStore(database), changelogs, Subscriptions(ChangelogStore(database), changelogs)
        )


async def test_a_change_whose_answer_was_lost_is_not_made_again_when_somebody_else_came_in_between(
    sync: Sync, database: Database
) -> None:
    action = an_action(PROFILE, status=ActionStatus.SUGGESTED)
    await sync.store.insert([action])
    store = ForgetfulStore(database)
    store.other = CareerActions(sync.store, sync.changelogs)
    before = await sync.cursor()
    after = await CareerActions(store, sync.changelogs).transition(
        PROFILE, action.id, Transition.SAVE, "mine"
    )
    assert (after.status, after.version) == (ActionStatus.SUGGESTED, 3), "the other's change was the last"
    assert await sync.mutation_ids(before) == ["mine", "the other's"]


async def test_a_numbered_change_that_a_dead_process_left_marked_is_not_named_again_when_the_log_has_moved_on(
    sync: Sync,
) -> None:
    action = an_action(PROFILE)
    await sync.store.insert([action])
    long_ago = clock.now() - timedelta(seconds=5)
    await sync.store.update(action, {"status": ActionStatus.DISMISSED, "touched_at": long_ago}, "mine", "w")
    before = await sync.cursor()
    await sync.changelogs.number(PROFILE, CAREER_ACTION, [Change(action.id, 2, "mine")])
    assert await sync.mutation_ids(before) == ["mine"]
    now = await sync.cursor()
    replacement = sync.changelogs.replacement(PROFILE, MATCH, HeadRecord(batch="b", run=1))
    async for _ in replacement:
        await replacement.write([Change(new_id(), 1) for _ in range(LOG_LENGTH)])
    at_the_end = await sync.cursor()
    assert now != at_the_end
    await CareerActions(sync.store, sync.changelogs).sweep()
    assert not await sync.store.unannounced(clock.now(), 10)
    assert await sync.mutation_ids(at_the_end) == []


@pytest.mark.parametrize("hours", [-5, 5])
async def test_what_a_dead_process_with_a_wrong_clock_left_marked_is_announced_at_the_next_sweep(
    sync: Sync, hours: int
) -> None:
    action = an_action(PROFILE)
    await sync.store.insert([action])
    before = await sync.cursor()
    wrong = clock.now() + timedelta(hours=hours)
    await sync.store.update(action, {"status": ActionStatus.DISMISSED, "touched_at": wrong}, "mine", "w")
    await CareerActions(sync.store, sync.changelogs).sweep()
    assert await sync.mutation_ids(before) == ["mine"]
