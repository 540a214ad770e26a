"""A refresh end to end: a résumé becomes matches and actions in a subscriber's hands, also when the model fails."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from db.driver.client import Database
from db.opportunities import OpportunityStore
from resolvers.settings import Settings
from services.llm.claude import AnthropicModel
from services.llm.port import Model, ToolRequest
from services.llm.scripted import Gate, ScriptedModel
from services.offline_coach.coach import OfflineCoach
from tests.support.canaries import EMAILS, NAMES
from tests.support.client import Api, Subscription, document, profile_of, running_api
from tests.support.factories import an_opportunity
from tests.support.judging import judgements, judging
from tests.support.model_server import ModelServer, Reply, error_reply, model_server, tool_call

RESUME = {
    "basics": {
        "name": NAMES[2],
        "label": "Data analyst",
        "summary": "Reports for hospitals.",
        "email": EMAILS[2],
    },
    "work": [{"name": "County Hospital", "position": "Analyst", "highlights": ["Built a SQL report"]}],
    "skills": [{"name": "Python"}, {"name": "SQL"}],
}
PROFILE = profile_of("ada")
TITLES = ("Publish a data-quality checker", "Teach a reporting workshop", "Study causal inference")


def suggestions(*titles: str) -> dict[str, Any]:
    """A reply of the generation tool."""
    kinds = ("build_tools", "teach_write", "develop_skills", "identify_gaps", "volunteer")
    return {
        "actions": [
            {
                "type": kinds[place % 5],
                "title": title,
                "description": f"{title}, in eight weeks.",
                "rationale": "It builds on your reports.",
                "profile_basis": ["Python", "SQL"],
            }
            for place, title in enumerate(titles)
        ]
    }


def best_first(request: ToolRequest) -> dict[str, Any]:
    """A reply of the matching tool: the first opportunity is the best."""
    return judgements(request.prompt, score_of)


def score_of(text: str) -> float:
    number = int(text.split("Data analyst ")[1].split(maxsplit=1)[0])
    return 0.9 if number == 1 else 0.6 - number / 100


def a_good_model() -> ScriptedModel:
    return ScriptedModel(
        {
            "generate_career_actions": lambda _: suggestions(*TITLES),
            "judge_matches": best_first,
        }
    )


async def given_opportunities(database: Database, count: int) -> None:
    await OpportunityStore(database).write([an_opportunity(number) for number in range(1, count + 1)], [])


@asynccontextmanager
async def a_person(settings: Settings, model: Model) -> AsyncIterator[Api]:
    """The API with this model, and Ada's résumé imported."""
    async with running_api(settings, model=model) as api:
        imported = await api.data("ImportResume", resume=RESUME)
        assert imported["profile"]["id"] == PROFILE
        yield api


async def refreshed(api: Api) -> dict[str, Any]:
    """Refresh and wait for the end, as a subscriber of the progress."""
    async with api.socket() as socket:
        progress = await socket.subscribe(document("RefreshProgress"), profileId=PROFILE)
        started = await api.data("RefreshMatches", profileId=PROFILE)
        return await ended(progress, started["refreshRun"]["id"])


async def ended(progress: Subscription, run_id: str) -> dict[str, Any]:
    while True:
        run: dict[str, Any] = (await progress.next())["refreshRun"]
        if run["id"] == run_id and not run["active"]:
            return run


async def test_matches_and_actions_arrive_without_another_request(
    settings: Settings, database: Database
) -> None:
    await given_opportunities(database, 12)
    async with a_person(settings, a_good_model()) as api, api.socket() as socket:
        actions = await socket.subscribe(document("CareerActionsLive"), profileId=PROFILE)
        matches = await socket.subscribe(document("MatchesLive"), profileId=PROFILE)
        progress = await socket.subscribe(document("RefreshProgress"), profileId=PROFILE)
        for subscription in (actions, matches):
            assert (await subscription.next())["reason"] == "INITIAL"
        started = await api.data("RefreshMatches", profileId=PROFILE)
        assert started["refreshRun"]["active"]
        arrived = await actions.next()
        assert {one["title"] for one in arrived["upserts"]} == set(TITLES)
        assert len((await matches.next())["upserts"]) == 12
        run = await ended(progress, started["refreshRun"]["id"])
        assert (run["matching"]["done"], run["matching"]["result"], run["generation"]["result"]) == (
            12,
            12,
            3,
        )
        page = await api.data("Matches", profileId=PROFILE, first=100)
        nodes = [edge["node"] for edge in page["edges"]]
        groups: dict[int, list[float]] = {}
        for node in nodes:
            assert node["band"] >= 0.02
            groups.setdefault(node["rankGroup"], []).append(node["score"])
        assert list(groups) == list(range(1, len(groups) + 1))
        assert all(min(groups[one]) > max(groups[one + 1]) for one in range(1, len(groups)))
        assert page["edges"][0]["node"]["opportunity"]["organization"] == "Example Institute"
        query = (
            "query ($id: ID!) { matchAudit(profileId: $id) { swaps { kind overlap tierChanges compared } } }"
        )
        swaps = (await api.execute(query, id=PROFILE))["data"]["matchAudit"]["swaps"]
        assert {swap["compared"] for swap in swaps if swap["kind"] == "NAME"} == {12}
        assert {(swap["overlap"], swap["tierChanges"]) for swap in swaps} == {(1.0, 0)}
        strong = await api.data("Matches", profileId=PROFILE, tier="STRONG")
        assert {edge["node"]["tier"] for edge in strong["edges"]} == {"STRONG"}


