"""Shards that are behind each other: what the changelog tells of is read older than it says, or not found yet."""

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from db.career_actions import ActionStatus, CareerActionRecord
from db.driver.client import Database
from db.sync.changelog import ChangelogRecord
from services.career_actions.career_actions import Transition
from tests.support.syncing import PROFILE, a_sync, emissions, first


@pytest.mark.parametrize(
    ("older", "times", "shown"),
    [(True, 1, 2), (True, 4, 2), (True, 99, 1), (False, 1, 2), (False, 2, 2), (False, 99, None)],
)
async def test_what_is_behind_the_changelog_is_read_again_for_a_bounded_time(
    older: bool, times: int, shown: int | None, database: Database
) -> None:
    async with a_sync(database) as writer, a_sync(database) as reader:
        before = await writer.given()
        async with aclosing(writer.subscribe()) as subscription:
            cursor = str((await first(subscription)).cursor)
        await writer.actions.transition(PROFILE, before.id, Transition.START, "started")
        left = times

        async def some(log: ChangelogRecord, ids: Sequence[str]) -> Mapping[str, CareerActionRecord]:
            nonlocal left
            left -= 1
            if left < 0:
                return await live_list.some(log, ids)
            return {before.id: before} if older else {}

        live_list = reader.actions.live_list
        behind = replace(live_list, some=some)
        with capture_logs() as logs:
            async with aclosing(emissions(reader.subscriptions, PROFILE, behind, cursor)) as resumed:
                emission = await first(resumed)
        states = {action.id: (action.version, action.status) for action in emission.upserts}
        status = ActionStatus.IN_PROGRESS if shown == 2 else before.status
        assert states == ({} if shown is None else {before.id: (shown, status)})
        late = [entry for entry in logs if entry["event"] == "entity.read_late"]
        assert bool(late) == (older and times == 99)


@pytest.mark.parametrize(("times", "shown"), [(1, 2), (4, 2), (99, 1)])
async def test_what_is_behind_the_changelog_in_the_first_list_is_read_again(
    times: int, shown: int, database: Database
) -> None:
    async with a_sync(database) as writer, a_sync(database) as reader:
        before = await writer.given()
        await writer.actions.transition(PROFILE, before.id, Transition.START, "started")
        left = times

        async def everything(_log: ChangelogRecord) -> Sequence[CareerActionRecord]:
            return [before]

        async def some(log: ChangelogRecord, ids: Sequence[str]) -> Mapping[str, CareerActionRecord]:
            nonlocal left
            left -= 1
            return {before.id: before} if left > 0 else await live_list.some(log, ids)

        live_list = reader.actions.live_list
        behind = replace(live_list, all=everything, some=some)
        async with aclosing(emissions(reader.subscriptions, PROFILE, behind, None)) as subscription:
            emission = await first(subscription)
        assert [(action.id, action.version) for action in emission.upserts] == [(before.id, shown)]
