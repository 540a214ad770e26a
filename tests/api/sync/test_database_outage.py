"""The database is killed while people watch and change things: nothing that was acknowledged is lost."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from db.career_actions import KIND as CAREER_ACTION
from db.career_actions import ActionStatus, CareerActionStore
from db.driver.client import Database, connect, database_of
from db.embedded.server import EmbeddedDatabase
from db.sync.changelog import ChangelogStore
from resolvers.settings import Settings
from schema.shared.relay import global_id
from services.kit.ids import profile_id_of
from services.offline_coach.coach import OfflineCoach
from services.sync.changelog import Change, Changelogs
from services.sync.wakeups import Wakeups
from tests.support.client import Api, document, profile_of, running_api
from tests.support.factories import an_action
from tests.support.follower import Follower, Person
from tests.support.patience import within


@asynccontextmanager
async def of_its_own(tmp_path: Path, patience: int = 5000) -> AsyncIterator[tuple[EmbeddedDatabase, Api]]:
    """An API on a database that can be killed."""
    async with EmbeddedDatabase(tmp_path / "database") as embedded:
        uri = f"{embedded.uri}&serverSelectionTimeoutMS={patience}"
        settings = Settings(_env_file=None, mongodb_uri=SecretStr(uri), data=tmp_path)
        async with running_api(settings, model=OfflineCoach()) as api:
            yield embedded, api


def kill(embedded: EmbeddedDatabase) -> None:
    assert embedded.pid is not None
    os.kill(embedded.pid, signal.SIGKILL)


async def given_actions(embedded: EmbeddedDatabase, number: int) -> list[str]:
    """Global ids of saved actions of Ada's."""
    client = connect(embedded.uri)
    actions = [an_action(profile_id_of("ada"), status=ActionStatus.SAVED) for _ in range(number)]
    await CareerActionStore(database_of(client)).insert(actions)
    client.close()
    return [global_id("CareerAction", action.id) for action in actions]


async def test_subscribers_and_acknowledged_changes_outlive_the_database(tmp_path: Path) -> None:
    async with of_its_own(tmp_path) as (embedded, api):
        ids = await given_actions(embedded, 6)
        token = api.token("ada")
        follower = Follower(api.address, token, profile_of("ada"))
        codes: list[str] = []
        acknowledged: list[str] = []
        over = asyncio.Event()

        async def keep_changing(place: int) -> None:
            turn = 0
            while not over.is_set():
                for name in ("UnsaveAction", "SaveAction"):
                    mutation_id = f"{place}/{turn}/{name}"
                    result = await api.run(name, id=ids[place], mutationId=mutation_id)
                    if "errors" in result:
                        codes.extend(error["extensions"]["code"] for error in result["errors"])
                    elif (result["data"].popitem()[1])["__typename"] == "CareerActionPayload":
                        acknowledged.append(mutation_id)
                turn += 1

        async with follower, Person(api.address, token) as person:
            changing = [asyncio.create_task(keep_changing(place)) for place in range(len(ids))]
            await asyncio.sleep(0.3)
            before = len(acknowledged)
            kill(embedded)
            async with within(20):
                while len(acknowledged) < before + 30:
                    await asyncio.sleep(0.05)
            over.set()
            await asyncio.gather(*changing)
            await follower.until(set(acknowledged))
            async with within(10):
                while follower.states() != await person.actions(profile_of("ada")):
                    await asyncio.sleep(0.05)
        assert set(codes) <= {"UNAVAILABLE"}
        assert follower.reasons[0] == "INITIAL"
        assert set(follower.reasons[1:]) == {"CHANGE"}, "nobody's connection was cut"


async def test_what_is_asked_of_a_dead_database_is_unavailable_within_a_set_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.sync.announcer.PATIENCE", 0.5)
    monkeypatch.setattr("services.sync.subscriptions.OPENING_SECONDS", 0.5)
    async with of_its_own(tmp_path, patience=300) as (embedded, api):
        [action] = await given_actions(embedded, 1)
        await api.data("ImportResume", resume={"basics": {"name": "Ada"}})
        async with api.socket() as socket:
            watching = await socket.subscribe(document("CareerActionsLive"), profileId=profile_of("ada"))
            assert (await watching.next())["reason"] == "INITIAL"
            embedded._watching.cancel()  # type: ignore[union-attr]  # nobody starts it again
            kill(embedded)
            calls: list[tuple[str, dict[str, Any]]] = [
                ("SaveAction", {"id": action}),
                ("RefreshMatches", {"profileId": profile_of("ada")}),
                ("UpdateProfile", {"input": {"name": "Eve"}}),
                ("ImportResume", {"resume": {}}),
                ("CareerActions", {"profileId": profile_of("ada")}),
                ("Matches", {"profileId": profile_of("ada")}),
                ("Opportunities", {}),
                ("Profile", {"id": profile_of("ada")}),
                ("Node", {"id": action}),
            ]
            async with within(20):
                results = await asyncio.gather(*(api.run(name, **variables) for name, variables in calls))
            codes = [result["errors"][0]["extensions"]["code"] for result in results]
            assert codes == ["UNAVAILABLE"] * len(calls)
            opening = await socket.subscribe(document("MatchesLive"), profileId=profile_of("ada"))
            assert (await opening.next())["code"] == "UNAVAILABLE"
            assert (await opening.message())["type"] == "complete"
            assert watching.messages.empty()
            assert (await api.http.get("/readyz")).status_code == 503


async def test_a_document_that_nobody_understands_ends_subscriptions_by_their_terminal_member(
    api: Api, database: Database
) -> None:
    action = an_action(profile_id_of("ada"), status=ActionStatus.SAVED)
    await CareerActionStore(database).insert([action])
    async with api.socket() as socket:
        watching = await socket.subscribe(document("CareerActionsLive"), profileId=profile_of("ada"))
        assert (await watching.next())["reason"] == "INITIAL"
        await database["career_actions"].update_one({"_id": action.id}, {"$set": {"type": "NONSENSE"}})
        async with Wakeups() as elsewhere:
            changelogs = Changelogs(ChangelogStore(database), elsewhere)
            await changelogs.number(profile_id_of("ada"), CAREER_ACTION, [Change(action.id, 2)])
        opening = await socket.subscribe(document("CareerActionsLive"), profileId=profile_of("ada"))
        for subscription in (watching, opening):
            failed = await subscription.next()
            assert failed["code"] == "INTERNAL"
            assert "NONSENSE" not in failed["message"]
            assert (await subscription.message())["type"] == "complete"
