"""Changelogs of other versions: heads from before there was one field for all, lists that are not known here."""

from contextlib import aclosing

from db.career_actions import KIND as CAREER_ACTION
from db.driver.client import Database, in_one_go
from db.matches import KIND as MATCH
from db.sync.changelog import ChangelogStore, HeadRecord, shown_batch
from services.career_actions.career_actions import Transition
from services.sync.changelog import Change
from tests.support.factories import a_run, some_drafts
from tests.support.syncing import PROFILE, a_sync, first

BEFORE = {
    "epoch": "e", "seq": 7, "floor": 3, "entries": [], "trimmed": [],
    "actions": {"batch": "a", "run": 2}, "matches": None,
}  # fmt: skip


async def test_a_changelog_with_a_field_for_each_head_is_read_and_written_on(database: Database) -> None:
    await database["streams"].insert_one({"_id": PROFILE, **BEFORE})
    store = ChangelogStore(database)
    log = await store.get(PROFILE)
    assert log is not None
    assert log.heads == {CAREER_ACTION: HeadRecord(batch="a", run=2)}
    assert await in_one_go(database, lambda plain: shown_batch(plain, PROFILE, CAREER_ACTION)[0]) == "a"

    assert await store.append(log, [], {MATCH: HeadRecord(batch="m", run=3)}) is not None
    log = await store.get(PROFILE)
    assert log is not None
    assert log.heads == {
        CAREER_ACTION: HeadRecord(batch="a", run=2),
        MATCH: HeadRecord(batch="m", run=3),
    }
    assert await store.append(log, [], {CAREER_ACTION: HeadRecord(batch="b", run=4)}) is not None
    assert await in_one_go(database, lambda plain: shown_batch(plain, PROFILE, CAREER_ACTION)[0]) == "b"


async def test_a_late_run_replaces_nothing_that_was_shown_before_there_was_one_field_for_all(
    database: Database,
) -> None:
    await database["streams"].insert_one({"_id": PROFILE, **BEFORE})
    async with a_sync(database) as sync:
        await sync.actions.publish(a_run(PROFILE, 2), some_drafts("late"))
        assert (await sync.changelogs.read(PROFILE)).seq == 7
        await sync.actions.publish(a_run(PROFILE, 3), some_drafts("new"))
        assert [a.title for a in (await sync.actions.page(PROFILE, None, 10, None))[0]] == ["new"]


async def test_changes_of_a_list_that_is_not_known_here_only_move_the_cursor(database: Database) -> None:
    async with a_sync(database) as sync:
        action = await sync.given()
        async with aclosing(sync.subscribe()) as emissions:
            await first(emissions)
            await sync.changelogs.number(PROFILE, "OF_TOMORROW", [Change("x", 1, "theirs")])
            await sync.actions.transition(PROFILE, action.id, Transition.START, "mine")
            change = await first(emissions)
    assert (change.mutation_ids, list(change.removed)) == (["mine"], [])
    assert [entry.kind for entry in (await sync.changelogs.read(PROFILE)).entries] == [
        "OF_TOMORROW",
        CAREER_ACTION,
    ]
