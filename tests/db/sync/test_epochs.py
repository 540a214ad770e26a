"""After a restore: every stream has a new epoch, and whoever holds a cursor of the old one takes everything anew."""

from contextlib import aclosing

import pytest
from pydantic import SecretStr

from db.career_actions import CareerActionStore
from db.driver.client import Database
from db.sync.changelog import ChangelogRecord, ChangelogStore, PositionRecord
from resolvers.commands import epoch
from resolvers.settings import Settings
from services.career_actions.career_actions import CareerActions, Transition
from services.kit.ids import profile_id_of
from services.sync.changelog import Changelogs, renew_epochs
from services.sync.emissions import Reason, ResyncReason
from services.sync.subscriptions import Subscriptions
from services.sync.wakeups import Wakeups
from tests.support.factories import an_action
from tests.support.syncing import Client, a_sync, emissions, first

PROFILE = profile_id_of("ada")


async def test_a_cursor_from_after_the_backup_is_answered_with_everything(
    database: Database, database_uri: str
) -> None:
    store, changelogs = ChangelogStore(database), Changelogs(ChangelogStore(database), Wakeups())
    actions = CareerActions(CareerActionStore(database), changelogs)
    action = an_action(PROFILE)
    await CareerActionStore(database).insert([action])
    subscriptions = Subscriptions(store, changelogs)
    backup = await changelogs.read(PROFILE)
    # After the backup somebody saves an action, and a client holds the cursor that follows.
    async with Wakeups() as wakeups:
        await CareerActions(CareerActionStore(database), Changelogs(store, wakeups)).transition(
            PROFILE, action.id, Transition.START
        )
    held = await changelogs.read(PROFILE)
    # The backup is restored, and as many other changes are made: the number is the client's again.
    await database["streams"].replace_one({"_id": PROFILE}, backup.to_bson())
    await database["streams"].update_one({"_id": PROFILE}, {"$set": {"seq": held.seq}})
    await epoch.renew(Settings(_env_file=None, mongodb_uri=SecretStr(database_uri)))
    async with aclosing(
        emissions(subscriptions, PROFILE, actions.live_list, f"{held.epoch}:{held.seq}")
    ) as events:
        first = await anext(events)
    assert (first.reason, first.resync_reason) == (Reason.RESYNC, ResyncReason.OTHER_EPOCH)


@pytest.mark.parametrize("more", [0, 1, 5])
@pytest.mark.parametrize("running", [True, False], ids=["still subscribed", "comes back"])
async def test_a_restored_copy_is_recognised_without_a_new_epoch(
    database: Database, more: int, running: bool
) -> None:
    """As many changes are made after it as had been made before it, or more: the numbers say nothing."""
    async with a_sync(database) as sync:
        action, others = await sync.given(), [await sync.given() for _ in range(3 + more)]
        client = Client()
        async with aclosing(sync.subscribe()) as watched:
            client.apply(await first(watched))
            backup = await database["streams"].find_one({"_id": PROFILE})
            kept = await database["career_actions"].find({}).to_list(None)
            assert backup is not None
            for transition in (Transition.START, Transition.CANCEL, Transition.START):
                await sync.actions.transition(PROFILE, action.id, transition)
                client.apply(await first(watched))
            await database["streams"].replace_one({"_id": PROFILE}, backup)
            for one in kept:
                await database["career_actions"].replace_one({"_id": one["_id"]}, one)
            async with a_sync(database) as elsewhere:
                for other in others:
                    await elsewhere.actions.transition(PROFILE, other.id, Transition.START)
            if running:
                await sync.subscriptions.heal()
                client.apply(await first(watched))
        if not running:
            async with aclosing(sync.subscribe(client.cursor)) as again:
                client.apply(await first(again))
        assert client.reasons[-1] is Reason.RESYNC
        assert client.held == {one.id: one for one in await sync.store.page(PROFILE, batch=None)}


async def test_what_a_restored_copy_took_back_is_not_shown_again(database: Database) -> None:
    """Another process changes it anew, to an earlier version than this one had written."""
    async with a_sync(database) as sync, a_sync(database) as elsewhere:
        action = await sync.given()
        client = Client()
        async with aclosing(sync.subscribe()) as watched:
            client.apply(await first(watched))
            backup = await database["streams"].find_one({"_id": PROFILE})
            kept = await database["career_actions"].find_one({"_id": action.id})
            assert backup is not None
            assert kept is not None
            for transition in (Transition.START, Transition.CANCEL, Transition.START):
                await sync.actions.transition(PROFILE, action.id, transition)
                client.apply(await first(watched))
            await database["streams"].replace_one({"_id": PROFILE}, backup)
            await database["career_actions"].replace_one({"_id": action.id}, kept)
            await sync.subscriptions.heal()
            client.apply(await first(watched))
            await elsewhere.actions.transition(PROFILE, action.id, Transition.START)
            await sync.subscriptions.heal()
            client.apply(await first(watched))
        assert client.held == {one.id: one for one in await sync.store.page(PROFILE, batch=None)}


async def test_a_cursor_from_before_there_were_tags_is_resumed_from(database: Database) -> None:
    async with a_sync(database) as sync:
        action = await sync.given()
        before = await sync.changelogs.read(PROFILE)
        await sync.actions.transition(PROFILE, action.id, Transition.START, "m")
        async with aclosing(sync.subscribe(f"{before.epoch}:{before.seq}")) as events:
            resumed = await first(events)
    assert (resumed.reason, list(resumed.mutation_ids)) == (Reason.RESUME, ["m"])


async def test_a_copy_that_is_not_of_one_moment_hides_no_change_once_the_epoch_is_renewed(
    database: Database,
) -> None:
    async with a_sync(database) as sync:
        action = await sync.given()
        kept = await database["career_actions"].find_one({"_id": action.id})
        assert kept is not None
        await sync.actions.transition(PROFILE, action.id, Transition.START, "lost")
        # The entities are from before the change, the log is from after it.
        await database["career_actions"].replace_one({"_id": action.id}, kept)
    await renew_epochs(ChangelogStore(database))
    async with a_sync(database) as sync, aclosing(sync.subscribe()) as watched:
        client = Client()
        client.apply(await first(watched))
        await sync.actions.transition(PROFILE, action.id, Transition.START, "made")
        told = await first(watched)
        assert list(told.mutation_ids) == ["made"]
        assert [one.version for one in told.upserts] == [2]


async def test_every_stream_is_renewed_however_many_there_are(database: Database) -> None:
    ids = [f"{number:032x}" for number in range(230)]
    await database["streams"].insert_many(
        ChangelogRecord(id=id_, epoch="old", seq=7).to_bson() for id_ in ids
    )
    assert await renew_epochs(ChangelogStore(database)) == 230
    positions = await ChangelogStore(database).positions(ids)
    assert {position.seq for position in positions} == {7}
    assert len({position.epoch for position in positions} - {"old"}) > 200


async def test_a_stream_that_moves_meanwhile_is_renewed_all_the_same(database: Database) -> None:
    await database["streams"].insert_one(ChangelogRecord(id=PROFILE, epoch="old", seq=1).to_bson())

    class Moving(ChangelogStore):
        async def page(self, after: str) -> list[PositionRecord]:
            page = await super().page(after)
            await database["streams"].update_one({"_id": PROFILE}, {"$inc": {"seq": 1}})
            return page

    assert await renew_epochs(Moving(database)) == 1
    stream = await ChangelogStore(database).get(PROFILE)
    assert stream is not None
    assert (stream.epoch != "old", stream.seq) == (True, 3)
