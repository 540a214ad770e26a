"""Applications through the API: the table of moves, refusals, bounds, and what subscribers see."""

import asyncio
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from db.applications import ApplicationOutcome, ApplicationStage, ApplicationStore
from db.driver.client import Database
from db.opportunities import OpportunityStore
from schema.shared.relay import global_id, parse_global_id
from services.applications import applications
from services.kit import clock
from services.kit.ids import profile_id_of
from tests.support.client import Api, document, profile_of
from tests.support.factories import an_application, an_opportunity

ADA = profile_of("ada")
S = ApplicationStage
OPEN = [stage for stage in S if stage is not S.CLOSED]
PATHS = {stage: OPEN[: place + 1] for place, stage in enumerate(OPEN)} | {S.CLOSED: [S.INTERESTED, S.CLOSED]}
MOVES: dict[tuple[str, str], set[S]] = {
    ("MarkApplied", "APPLIED"): {S.INTERESTED},
    ("RecordProgress", "RESPONDED"): {S.APPLIED},
    ("RecordProgress", "INTERVIEWING"): {S.APPLIED, S.RESPONDED, S.INTERVIEWING},
    ("RecordProgress", "OFFERED"): {S.APPLIED, S.RESPONDED, S.INTERVIEWING},
    **{
        ("CloseApplication", outcome.value): {S.OFFERED}
        if outcome.value in ("ACCEPTED", "DECLINED")
        else {*OPEN}
        for outcome in ApplicationOutcome
    },
    ("ReopenApplication", "INTERESTED"): {S.CLOSED},
    ("TakeApplicationStepBack", ""): {*S} - {S.INTERESTED},
}
"""Each move, with the stages from which it is allowed."""
ARGUMENT = {"RecordProgress": "stage", "CloseApplication": "outcome"}


async def given(database: Database, stage: ApplicationStage = S.INTERESTED, **changes: Any) -> str:
    """An application in the database; its global id."""
    reached = {"reached": S.INTERESTED, "outcome": "REJECTED"} if stage is S.CLOSED else {}
    application = an_application(profile_id_of("ada"), *PATHS[stage], **{**reached, **changes})
    await ApplicationStore(database).insert(application)
    return global_id("Application", application.id)


async def stored(database: Database, id_: str) -> Any:
    return await ApplicationStore(database).get(profile_id_of("ada"), parse_global_id(id_)[1])


async def test_the_table_of_moves_holds(api: Api, database: Database) -> None:
    for ((name, target), allowed), stage in product(MOVES.items(), S):
        id_ = await given(database, stage)
        asked = {ARGUMENT[name]: target} if name in ARGUMENT else {}
        result = await api.data(name, id=id_, mutationId=f"{name} {target} {stage}", **asked)
        if stage not in allowed:
            assert result["__typename"] == "NotAllowedNowError", (name, target, stage)
            assert (result["currentStatus"], bool(result["message"])) == (stage.value, True)
            assert (await stored(database, id_)).version == 1
            continue
        application = result["application"]
        after = {"CloseApplication": "CLOSED"}.get(name, target)
        if name == "TakeApplicationStepBack":
            after = PATHS[stage][-2].value
        assert (application["id"], application["stage"], application["version"]) == (id_, after, 2), (
            name,
            stage,
        )
        last = application["history"][-1]
        assert last["to"] == after
        if name != "TakeApplicationStepBack":
            assert (last["from"], last["by"], len(application["history"])) == (
                stage.value, "PERSON", len(PATHS[stage]) + 1,
            )  # fmt: skip
        if name == "CloseApplication":
            assert (application["outcome"], application["reachedStage"]) == (target, stage.value)
        else:
            assert (application["outcome"], application["reachedStage"]) == (None, None)


