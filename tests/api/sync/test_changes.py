"""One subscription for several lists: everything, then every change in order, by one cursor."""

import json
from typing import Any

import pytest
from graphql import ExecutionResult

from db.career_actions import ActionStatus, CareerActionStore
from db.driver.client import Database
from db.learnings import LearningStore
from db.profiles import LearningKind
from db.sync.changelog import ChangelogStore
from resolvers.execution import delivery
from resolvers.execution.delivery import ShownErrors, _encoded
from schema.shared.relay import global_id
from services.kit.ids import new_id, profile_id_of
from services.sync.changelog import Change, Changelogs
from services.sync.wakeups import Wakeups
from tests.support.client import Api, Socket, Subscription, document, profile_of
from tests.support.factories import a_learning, an_action, an_opportunity

PROFILE = profile_id_of("ada")
CHANGES = document("Changes")
THREE = ("CAREER_ACTIONS", "MATCHES", "LEARNINGS")
Event = dict[str, Any]


async def follow(socket: Socket, *lists: str, after: str | None = None) -> Subscription:
    chosen = {"lists": list(lists)} if lists else {}
    return await socket.subscribe(CHANGES, profileId=profile_of("ada"), after=after, **chosen)


async def an_action_and_a_learning(database: Database) -> tuple[str, str]:
    action = an_action(PROFILE, status=ActionStatus.IN_PROGRESS)
    learning = a_learning(PROFILE, LearningKind.GOAL, "Lead a team")
    await CareerActionStore(database).insert([action])
    await LearningStore(database).insert([learning])
    return global_id("CareerAction", action.id), global_id("Learning", learning.id)


def ids(event: Event) -> list[str]:
    return [one["id"] for one in event["upserts"]]


async def test_all_lists_come_first_and_then_what_was_missed_in_the_order_of_the_changes(
    api: Api, database: Database
) -> None:
    await api.data("UpdateProfile", input={"name": "Ada", "skills": [{"name": "Python"}]})
    action, learning = await an_action_and_a_learning(database)
    async with api.socket() as socket:
        live = await follow(socket, *THREE)
        initial = await live.next()
        assert (initial["reason"], set(ids(initial))) == ("INITIAL", {action, learning})
        await live.complete()
        await api.data("RejectLearning", id=learning, mutationId="no")
        await api.data("CompleteAction", id=action, mutationId="done")
        resumed = await (await follow(socket, *THREE, after=initial["cursor"])).next()
    assert (resumed["reason"], ids(resumed)) == ("RESUME", [learning, action])
    assert resumed["mutationIds"] == ["no", "done"]
    assert [one.get("learningStatus", one.get("status")) for one in resumed["upserts"]] == [
        "REJECTED",
        "DONE",
    ]


async def test_a_refresh_comes_to_a_subscriber_of_everything(api: Api, database: Database) -> None:
    await database["opportunities"].insert_many([an_opportunity(number).to_bson() for number in range(3)])
    await api.data("UpdateProfile", input={"name": "Ada", "skills": [{"name": "Python"}]})
    async with api.socket() as socket:
        live = await follow(socket)
        await live.next()
        await api.data("RefreshMatches", profileId=profile_of("ada"))
        seen: set[str] = set()
        while not seen >= {"Match", "CareerAction"}:
            event = await live.next()
            assert event["reason"] == "CHANGE"
            seen |= {one["__typename"] for one in event["upserts"]}


async def test_what_leaves_says_its_list_and_id(api: Api, database: Database) -> None:
    async with api.socket() as socket:
        live = await follow(socket, "MATCHES", "CAREER_ACTIONS")
        await live.next()
        match, action = new_id(), new_id()
        async with Wakeups() as elsewhere:
            changelogs = Changelogs(ChangelogStore(database), elsewhere)
            await changelogs.number(PROFILE, "MATCH", [Change(match, 2)])
            await changelogs.number(PROFILE, "LEARNING", [Change(new_id(), 2)])
            await changelogs.number(PROFILE, "CAREER_ACTION", [Change(action, 2)])
        removed: list[Event] = []
        while len(removed) < 2:
            removed += (await live.next())["removed"]
    assert removed == [
        {"list": "MATCHES", "id": global_id("Match", match)},
        {"list": "CAREER_ACTIONS", "id": global_id("CareerAction", action)},
    ]


async def test_a_cursor_goes_on_only_for_the_lists_that_it_is_of(api: Api, database: Database) -> None:
    action, learning = await an_action_and_a_learning(database)
    async with api.socket() as socket:
        one = await (await follow(socket, "CAREER_ACTIONS")).next()
        assert ids(one) == [action]
        more = await (await follow(socket, "CAREER_ACTIONS", "LEARNINGS", after=one["cursor"])).next()
        assert (more["reason"], more["resyncReason"]) == ("RESYNC", "OTHER_LISTS")
        assert set(ids(more)) == {action, learning}
        turned = await follow(socket, "LEARNINGS", "CAREER_ACTIONS", "LEARNINGS", after=more["cursor"])
        again = await turned.next()
        assert (again["reason"], again["upserts"]) == ("RESUME", []), "the order of the names is nothing"


@pytest.mark.parametrize("after", ["x", "e:1", "0123abcd", "0123abcd.", "0123abcd.e", "0123abcd.e:1:\n", "é"])
async def test_a_malformed_cursor_is_refused(api: Api, after: str) -> None:
    async with api.socket() as socket:
        refused = await (await follow(socket, after=after)).next()
    assert (refused["code"], refused["message"]) == ("INVALID_INPUT", "Invalid cursor for this subscription.")


async def test_no_list_is_refused_and_an_unknown_one_too(api: Api) -> None:
    async with api.socket() as socket:
        none = await socket.subscribe(CHANGES, profileId=profile_of("ada"), lists=[])
        assert (await none.next())["code"] == "INVALID_INPUT"
        unknown = await follow(socket, "SECRETS")
        assert (await unknown.message())["type"] == "error"


async def test_others_lists_cannot_be_followed(api: Api) -> None:
    async with api.socket("eve") as socket:
        assert (await (await follow(socket)).next())["code"] == "NOT_FOUND"
    async with api.socket(None) as socket:
        assert (await (await follow(socket)).next())["code"] == "UNAUTHENTICATED"


async def test_one_selection_is_read_executed_and_encoded_once_for_all(
    api: Api, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    executed: list[ExecutionResult] = []

    def encoded(result: ExecutionResult, shown_errors: ShownErrors) -> bytes:
        executed.append(result)
        return _encoded(result, shown_errors)

    monkeypatch.setattr(delivery, "_encoded", encoded)
    action, _ = await an_action_and_a_learning(database)
    async with api.socket() as one, api.socket() as other:
        live = [
            await follow(socket, *lists)
            for socket in (one, other)
            for lists in (["CAREER_ACTIONS", "LEARNINGS"], ["LEARNINGS", "CAREER_ACTIONS"])
        ]
        for each in live:
            await each.next()
        executed.clear()
        await api.data("CompleteAction", id=action, mutationId="m")
        changes = [await each.next() for each in live]
    assert len({json.dumps(change) for change in changes}) == 1
    # The variables that only say what is followed do not tell subscribers apart.
    assert len(executed) == 1
