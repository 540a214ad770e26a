"""A feature of its own folder: live, exported, deleted and policed without an edit elsewhere."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, build_schema

from db.driver.client import Database
from resolvers.app import create_app
from resolvers.execution.permissions.audience import Role
from resolvers.execution.permissions.policy import AccessTable, policies
from resolvers.settings import Settings
from resolvers.wiring.features import FEATURES
from resolvers.wiring.schema import schema_of, with_derived
from schema.shared.relay import global_id
from services.kit.ids import profile_id_of
from services.offline_coach.coach import OfflineCoach
from tests.support.client import Api, profile_of, running_api
from tests.support.notes.feature import FEATURE

WITH_NOTES = (*FEATURES, FEATURE)
ADD = """mutation ($profileId: ID!, $text: String!) { addNote(profileId: $profileId, text: $text) {
    __typename ... on NotePayload { note { id text } } ... on Error { message } } }"""
ALL = "query ($profileId: ID!) { notes(profileId: $profileId) { id text } }"
LIVE = """subscription ($profileId: ID!) { notes(profileId: $profileId) {
    __typename ... on NotesChange { reason upserts { text } } ... on SubscriptionFailed { code } } }"""
TOGETHER = """subscription ($profileId: ID!, $after: String) {
  changes(profileId: $profileId, lists: [MATCHES, NOTES], after: $after) {
    ... on ProfileChange { reason cursor upserts { __typename ... on Note { id text } } } } }"""
NODE = "query ($id: ID!) { node(id: $id) { id ... on Note { text } } }"


@pytest.fixture
async def api(settings: Settings) -> AsyncIterator[Api]:
    app = create_app(settings, model=OfflineCoach(), features=WITH_NOTES)
    async with running_api(settings, app=app) as api:
        yield api


async def add(api: Api, text: str, user: str = "ada") -> dict[str, Any]:
    result = await api.execute(ADD, user, profileId=profile_of(user), text=text)
    assert "errors" not in result, result
    return dict(result["data"]["addNote"])


async def test_it_can_be_queried_and_followed_by_its_owner(api: Api) -> None:
    async with api.socket() as socket:
        live = await socket.subscribe(LIVE, profileId=profile_of("ada"))
        assert (await live.next())["reason"] == "INITIAL"
        note = (await add(api, "Call Eve"))["note"]
        event = await live.next()
        assert (event["reason"], event["upserts"]) == ("CHANGE", [{"text": "Call Eve"}])
    found = await api.execute(ALL, "ada", profileId=profile_of("ada"))
    assert found["data"]["notes"] == [note]
    assert (await api.execute(NODE, "ada", id=note["id"]))["data"]["node"] == note


async def test_it_can_be_followed_together_with_others(api: Api) -> None:
    async with api.socket() as socket:
        live = await socket.subscribe(TOGETHER, profileId=profile_of("ada"))
        assert (await live.next())["reason"] == "INITIAL"
        note = (await add(api, "Call Eve"))["note"]
        event = await live.next()
        assert event["upserts"] == [{"__typename": "Note", **note}]
        assert set(re.findall(r"\w+(?==)", event["cursor"])) == {"main", "contact"}
        another = (await add(api, "Write"))["note"]
        again = await socket.subscribe(TOGETHER, profileId=profile_of("ada"), after=event["cursor"])
        resumed = await again.next()
    assert (resumed["reason"], resumed["upserts"]) == ("RESUME", [{"__typename": "Note", **another}])


async def test_its_refusal_is_a_member_of_its_union(api: Api) -> None:
    assert await add(api, "") == {"__typename": "EmptyNoteError", "message": "Write something first."}


async def test_it_is_kept_from_everybody_else(api: Api) -> None:
    note = (await add(api, "Call Eve"))["note"]
    for user, code in (("eve", "NOT_FOUND"), (None, "UNAUTHENTICATED")):
        refused = await api.execute(ALL, user, profileId=profile_of("ada"))
        assert refused["errors"][0]["extensions"]["code"] == code
        async with api.socket(user) as socket:
            live = await socket.subscribe(LIVE, profileId=profile_of("ada"))
            assert (await live.next())["code"] == code
    assert (await api.execute(NODE, "eve", id=note["id"]))["data"]["node"] is None


async def test_it_is_exported_and_deleted_with_its_account(api: Api, database: Database) -> None:
    await add(api, "Of Eve", "eve")
    notes = [(await add(api, text))["note"] for text in ("Call Eve", "Write")]
    first = await api.data("ExportMyData", "ada", first=1)
    rest = await api.data("ExportMyData", "ada", first=1, after=first["nextCursor"])
    assert first["data"]["notes"] + rest["data"]["notes"] == notes
    entries = first["data"]["streams"]["contact"]["entries"]
    assert [entry["id"] for entry in entries] == [note["id"] for note in notes]
    deleted = await api.data("DeleteMyAccount", "ada", confirmation=global_id("Viewer", "ada"))
    assert deleted["__typename"] == "DeleteMyAccountPayload"
    streams = [str(stream["_id"]) for stream in await database["streams"].find().to_list(None)]
    assert streams == [f"{profile_id_of('eve')}:contact"]
    assert [note["text"] for note in await database["notes"].find().to_list(None)] == ["Of Eve"]


async def test_its_indexes_are_made(api: Api, database: Database) -> None:
    assert "profile_id_1_created_at_1" in await database["notes"].index_information()


def test_each_of_its_fields_has_a_policy() -> None:
    types = build_schema(schema_of(WITH_NOTES).as_str()).type_map
    served = {
        f"{name}.{field}"
        for name, type_ in types.items()
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__")
        for field in type_.fields
    }
    assert {field for field, _audience in policies(with_derived(WITH_NOTES))} == served
    table = AccessTable(with_derived(WITH_NOTES))
    assert not table.may_see(Role.OTHER, "Subscription", "notes")