async def test_a_whole_history_is_recorded_taken_back_and_exported(api: Api) -> None:
    posting = {
        "title": " Analyst ",
        "organization": "Mill",
        "url": "https://example.org/1",
        "description": "Count.",
    }
    tracked = (await api.data("TrackPosting", input=posting))["application"]
    id_ = tracked["id"]
    assert (tracked["posting"]["title"], tracked["opportunityId"], tracked["stage"]) == (
        "Analyst",
        None,
        "INTERESTED",
    )
    applied = await api.data("MarkApplied", id=id_, at="2026-11-02T10:00:00+02:00", channel="portal")
    assert applied["application"]["appliedAt"] == "2026-11-02T08:00:00+00:00"
    for number in (1, 2):
        round_ = (await api.data("RecordProgress", id=id_, stage="INTERVIEWING", note=f"Round {number}"))[
            "application"
        ]
        assert (round_["round"], round_["history"][-1]["note"]) == (number, f"Round {number}")
    skipped = await api.data("RecordProgress", id=id_, stage="INTERVIEWING", round=2)
    assert skipped["__typename"] == "NotAllowedNowError"
    closed = await api.data(
        "CloseApplication", id=id_, outcome="REJECTED", stage="OFFERED", reasons=["Budget", " "]
    )
    assert (closed["application"]["reachedStage"], closed["application"]["reasons"]) == (
        "OFFERED",
        ["Budget"],
    )
    early = await api.data("ReopenApplication", id=id_)
    assert (early["application"]["stage"], early["application"]["outcome"]) == ("OFFERED", None)
    again = (await api.data("TakeApplicationStepBack", id=id_))["application"]
    assert (again["stage"], again["outcome"], again["reachedStage"], again["reasons"]) == (
        "CLOSED", "REJECTED", "OFFERED", ["Budget"],
    )  # fmt: skip
    before: list[tuple[str, int | None]] = [
        ("INTERVIEWING", 2),
        ("INTERVIEWING", 1),
        ("APPLIED", None),
        ("INTERESTED", None),
    ]
    for stage, left in before:
        back = (await api.data("TakeApplicationStepBack", id=id_))["application"]
        assert (back["stage"], back["round"]) == (stage, left)
    assert (back["appliedAt"], back["channel"], len(back["history"])) == (None, None, 1)
    assert (await api.data("TakeApplicationStepBack", id=id_))["currentStatus"] == "INTERESTED"
    node = await api.data("ApplicationPosting", id=id_)
    assert node["postingText"] == "Count."


async def test_a_posting_that_goes_away_or_changes_leaves_its_copy(api: Api, database: Database) -> None:
    posting = an_opportunity()
    await OpportunityStore(database).write([posting], [])
    opportunity = global_id("Opportunity", posting.id)
    tracked = (await api.data("TrackOpportunity", opportunityId=opportunity, mutationId="one"))["application"]
    assert (tracked["posting"]["title"], tracked["opportunityId"]) == (posting.title, opportunity)
    await database["opportunities"].delete_many({})
    (edge,) = (await api.data("Applications", profileId=ADA))["edges"]
    assert edge["node"].items() >= {**tracked, "history": edge["node"]["history"]}.items()
    assert (await api.data("ApplicationPosting", id=tracked["id"]))["postingText"] == posting.description
    repeated = await api.data("TrackOpportunity", opportunityId=opportunity)
    assert repeated["application"] == tracked, "also where the opportunity is gone"
    missing = await api.data("TrackOpportunity", opportunityId=global_id("Opportunity", "0" * 32))
    assert missing["__typename"] == "NotFoundError"


async def test_fifty_at_once_track_once_and_apply_once(api: Api, database: Database) -> None:
    posting = an_opportunity()
    await OpportunityStore(database).write([posting], [])
    asked = {"opportunityId": global_id("Opportunity", posting.id)}
    async with api.socket() as socket:
        live = await socket.subscribe(document("ApplicationsLive"), profileId=ADA)
        assert (await live.next())["upserts"] == []
        tracked = await asyncio.gather(
            *(api.data("TrackOpportunity", **asked, mutationId=f"t{n}") for n in range(50))
        )
        (id_,) = {result["application"]["id"] for result in tracked}
        change = await live.next()
        assert [(one["id"], one["version"]) for one in change["upserts"]] == [(id_, 1)]
        results = await asyncio.gather(
            *(api.data("MarkApplied", id=id_, mutationId=f"m{n}") for n in range(50))
        )
        kinds = [result["__typename"] for result in results]
        assert (kinds.count("ApplicationPayload"), kinds.count("NotAllowedNowError")) == (1, 49)
        change = await live.next()
        winner = next(result for result in results if result["__typename"] == "ApplicationPayload")
        assert change["mutationIds"] == [winner["mutationId"]]
        assert [one["stage"] for one in change["upserts"]] == ["APPLIED"]
    assert (await stored(database, id_)).version == 2


