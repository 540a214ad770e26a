"""Pages of an export: every document is on one of them, also those of the same moment."""

from db.career_actions import COLLECTION, CareerActionRecord, CareerActionStore
from db.driver.client import Database
from db.driver.collections import Place
from db.exports import ExportStore
from services.kit import clock
from services.kit.ids import profile_id_of
from tests.support.factories import an_action

PROFILE = profile_id_of("ada")


async def test_actions_of_one_moment_are_all_exported_whatever_the_size_of_a_page(database: Database) -> None:
    at = clock.now()
    actions = [an_action(PROFILE, created_at=at) for _ in range(5)]
    await CareerActionStore(database).insert(actions)
    store = ExportStore(database)
    found: list[CareerActionRecord] = []
    place: Place | None = None
    while page := await store.page(COLLECTION, PROFILE, place, 2):
        found += page
        place = COLLECTION.section.place(page[-1])
    assert found == sorted(actions, key=lambda action: action.id)
