"""Export and deletion of all stored data of a person, at any moment."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from graphql import GraphQLObjectType, build_schema

from db.accounts import COLLECTION as NOTES
from db.accounts import AccountStore
from db.collections import all_collections
from db.driver.client import Database
from db.messages import ExchangeStore
from db.profiles import ProfileStore
from db.revocations import RevocationStore
from db.sync.changelog import ChangelogRecord
from resolvers.edge.close_codes import CloseCode
from resolvers.settings import Settings
from resolvers.wiring.schema import schema
from schema.shared.relay import global_id
from services.accounts.accounts import Accounts
from services.identity.revocations import Revocations
from services.kit import clock
from services.kit.caches import kept
from services.llm.scripted import Gate
from services.sync.emissions import Cursor
from services.sync.wakeups import Wakeups
from tests.support.accounts_world import (
    Parrot,
    about,
    everything,
    given_opportunities,
    refreshed,
    resume_of,
    said_of,
    undeclared,
    use_everything,
    user_of,
    word_of,
)
from tests.support.client import Api, Subscription, document, profile_of, running_api
from tests.support.patience import within
from tests.support.policy_world import PERSONAL

ADA, EVE = user_of(1), user_of(2)
LISTS = {
    "careerActions": "CareerAction",
    "matches": "Match",
    "messages": "Message",
    "learnings": "Learning",
    "refreshRuns": "RefreshRun",
    "applications": "Application",
}


@asynccontextmanager
async def a_world(settings: Settings, database: Database) -> AsyncIterator[tuple[Api, Parrot]]:
    await given_opportunities(database)
    model = Parrot()
    async with running_api(settings.model_copy(update={"daily_tokens": 10_000_000}), model=model) as api:
        yield api, model


@asynccontextmanager
async def sweeper(database: Database) -> AsyncIterator[Accounts]:
    """Sweep deletions as another process does whose clock is ten minutes ahead."""
    async with Wakeups() as wakeups:
        revocations = Revocations(RevocationStore(database), wakeups, longest=timedelta(days=1))
        store, profiles = AccountStore(database, all_collections()), ProfileStore(database)
        yield Accounts(
            store, wakeups, revocations, profile_of=profiles.get, replies_of=ExchangeStore(database).under_way
        )


async def past_the_end(database: Database) -> None:
    """As if deletions had been long ago."""
    await database[NOTES.name].update_many({"done": True}, {"$set": {"until": clock.now()}})


async def delete(api: Api, user: str) -> dict[str, Any]:
    deleted = await api.data("DeleteMyAccount", user, confirmation=global_id("Viewer", user))
    assert deleted["__typename"] == "DeleteMyAccountPayload", deleted
    return dict(deleted)


async def export(api: Api, user: str, first: int = 100) -> dict[str, Any]:
    """All pages, put together as clients are told to."""
    page = await api.data("ExportMyData", user, first=first)
    whole: dict[str, Any] = page["data"]
    while page["nextCursor"] is not None:
        page = await api.data("ExportMyData", user, first=first, after=page["nextCursor"])
        assert set(page["data"]) == {*LISTS, "mutations", "matchInputs"}
        for name, items in page["data"].items():
            whole[name] += items
    return whole


async def test_nothing_is_left_of_the_deleted_and_everything_of_the_others(
    settings: Settings, database: Database, pytestconfig: pytest.Config
) -> None:
    people = [user_of(number) for number in range(int(pytestconfig.getoption("--people")))]
    async with a_world(settings, database) as (api, _model):
        for user in people:
            await use_everything(api, user)
        before = await everything(database)
        for user in people:
            assert set(about(user, before)) == set(PERSONAL), "or the search finds nothing"
        *leaving, staying = people
        for user in leaving:
            await delete(api, user)
        left = await everything(database)
        assert await undeclared(database) == set()
        for user in leaving:
            assert not about(user, left).keys() - {NOTES.name}
        assert about(staying, left) == about(staying, before)
        assert left["opportunities"] == before["opportunities"]
        await past_the_end(database)
        async with sweeper(database) as accounts:
            await accounts.sweep()
        left = await everything(database)
        assert not [user for user in leaving if about(user, left)]
        assert len(left[NOTES.name]) == 0
        await refreshed(api, staying)
    sys.stdout.write(f"{len(leaving)} people deleted, no trace in {len(left)} collections\n")


async def test_an_export_shows_every_document_of_the_person_as_the_api_names_it(
    settings: Settings, database: Database
) -> None:
    async with a_world(settings, database) as (api, _model):
        await use_everything(api, ADA)
        await api.data("ImportResume", EVE, resume=resume_of(EVE))
        whole = await export(api, ADA)
        assert await export(api, ADA, first=3) == whole, "whatever the size of a page"
        text = json.dumps(whole)
        assert word_of(EVE) not in text
        shown = set(_ids(whole))
        found = about(ADA, await everything(database))
        assert set(found) == set(PERSONAL)
        for collection, documents in found.items():
            for one in documents:
                assert _public_ids(collection, one) <= shown, (collection, one["_id"])
        assert whole["profile"]["resume"]["meta"]["note"] == resume_of(ADA)["meta"]["note"]
        assert whole["profile"]["learned"], "what a learning changed"
        assert word_of(ADA) in json.dumps(whole["matchInputs"][-1]["profile"])
        assert whole["viewer"]["userId"] == ADA
        assert whole["budget"]["dailyTokens"] == 10_000_000
        _check_names(whole)
        assert {entry["mutationId"] for entry in whole["stream"]["entries"]} >= {f"{word_of(ADA)}-1"}


def _public_ids(collection: str, one: dict[str, Any]) -> set[str]:
    """Return the name of a document in the API."""
    if collection == "exchanges":
        return {global_id("Message", f"{one['_id']}-{side}") for side in "ur"}
    if collection == "streams":
        return {str(Cursor.of(ChangelogRecord.from_bson(one)))}
    if collection == "match_inputs":
        return {one["_id"]}
    if collection == "mutations":
        return {one["mutation_id"]}
    if collection == "matches":
        return {global_id("Match", one["match_id"])}
    types = {
        "profiles": "Profile",
        "refresh_runs": "RefreshRun",
        "learnings": "Learning",
        "career_actions": "CareerAction",
        "applications": "Application",
    }
    return {global_id(types[collection], one["_id"])}


def _ids(value: Any) -> list[str]:
    if isinstance(value, list):
        return [id_ for item in value for id_ in _ids(item)]
    if not isinstance(value, dict):
        return []
    own = [value[name] for name in ("id", "cursor", "mutationId") if isinstance(value.get(name), str)]
    return own + [id_ for item in value.values() for id_ in _ids(item)]


def _check_names(whole: dict[str, Any]) -> None:
    types = build_schema(schema.as_str()).type_map
    for name, type_ in {**LISTS, "profile": "Profile", "budget": "TokenBudget"}.items():
        known = types[type_]
        assert isinstance(known, GraphQLObjectType)
        items = whole[name] if name in LISTS else [whole[name]]
        assert items, name
        for item in items:
            assert set(item) - {"learned"} == set(known.fields), name


@pytest.mark.parametrize(
    "after", ["x", "WzBd", "W10", "WzksMSwieCJd", "WzEsIngiLCJ5Il0", "WzAsMWUzMDAsIngiXQ"]
)
async def test_an_export_takes_only_cursors_of_its_own(api: Api, after: str) -> None:
    result = await api.run("ExportMyData", after=after)
    if "errors" in result:
        assert result["errors"][0]["extensions"] == {"code": "INVALID_INPUT", "field": "after"}
    else:
        assert after == "WzBd", "the beginning"


async def test_who_has_nothing_exports_nothing_and_may_delete_it(api: Api) -> None:
    whole = await export(api, "ada")
    assert whole["profile"] is whole["stream"] is None
    assert not any(whole[name] for name in LISTS)
    await delete(api, "ada")


async def test_without_its_confirmation_nothing_is_deleted(api: Api, database: Database) -> None:
    await api.data("UpdateProfile", input={"headline": "Analyst"})
    before = await everything(database)
    for wrong in ("", "yes", "ada", profile_of("ada"), global_id("Viewer", "eve")):
        refused = await api.data("DeleteMyAccount", confirmation=wrong)
        assert refused["__typename"] == "InvalidInputError"
        assert refused["field"] == "confirmation"
    assert await everything(database) == before


async def test_subscriptions_end_and_who_comes_back_begins_anew(api: Api, database: Database) -> None:
    await api.data("UpdateProfile", input={"headline": "Analyst"})
    old = api.token("ada")
    async with api.socket() as socket:
        follows = await socket.subscribe(document("CareerActionsLive"), profileId=profile_of("ada"))
        cursor = (await follows.next())["cursor"]
        deleted = await delete(api, "ada")
        async with within(1):
            assert await socket.closed() == CloseCode.FORBIDDEN
    assert (await api.post({"query": "{ viewer { id } }"}, f"Bearer {old}")).status_code == 401
    refused = await api.data("UpdateProfile", input={"headline": "Back"})
    assert (refused["__typename"], refused["code"]) == ("RateLimitedError", "ACCOUNT_DELETED")
    assert 0 < refused["retryAfter"] <= 600
    assert deleted["newAccountFrom"] > deleted["deletedAt"]
    async with api.socket() as socket:
        assert (await _first(api, socket, cursor))["code"] == "ACCOUNT_DELETED"
        await past_the_end(database)
        async with sweeper(database) as accounts:
            await accounts.sweep()
        begun = await api.data("UpdateProfile", input={"headline": "Back"})
        assert begun["profile"]["version"] == 1
        assert begun["profile"]["name"] is None
        resumed = await _first(api, socket, cursor)
        assert (resumed["reason"], resumed["resyncReason"]) == ("RESYNC", "OTHER_EPOCH")


async def test_the_process_does_not_remember_what_the_deleted_have_sent(api: Api) -> None:
    text = f'mutation {{ updateProfile(input: {{headline: "{word_of(ADA)}"}}) {{ __typename }} }}'
    await api.execute(text, ADA)
    assert kept()
    await delete(api, ADA)
    assert not kept()


async def test_a_deletion_goes_on_when_it_has_closed_the_websocket_that_asked_for_it(
    api: Api, database: Database
) -> None:
    await api.data("UpdateProfile", input={"headline": "Analyst"})
    async with api.socket() as socket:
        await socket.subscribe(document("DeleteMyAccount"), confirmation=global_id("Viewer", "ada"))
        assert await socket.closed() == CloseCode.FORBIDDEN
    async with within(5):
        while not await database[NOTES.name].find_one({"done": True}):
            await asyncio.sleep(0.01)
    assert await database["profiles"].find_one({}) is None


async def _first(api: Api, socket: Any, cursor: str) -> dict[str, Any]:
    text = document("CareerActionsLive")
    again: Subscription = await socket.subscribe(text, profileId=profile_of("ada"), after=cursor)
    return dict(await again.next())


async def test_whoever_is_writing_for_the_person_at_the_moment_leaves_nothing(
    settings: Settings, database: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    async with AsyncExitStack() as stack:
        api, model = await stack.enter_async_context(a_world(settings, database))
        elsewhere, _ = await stack.enter_async_context(a_world(settings, database))
        await api.data("ImportResume", ADA, resume=resume_of(ADA))
        word, profile = word_of(ADA), profile_of(ADA)
        judging, generating, speaking, extracting = (Gate() for _ in range(4))
        model.add("judge_matches", (judging, model.answer))
        model.add("generate_career_actions", (generating, model.answer))
        model.add("extract_learnings", (extracting, model.answer))
        model.before_text = speaking
        await api.data("RefreshMatches", ADA, profileId=profile)
        sent = await api.data("SendMessage", ADA, profileId=profile, text=said_of(word))
        proposing = asyncio.create_task(api.run("ExtractLearnings", ADA, profileId=profile))
        for gate in (judging, generating, speaking, extracting):
            async with within(10):
                await gate.reached.wait()
        changing = asyncio.create_task(_change_again_and_again(api))
        await delete(elsewhere, ADA)
        for gate in (judging, generating, speaking, extracting):
            gate.release.set()
        proposed = (await proposing)["data"]["extractLearnings"]
        assert proposed["code"] == "ACCOUNT_DELETED"
        assert await changing == "ACCOUNT_DELETED"
        gone = await api.execute("query ($id: ID!) { node(id: $id) { id } }", ADA, id=sent["reply"]["id"])
        assert gone["data"] == {"node": None}
    assert not about(ADA, await everything(database)).keys() - {NOTES.name}, "after all has ended"
    logged = "".join(capfd.readouterr())
    assert "account.deleted" in logged
    assert not [fault for fault in ("fault", "failed", "Traceback") if fault in logged], (
        "it is nobody's fault"
    )


async def _change_again_and_again(api: Api) -> str:
    """Until it is refused; why."""
    while True:
        changed = await api.data("UpdateProfile", ADA, input={"headline": f"Player of the {word_of(ADA)}"})
        if changed["__typename"] != "ProfilePayload":
            return str(changed["code"])


async def test_a_deletion_that_was_cut_is_finished_by_another_process(
    settings: Settings, database: Database
) -> None:
    async with a_world(settings, database) as (api, _model), sweeper(database) as accounts:
        await api.data("ImportResume", ADA, resume=resume_of(ADA))
        await refreshed(api, ADA)
        token = api.token(ADA)
        profile_id = (await database["profiles"].find_one({}))["_id"]  # type: ignore[index]
        await AccountStore(database, all_collections()).note(profile_id, clock.now())
        await accounts.sweep()
        assert not about(ADA, await everything(database)).keys() - {NOTES.name}
        (note,) = (await everything(database))[NOTES.name]
        assert note["done"]
        assert note["until"] > clock.now(), "from its end on it stands as long as any other"
    async with running_api(settings, model=Parrot()) as api:
        assert (await api.post({"query": "{ viewer { id } }"}, f"Bearer {token}")).status_code == 401
