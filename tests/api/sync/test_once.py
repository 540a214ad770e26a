"""Each mutation × each of its writes: the process dies there, another is asked again, and it was made exactly once."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema
from pydantic import SecretStr
from pymongo import common

from db.driver import durable
from db.driver.client import Database
from resolvers.settings import Settings
from services.background import mutations
from services.kit.ids import profile_id_of
from services.offline_coach.coach import OfflineCoach
from tests.support.answers import Fault, When, answers
from tests.support.client import Api, running_api
from tests.support.database import port_of, uri_of
from tests.support.mortal import Mortal, mortal
from tests.support.mutations_world import CASES, NOT_KEPT, arranged, effects

OF_THEIR_OWN = [name for name, case in CASES.items() if not case.like]
SDL = build_schema((Path(__file__).parents[3] / "graphql" / "schema.graphql").read_text())


@dataclass
class World:
    """Two processes on one database, and what stands between the first and the database."""

    first: Api
    second: Api
    fate: Mortal
    database: Database

    async def ask(self, process: Api, name: str, user: str, variables: dict[str, Any]) -> Any:
        """Return the mutation's answer, None if there is none, or not a whole one."""
        result = await process.run(CASES[name].document, user, **variables)
        return None if "errors" in result else result["data"][name]


@pytest.fixture
async def world(
    mongodb_uri: str, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    # Both processes are this one: what the dead one has is to be had soon.
    monkeypatch.setattr(mutations, "LEASE", timedelta(seconds=0.1))
    async with mortal(port_of(mongodb_uri)) as fate:

        def settings(uri: str) -> Settings:
            own = Settings(_env_file=None, mongodb_uri=SecretStr(uri_of(uri, database.name)), data=tmp_path)
            # Nobody works, without Redis too: replies and refreshes stay as the mutations leave them.
            return own.model_copy(update={"work": False})

        async with (
            running_api(settings(mongodb_uri), model=OfflineCoach()) as second,
            running_api(settings(fate.uri), model=OfflineCoach()) as first,
        ):
            yield World(first, second, fate, database)


def test_the_table_has_every_mutation() -> None:
    mutation = SDL.mutation_type
    assert mutation is not None
    assert {*CASES, *NOT_KEPT} == set(mutation.fields)
    assert [name for name, field in mutation.fields.items() if "mutationId" not in field.args] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", OF_THEIR_OWN)
async def test_a_mutation_whose_process_dies_at_any_write_is_made_once(name: str, world: World) -> None:
    asked = await arranged(world.database, name, "eve")
    answer = await world.ask(world.second, name, "eve", asked)
    assert answer["mutationId"] == asked["mutationId"], answer
    expected = await effects(world.database, "eve")
    different: list[object] = []
    for when in When:
        for number in count():
            user = f"{when.name}-{number}"
            asked = await arranged(world.database, name, user)
            world.fate.die_at(number, when, profile_id_of(user))
            first = await world.ask(world.first, name, user, asked)
            died = world.fate.dead
            answers = [await world.ask(world.second, name, user, asked) for _ in range(2)]
            world.fate.revive()
            if first is not None:
                answers.append(first)
            answers.append(await world.ask(world.first, name, user, asked))
            found = await effects(world.database, user)
            wrong = [
                (part, value, expected[part]) for part, value in found.items() if value != expected[part]
            ]
            if wrong or any(each != answers[0] for each in answers) or answers[0].keys() != answer.keys():
                different.append((user, wrong, answers))
            if not died:
                break
        assert number > 2, "there were no writes to die at"
    assert different == []


@pytest.mark.slow
@pytest.mark.parametrize("name", OF_THEIR_OWN)
async def test_a_mutation_whose_writes_are_not_answered_is_made_once(
    name: str, world: World, mongodb_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable, "_FIRST_PAUSE", 0.001)
    # Else the driver looks for the server at most twice a second after a lost answer.
    monkeypatch.setattr(common, "MIN_HEARTBEAT_INTERVAL", 0.01)
    different: list[object] = []
    async with answers(port_of(mongodb_uri)) as server:
        uri = SecretStr(uri_of(server.uri, world.database.name))
        settings = Settings(_env_file=None, mongodb_uri=uri, data=tmp_path)
        async with running_api(settings.model_copy(update={"work": False}), model=OfflineCoach()) as process:
            expected = None
            for user, fault in (("eve", None), ("ada", Fault(When.DONE)), ("ida", Fault(When.NOT_DONE))):
                asked = await arranged(world.database, name, user)
                server.expect(fault)
                answer = await world.ask(process, name, user, asked)
                server.expect(None)
                again = await world.ask(world.second, name, user, asked)
                found = await effects(world.database, user)
                expected = expected or found
                if found != expected or again != answer or answer is None:
                    different.append((user, found, answer, again))
    assert different == []


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.other])
async def test_an_id_that_has_been_used_is_refused_for_another_mutation(name: str, world: World) -> None:
    asked = await arranged(world.database, name, "ada")
    answer = await world.ask(world.first, name, "ada", asked)
    before = await effects(world.database, "ada")
    other = await world.ask(world.second, name, "ada", {**asked, **CASES[name].other})
    assert other["__typename"] == "MutationIdReusedError"
    assert await effects(world.database, "ada") == before
    assert await world.ask(world.second, name, "ada", asked) == answer
