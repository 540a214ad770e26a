"""Career actions through the API: the table of transitions, refusals, and what subscribers see."""

import asyncio
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from db.career_actions import ActionStatus, CareerActionStore
from db.driver.client import Database
from schema.shared.relay import global_id, parse_global_id
from services.career_actions.career_actions import Transition
from services.career_actions.plans import ANSWERED_IN, PLANNED_IN
from services.kit import clock
from services.kit.ids import profile_id_of
from services.safety.help_lines import help_reply
from tests.support.client import Api, document, profile_of
from tests.support.factories import an_action

DONE_BY = {
    Transition.SAVE: "SaveAction",
    Transition.DISMISS: "DismissAction",
    Transition.START: "StartAction",
    Transition.UNSAVE: "UnsaveAction",
    Transition.COMPLETE: "CompleteAction",
    Transition.CANCEL: "CancelAction",
}
ALLOWED = {
    (Transition.SAVE, ActionStatus.SUGGESTED): ("SAVED", "savedAt"),
    (Transition.DISMISS, ActionStatus.SUGGESTED): ("DISMISSED", "dismissedAt"),
    (Transition.DISMISS, ActionStatus.SAVED): ("DISMISSED", "dismissedAt"),
    (Transition.START, ActionStatus.SUGGESTED): ("IN_PROGRESS", "startedAt"),
    (Transition.START, ActionStatus.SAVED): ("IN_PROGRESS", "startedAt"),
    (Transition.UNSAVE, ActionStatus.SAVED): ("SUGGESTED", "savedAt"),
    (Transition.COMPLETE, ActionStatus.IN_PROGRESS): ("DONE", "completedAt"),
    (Transition.CANCEL, ActionStatus.IN_PROGRESS): ("SUGGESTED", "startedAt"),
}


async def given(database: Database, user: str = "ada", **changes: Any) -> str:
    """An action in the database; its global id."""
    action = an_action(profile_id_of(user), **changes)
    await CareerActionStore(database).insert([action])
    return global_id("CareerAction", action.id)


async def test_the_table_of_transitions_holds(api: Api, database: Database) -> None:
    before = an_action("p").created_at
    for transition, status in product(Transition, ActionStatus):
        id_ = await given(database, status=status, saved_at=before, started_at=before)
        mine = f"mine {status}"
        result = await api.data(DONE_BY[transition], id=id_, mutationId=mine)
        if (transition, status) not in ALLOWED:
            assert result["__typename"] == "InvalidTransitionError", (transition, status)
            assert result["currentStatus"] == status.value
            stored = await CareerActionStore(database).get(profile_id_of("ada"), parse_global_id(id_)[1])
            assert stored is not None
            assert (stored.status, stored.version) == (status, 1)
            continue
        target, time = ALLOWED[transition, status]
        action = result["careerAction"]
        assert (action["id"], action["status"], action["version"]) == (id_, target, 2), (transition, status)
        assert (action[time] is None) == (transition in (Transition.UNSAVE, Transition.CANCEL))
        assert result["mutationId"] == mine


@pytest.mark.parametrize("status", ActionStatus)
async def test_a_plan_is_made_and_answered_where_the_words_last(
    api: Api, database: Database, status: ActionStatus
) -> None:
    id_, today = await given(database, status=status), clock.now().date()
    plan = {"why": "  I want to teach. ", "beginOn": (today + timedelta(days=3)).isoformat()}
    planned = await api.data("PlanAction", id=id_, input=plan, mutationId="mine")
    if status not in PLANNED_IN:
        assert (planned["__typename"], planned["currentStatus"]) == ("InvalidTransitionError", status.value)
        none = await api.data("AnswerActionPlan", id=id_, cameOfIt="A class.")
        refused = "NotFoundError" if status in ANSWERED_IN else "InvalidTransitionError"
        assert none["__typename"] == refused
        return
    action = planned["careerAction"]
    kept = {name: action["plan"][name] for name in ("why", "beginOn", "cameOfIt", "answeredAt")}
    assert kept == {**plan, "why": "I want to teach.", "cameOfIt": None, "answeredAt": None}
    assert (action["status"], action["version"]) == (status.value, 2)
    answered = (await api.data("AnswerActionPlan", id=id_, cameOfIt="A class of nine."))["careerAction"]
    assert (answered["plan"]["why"], answered["plan"]["cameOfIt"]) == ("I want to teach.", "A class of nine.")
    again = (await api.data("AnswerActionPlan", id=id_, cameOfIt="A class of nine."))["careerAction"]
    assert again == answered, "said already"
    anew = (await api.data("PlanAction", id=id_, input={"why": "Once more."}))["careerAction"]
    assert (anew["plan"]["beginOn"], anew["plan"]["answeredAt"]) == (None, None), "asked again for a new plan"
    assert (await api.data("PlanAction", id=id_, input={}))["careerAction"]["plan"] is None


