"""Sync: whatever is lost on the way, a subscriber ends with what the database holds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import timedelta

import pytest

from db.career_actions import KIND as CAREER_ACTION
from db.career_actions import ActionStatus, CareerActionRecord
from db.driver.client import Database
from db.match_inputs import MatchInputsStore
from db.matches import MatchRecord, MatchStore, MatchTier
from db.sync.changelog import LOG_LENGTH, ChangelogStore
from services.career_actions.career_actions import CareerActions, InvalidTransition, Transition
from services.kit import clock
from services.kit.errors import InvalidInput
from services.kit.ids import new_id
from services.matching.matches import Matches
from services.sync.changelog import Change, Changelogs
from services.sync.emissions import Reason, ResyncReason
from services.sync.wakeups import Wakeups, stream_topic
from tests.support.factories import a_run, some_drafts
from tests.support.syncing import PROFILE, Client, Sync, a_sync, first, following


@pytest.fixture
async def sync(database: Database) -> AsyncIterator[Sync]:
    async with a_sync(database) as sync:
        yield sync


async def test_a_subscriber_gets_everything_and_then_each_change(sync: Sync) -> None:
    action = await sync.given(status=ActionStatus.SAVED)
    async with aclosing(sync.subscribe()) as emissions:
        initial = await first(emissions)
        assert (initial.reason, [a.id for a in initial.upserts]) == (Reason.INITIAL, [action.id])
        await sync.actions.transition(PROFILE, action.id, Transition.START, "m1")
        change = await first(emissions)
    assert change.reason is Reason.CHANGE
    assert [(a.status, a.version) for a in change.upserts] == [(ActionStatus.IN_PROGRESS, 2)]
    assert list(change.mutation_ids) == ["m1"]


async def test_a_cursor_brings_exactly_what_was_missed(sync: Sync) -> None:
    touched, untouched = await sync.given(), await sync.given()
    client = Client()
    async with aclosing(sync.subscribe()) as emissions:
        client.apply(await first(emissions))
    await sync.actions.transition(PROFILE, touched.id, Transition.START, "away")
    async with aclosing(sync.subscribe(client.cursor)) as emissions:
        resumed = await first(emissions)
    assert resumed.reason is Reason.RESUME
    assert [a.id for a in resumed.upserts] == [touched.id]
    assert untouched.id in client.held


async def test_a_lost_announcement_is_healed(sync: Sync, database: Database) -> None:
    action = await sync.given()
    async with aclosing(sync.subscribe()) as emissions:
        await first(emissions)
        await sync.store.update(
            action, {"status": ActionStatus.DISMISSED, "touched_at": clock.now()}, "m", "w"
        )
        async with Wakeups() as elsewhere:  # nobody here listens to it
            other = Changelogs(ChangelogStore(database), elsewhere)
            await other.number(PROFILE, CAREER_ACTION, [Change(action.id, 2, "m")])
        pending = asyncio.ensure_future(first(emissions))
        await asyncio.sleep(0.1)
        assert not pending.done()
        await sync.subscriptions.heal()
        assert (await pending).mutation_ids == ["m"]


@pytest.mark.parametrize("crash_after", ["write", "number"])
async def test_the_sweep_finishes_what_a_crash_left(sync: Sync, crash_after: str) -> None:
    action = await sync.given()
    async with aclosing(sync.subscribe()) as emissions:
        await first(emissions)
        long_ago = clock.now() - timedelta(seconds=5)
        written = await sync.store.update(
            action, {"status": ActionStatus.DISMISSED, "touched_at": long_ago}, "m", "w"
        )
        assert written is not None
        if crash_after == "number":
            stream = await sync.changelogs.read(PROFILE)
            await sync.changelogs.number(PROFILE, CAREER_ACTION, [Change(action.id, 2, "m")])
            assert stream.seq + 1 == (await sync.changelogs.read(PROFILE)).seq
        await sync.actions.sweep()
        assert (await first(emissions)).mutation_ids == ["m"]
        seq = (await sync.changelogs.read(PROFILE)).seq
        await sync.actions.sweep()
        assert (await sync.changelogs.read(PROFILE)).seq == seq, "swept twice, numbered once"
    assert not await sync.store.unannounced(clock.now(), 10)


async def test_fifty_attempts_at_one_transition_have_one_winner(sync: Sync) -> None:
    action = await sync.given(status=ActionStatus.IN_PROGRESS)
    client = Client()
    async with aclosing(sync.subscribe()) as emissions:
        client.apply(await first(emissions))
        outcomes = await asyncio.gather(
            *(sync.actions.transition(PROFILE, action.id, Transition.COMPLETE, f"m{n}") for n in range(50)),
            return_exceptions=True,
        )
        client.apply(await first(emissions))
    winners = [outcome for outcome in outcomes if isinstance(outcome, CareerActionRecord)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, InvalidTransition)]
    assert (len(winners), len(refused)) == (1, 49)
    assert {refusal.current for refusal in refused} == {ActionStatus.DONE}
    assert len(client.mutation_ids) == 1
    assert client.held[action.id].version == 2
    assert (await sync.changelogs.read(PROFILE)).seq == 1


async def test_many_writers_at_once_lose_nothing(sync: Sync) -> None:
    actions = [await sync.given() for _ in range(20)]
    client = Client()
    wanted = {f"{kind}{n}" for n in range(len(actions)) for kind in ("start", "done")}
    task = asyncio.create_task(following(sync, client, until=wanted))
    while (
        client.cursor is None
    ):  # what is numbered before the first snapshot comes in it, without its mutation id
        await asyncio.sleep(0.001)

    async def live(number: int, action: CareerActionRecord) -> None:
        await sync.actions.transition(PROFILE, action.id, Transition.START, f"start{number}")
        await sync.actions.transition(PROFILE, action.id, Transition.COMPLETE, f"done{number}")

    await asyncio.gather(*(live(number, action) for number, action in enumerate(actions)))
    await task
    assert sorted(client.mutation_ids) == sorted(wanted), "each once"
    assert {action.status for action in client.held.values()} == {ActionStatus.DONE}


async def test_a_replaced_list_is_never_empty_or_doubled(sync: Sync) -> None:
    await sync.actions.publish(a_run(PROFILE, 1), some_drafts("one", "two", "three"))
    sizes: set[int] = set()

    async def look() -> None:
        while True:
            page = (await sync.actions.page(PROFILE, None, 100, None))[0]
            sizes.add(len(page))

    looking = asyncio.create_task(look())
    async with aclosing(sync.subscribe()) as emissions:
        client = Client()
        client.apply(await first(emissions))
        for number in range(2, 8):
            titles = [f"{number} {title}" for title in ("one", "two", "three")]
            await sync.actions.publish(a_run(PROFILE, number), some_drafts(*titles))
            client.apply(await first(emissions))
            assert {a.title for a in client.held.values()} == set(titles)
    looking.cancel()
    assert sizes == {3}


async def test_what_is_saved_during_a_replacement_stays(sync: Sync) -> None:
    await sync.actions.publish(a_run(PROFILE, 1), some_drafts("keep", "go"))
    shown = (await sync.actions.page(PROFILE, None, 10, None))[0]
    keep = next(a for a in shown if a.title == "keep")
    await asyncio.gather(
        sync.actions.publish(a_run(PROFILE, 2), some_drafts("new one", "new two")),
        sync.actions.transition(PROFILE, keep.id, Transition.SAVE),
    )
    titles = {a.title for a in (await sync.actions.page(PROFILE, None, 10, None))[0]}
    assert titles == {"keep", "new one", "new two"}
    for number in (3, 4):
        await sync.actions.publish(a_run(PROFILE, number), some_drafts("newer"))
    assert {a.title for a in (await sync.actions.page(PROFILE, None, 10, None))[0]} == {"keep", "newer"}


async def test_what_comes_back_to_suggested_shows_among_the_present_suggestions(sync: Sync) -> None:
    await sync.actions.publish(a_run(PROFILE, 1), some_drafts("mine"))
    [mine] = (await sync.actions.page(PROFILE, None, 10, None))[0]
    await sync.actions.transition(PROFILE, mine.id, Transition.SAVE)
    await sync.actions.publish(a_run(PROFILE, 2), some_drafts("other"))
    await sync.actions.transition(PROFILE, mine.id, Transition.UNSAVE)
    assert {a.title for a in (await sync.actions.page(PROFILE, None, 10, None))[0]} == {"mine", "other"}
    await sync.actions.publish(a_run(PROFILE, 3), some_drafts("next"))
    assert {a.title for a in (await sync.actions.page(PROFILE, None, 10, None))[0]} == {"next"}


async def test_a_run_that_is_late_or_repeated_publishes_nothing(sync: Sync) -> None:
    await sync.actions.publish(a_run(PROFILE, 2), some_drafts("new"))
    seq = (await sync.changelogs.read(PROFILE)).seq
    await sync.actions.publish(a_run(PROFILE, 1), some_drafts("late"))
    await sync.actions.publish(a_run(PROFILE, 2, attempt=2), some_drafts("again"))
    assert [a.title for a in (await sync.actions.page(PROFILE, None, 10, None))[0]] == ["new"]
    assert (await sync.changelogs.read(PROFILE)).seq == seq


async def test_a_cursor_older_than_the_log_brings_a_new_snapshot_that_says_why(sync: Sync) -> None:
    action = await sync.given()
    async with aclosing(sync.subscribe()) as emissions:
        old = str((await first(emissions)).cursor)
    for version in range(LOG_LENGTH + 1):
        await sync.changelogs.number(PROFILE, CAREER_ACTION, [Change(action.id, 100 + version)])
    async with aclosing(sync.subscribe(old)) as emissions:
        resync = await first(emissions)
    assert (resync.reason, resync.resync_reason) == (Reason.RESYNC, ResyncReason.CURSOR_TOO_OLD)
    assert [a.id for a in resync.upserts] == [action.id]


@pytest.mark.parametrize(
    ("cursor", "why"),
    [("0123abcd:0", ResyncReason.OTHER_EPOCH), ("{epoch}:99", ResyncReason.FUTURE_CURSOR)],
)
async def test_a_foreign_cursor_brings_a_new_snapshot(sync: Sync, cursor: str, why: ResyncReason) -> None:
    epoch = (await sync.changelogs.read(PROFILE)).epoch
    async with aclosing(sync.subscribe(cursor.format(epoch=epoch))) as emissions:
        assert (await first(emissions)).resync_reason is why


@pytest.mark.parametrize("cursor", ["x", "abc:", "abc:-1", "abc:1e3", ":1", "é:1", "a:" + "9" * 16])
async def test_a_malformed_cursor_is_refused(sync: Sync, cursor: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await first(sync.subscribe(cursor))
    assert refusal.value.field == "after"


async def test_a_restored_database_brings_a_new_snapshot_to_those_who_watch(
    sync: Sync, database: Database
) -> None:
    await sync.given()
    async with aclosing(sync.subscribe()) as emissions:
        await first(emissions)
        await database["streams"].update_one({"_id": PROFILE}, {"$set": {"epoch": "restored"}})
        await sync.subscriptions.heal()
        assert (await first(emissions)).resync_reason is ResyncReason.OTHER_EPOCH


async def test_a_hundred_first_subscribers_share_the_reading_and_none_is_deaf(
    sync: Sync, database: Database
) -> None:
    action = await sync.given()
    subscriptions = [sync.subscribe() for _ in range(100)]
    await asyncio.gather(*(first(emissions) for emissions in subscriptions))
    waiting = [asyncio.ensure_future(first(emissions)) for emissions in subscriptions]
    await sync.actions.transition(PROFILE, action.id, Transition.START, "m")
    changes = await asyncio.gather(*waiting)
    assert len({id(change) for change in changes}) == 1, "read once for all"
    for emissions in subscriptions:
        await emissions.aclose()
    assert sync.subscriptions.hub.keys == []


async def test_all_subscribers_are_healed(sync: Sync, database: Database) -> None:
    action = await sync.given()
    async with aclosing(sync.subscribe()) as early, aclosing(sync.subscribe()) as late:
        await first(early)
        sync.subscriptions.hub.on_announcement(stream_topic(PROFILE))
        await first(late)
        async with Wakeups() as elsewhere:  # nobody here listens to it
            other = CareerActions(sync.store, Changelogs(ChangelogStore(database), elsewhere))
            await other.transition(PROFILE, action.id, Transition.START, "m")
        await sync.subscriptions.heal()
        assert (await first(early)).mutation_ids == ["m"]
        assert (await first(late)).mutation_ids == ["m"]


@pytest.mark.parametrize(("replacements_before", "numbered"), [(0, False), (0, True), (2, False)])
async def test_a_change_that_a_dead_process_left_marked_comes_once_whatever_is_replaced(
    sync: Sync, replacements_before: int, numbered: bool
) -> None:
    await sync.actions.publish(a_run(PROFILE, 1), some_drafts("mine"))
    [mine] = (await sync.actions.page(PROFILE, None, 10, None))[0]
    saved = await sync.actions.transition(PROFILE, mine.id, Transition.SAVE)
    client = Client()
    async with aclosing(sync.subscribe()) as emissions:
        client.apply(await first(emissions))
        for number in range(replacements_before):
            await sync.actions.publish(a_run(PROFILE, 2 + number), some_drafts("new"))
        # It goes back among the suggestions that showed when it was read; the process dies before the next step.
        long_ago = clock.now() - timedelta(seconds=5)
        await sync.store.update(saved, {"status": ActionStatus.SUGGESTED, "touched_at": long_ago}, "m", "w")
        if numbered:
            await sync.changelogs.number(PROFILE, CAREER_ACTION, [Change(mine.id, 3, "m")])
        await sync.actions.publish(a_run(PROFILE, 9), some_drafts("newest"))
        await sync.actions.sweep()
        while "m" not in client.mutation_ids or [a.title for a in client.held.values()] != ["newest"]:
            client.apply(await first(emissions))
        await sync.actions.transition(PROFILE, next(iter(client.held)), Transition.START, "end")
        while "end" not in client.mutation_ids:
            client.apply(await first(emissions))
    assert client.mutation_ids == ["m", "end"]
    assert [action.title for action in client.held.values()] == ["newest"]


async def test_cleaning_up_after_a_late_run_leaves_the_batch_of_a_later_one(database: Database) -> None:
    store = MatchStore(database)
    record = MatchRecord(
        id=new_id(), match_id=new_id(), profile_id=PROFILE, opportunity_id="o", run_id="r", batch="later",
        version=2, tier=MatchTier.STRONG, score=1, explanation="", strengths=[], gaps=[], recommendations=[],
        model_version="test", created_at=clock.now(),
    )  # fmt: skip
    await store.insert([record])  # not shown yet: its run is about to
    async with Wakeups() as wakeups:
        changelogs, inputs = Changelogs(ChangelogStore(database), wakeups), MatchInputsStore(database)
        await Matches(store, inputs, changelogs).publish(a_run(PROFILE, 1), [], b"")
    assert await store.page(PROFILE, "later") == [record]
