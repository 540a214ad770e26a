"""Strangers and other people are refused at every root field and subscription, and learn nothing."""

import json
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLObjectType, build_schema, is_required_argument
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from db.career_actions import ActionStatus, CareerActionStore
from db.client import Database
from db.learnings import LearningStore
from db.profiles import LearningKind
from schema.relay import global_id
from services.ids import profile_id_of
from tests.client import OPERATIONS, Api, document, profile_of, websocket
from tests.factories import a_learning, an_action

SDL = build_schema((Path(OPERATIONS).parent / "schema.graphql").read_text())
RESUME = {"basics": {"name": "Ada Ferris"}}


def fields_of(root: str) -> list[str]:
    type_ = SDL.type_map[root]
    assert isinstance(type_, GraphQLObjectType)
    return sorted(type_.fields)


def call(root: str, name: str, **ids: str) -> str:
    """A document that calls a root field with Ada's ids."""
    type_ = SDL.type_map[root]
    assert isinstance(type_, GraphQLObjectType)
    given = {
        "id": ids["action"],
        "actionId": ids["action"],
        "profileId": ids["profile"],
        "resume": "{}",
        "input": "{}",
        "messageId": ids["reply"],
        "text": "Hello.",
    }
    if name in ("profile", "node"):
        given["id"] = ids["profile"]
    if name == "refreshRun":
        given["id"] = ids["run"]
    if name.endswith("Learning"):
        given["id"] = ids["learning"]
    texts = [
        f"{argument}: {given[argument] if given[argument] == '{}' else chr(34) + given[argument] + chr(34)}"
        for argument, definition in type_.fields[name].args.items()
        if is_required_argument(definition) or (name, argument) == ("extractLearnings", "actionId")
    ]
    arguments = f"({', '.join(texts)})" if texts else ""
    keyword = {"Query": "query", "Mutation": "mutation", "Subscription": "subscription"}[root]
    return f"{keyword} {{ {name}{arguments} {{ __typename }} }}"


@pytest.fixture
async def ids(api: Api, database: Database) -> dict[str, str]:
    """Ada's profile, one done action of hers, a run, a reply to her, and a learning."""
    await api.data("ImportResume", resume=RESUME)
    action = an_action(profile_id_of("ada"), status=ActionStatus.DONE)
    await CareerActionStore(database).insert([action])
    run = await api.data("RefreshMatches", profileId=profile_of("ada"))
    learning = a_learning(profile_id_of("ada"), LearningKind.GOAL, "Lead a small team")
    await LearningStore(database).insert([learning])
    sent = await api.data("SendMessage", profileId=profile_of("ada"), text="Hello.")
    return {
        "profile": profile_of("ada"),
        "action": global_id("CareerAction", action.id),
        "run": run["refreshRun"]["id"],
        "reply": sent["reply"]["id"],
        "learning": global_id("Learning", learning.id),
    }


async def test_a_stranger_is_refused_at_every_query_and_mutation(api: Api, ids: dict[str, str]) -> None:
    for root in ("Query", "Mutation"):
        for name in fields_of(root):
            result = await api.execute(call(root, name, **ids), None)
            assert result["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED", name
            assert not (result["data"] or {}).get(name), name


OWN = {"viewer", "opportunities", "importResume", "updateProfile"}
"""Root fields that take nobody's id: everybody has their own."""


async def test_another_person_gets_nothing_of_anybodys(
    api: Api, database: Database, ids: dict[str, str]
) -> None:
    action = {"status": ActionStatus.DONE.value}
    before = await database["career_actions"].find_one(action)
    for name in fields_of("Query"):
        if name in OWN:
            continue
        result = await api.execute(call("Query", name, **ids), "eve")
        assert result["data"] is None or result["data"][name] is None, name
        if "errors" in result:
            assert result["errors"][0]["extensions"]["code"] == "NOT_FOUND", name
    for name in fields_of("Mutation"):
        if name in OWN:
            continue
        result = await api.execute(call("Mutation", name, **ids), "eve")
        assert result["data"][name]["__typename"] == "NotFoundError", name
    assert before == await database["career_actions"].find_one(action)


@pytest.mark.parametrize(("user", "code"), [(None, "UNAUTHENTICATED"), ("eve", "NOT_FOUND")])
async def test_every_subscription_refuses_by_its_terminal_member(
    api: Api, ids: dict[str, str], user: str | None, code: str
) -> None:
    async with api.socket(user) as socket:
        for name in fields_of("Subscription"):
            query = call("Subscription", name, **ids).replace(
                "__typename", "... on SubscriptionFailed { code }"
            )
            refused = await socket.subscribe(query)
            assert (await refused.next())["code"] == code, name
            assert (await refused.message())["type"] == "complete", name


async def test_the_owner_is_let_in_everywhere(api: Api, ids: dict[str, str]) -> None:
    for root in ("Query", "Mutation"):
        for name in fields_of(root):
            result = await api.execute(call(root, name, **ids), "ada")
            assert "errors" not in result, (name, result)
            assert result["data"][name], name
    async with api.socket() as socket:
        for name in fields_of("Subscription"):
            subscription = await socket.subscribe(call("Subscription", name, **ids))
            assert (await subscription.next())["__typename"] != "SubscriptionFailed", name


@pytest.mark.parametrize("bearer", ["Bearer nonsense", "Basic YTpi", "Bearer", "Bearer a.b.c"])
async def test_a_bad_token_is_refused_with_401_before_anything_runs(api: Api, bearer: str) -> None:
    response = await api.post({"query": "{ viewer { id } }"}, bearer)
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize("payload", [{"authorization": "Bearer nonsense"}, {"authorization": 1}])
async def test_a_bad_token_in_connection_init_closes_with_4403(api: Api, payload: dict[str, Any]) -> None:
    async with connect(
        f"ws://{api.address}/graphql", subprotocols=[Subprotocol("graphql-transport-ws")]
    ) as raw:
        await raw.send(json.dumps({"type": "connection_init", "payload": payload}))
        await raw.wait_closed()
        assert raw.close_code == 4403


async def test_a_shared_document_names_its_own_errors(api: Api, ids: dict[str, str]) -> None:
    result = await api.execute(document("Profile"), "eve", id=ids["profile"])
    assert result["data"] == {"profile": None}
    async with websocket(api.address, api.token("ada")) as socket:
        broken = await socket.subscribe("subscription {")
        fine = await socket.subscribe(document("CareerActionsLive"), profileId=ids["profile"])
        assert (await broken.message())["type"] == "error"
        assert (await fine.next())["reason"] == "INITIAL", "a bad document leaves its siblings alone"