async def test_whoever_says_nothing_was_asked_and_the_words_last_through_transitions(
    api: Api, database: Database
) -> None:
    id_ = await given(database, status=ActionStatus.SAVED)
    await api.data("PlanAction", id=id_, input={"why": "I want to teach."})
    await api.data("StartAction", id=id_)
    await api.data("CompleteAction", id=id_)
    plan = (await api.data("AnswerActionPlan", id=id_))["careerAction"]["plan"]
    assert (plan["why"], plan["cameOfIt"]) == ("I want to teach.", None)
    assert plan["answeredAt"] is not None


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        ({"why": "x" * 501}, "input.why"),
        ({"why": "\ud800"}, "input.why"),
        ({"why": "I want to die."}, "input.why"),
        ({"beginOn": "2020-01-01"}, "input.beginOn"),
        ({"beginOn": "9999-12-31"}, "input.beginOn"),
    ],
)
async def test_a_plan_that_cannot_be_kept_names_its_field_and_changes_nothing(
    api: Api, database: Database, plan: dict[str, str], field: str
) -> None:
    id_ = await given(database, status=ActionStatus.SAVED)
    refused = await api.data("PlanAction", id=id_, input=plan)
    assert (refused["__typename"], refused["field"]) == ("InvalidInputError", field)
    stored = await CareerActionStore(database).get(profile_id_of("ada"), parse_global_id(id_)[1])
    assert stored is not None
    assert (stored.plan, stored.version) == (None, 1)


async def test_words_of_distress_are_answered_with_help(api: Api, database: Database) -> None:
    id_ = await given(database, status=ActionStatus.SAVED)
    await api.data("PlanAction", id=id_, input={"why": "I want to teach."})
    for name, words in (
        ("PlanAction", {"input": {"why": "I want to die."}}),
        ("AnswerActionPlan", {"cameOfIt": "I want to die."}),
    ):
        refused = await api.data(name, id=id_, **words)
        assert refused["message"] == help_reply("en", None)


async def test_the_completion_flag_is_for_done_actions_only(api: Api, database: Database) -> None:
    done, saved = await given(database, status=ActionStatus.DONE), await given(database)
    marked = await api.data("MarkCompletionStarted", actionId=done)
    assert marked["careerAction"]["completionConversationStarted"]
    assert (await api.data("MarkCompletionStarted", actionId=done))["careerAction"]["version"] == 2
    refused = await api.data("MarkCompletionStarted", actionId=saved)
    assert (refused["__typename"], refused["currentStatus"]) == ("InvalidTransitionError", "SAVED")


@pytest.mark.parametrize(
    ("id_", "expected"),
    [
        ("nonsense", ("InvalidInputError", "id")),
        ("", ("InvalidInputError", "id")),
        (global_id("Profile", "x"), ("InvalidInputError", "id")),
        (global_id("CareerAction", "a\u0000b"), ("InvalidInputError", "id")),
        (global_id("CareerAction", "0" * 32), ("NotFoundError", None)),
    ],
)
async def test_an_unusable_id_gets_a_typed_error(
    api: Api, id_: str, expected: tuple[str, str | None]
) -> None:
    result = await api.data("SaveAction", id=id_)
    assert (result["__typename"], result.get("field")) == expected


@pytest.mark.parametrize("mutation_id", ["", "x" * 129, "a\nb"])
async def test_an_unusable_mutation_id_is_refused(api: Api, database: Database, mutation_id: str) -> None:
    id_ = await given(database, status=ActionStatus.SUGGESTED)
    result = await api.data("SaveAction", id=id_, mutationId=mutation_id)
    assert (result["__typename"], result["field"]) == ("InvalidInputError", "mutationId")


async def test_fifty_attempts_have_one_winner_and_one_emission(api: Api, database: Database) -> None:
    id_ = await given(database)
    async with api.socket() as socket:
        live = await socket.subscribe(document("CareerActionsLive"), profileId=profile_of("ada"))
        assert (await live.next())["reason"] == "INITIAL"
        results = await asyncio.gather(
            *(api.data("StartAction", id=id_, mutationId=f"m{number}") for number in range(50))
        )
        kinds = [result["__typename"] for result in results]
        assert (kinds.count("CareerActionPayload"), kinds.count("InvalidTransitionError")) == (1, 49)
        change = await live.next()
        assert [(one["id"], one["status"], one["version"]) for one in change["upserts"]] == [
            (id_, "IN_PROGRESS", 2)
        ]
        winner = next(result for result in results if result["__typename"] == "CareerActionPayload")
        assert change["mutationIds"] == [winner["mutationId"]]
        await api.data("CompleteAction", id=id_, mutationId="after")
        following = await live.next()
        assert following["mutationIds"] == ["after"], "nothing came of the others"
        assert [(one["id"], one["version"]) for one in following["upserts"]] == [(id_, 3)]


async def test_pages_lead_through_the_whole_list_newest_first(api: Api, database: Database) -> None:
    at = an_action("p").created_at
    ids = {await given(database, created_at=at) for _ in range(7)}  # one instant: the id breaks ties
    seen: list[str] = []
    after = None
    while True:
        page = await api.data("CareerActions", profileId=profile_of("ada"), first=3, after=after)
        seen += [edge["node"]["id"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert (len(seen), set(seen)) == (7, ids)
    await given(database, status=ActionStatus.DONE)
    page = await api.data("CareerActions", profileId=profile_of("ada"), statuses=["DONE"])
    assert [edge["node"]["status"] for edge in page["edges"]] == ["DONE"]


@pytest.mark.parametrize(
    ("variables", "field"),
    [
        ({"first": 0}, "first"),
        ({"first": 101}, "first"),
        ({"after": "x"}, "after"),
        ({"after": "bnVsbA"}, "after"),
    ],
)
async def test_unusable_paging_is_refused_by_name(api: Api, variables: dict[str, Any], field: str) -> None:
    result = await api.run("CareerActions", profileId=profile_of("ada"), **variables)
    assert result["errors"][0]["extensions"] == {"code": "INVALID_INPUT", "field": field}