async def test_a_second_refresh_replaces_and_knows_what_was_kept_and_dismissed(
    settings: Settings, database: Database
) -> None:
    await given_opportunities(database, 2)
    model = a_good_model()
    async with a_person(settings, model) as api:
        await refreshed(api)
        page = await api.data("CareerActions", profileId=PROFILE)
        ids = {edge["node"]["title"]: edge["node"]["id"] for edge in page["edges"]}
        await api.data("SaveAction", id=ids[TITLES[0]])
        await api.data("DismissAction", id=ids[TITLES[1]])
        run = await refreshed(api)
        assert run["generation"]["result"] == 1
        assert sum("repeats" in warning for warning in run["warnings"]) == 2
        page = await api.data("CareerActions", profileId=PROFILE)
        statuses = {edge["node"]["title"]: edge["node"]["status"] for edge in page["edges"]}
        assert statuses == {TITLES[0]: "SAVED", TITLES[1]: "DISMISSED", TITLES[2]: "SUGGESTED"}
        calls = [request for request in model.requests if isinstance(request, ToolRequest)]
        asked = [request for request in calls if request.tool.name == "generate_career_actions"]
        assert TITLES[0] in asked[1].prompt
        assert TITLES[1] in asked[1].prompt
        assert "statistics" in asked[1].prompt, "growth areas of the matches"
        assert TITLES[0] not in asked[0].prompt


async def test_what_is_dismissed_while_the_model_thinks_is_not_suggested_again(
    settings: Settings, database: Database
) -> None:
    gate = Gate()
    model = ScriptedModel(
        {
            "generate_career_actions": [suggestions(*TITLES), (gate, suggestions(TITLES[0], "Map the gaps"))],
            "judge_matches": best_first,
        }
    )
    await given_opportunities(database, 1)
    async with a_person(settings, model) as api:
        await refreshed(api)
        page = await api.data("CareerActions", profileId=PROFILE)
        ids = {edge["node"]["title"]: edge["node"]["id"] for edge in page["edges"]}
        refreshing = asyncio.create_task(refreshed(api))
        await gate.reached.wait()
        await api.data("DismissAction", id=ids[TITLES[0]])
        await api.data("StartAction", id=ids[TITLES[1]])
        gate.release.set()
        await refreshing
        page = await api.data("CareerActions", profileId=PROFILE)
        statuses = {edge["node"]["title"]: edge["node"]["status"] for edge in page["edges"]}
        assert statuses == {TITLES[0]: "DISMISSED", TITLES[1]: "IN_PROGRESS", "Map the gaps": "SUGGESTED"}


def broken(change: Callable[[dict[str, Any]], Any]) -> Reply:
    """A tool call whose actions were changed."""
    value = suggestions(*TITLES, "Map the gaps", "Give a talk")
    change(value)
    return tool_call("generate_career_actions", value)


def spoil_two(value: dict[str, Any]) -> None:
    del value["actions"][0]["title"]
    value["actions"][1]["type"] = "win_lottery"


def add_link(value: dict[str, Any]) -> None:
    value["actions"][0]["description"] = "Read https://example.org/paper first."


@pytest.fixture
async def provider() -> AsyncIterator[ModelServer]:
    async with model_server() as server:
        server.fallback = judging
        yield server


async def refresh_with(
    settings: Settings, provider: ModelServer, *replies: Reply, tool: str, changed: Database | None = None
) -> dict[str, Any]:
    """A person with matches and suggestions refreshes while the provider answers with ``replies``.

    In ``changed`` the one posting was changed before, so that the model is asked about it.
    """
    provider.enqueue(
        tool_call("generate_career_actions", suggestions("Earlier one")), tool="generate_career_actions"
    )
    model = AnthropicModel("key", base_url=provider.url)
    async with a_person(settings, model) as api:
        await refreshed(api)
        if changed is not None:
            await OpportunityStore(changed).write([], [an_opportunity(1, organization="Another Institute")])
        provider.enqueue(*replies, tool=tool)
        if tool != "generate_career_actions":
            provider.enqueue(
                tool_call("generate_career_actions", suggestions(*TITLES)), tool="generate_career_actions"
            )
        run = await refreshed(api)
        page = await api.data("CareerActions", profileId=PROFILE)
        run["titles"] = {edge["node"]["title"] for edge in page["edges"]}
        run["matches"] = len((await api.data("Matches", profileId=PROFILE))["edges"])
        return run


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (error_reply(429, "rate_limit_error", retry_after="1"), "MODEL_BUSY"),
        (error_reply(529, "overloaded_error"), "MODEL_BUSY"),
        (error_reply(500, "api_error"), "MODEL_BUSY"),
        (error_reply(401, "authentication_error"), "MODEL_REFUSED_KEY"),
        (tool_call("generate_career_actions", {"answer": 42}), "MODEL_REPLY_INVALID"),
        (tool_call("generate_career_actions", suggestions(*TITLES)).cut(5), "MODEL_INCOMPLETE"),
    ],
    ids=["429", "529", "500", "401", "schema", "cut"],
)
async def test_a_failed_generation_says_why_and_leaves_matches_and_suggestions_whole(
    settings: Settings, database: Database, provider: ModelServer, reply: Reply, code: str
) -> None:
    await given_opportunities(database, 3)
    run = await refresh_with(settings, provider, reply, tool="generate_career_actions")
    assert run["generation"]["status"] == "FAILED"
    assert run["generation"]["failure"]["code"] == code
    assert "secret" not in run["generation"]["failure"]["message"]
    assert (run["matching"]["status"], run["matches"]) == ("SUCCEEDED", 3)
    assert run["titles"] == {"Earlier one"}
    asked = [r for r in provider.requests if r["tool_choice"]["name"] == "generate_career_actions"]
    assert len(asked) == 2, "one attempt a run"