async def test_what_is_removed_leaves_the_list_and_nothing_of_it_stays(api: Api, database: Database) -> None:
    posting = an_opportunity()
    await OpportunityStore(database).write([posting], [])
    asked = {"opportunityId": global_id("Opportunity", posting.id)}
    id_ = (await api.data("TrackOpportunity", **asked))["application"]["id"]
    async with api.socket() as socket:
        live = await socket.subscribe(document("ApplicationsLive"), profileId=ADA)
        assert [one["id"] for one in (await live.next())["upserts"]] == [id_]
        removed = [await api.data("RemoveApplication", id=id_, mutationId="gone") for _ in range(2)]
        assert removed == [{"__typename": "RemoveApplicationPayload", "id": id_, "mutationId": "gone"}] * 2
        change = await live.next()
        assert (change["removed"], change["upserts"], change["mutationIds"]) == ([id_], [], ["gone"])
        assert posting.title not in str(await database["applications"].find().to_list(None))
        assert (await api.data("Applications", profileId=ADA))["edges"] == []
        assert (await api.run("ApplicationPosting", id=id_))["data"]["node"] is None
        for name in ("RemoveApplication", "MarkApplied", "TakeApplicationStepBack"):
            assert (await api.data(name, id=id_))["__typename"] == "NotFoundError"
        anew = (await api.data("TrackOpportunity", **asked))["application"]
        assert (anew["id"], anew["version"], anew["posting"]["title"]) == (id_, 3, posting.title), (
            "versions go on"
        )
        assert [one["version"] for one in (await live.next())["upserts"]] == [3]
        assert (await api.data("ApplicationPosting", id=id_))["postingText"] == posting.description


async def test_what_was_removed_long_ago_is_deleted_and_can_be_tracked_anew(
    api: Api, database: Database
) -> None:
    await given(database, removed=True, touched_at=clock.now() - applications.KEPT - timedelta(days=1))
    recent = await given(database, removed=True)
    present = await given(database, touched_at=clock.now() - applications.KEPT - timedelta(days=1))
    await ApplicationStore(database).delete_removed(clock.now() - applications.KEPT)
    left = {each["_id"] for each in await database["applications"].find().to_list(None)}
    assert left == {parse_global_id(id_)[1] for id_ in (recent, present)}


