"""The search by vectors through the API: for the owner, with a setting, and refused by name without."""

import asyncio
from typing import Any

from db.driver.client import Database
from db.opportunities import OpportunityStore
from db.posting_vectors import COLLECTION
from resolvers.settings import Settings
from services.offline_coach.coach import OfflineCoach
from tests.support.client import profile_of, running_api
from tests.support.embeddings_server import embeddings_server, refused
from tests.support.factories import an_opportunity
from tests.support.patience import within

ADA: dict[str, Any] = {"profileId": profile_of("ada"), "first": 1}


async def test_without_a_setting_it_says_which(settings: Settings) -> None:
    async with running_api(settings, model=OfflineCoach()) as api:
        found = await api.run("SimilarOpportunities", **ADA, text="care for the sick")
        (error,) = found["errors"]
        assert error["extensions"] == {"code": "NOT_CONFIGURED", "setting": "FOOTHOLD_EMBEDDINGS_URL"}
        assert error["message"].endswith("needs FOOTHOLD_EMBEDDINGS_URL.")


async def test_with_one_the_owner_finds_what_is_alike(settings: Settings, database: Database) -> None:
    nurse, cook = (
        an_opportunity(number, title=title, description=f"{title} wanted.", digest=title)
        for number, title in ((1, "Ward nurse"), (2, "Cook"))
    )
    await OpportunityStore(database).write([nurse, cook], [])
    async with embeddings_server() as server:
        set_up = settings.model_copy(update={"embeddings_url": server.url})
        async with running_api(set_up, model=OfflineCoach()) as api:
            async with within(20):  # the first turn comes soon after the start
                while len(await database[COLLECTION.name].find().to_list(None)) < 2:
                    await asyncio.sleep(0.05)
            similar = await api.data("SimilarOpportunities", **ADA, text="a nurse for the ward")
            (found,) = similar["found"]
            assert similar["pending"] == 0
            assert found["opportunity"]["title"] == "Ward nurse"
            assert 0 < found["likeness"] <= 1
            for asked, code in (
                ({**ADA, "text": " "}, "INVALID_INPUT"),
                ({**ADA, "text": "nurse", "profileId": profile_of("eve")}, "NOT_FOUND"),
            ):
                (error,) = (await api.run("SimilarOpportunities", **asked))["errors"]
                assert error["extensions"]["code"] == code
            server.replies.append(refused(401))
            (error,) = (await api.run("SimilarOpportunities", **ADA, text="nurse"))["errors"]
            assert error["extensions"]["code"] == "MODEL_FAILED"
            assert "secret" not in error["message"]
