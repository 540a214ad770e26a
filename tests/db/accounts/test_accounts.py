"""While a deletion stands nothing of the person can be made, and nobody else is held up by it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest
from pymongo.collection import Collection

from db.accounts import COLLECTION as NOTES
from db.accounts import AccountDeleted, AccountStore, DeletionRecord
from db.applications import ApplicationStore
from db.career_actions import CareerActionStore
from db.collections import all_collections
from db.driver.client import Database
from db.learnings import LearningStore
from db.match_inputs import MatchInputsRecord, MatchInputsStore
from db.matches import MatchRecord, MatchStore
from db.messages import ExchangeRecord, ExchangeStore
from db.profiles import LearningKind, ProfileStore
from db.refresh_runs import RefreshRunStore
from db.revocations import RevocationStore
from db.sync.changelog import ChangelogStore
from db.sync.mutations import MutationRecord, MutationStore
from db.sync.outbox import PendingRecord
from services.accounts.accounts import SLOW, STANDING, Accounts
from services.background.tasks import Tasks
from services.career_actions.career_actions import CareerActions
from services.identity.revocations import Revocations
from services.kit import clock
from services.kit.ids import profile_id_of
from services.refresh_runs.refresh_runs import RefreshRuns, RunKeeper
from services.sync.changelog import Changelogs
from services.sync.wakeups import Wakeups
from tests.support.factories import a_learning, a_profile, a_run, an_action, an_application
from tests.support.patience import within
from tests.support.policy_world import PERSONAL, filled

ADA, EVE = profile_id_of("ada"), profile_id_of("eve")

MAKERS: Mapping[str, Callable[[Database], Awaitable[object]]] = {
    "profiles": lambda database: ProfileStore(database).insert(a_profile()),
    "streams": lambda database: ChangelogStore(database).ensure(ADA, "epoch"),
    "refresh_runs": lambda database: RefreshRunStore(database).insert(a_run(ADA)),
    "exchanges": lambda database: ExchangeStore(database).insert(filled(ExchangeRecord, profile_id=ADA)),
    "learnings": lambda database: LearningStore(database).insert(
        [a_learning(ADA, LearningKind.GOAL, "Teach")]
    ),
    "matches": lambda database: MatchStore(database).insert([filled(MatchRecord, profile_id=ADA)]),
    "match_inputs": lambda database: MatchInputsStore(database).insert(
        filled(MatchInputsRecord, profile_id=ADA)
    ),
    "career_actions": lambda database: CareerActionStore(database).insert([an_action(ADA)]),
    "applications": lambda database: ApplicationStore(database).insert(an_application(ADA)),
    "mutations": lambda database: MutationStore(database).insert(filled(MutationRecord, profile_id=ADA)),
}


@pytest.fixture
def store(database: Database) -> AccountStore:
    return AccountStore(database, all_collections())


async def left(database: Database) -> dict[str, int]:
    counts = {name: len(await database[name].find().to_list(None)) for name in PERSONAL}
    return {name: count for name, count in counts.items() if count}


async def test_whatever_is_personal_can_be_made_and_goes(database: Database, store: AccountStore) -> None:
    assert set(MAKERS) == set(PERSONAL)
    for make in MAKERS.values():
        await make(database)
    assert set(await left(database)) == set(PERSONAL)
    await store.delete_everything(ADA)
    assert not await left(database)


@pytest.mark.parametrize("name", MAKERS)
async def test_what_is_made_while_a_deletion_stands_is_taken_out_again(
    database: Database, store: AccountStore, name: str
) -> None:
    until = clock.now() + STANDING
    await store.note(ADA, until)
    with pytest.raises(AccountDeleted) as refused:
        await MAKERS[name](database)
    assert refused.value.until == until
    assert not await left(database)


async def test_a_deletion_asked_for_again_stands_longer_and_is_not_ended_by_the_first(
    store: AccountStore,
) -> None:
    at = clock.now()
    first = await store.note(ADA, at)
    second = await store.note(ADA, at + STANDING)
    await store.mark_done(first)
    assert await store.undone(at + STANDING, 10) == [second]
    await store.mark_done(second)
    await store.forget(first)
    (done,) = await store.ended(at + STANDING, 10)
    assert done.until == second.until
    assert not await store.ended(at, 10)
    await store.forget(second)
    assert not await store.ended(at + STANDING, 10)


async def test_what_a_dead_writer_left_goes_with_the_note(database: Database, store: AccountStore) -> None:
    note = await store.note(ADA, clock.now())
    await store.mark_done(note)
    await database["career_actions"].insert_one(an_action(ADA).to_bson())
    await CareerActionStore(database).insert([an_action(EVE)])
    async with Wakeups() as wakeups:
        await accounts_of(database, wakeups).sweep()
    assert await left(database) == {"career_actions": 1}
    assert not await database[NOTES.name].find_one({"_id": ADA})


async def test_a_deletion_under_way_is_left_to_who_does_it(database: Database, store: AccountStore) -> None:
    await ProfileStore(database).insert(a_profile())
    async with Wakeups() as wakeups:
        accounts = accounts_of(database, wakeups)
        await store.note(ADA, clock.now() + STANDING)
        await accounts.sweep()
        assert await left(database) == {"profiles": 1}
        await store.note(ADA, clock.now() + STANDING - SLOW)
        await accounts.sweep()
    assert not await left(database)


async def test_another_process_forgets_when_it_hears_of_a_deletion(database: Database) -> None:
    heard: list[str] = []
    async with Wakeups() as here, Wakeups() as elsewhere:
        revocations = Revocations(
            RevocationStore(database),
            here,
            longest=timedelta(days=1),
            on_person=lambda: heard.append("a deletion"),
        )
        await accounts_of(database, elsewhere).delete("ada")
        for _ in range(2):
            await revocations.heal()
    assert heard == ["a deletion"]


def accounts_of(database: Database, wakeups: Wakeups, store: AccountStore | None = None) -> Accounts:
    revocations = Revocations(RevocationStore(database), wakeups, longest=timedelta(days=1))
    return Accounts(
        store or AccountStore(database, all_collections()),
        wakeups,
        revocations,
        profile_of=ProfileStore(database).get,
        replies_of=ExchangeStore(database).under_way,
    )


async def test_a_run_of_the_deleted_stops_without_a_word_of_failure(
    database: Database, store: AccountStore, capfd: pytest.CaptureFixture[str]
) -> None:
    async def late(_keeper: RunKeeper) -> None:
        await store.note(ADA, clock.now() + STANDING)
        await store.delete_everything(ADA)
        await MAKERS["matches"](database)

    run = a_run(ADA, owner=None)
    await RefreshRunStore(database).insert(run)
    async with Wakeups() as wakeups, Tasks() as tasks:
        runs = RefreshRuns(
            RefreshRunStore(database),
            tasks,
            wakeups,
            Changelogs(ChangelogStore(database), wakeups),
            stages={"matching": late},
            profile_of=ProfileStore(database).get,
            model_version="test",
        )
        await runs.execute(ADA, run.id)
    assert not await left(database)
    logged = "".join(capfd.readouterr())
    assert "refresh.lease_lost" in logged
    assert "failed" not in logged


async def test_what_the_deleted_left_unannounced_holds_nobody_up(
    database: Database, store: AccountStore
) -> None:
    before = {"unannounced": True, "pending": [PendingRecord(version=1)], "touched_at": clock.now() - SLOW}
    actions = CareerActionStore(database)
    for profile_id in (ADA, EVE):
        await actions.insert([an_action(profile_id, **before)])
    await store.note(ADA, clock.now() + STANDING)
    async with Wakeups() as wakeups:
        changelogs = Changelogs(ChangelogStore(database), wakeups)
        await CareerActions(actions, changelogs).sweep()
        assert (await changelogs.read(EVE)).seq == 1
    assert not await actions.unannounced(clock.now(), 10)


class HeldUp(AccountStore):
    """Store whose next deletion is held up before it begins, or before its last step: ``meanwhile`` happens then."""

    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def delete_everything(self, profile_id: str, deletion: DeletionRecord | None = None) -> int:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        return await super().delete_everything(profile_id, deletion)


@pytest.mark.parametrize("done", [True, False])
async def test_a_sweeper_that_was_held_up_does_not_touch_the_account_made_anew(
    database: Database, store: AccountStore, done: bool
) -> None:
    note = await store.note(ADA, clock.now() - STANDING)
    if done:
        await store.mark_done(note)

    async def begun_anew() -> None:
        async with Wakeups() as elsewhere:
            for _ in range(2):
                await database[NOTES.name].update_one({"_id": ADA}, {"$set": {"until": note.until}})
                await accounts_of(database, elsewhere).sweep()
        assert not await database[NOTES.name].find_one({"_id": ADA})
        for make in MAKERS.values():
            await make(database)

    held_up = HeldUp(database, all_collections())
    held_up.meanwhile = begun_anew
    async with Wakeups() as wakeups:
        await accounts_of(database, wakeups, held_up).sweep()
    assert set(await left(database)) == set(PERSONAL)


async def test_what_was_found_before_an_account_was_made_anew_is_not_deleted_from_it(
    database: Database, store: AccountStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Held up between the last look at the note and the deletion itself."""
    await ProfileStore(database).insert(a_profile(created_at=clock.now() - SLOW))
    note = await store.note(ADA, clock.now())
    delete = type(database["profiles"]).delete_many

    async def late(collection: Any, query: Any) -> Any:
        monkeypatch.undo()
        await store.delete_everything(ADA, note)
        await store.forget(note)
        await ProfileStore(database).insert(a_profile())
        return await delete(collection, query)

    monkeypatch.setattr(type(database["profiles"]), "delete_many", late)
    await store.delete_everything(ADA, note)
    assert await left(database) == {"profiles": 1}