async def test_pages_and_filters_lead_through_the_whole_list(api: Api, database: Database) -> None:
    at = clock.now()
    ids = {await given(database, stage, created_at=at) for stage in S}
    seen: list[str] = []
    after: str | None = None
    while True:
        page = await api.data("Applications", profileId=ADA, first=4, after=after)
        seen += [edge["node"]["id"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert (len(seen), set(seen)) == (6, ids)
    for given_, expected in (
        ({"stages": ["APPLIED", "OFFERED"]}, {"APPLIED", "OFFERED"}),
        ({"outcomes": ["REJECTED"]}, {"CLOSED"}),
        ({"outcomes": ["ACCEPTED"]}, set()),
        ({"stages": []}, set()),
    ):
        page = await api.data("Applications", profileId=ADA, **given_)
        assert {edge["node"]["stage"] for edge in page["edges"]} == expected


async def test_two_thousand_are_the_limit(
    api: Api, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert applications.MOST == 2_000
    monkeypatch.setattr(applications, "MOST", 3)
    ids = [await given(database) for _ in range(3)]
    posting = an_opportunity()
    await OpportunityStore(database).write([posting], [])
    asks: list[tuple[str, dict[str, Any], str]] = [
        ("TrackPosting", {"input": {"title": "A", "organization": "B"}}, "input"),
        ("TrackOpportunity", {"opportunityId": global_id("Opportunity", posting.id)}, "opportunityId"),
    ]
    for name, asked, field in asks:
        refused = await api.data(name, **asked)
        assert (refused["__typename"], refused["field"]) == ("InvalidInputError", field)
    await api.data("RemoveApplication", id=ids[0])
    assert (await api.data("TrackPosting", input={"title": "A", "organization": "B"}))["application"]


async def test_a_history_keeps_two_hundred_steps(api: Api, database: Database) -> None:
    id_ = await given(database, S.APPLIED)
    (first, last) = (await stored(database, id_)).history
    await database["applications"].update_one(
        {"_id": parse_global_id(id_)[1]},
        {"$set": {"history": [first.model_dump(), *[last.model_dump()] * 199]}},
    )
    application = (await api.data("RecordProgress", id=id_, stage="OFFERED"))["application"]
    assert (len(application["history"]), application["history"][0]["from"]) == (200, None)
    back = (await api.data("TakeApplicationStepBack", id=id_))["application"]
    assert (back["stage"], back["appliedAt"] is None) == ("APPLIED", False)


LONG = "x" * 20_001
FUTURE = (clock.now() + timedelta(days=3)).isoformat()


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("TrackOpportunity", {"opportunityId": "x"}, "opportunityId"),
    ("TrackOpportunity", {"opportunityId": global_id("Application", "0" * 32)}, "opportunityId"),
    ("MarkApplied", {"id": global_id("CareerAction", "0" * 32)}, "id"),
    ("MarkApplied", {"mutationId": ""}, "mutationId"),
    ("MarkApplied", {"at": FUTURE}, "at"),
    ("MarkApplied", {"at": "2026-11-02T10:00:00"}, "at"),
    ("MarkApplied", {"at": "0001-01-01T00:00:00+14:00"}, "at"),
    ("MarkApplied", {"channel": "x" * 201}, "channel"),
    ("MarkApplied", {"channel": "\ud800"}, "channel"),
    ("RecordProgress", {"stage": "APPLIED"}, "stage"),
    ("RecordProgress", {"stage": "CLOSED"}, "stage"),
    ("RecordProgress", {"stage": "OFFERED", "round": 1}, "round"),
    ("RecordProgress", {"stage": "INTERVIEWING", "round": 0}, "round"),
    ("RecordProgress", {"stage": "INTERVIEWING", "round": 51}, "round"),
    ("RecordProgress", {"stage": "OFFERED", "note": "x" * 2001}, "note"),
    ("CloseApplication", {"outcome": "REJECTED", "stage": "CLOSED"}, "stage"),
    ("CloseApplication", {"outcome": "REJECTED", "stage": "INTERESTED"}, "stage"),
    ("CloseApplication", {"outcome": "REJECTED", "reasons": ["x"] * 21}, "reasons"),
    ("CloseApplication", {"outcome": "REJECTED", "reasons": ["x", "x" * 301]}, "reasons[1]"),
    ("TrackPosting", {"input": {"title": " ", "organization": "B"}}, "input.title"),
    ("TrackPosting", {"input": {"title": "A", "organization": "\u200b"}}, "input.organization"),
    ("TrackPosting", {"input": {"title": "A", "organization": "B", "url": "javascript:1"}}, "input.url"),
    (
        "TrackPosting",
        {"input": {"title": "A", "organization": "B", "description": LONG}},
        "input.description",
    ),
    (
        "TrackPosting",
        {"input": {"title": "A", "organization": "B", "deadlineAt": "2026-01-01T00:00:00"}},
        "input.deadlineAt",
    ),
]


async def test_bad_input_names_its_field(api: Api, database: Database) -> None:
    id_ = await given(database, S.APPLIED)
    for name, asked, field in BAD:
        own = {} if name.startswith("Track") else {"id": id_}
        refused = await api.data(name, **{**own, **asked})
        assert (refused["__typename"], refused.get("field")) == ("InvalidInputError", field), (name, asked)
