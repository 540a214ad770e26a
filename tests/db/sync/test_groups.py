"""Groups of lists, each with a changelog of its own: what fills one costs the others nothing."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from random import Random
from typing import Any

import pytest

from db.driver.client import Database
from db.sync.changelog import LOG_LENGTH, ChangelogStore, Group, log_id
from services.career_actions.career_actions import Transition
from services.kit.errors import InvalidInput
from services.kit.ids import new_id
from services.sync.changelog import Change, Changelogs
from services.sync.emissions import Emission, Place, Reason, ResyncReason, Selection
from services.sync.wakeups import Wakeups
from tests.support.notes.records import KIND as NOTE
from tests.support.notes.records import NoteStore
from tests.support.notes.service import Notes
from tests.support.patience import within
from tests.support.syncing import PROFILE, Sync, a_sync


@pytest.fixture
async def sync(database: Database) -> AsyncIterator[Sync]:
    async with a_sync(database) as sync:
        yield sync


@pytest.fixture
def notes(database: Database, sync: Sync) -> Notes:
    return Notes(NoteStore(database), sync.changelogs)


async def following(sync: Sync, *lists: Any, after: str | None = None) -> AsyncGenerator[Emission[Any], None]:
    selection: Selection[Any] = Selection(lists)
    async with aclosing(sync.subscriptions.follow(PROFILE, selection, after)) as subscription:
        async for emission in subscription:
            yield emission


async def first(emissions: AsyncGenerator[Emission[Any], None]) -> Emission[Any]:
    async with within(15):
        return await anext(emissions)


async def test_a_full_changelog_leaves_the_cursors_of_other_groups_alone(sync: Sync, notes: Notes) -> None:
    action = await sync.given()
    old = {}
    lists = {"both": (sync.actions.live_list, notes.live_list), "actions": (sync.actions.live_list,)}
    for name, chosen in lists.items():
        async with aclosing(following(sync, *chosen)) as emissions:
            old[name] = str((await first(emissions)).cursor)
    for version in range(LOG_LENGTH + 1):
        await sync.changelogs.number(PROFILE, NOTE, [Change(new_id(), version)])
    await sync.actions.transition(PROFILE, action.id, Transition.START, "m")
    async with aclosing(following(sync, *lists["actions"], after=old["actions"])) as emissions:
        resumed = await first(emissions)
    assert (resumed.reason, list(resumed.mutation_ids)) == (Reason.RESUME, ["m"])
    async with aclosing(following(sync, *lists["both"], after=old["both"])) as emissions:
        assert (await first(emissions)).resync_reason is ResyncReason.CURSOR_TOO_OLD


async def test_the_changelog_of_main_is_the_one_that_there_was_before(sync: Sync, notes: Notes) -> None:
    await notes.add(PROFILE, "Call Eve")
    assert log_id(PROFILE) == PROFILE
    logs = await sync.changelogs.read(PROFILE), await sync.changelogs.read(PROFILE, Group.CONTACT)
    assert [(log.profile_id, log.group, log.seq) for log in logs] == [
        (PROFILE, Group.MAIN, 0),
        (PROFILE, Group.CONTACT, 1),
    ]
    assert logs[0].epoch != logs[1].epoch


async def test_another_group_s_change_costs_no_reading(sync: Sync, notes: Notes, database: Database) -> None:
    reads: list[str] = []
    ensure = ChangelogStore.ensure

    class Counting(ChangelogStore):
        async def ensure(self, id_: str, epoch: str) -> Any:
            reads.append(id_)
            return await ensure(self, id_, epoch)

    sync.changelogs._store = Counting(database)
    action = await sync.given()
    async with (
        aclosing(following(sync, sync.actions.live_list)) as actions,
        aclosing(following(sync, notes.live_list)) as noted,
    ):
        await first(actions)
        await first(noted)
        await sync.actions.transition(PROFILE, action.id, Transition.START)
        await first(actions)
        reads.clear()
        async with Wakeups() as elsewhere:
            other = Changelogs(ChangelogStore(database), elsewhere)
            await other.number(PROFILE, NOTE, [Change(new_id(), 1)])
            sync.subscriptions.hub.on_announcement(f"stream:{PROFILE}", Group.CONTACT)
        await first(noted)
    assert log_id(PROFILE, Group.MAIN) not in reads


async def test_what_nobody_was_told_of_is_found_in_each_group(
    sync: Sync, notes: Notes, database: Database
) -> None:
    async with aclosing(following(sync, sync.actions.live_list, notes.live_list)) as emissions:
        await first(emissions)
        async with Wakeups() as elsewhere:  # nobody here listens to it
            note = await Notes(NoteStore(database), Changelogs(ChangelogStore(database), elsewhere)).add(
                PROFILE, "Write"
            )
        await sync.subscriptions.heal()
        assert [each.id for each in (await first(emissions)).upserts] == [note.id]


@pytest.mark.parametrize("seed", range(5))
async def test_a_subscriber_of_two_groups_converges(sync: Sync, notes: Notes, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - a test that can be repeated
    actions = [await sync.given() for _ in range(3)]
    lists = (sync.actions.live_list, notes.live_list)
    held: dict[str, Any] = {}
    cursor: str | None = None

    async def caught_up() -> None:
        nonlocal cursor
        async with aclosing(following(sync, *lists, after=cursor)) as emissions:
            emission = await first(emissions)
            assert emission.reason is (Reason.INITIAL if cursor is None else Reason.RESUME)
            held.update({each.id: each.version for each in emission.upserts})
            for id_ in emission.removed:
                held.pop(id_, None)
            cursor = str(emission.cursor)

    for _ in range(20):
        if random.random() < 0.4:
            await caught_up()
        elif random.random() < 0.5:
            await notes.add(PROFILE, "Call")
        else:
            action = random.choice(actions)
            started = (await sync.actions.get(PROFILE, action.id)).started_at is not None
            await sync.actions.transition(
                PROFILE, action.id, Transition.CANCEL if started else Transition.START
            )
    await caught_up()
    there = [*(await sync.actions.page(PROFILE, None, 10, None))[0], *(await notes.all(PROFILE))]
    assert held == {each.id: each.version for each in there}


@pytest.mark.parametrize(
    "after", ["e:1", "contact=e:1", "contact=e:1,main=e:1", "main=e:1,prep=e:1", "main=e:1,"]
)
async def test_a_cursor_of_other_groups_is_refused(sync: Sync, notes: Notes, after: str) -> None:
    with pytest.raises(InvalidInput):
        await first(following(sync, sync.actions.live_list, notes.live_list, after=after))


@pytest.mark.parametrize("text", ["e:1", "e:1:ab", "contact=e:1", "main=e:1:0a,contact=f:2:0b"])
def test_a_place_is_written_as_it_was_read(text: str) -> None:
    assert str(Place.parse(text)) == text
