"""The API on a replica set that loses its majority or its primary."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr

from db.driver.durable import WRITES_AT_ONCE
from db.embedded.server import EmbeddedDatabase
from resolvers.settings import Settings
from services.offline_coach.coach import OfflineCoach
from tests.support.client import Api, profile_of, running_api
from tests.support.database import port_of
from tests.support.network import a_network
from tests.support.patience import within
from tests.support.replica_set import ReplicaSet, a_replica_set


@asynccontextmanager
async def on_a_replica_set(tmp_path: Path, options: str = "") -> AsyncIterator[tuple[ReplicaSet, Api]]:
    """An API and the replica set that it is on, ``options`` in the URI."""
    async with (
        EmbeddedDatabase(tmp_path / "first") as one,
        EmbeddedDatabase(tmp_path / "second") as other,
        a_replica_set(one.uri, other.uri) as pretend,
        running_api(
            Settings(_env_file=None, mongodb_uri=SecretStr(pretend.uri + options), data=tmp_path),
            model=OfflineCoach(),
        ) as api,
    ):
        yield pretend, api


async def test_queries_are_answered_while_any_number_of_writes_waits_for_a_majority(tmp_path: Path) -> None:
    people = [f"person{number}" for number in range(3 * WRITES_AT_ONCE)]
    async with on_a_replica_set(tmp_path, "&wtimeoutMS=600000&socketTimeoutMS=600000") as (pretend, api):
        for person in people:
            await api.data("ImportResume", person, resume={"basics": {"name": person}})
        pretend.hold()
        changing = [
            asyncio.create_task(api.run("UpdateProfile", person, input={"headline": "Held"}))
            for person in people
        ]
        async with within(10):
            await pretend.held(WRITES_AT_ONCE)
        async with within(2):
            for person in people[:3]:
                profile = await api.data("Profile", person, id=profile_of(person))
                assert profile["headline"] is None, "not what a majority does not have"
            ready = await api.http.get("/readyz")
        assert (ready.status_code, ready.json()["database"]) == (200, "ok")
        assert not any(task.done() for task in changing)
        await pretend.release()
        changed = [next(iter(result["data"].values())) for result in await asyncio.gather(*changing)]
        assert {each["__typename"] for each in changed} == {"ProfilePayload"}


async def until_ready_says(api: Api, status: int, **said: str) -> None:
    """Wait until readiness says this."""
    async with within(10):
        while True:
            answer = await api.http.get("/readyz")
            if answer.status_code == status and said.items() <= answer.json().items():
                return
            await asyncio.sleep(0.05)


async def test_readiness_says_that_there_is_no_primary_and_when_there_is_one_again(tmp_path: Path) -> None:
    async with on_a_replica_set(tmp_path) as (pretend, api):
        await until_ready_says(api, 200, database="ok", writes="ok")
        await pretend.step_down()
        await until_ready_says(api, 503, database="unreachable")
        pretend.elect()
        await until_ready_says(api, 200, database="ok")


async def test_readiness_says_that_writes_wait_for_a_majority_while_queries_are_answered(
    tmp_path: Path,
) -> None:
    async with on_a_replica_set(tmp_path) as (pretend, api):
        await api.data("ImportResume", resume={"basics": {"name": "Ada"}})
        pretend.hold()
        changing = asyncio.create_task(api.run("UpdateProfile", input={"headline": "Held"}))
        await until_ready_says(api, 200, database="ok", writes="waiting")
        assert (await api.data("Profile", id=profile_of("ada")))["headline"] is None
        await pretend.release()
        assert (await changing)["data"]["updateProfile"]["__typename"] == "ProfilePayload"
        await until_ready_says(api, 200, database="ok", writes="ok")


async def test_readiness_says_that_the_database_is_silent(tmp_path: Path) -> None:
    async with (
        EmbeddedDatabase(tmp_path / "database") as database,
        a_network(port_of(database.uri)) as network,
    ):
        uri = SecretStr(f"mongodb://127.0.0.1:{network.port}/?directConnection=true")
        settings = Settings(_env_file=None, mongodb_uri=uri, data=tmp_path)
        async with running_api(settings, model=OfflineCoach()) as api:
            await until_ready_says(api, 200, database="ok")
            network.swallow()
            await until_ready_says(api, 503, database="unreachable")
            network.restore(forget=True)
            await until_ready_says(api, 200, database="ok")