@pytest.mark.parametrize(
    ("change", "left_out"),
    [(spoil_two, set(TITLES[:2])), (add_link, {TITLES[0]})],
    ids=["two unusable", "link"],
)
async def test_what_is_usable_of_a_reply_is_kept_and_the_rest_said(
    settings: Settings,
    database: Database,
    provider: ModelServer,
    change: Callable[[dict[str, Any]], Any],
    left_out: set[str],
) -> None:
    await given_opportunities(database, 1)
    run = await refresh_with(settings, provider, broken(change), tool="generate_career_actions")
    assert run["generation"]["status"] == "SUCCEEDED"
    assert run["titles"] == {*TITLES, "Map the gaps", "Give a talk"} - left_out
    assert len([w for w in run["warnings"] if "left out" in w]) == len(left_out)


async def test_matching_waits_as_long_as_a_busy_provider_says(
    settings: Settings, database: Database, provider: ModelServer
) -> None:
    await given_opportunities(database, 1)
    busy = [error_reply(429, "rate_limit_error", retry_after="0"), error_reply(529, "overloaded_error")]
    run = await refresh_with(settings, provider, *busy, tool="judge_matches", changed=database)
    assert sum(asked["tool_choice"]["name"] == "judge_matches" for asked in provider.requests) == 2 + 4
    assert (run["matching"]["status"], run["matches"]) == ("SUCCEEDED", 1)


async def test_a_failed_matching_leaves_the_earlier_matches_and_the_new_actions(
    settings: Settings, database: Database, provider: ModelServer
) -> None:
    await given_opportunities(database, 1)
    refused = error_reply(401, "authentication_error")
    run = await refresh_with(settings, provider, refused, tool="judge_matches", changed=database)
    assert run["matching"]["failure"]["code"] == "MODEL_REFUSED_KEY"
    assert run["matches"] == 1
    assert run["titles"] == set(TITLES)


async def test_without_opportunities_the_run_says_so(settings: Settings) -> None:
    async with a_person(settings, a_good_model()) as api:
        run = await refreshed(api)
    assert run["matching"]["status"] == "SUCCEEDED"
    assert any("no open opportunity" in warning for warning in run["warnings"])


async def test_without_a_profile_a_refresh_is_refused(settings: Settings) -> None:
    async with running_api(settings, model=a_good_model()) as api:
        assert (await api.data("RefreshMatches", profileId=PROFILE))["__typename"] == "NotFoundError"


async def test_what_moved_a_match_since_the_refresh_before_comes_live_with_it(
    settings: Settings, database: Database
) -> None:
    await given_opportunities(database, 2)
    live = """subscription ($profileId: ID!) { matches(profileId: $profileId) { ... on MatchesChange { reason
        upserts { score scoreBefore tierBefore causes { kind part change estimated } } } } }"""
    async with a_person(settings, OfflineCoach()) as api, api.socket() as socket:
        await refreshed(api)
        matches = await socket.subscribe(live, profileId=PROFILE)
        first = (await matches.next())["upserts"]
        assert all(one["scoreBefore"] is None and one["causes"] == [] for one in first)
        changed = await api.data("UpdateProfile", input={"skills": [{"name": "Origami"}]})
        assert changed["__typename"] == "ProfilePayload"
        await refreshed(api)
        event = await matches.next()
        assert (event["reason"], len(event["upserts"])) == ("CHANGE", 2)
        for one in event["upserts"]:
            (cause,) = one["causes"]
            assert (cause["kind"], cause["part"], cause["estimated"]) == ("PROFILE_CHANGED", "skills", False)
            assert cause["change"] == round(one["score"] - one["scoreBefore"], 3) < 0
            assert one["tierBefore"] == "STRONG"
        kept = await database["match_inputs"].find().to_list(None)
        assert [document["version"] for document in kept] == [2], "those of the refresh before are gone"