@pytest.mark.parametrize("name", sorted(set(MAKERS) - {"streams"}))
async def test_a_writer_that_is_cancelled_between_its_write_and_its_check_leaves_nothing(
    database: Database, store: AccountStore, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    loop, written, go_on = asyncio.get_running_loop(), asyncio.Event(), Event()
    insert, plain_insert = type(database[name]).insert_one, Collection.insert_one

    async def slow(collection: Any, document: Any) -> Any:
        result = await insert(collection, document)
        if collection.name == name:
            written.set()
            await asyncio.to_thread(go_on.wait)
        return result

    def slow_in_a_thread(collection: Any, document: Any) -> Any:
        result = plain_insert(collection, document)
        if collection.name == name:
            loop.call_soon_threadsafe(written.set)
            go_on.wait()
        return result

    monkeypatch.setattr(type(database[name]), "insert_one", slow)
    monkeypatch.setattr(Collection, "insert_one", slow_in_a_thread)
    making = asyncio.ensure_future(MAKERS[name](database))
    await written.wait()
    await store.note(ADA, clock.now() + STANDING)
    making.cancel()
    await asyncio.gather(making, return_exceptions=True)
    go_on.set()
    async with within(5):
        while await left(database):
            await asyncio.sleep(0.01)


async def test_what_a_writer_leaves_after_a_deletion_goes_while_the_note_still_stands(
    database: Database, store: AccountStore
) -> None:
    note = await store.note(ADA, clock.now() + STANDING)
    await store.mark_done(note)
    await database["career_actions"].insert_one(an_action(ADA).to_bson())
    async with Wakeups() as wakeups:
        await accounts_of(database, wakeups).sweep()
    assert not await left(database)
    assert await database[NOTES.name].find_one({"_id": ADA}), "it goes at its time"


@pytest.mark.parametrize("hours", [-5, 5])
async def test_a_process_whose_clock_is_wrong_ends_no_note_early_and_makes_none_that_stays(
    database: Database, store: AccountStore, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    right = clock.now
    async with Wakeups() as wakeups:
        with monkeypatch.context() as wrong:
            wrong.setattr(clock, "now", lambda: right() + timedelta(hours=hours))
            accounts = accounts_of(database, wakeups)
            await accounts.delete("ada")
            await accounts.sweep()
    (note,) = await store.newest(done=True, limit=10)
    assert abs(note.until - right() - STANDING) < timedelta(seconds=10)


async def test_the_token_ends_before_anything_else(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(_store: AccountStore, _profile_id: str, _until: datetime) -> DeletionRecord:
        raise asyncio.CancelledError

    monkeypatch.setattr(AccountStore, "note", killed)
    async with Wakeups() as wakeups:
        with pytest.raises(asyncio.CancelledError):
            await accounts_of(database, wakeups).delete("ada")
    assert len(await database["revocations"].find().to_list(None)) == 1
