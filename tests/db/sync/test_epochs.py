"""After a restore: every stream has a new epoch, and whoever holds a cursor of the old one takes everything anew."""

from contextlib import aclosing

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
from tests.support.syncing import emissions

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
