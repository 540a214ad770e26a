"""A subscriber that is cut in the middle of many changes ends with exactly what the database holds."""

import asyncio

from db.career_actions import ActionStatus, CareerActionStore
from db.driver.client import Database
from schema.shared.relay import global_id
from services.kit.ids import profile_id_of
from tests.support.client import Api, profile_of
from tests.support.factories import an_action
from tests.support.follower import Follower, Person


async def test_a_subscriber_cut_among_many_transitions_misses_and_doubles_nothing(
    api: Api, database: Database, many: int
) -> None:
    actions = [an_action(profile_id_of("ada"), status=ActionStatus.SAVED) for _ in range(10)]
    await CareerActionStore(database).insert(actions)
    token = api.token("ada")
    follower = Follower(api.address, token, profile_of("ada"))
    async with follower, Person(api.address, token) as person:

        async def cut() -> None:
            """Cut it, and wait until it is back: one that is cut again on its way comes back once."""
            back = follower.reasons.count("RESUME") + 1
            follower.cut()
            await follower.moves(lambda: follower.reasons.count("RESUME") >= back)

        async def change(place: int) -> None:
            for turn in range(many // len(actions)):
                await person.toggle(global_id("CareerAction", actions[place].id), f"{place}/{turn}")
                if (place, turn % 2) == (0, 1):
                    await cut()

        await asyncio.gather(*(change(place) for place in range(10)))
        await follower.until(person.acknowledged)
        assert follower.states() == await person.actions(profile_of("ada"))
    assert len(person.acknowledged) == many // len(actions) * len(actions)
    assert sorted(follower.mutation_ids) == sorted(person.acknowledged), "each once"
    assert follower.reasons.count("RESUME") >= 3
    assert "RESYNC" not in follower.reasons
