"""An answer is bounded in size, by what a document may cost and by its bytes, and few are made for nobody."""

import asyncio
import json
import threading
from typing import Any

import pytest

from db.career_actions import ActionStatus, CareerActionStore
from db.driver.client import Database
from resolvers.edge import graphql_ws
from resolvers.edge.bounds import answers
from resolvers.edge.bounds.answers import encoded_answer
from resolvers.settings import Settings
from services.kit.ids import profile_id_of
from services.offline_coach.coach import OfflineCoach
from tests.support.client import Api, document, profile_of, running_api
from tests.support.factories import an_action
from tests.support.patience import within

SMALL = 65_536


async def many_actions(database: Database, characters: int) -> None:
    actions = [
        an_action(profile_id_of("ada"), status=ActionStatus.SAVED, description="x" * characters)
        for _ in range(20)
    ]
    await CareerActionStore(database).insert(actions)


def aliased(field: str, times: int) -> str:
    return "{ " + " ".join(f"a{number}: {field}" for number in range(times)) + " }"


@pytest.mark.parametrize(
    "document_",
    [
        aliased("exportMyData { data }", 49),
        aliased("exportMyData(first: 1) { data }", 49),
        aliased("viewer { profile { resume } }", 49),
        "{ viewer { profile { " + " ".join(f"a{number}: resume" for number in range(49)) + " } } }",
        aliased("exportMyData { ...D }", 12) + " fragment D on MyDataExport { b: data }",
        aliased("opportunities(first: 100) { nodes: edges { node { description } } }", 20),
    ],
)
async def test_many_copies_of_a_large_answer_cost_too_much(api: Api, document_: str) -> None:
    [error] = (await api.execute(document_))["errors"]
    assert (error["extensions"]["code"], error["extensions"]["measure"]) == ("DOCUMENT_TOO_COMPLEX", "cost")


async def test_what_clients_ask_for_costs_little_enough(api: Api) -> None:
    await api.data("UpdateProfile", input={"headline": "Analyst"})
    for text in (aliased("exportMyData { data }", 4), aliased("viewer { profile { resume } }", 4)):
        assert "errors" not in await api.execute(text)


async def test_an_answer_that_is_too_large_is_refused_on_both_transports(
    settings: Settings, database: Database
) -> None:
    await many_actions(database, 5_000)
    limited = settings.model_copy(update={"max_answer": SMALL})
    variables: dict[str, Any] = {"profileId": profile_of("ada"), "first": 20}
    async with running_api(limited, model=OfflineCoach()) as api:
        posted = await api.run("CareerActions", **variables)
        assert posted["data"] is None
        [error] = posted["errors"]
        assert error["extensions"]["code"] == "ANSWER_TOO_LARGE"
        assert str(SMALL) in error["message"]
        async with api.socket() as socket:
            operation = await socket.subscribe(document("CareerActions"), **variables)
            message = await operation.message()
            assert (message["type"], message["payload"]) == ("next", posted)
            assert (await operation.message())["type"] == "complete"
        assert "errors" not in await api.run("CareerActions", **(variables | {"first": 5}))


async def test_few_answers_are_made_for_a_websocket_that_reads_nothing(
    api: Api, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await many_actions(database, 150_000)
    made: list[int] = []

    def counted(answer: Any, most: int) -> bytes:
        made.append(len(encoded := encoded_answer(answer, most)))
        return encoded

    monkeypatch.setattr(answers, "encoded_answer", counted)
    payload = {
        "query": document("CareerActions"),
        "variables": {"profileId": profile_of("ada"), "first": 20},
    }
    async with api.socket() as socket:
        socket.connection.transport.pause_reading()
        for number in range(60):
            await socket.connection.send(
                json.dumps({"type": "subscribe", "id": f"q{number}", "payload": payload})
            )
        async with within(10):
            while sum(made) < 6_000_000:
                await asyncio.sleep(0.05)
        await asyncio.sleep(2 * graphql_ws.TURN_SECONDS)
        assert min(made) > 2_000_000
        assert len(made) < 15, "the system holds a few, and as many wait as are begun at a time"
        socket.connection.transport.abort()


async def test_what_takes_long_does_not_keep_other_operations_waiting(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graphql_ws, "TURN_SECONDS", 0.1)
    async with api.socket() as socket:
        for _ in range(2 * graphql_ws.TURNS):  # none of which has anything to say
            text = "subscription ($id: ID!) { refreshProgress(profileId: $id) { __typename } }"
            await socket.subscribe(text, id=profile_of("ada"))
        assert await (await socket.subscribe("{ __typename }")).next() == "Query"


@pytest.mark.parametrize("over", ["http", "websocket"])
@pytest.mark.parametrize("text", ["{ viewer { profile { resume } } }", "{ exportMyData { data } }"])
async def test_answers_with_whole_documents_are_encoded_off_the_event_loop(
    api: Api, monkeypatch: pytest.MonkeyPatch, text: str, over: str
) -> None:
    skills = [{"name": f"Skill {number}", "keywords": ["x" * 100]} for number in range(200)]
    await api.data("ImportResume", resume={"basics": {"name": "Ada"}, "skills": skills})
    threads: list[int] = []

    def noted(answer: Any, most: int) -> bytes:
        threads.append(threading.get_ident())
        return encoded_answer(answer, most)

    monkeypatch.setattr(answers, "encoded_answer", noted)

    if over == "http":
        await api.execute(text)
    else:
        async with api.socket() as socket:
            await (await socket.subscribe(text)).next()

    assert threads
    assert threading.get_ident() not in threads
