"""Two servers on one database: a change made at one arrives at the subscribers of the other."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from pydantic import SecretStr

from db.career_actions import ActionStatus, CareerActionStore
from db.driver.client import Database
from resolvers.settings import Settings
from schema.shared.relay import global_id
from services.kit.ids import profile_id_of
from services.offline_coach.coach import OfflineCoach
from tests.support.client import document, profile_of, running_api
from tests.support.factories import an_action
from tests.support.redis import RedisServer


@pytest.mark.parametrize("broker", ["redis", "none", "redis that dies"])
async def test_a_change_at_one_server_arrives_at_the_other(
    settings: Settings, database: Database, tmp_path: Path, broker: str
) -> None:
    async with AsyncExitStack() as stack:
        redis = stack.enter_context(RedisServer(tmp_path)) if broker != "none" else None
        if redis is not None:
            settings = settings.model_copy(update={"redis_url": SecretStr(redis.url)})
        one = await stack.enter_async_context(running_api(settings, model=OfflineCoach()))
        other = await stack.enter_async_context(running_api(settings, model=OfflineCoach()))
        action = an_action(profile_id_of("ada"), status=ActionStatus.SAVED)
        await CareerActionStore(database).insert([action])
        socket = await stack.enter_async_context(other.socket())
        live = await socket.subscribe(document("CareerActionsLive"), profileId=profile_of("ada"))
        assert (await live.next())["reason"] == "INITIAL"
        if redis is not None and broker == "redis that dies":
            redis.kill()
        await one.data("StartAction", id=global_id("CareerAction", action.id), mutationId="there")
        change = await live.next(patience=10)
        assert change["mutationIds"] == ["there"]
