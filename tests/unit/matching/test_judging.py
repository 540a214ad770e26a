"""Judging with a model: what is asked, what is asked again, and what the rules judge instead."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from db.matches import MatchTier
from services.kit.errors import Limited
from services.kit.usage import Usage
from services.llm.port import (
    ModelBusy,
    ModelDeclined,
    ModelError,
    ModelIncomplete,
    ModelRefusedKey,
    ToolReply,
    ToolRequest,
)
from services.llm.retrying import Backoff
from services.llm.scripted import Gate, ScriptedModel
from services.matching.asking import prompts
from services.matching.asking.judge import LEADING, judge
from services.matching.asking.keys import keys_of
from services.matching.judging import Judgement, MatchingResult, Progress
from services.offline_coach.coach import OfflineCoach
from tests.support.factories import a_profile, an_opportunity
from tests.support.judging import answer, judgements, postings_in, wants_all

QUICK = Backoff(first=0.001)
OPPORTUNITIES = [an_opportunity(number) for number in range(1, 26)]
RULES = OfflineCoach()


async def judged(
    model: ScriptedModel,
    number: int = 25,
    before: Mapping[str, Judgement] | None = None,
    **changes: Any,
) -> MatchingResult:
    person = a_profile(**{"updated_at": a_profile().created_at.replace(2026, 1, 1), **changes})
    return await judge(model, person, OPPORTUNITIES[:number], rules=RULES, before=before, backoff=QUICK)


def kept(result: MatchingResult) -> dict[str, Judgement]:
    return {one.asked.key: one for one in result.judgements if one.asked is not None}


def requests(model: ScriptedModel) -> list[ToolRequest]:
    return [request for request in model.requests if isinstance(request, ToolRequest)]


async def test_all_are_scored_in_one_call_and_those_that_lead_judged_in_another() -> None:
    model = ScriptedModel(
        {"judge_matches": lambda request: ToolReply(answer(request), Usage(100, 10, cached_tokens=4))}
    )
    told: list[Progress] = []

    async def note(progress: Progress) -> None:
        told.append(progress)

    result = await judge(model, a_profile(), OPPORTUNITIES, rules=RULES, on_batch=note)
    assert [one.opportunity_id for one in result.judgements] == [one.id for one in OPPORTUNITIES]
    assert {one.score for one in result.judgements} == {0.5}
    scored, in_full = requests(model)
    assert len(postings_in(scored.prompt)) == 25 + 2, "and two anchors"
    assert not wants_all(scored.prompt)
    assert len(postings_in(in_full.prompt)) == LEADING
    assert (scored.system, scored.context, scored.tool) == (in_full.system, in_full.context, in_full.tool)
    assert sum(one.explanation == "It needs what you do in Python." for one in result.judgements) == LEADING
    assert {one.model_version for one in result.judgements} == {None}, "the run's"
    assert [progress.judged for progress in told] == [0, 10, 25]
    assert result.usage == Usage(200, 20, 8)
    assert result.warnings == []


async def test_no_opportunities_need_no_call() -> None:
    model = ScriptedModel()
    assert (await judged(model, 0)).judgements == []
    assert model.requests == []


async def test_what_has_not_changed_is_not_asked_about_again() -> None:
    first = await judged(ScriptedModel({"judge_matches": answer}))
    model = ScriptedModel()
    again = await judged(model, before=kept(first))
    assert again.judgements == first.judgements
    assert (again.warnings, again.usage, model.requests) == ([], Usage(), [])


@pytest.mark.parametrize("change", ["person", "posting", "model", "untold"])
async def test_whatever_a_judgement_rests_on_makes_it_asked_again_and_nothing_else(change: str) -> None:
    first = await judged(ScriptedModel({"judge_matches": answer}), 3)
    model = ScriptedModel({"judge_matches": answer})
    changes: dict[str, Any] = {}
    opportunities = list(OPPORTUNITIES[:3])
    if change == "person":
        changes["headline"] = "Data engineer"
    elif change == "untold":
        changes["name"] = "Somebody Else"
        opportunities[0] = an_opportunity(1, digest="another", url="https://example.org/moved")
    elif change == "posting":
        opportunities[1] = an_opportunity(2, description="Analyse data with Python and R.")
    else:
        model.version = "scripted/2"
    await judge(model, a_profile(**changes), opportunities, rules=RULES, before=kept(first))
    asked = [len(postings_in(request.prompt)) for request in requests(model)]
    assert asked == {"person": [5, 3], "posting": [3, 1], "model": [5, 3], "untold": []}[change]


async def test_a_new_posting_is_scored_beside_the_anchors_and_the_others_keep_their_judgement() -> None:
    first = await judged(ScriptedModel({"judge_matches": answer}), 20)
    model = ScriptedModel({"judge_matches": lambda request: judgements(request.prompt, lambda _: 0.6)})
    result = await judged(model, 21, kept(first))
    assert result.judgements[:20] == first.judgements
    assert result.judgements[20].score == 0.6
    assert [len(postings_in(request.prompt)) for request in requests(model)] == [3, 1]


async def test_the_order_in_the_prompt_is_not_the_first_looks_and_always_the_same() -> None:
    models = [ScriptedModel({"judge_matches": answer}) for _ in range(2)]
    for model in models:
        await judged(model)
    first, second = (requests(model)[0].prompt for model in models)
    assert first == second
    titles = [text.split(" · ")[0] for text in postings_in(first).values()]
    assert titles[:5] != [one.title for one in OPPORTUNITIES[:5]]


async def test_what_is_not_explained_has_the_rules_words_and_is_never_strong() -> None:
    high = ScriptedModel({"judge_matches": lambda request: judgements(request.prompt, lambda _: 0.9)})
    result = await judged(high)
    by_rules = (await judge(RULES, a_profile(), OPPORTUNITIES, rules=RULES)).judgements
    others = [one for one in result.judgements if one.asked is not None and not one.asked.in_full]
    assert len(others) == 25 - LEADING
    for one in others:
        assert (one.score, one.tier) == (0.649, MatchTier.PROMISING)
    assert {one.tier for one in result.judgements if one not in others} == {MatchTier.STRONG}
    ruled = {one.opportunity_id: one for one in by_rules}
    for one in others:
        assert one.strengths == ruled[one.opportunity_id].strengths
        assert ruled[one.opportunity_id].tier is MatchTier.STRONG
        assert one.explanation != ruled[one.opportunity_id].explanation, "worded for the tier that it has"


async def test_what_is_not_explained_is_not_far_above_the_rules() -> None:
    baker = an_opportunity(99, title="Baker", description="Bake bread.", required_skills=["Sourdough"])
    model = ScriptedModel(
        {
            "judge_matches": lambda request: judgements(
                request.prompt, lambda text: 0.6 - 0.1 * ("Baker" in text)
            )
        }
    )
    result = await judge(model, a_profile(), [*OPPORTUNITIES, baker], rules=RULES)
    (ruled,) = (await judge(RULES, a_profile(), [baker], rules=RULES)).judgements
    assert ruled.score < 0.25
    assert (result.judgements[-1].score, result.judgements[-1].tier) == (ruled.score, MatchTier.EXPLORATORY)


async def test_judgements_of_another_prompt_are_others(monkeypatch: pytest.MonkeyPatch) -> None:
    before = keys_of("scripted/1", a_profile(), OPPORTUNITIES)
    monkeypatch.setattr(prompts, "_SCORES_TASK", "Score all.")
    assert not set(before.values()) & set(keys_of("scripted/1", a_profile(), OPPORTUNITIES).values())


def busy(number: int) -> list[ModelError]:
    return [ModelBusy("529")] * number


async def test_a_busy_model_is_asked_again() -> None:
    model = ScriptedModel({"judge_matches": [ModelBusy("429", 0.001), ModelBusy("529"), answer, answer]})
    assert (await judged(model, 3)).warnings == []
    assert len(model.requests) == 4


async def test_retry_after_is_honoured() -> None:
    model = ScriptedModel({"judge_matches": [ModelBusy("429", 0.3), answer, answer]})
    clock = asyncio.get_running_loop().time
    started = clock()
    await judged(model, 1)
    assert clock() - started >= 0.3


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (ModelBusy("529"), 5),
        (ModelBusy("429", 61.0), 1),
        (ModelRefusedKey("401"), 1),
        (ModelError("400"), 1),
    ],
)
async def test_a_model_that_cannot_be_asked_fails_the_whole(error: ModelError, tries: int) -> None:
    model = ScriptedModel({"judge_matches": [error] * 9})
    with pytest.raises(type(error)):
        await judged(model, 3)
    assert len(model.requests) == tries


@pytest.mark.parametrize(
    "outcome", [ModelDeclined("no"), ModelIncomplete("cut"), {}, {"matches": "none"}, {"matches": []}]
)
async def test_scores_that_are_none_leave_all_to_the_rules_this_once(outcome: Any) -> None:
    result = await judged(ScriptedModel({"judge_matches": [outcome]}), 3)
    by_rules = (await judge(RULES, a_profile(), OPPORTUNITIES[:3], rules=RULES)).judgements
    assert [one.score for one in result.judgements] == [one.score for one in by_rules]
    assert {one.model_version for one in result.judgements} == {RULES.version}
    assert result.warnings
    assert not kept(result), "it is asked again by the next refresh"


@pytest.mark.parametrize(
    "outcome", [ModelDeclined("no"), *busy(1), ModelRefusedKey("401"), {"matches": {}}, "budget"]
)
async def test_judgements_in_full_that_fail_leave_the_scores_for_this_once(outcome: Any) -> None:
    def spent(_: ToolRequest) -> dict[str, Any]:
        raise Limited("Today's token budget is used up.", 60)

    steps = [answer, *([spent] if outcome == "budget" else [outcome] * 5)]
    result = await judged(ScriptedModel({"judge_matches": steps}), 3)
    assert [one.score for one in result.judgements] == [0.5] * 3
    assert [warning.split(":")[0] for warning in result.warnings] == ["The model explained no judgement"]
    assert not kept(result)


async def test_cancelling_ends_the_call() -> None:
    gate = Gate()
    model = ScriptedModel({"judge_matches": [(gate, answer)]})
    task = asyncio.create_task(judged(model))
    await gate.reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(model.requests) == 1


async def test_a_script_without_a_reply_says_so() -> None:
    with pytest.raises(ModelError, match="no reply for judge_matches"):
        await judged(ScriptedModel(), 1)


def test_pauses_grow_and_stay_under_a_minute() -> None:
    backoff = Backoff(tries=20)
    pauses = [backoff.pause(attempt, None) or 0.0 for attempt in range(1, 12)]
    assert 0.5 <= pauses[0] <= 1.0
    assert 2.0 <= pauses[2] <= 4.0
    assert max(pauses) <= 60.0
    assert backoff.pause(20, None) is None
