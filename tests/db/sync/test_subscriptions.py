"""Subscribers of one list: read for together when they are at the same place, each for itself when not."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any
from unittest.mock import AsyncMock, patch

import pytest

from db.career_actions import ActionStatus, CareerActionRecord
from db.driver.client import Database
from db.driver.errors import DatabaseUnreachable
from db.sync.changelog import ChangelogRecord, ChangelogStore
from services.career_actions.career_actions import CareerActions, Transition
from services.sync.changelog import Changelogs
from services.sync.emissions import Reason
from services.sync.wakeups import Wakeups
from tests.support.syncing import PROFILE, Client, Sync, a_sync, emissions, first


@pytest.fixture
async def sync(database: Database) -> AsyncIterator[Sync]:
    async with a_sync(database) as sync:
        yield sync


async def test_a_slow_subscriber_gets_in_one_what_the_others_got_one_by_one(sync: Sync) -> None:
    one, two = await sync.given(), await sync.given()
    async with aclosing(sync.subscribe()) as quick, aclosing(sync.subscribe()) as slow:
        await first(quick)
        await first(slow)
        for action, mutation_id in ((one, "a"), (two, "b"), (one, "c")):
            transition = Transition.START if mutation_id != "c" else Transition.COMPLETE
            await sync.actions.transition(PROFILE, action.id, transition, mutation_id)
            assert (await first(quick)).mutation_ids == [mutation_id]
        change = await first(slow)
        assert change.mutation_ids == ["a", "b", "c"]
        await sync.actions.transition(PROFILE, two.id, Transition.COMPLETE, "d")
        same = await first(quick)
        assert await first(slow) is same


async def test_a_fault_in_reading_ends_the_subscriptions_and_not_the_next_one(sync: Sync) -> None:
    action = await sync.given()
    broken = False

    async def some(stream: ChangelogRecord, ids: Sequence[str]) -> Mapping[str, CareerActionRecord]:
        if broken:
            raise ValueError("a document that nobody understands")
        return await sync.actions.live_list.some(stream, ids)

    live_list = replace(sync.actions.live_list, some=some, shows=None)
    async with aclosing(emissions(sync.subscriptions, PROFILE, live_list, None)) as subscriber:
        initial = await first(subscriber)
        broken = True
        await sync.actions.transition(PROFILE, action.id, Transition.START, "m")
        with pytest.raises(ValueError, match="nobody understands"):
            await first(subscriber)
        broken = False
        async with aclosing(emissions(sync.subscriptions, PROFILE, live_list, str(initial.cursor))) as again:
            assert (await first(again)).mutation_ids == ["m"]
            await sync.actions.transition(PROFILE, action.id, Transition.COMPLETE, "n")
            assert (await first(again)).mutation_ids == ["n"]


async def test_what_this_process_writes_is_not_read_again(sync: Sync) -> None:
    action = await sync.given()

    async def some(_stream: ChangelogRecord, _ids: Sequence[str]) -> Mapping[str, CareerActionRecord]:
        raise AssertionError("read again")

    live_list = replace(sync.actions.live_list, some=some)
    async with aclosing(emissions(sync.subscriptions, PROFILE, live_list, None)) as subscriber:
        await first(subscriber)
        for transition, mutation_id in ((Transition.START, "a"), (Transition.COMPLETE, "b")):
            written = await sync.actions.transition(PROFILE, action.id, transition, mutation_id)
            change = await first(subscriber)
            assert (change.mutation_ids, list(change.upserts)) == ([mutation_id], [written])


async def test_what_is_at_hand_gives_way_to_what_another_process_wrote_since(
    sync: Sync, database: Database
) -> None:
    one, two = await sync.given(), await sync.given()
    async with aclosing(sync.subscribe()) as emissions:
        await first(emissions)
        await sync.actions.transition(PROFILE, one.id, Transition.START, "here")
        await first(emissions)
        async with Wakeups() as unheard:
            elsewhere = CareerActions(sync.store, Changelogs(ChangelogStore(database), unheard))
            await elsewhere.transition(PROFILE, one.id, Transition.COMPLETE, "elsewhere")
        await sync.actions.transition(PROFILE, two.id, Transition.START, "here too")
        change = await first(emissions)
    assert change.mutation_ids == ["elsewhere", "here too"]
    assert {action.id: action.status for action in change.upserts} == {
        one.id: ActionStatus.DONE,
        two.id: ActionStatus.IN_PROGRESS,
    }


async def test_what_was_written_here_is_not_shown_after_what_another_process_made_of_it(
    sync: Sync, database: Database
) -> None:
    """A read is ahead of the log: the other process's change is written, and neither is numbered yet."""
    action = await sync.given()
    gate, number = asyncio.Event(), sync.changelogs.number

    async def later(*arguments: Any) -> None:
        await gate.wait()
        await number(*arguments)

    async with aclosing(sync.subscribe()) as emissions, Wakeups() as unheard:
        await first(emissions)
        with patch.object(sync.changelogs, "number", later):
            here = asyncio.create_task(sync.actions.transition(PROFILE, action.id, Transition.START, "here"))
            while (await sync.actions.get(PROFILE, action.id)).version < 2:
                await asyncio.sleep(0.01)
            elsewhere = CareerActions(sync.store, Changelogs(ChangelogStore(database), unheard))
            with patch.object(Changelogs, "number", AsyncMock(side_effect=DatabaseUnreachable)):
                await elsewhere.transition(PROFILE, action.id, Transition.COMPLETE, "elsewhere")
            client = Client()
            async with aclosing(sync.subscribe()) as late:
                client.apply(await first(late))
                assert client.held[action.id].version == 3
                gate.set()
                await here
                client.apply(await first(late))
    assert client.mutation_ids == ["here"]


async def test_a_copy_restored_to_where_all_were_woken_before_wakes_them_again(
    sync: Sync, database: Database
) -> None:
    """Nothing changes afterwards that would wake them: what was lost must not stay on show."""
    action = await sync.given()
    async with aclosing(sync.subscribe()) as subscription:
        await first(subscription)
        await sync.actions.transition(PROFILE, action.id, Transition.START, "kept")
        await first(subscription)
        await sync.subscriptions.heal()
        copy = {name: await database[name].find().to_list(None) for name in ("streams", "career_actions")}
        await sync.actions.transition(PROFILE, action.id, Transition.COMPLETE, "lost")
        assert (await first(subscription)).mutation_ids == ["lost"]
        for name, documents in copy.items():
            for document in documents:
                await database[name].replace_one({"_id": document["_id"]}, document)
        await sync.subscriptions.heal()
        emission = await first(subscription)
        assert emission.reason is Reason.RESYNC
        assert [one.status for one in emission.upserts] == [ActionStatus.IN_PROGRESS]
