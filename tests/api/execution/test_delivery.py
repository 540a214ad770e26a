"""Payloads after the first event are made once for all subscribers that see the same, and must be identical."""

import json
from contextlib import AsyncExitStack
from typing import Any

import pytest
from graphql import ExecutionResult

from db.career_actions import KIND as CAREER_ACTION
from db.career_actions import ActionStatus, CareerActionStore
from db.driver.client import Database
from db.sync.changelog import ChangelogStore
from resolvers.execution import delivery
from resolvers.execution.delivery import ShownErrors, _encoded
from schema.shared.relay import global_id
from services.kit.ids import profile_id_of
from services.sync.changelog import Change, Changelogs
from services.sync.wakeups import Wakeups
from tests.support.client import Api, document, profile_of
from tests.support.factories import an_action, an_opportunity

PROFILE = profile_id_of("ada")

ALIASES = """subscription Aliased($profileId: ID!, $after: String) {
  mine: careerActions(profileId: $profileId, after: $after) {
    __typename
    ... on CareerActionsChange { why: reason cursor upserts { id name: title title status type createdAt } }
  }
}"""
FRAGMENTS = """subscription ($profileId: ID!, $after: String) {
  careerActions(profileId: $profileId, after: $after) { ...Parts ...More }
}
fragment Parts on CareerActionsChange { reason upserts { ...Action } }
fragment More on CareerActionsEvent { ... on CareerActionsChange { cursor mutationIds upserts { version } } }
fragment Action on CareerAction { __typename id status profileBasis completionConversationStarted }"""
CONDITIONS = """subscription ($profileId: ID!, $after: String, $long: Boolean!) {
  careerActions(profileId: $profileId, after: $after) {
    ... on CareerActionsChange {
      reason cursor
      upserts { id title @include(if: $long) description @skip(if: $long) savedAt }
    }
  }
}"""
SUBSCRIPTIONS: list[tuple[str, dict[str, Any]]] = [
    (document("CareerActionsLive"), {}),
    (document("CareerActionsLive"), {}),
    (ALIASES, {}),
    (FRAGMENTS, {}),
    (CONDITIONS, {"long": True}),
    (CONDITIONS, {"long": False}),
]


async def given(database: Database, **changes: Any) -> str:
    action = an_action(PROFILE, **changes)
    await CareerActionStore(database).insert([action])
    return action.id


async def test_a_shared_payload_is_what_the_document_says(
    api: Api, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    executed: list[ExecutionResult] = []

    def encoded(result: ExecutionResult, shown_errors: ShownErrors) -> bytes:
        executed.append(result)
        return _encoded(result, shown_errors)

    monkeypatch.setattr(delivery, "_encoded", encoded)
    id_ = await given(database, status=ActionStatus.SUGGESTED)
    async with AsyncExitStack() as stack:
        live = []
        for query, variables in SUBSCRIPTIONS:
            socket = await stack.enter_async_context(api.socket())
            live.append(await socket.subscribe(query, profileId=profile_of("ada"), **variables))
        cursors = [(await subscription.next())["cursor"] for subscription in live]
        executed.clear()
        await api.data("SaveAction", id=global_id("CareerAction", id_), mutationId="m")
        changes = [(await subscription.message())["payload"] for subscription in live]
        assert len(executed) == len({json.dumps(subscription) for subscription in SUBSCRIPTIONS})
        for (query, variables), cursor, change in zip(SUBSCRIPTIONS, cursors, changes, strict=True):
            socket = await stack.enter_async_context(api.socket())
            again = await socket.subscribe(query, profileId=profile_of("ada"), after=cursor, **variables)
            resumed = (await again.message())["payload"]
            assert _as_change(resumed) == change


def _as_change(payload: dict[str, Any]) -> dict[str, Any]:
    """The same, said of a change."""
    ((field, event),) = payload["data"].items()
    name = "why" if "why" in event else "reason"
    assert event[name] == "RESUME"
    return {"data": {field: {**event, name: "CHANGE"}}}


async def test_a_match_comes_with_its_opportunity_to_all(api: Api, database: Database) -> None:
    await database["opportunities"].insert_many([an_opportunity(number).to_bson() for number in range(3)])
    await api.data("UpdateProfile", input={"name": "Ada", "skills": [{"name": "Python"}]})
    async with api.socket() as one, api.socket() as other:
        subscriptions = [
            await socket.subscribe(document("MatchesLive"), profileId=profile_of("ada"))
            for socket in (one, other, one)
        ]
        for subscription in subscriptions:
            assert (await subscription.next())["upserts"] == []
        await api.data("RefreshMatches", profileId=profile_of("ada"))
        changes = [await subscription.next() for subscription in subscriptions]
    assert all(match["opportunity"]["title"] for match in changes[0]["upserts"])
    assert changes[0]["upserts"]
    assert changes[1] == changes[2] == changes[0]


async def test_a_fault_after_the_first_event_ends_the_subscription_by_its_terminal_member(
    api: Api, database: Database
) -> None:
    id_ = await given(database)
    async with api.socket() as socket:
        live = await socket.subscribe(document("CareerActionsLive"), profileId=profile_of("ada"))
        await live.next()
        await database["career_actions"].update_one({"_id": id_}, {"$set": {"title": None, "version": 2}})
        async with Wakeups() as elsewhere:
            changelogs = Changelogs(ChangelogStore(database), elsewhere)
            await changelogs.number(PROFILE, CAREER_ACTION, [Change(id_, 2)])
        failed = await live.next()
        assert failed["code"] == "INTERNAL"
        assert failed["message"].startswith("Internal error, logged as ")
        assert (await live.message())["type"] == "complete"
