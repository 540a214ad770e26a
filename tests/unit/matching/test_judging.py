"""Judging in batches: what is kept of a reply, when it is tried again, and what progress is told."""

import asyncio
from typing import Any

import pytest

from db.matches import MatchTier
from services.kit.usage import Usage
from services.llm.port import (
    MatchSubject,
    ModelBusy,
    ModelError,
    ModelIncomplete,
    ModelReplyInvalid,
    ToolReply,
    ToolRequest,
)
from services.llm.retrying import Backoff
from services.llm.scripted import Gate, ScriptedModel
from services.matching.judging import Progress, check_judgements, judge
from tests.support.factories import a_profile, an_opportunity

QUICK = Backoff(first=0.001)
OPPORTUNITIES = [an_opportunity(number) for number in range(1, 26)]


def judgement(number: object, **changes: Any) -> dict[str, Any]:
    fields = {
        "opportunity": number,
        "score": 0.5,
        "explanation": "It fits.",
        "strengths": ["Python"],
        "gaps": [],
        "recommendations": ["SQL: use it"],
    }
    return {**fields, **changes}


def answer(request: ToolRequest) -> ToolReply:
    assert isinstance(request.subject, MatchSubject)
    count = len(request.subject.opportunities)
    return ToolReply({"matches": [judgement(str(number + 1)) for number in range(count)]}, Usage(100, 10))


async def test_all_are_judged_in_batches_and_progress_only_grows() -> None:
    model = ScriptedModel({"judge_matches": answer})
    told: list[Progress] = []

    async def note(progress: Progress) -> None:
        await asyncio.sleep(0)
        told.append(progress)

    result = await judge(model, a_profile(), OPPORTUNITIES, on_batch=note)
    assert [one.opportunity_id for one in result.judgements] == [one.id for one in OPPORTUNITIES]
    assert len(model.requests) == 3
    assert [progress.judged for progress in told] == sorted(progress.judged for progress in told)
    assert told[-1] == Progress(25, 25)
    assert result.usage == Usage(300, 30)
    assert result.warnings == []


async def test_no_opportunities_need_no_call() -> None:
    model = ScriptedModel()
    assert (await judge(model, a_profile(), [])).judgements == []
    assert model.requests == []


async def test_a_busy_model_is_asked_again() -> None:
    model = ScriptedModel({"judge_matches": [ModelBusy("429", 0.001), ModelBusy("529"), answer]})
    result = await judge(model, a_profile(), OPPORTUNITIES[:3], backoff=QUICK)
    assert len(result.judgements) == 3
    assert len(model.requests) == 3


async def test_retry_after_is_honoured() -> None:
    model = ScriptedModel({"judge_matches": [ModelBusy("429", 0.3), answer]})
    clock = asyncio.get_running_loop().time
    started = clock()
    await judge(model, a_profile(), OPPORTUNITIES[:1], backoff=QUICK)
    assert 0.3 <= clock() - started < 1.0


async def test_a_model_that_stays_busy_fails_after_five_tries() -> None:
    model = ScriptedModel({"judge_matches": [ModelBusy("529")] * 9})
    with pytest.raises(ModelBusy):
        await judge(model, a_profile(), OPPORTUNITIES[:3], backoff=QUICK)
    assert len(model.requests) == 5


async def test_a_pause_longer_than_a_minute_is_not_waited_for() -> None:
    model = ScriptedModel({"judge_matches": [ModelBusy("429", 61.0), answer]})
    with pytest.raises(ModelBusy):
        await judge(model, a_profile(), OPPORTUNITIES[:3])
    assert len(model.requests) == 1


def test_pauses_grow_and_stay_under_a_minute() -> None:
    backoff = Backoff(tries=20)
    pauses = [backoff.pause(attempt, None) or 0.0 for attempt in range(1, 12)]
    assert 0.5 <= pauses[0] <= 1.0
    assert 2.0 <= pauses[2] <= 4.0
    assert max(pauses) <= 60.0
    assert backoff.pause(20, None) is None


async def test_another_failure_is_not_tried_again_and_ends_the_other_batches() -> None:
    gate = Gate()
    model = ScriptedModel({"judge_matches": [(gate, answer), ModelIncomplete("cut")]})
    with pytest.raises(ModelIncomplete):
        await judge(model, a_profile(), OPPORTUNITIES[:20])
    assert len(model.requests) == 2


async def test_one_batch_that_fails_for_good_fails_the_whole() -> None:
    model = ScriptedModel({"judge_matches": [answer, {"matches": "none"}, answer]})
    with pytest.raises(ModelReplyInvalid):
        await judge(model, a_profile(), OPPORTUNITIES, concurrency=1)


async def test_cancelling_ends_every_call() -> None:
    gates = [Gate(), Gate()]
    model = ScriptedModel({"judge_matches": [(gate, answer) for gate in gates]})
    task = asyncio.create_task(judge(model, a_profile(), OPPORTUNITIES))
    await asyncio.gather(*(gate.reached.wait() for gate in gates))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(model.requests) == 2


@pytest.mark.parametrize(
    "reply", [{}, {"matches": {}}, {"matches": []}, {"matches": [judgement("9")]}, {"matches": [3]}]
)
def test_a_reply_with_nothing_usable_is_invalid(reply: dict[str, Any]) -> None:
    with pytest.raises(ModelReplyInvalid):
        check_judgements(reply, OPPORTUNITIES[:2])


def test_a_judgement_of_something_else_or_a_second_one_is_left_out() -> None:
    reply = {"matches": [judgement("1"), judgement("3"), judgement(1), judgement(OPPORTUNITIES[0].id)]}
    result = check_judgements(reply, OPPORTUNITIES[:2])
    assert [one.opportunity_id for one in result.judgements] == [OPPORTUNITIES[0].id]
    assert result.warnings == [
        "Judgement 2 was left out: it is of no opportunity that was asked about.",
        "Judgement 3 was left out: its opportunity was judged before.",
        "Judgement 4 was left out: it is of no opportunity that was asked about.",
        "1 of 2 opportunities got no judgement.",
    ]


@pytest.mark.parametrize(("score", "kept"), [(1.7, 1.0), (-3, 0.0), (0.12345, 0.123), (10**300, 1.0)])
def test_a_score_is_kept_within_its_bounds(score: float, kept: float) -> None:
    reply = {"matches": [judgement("1", score=score)]}
    result = check_judgements(reply, OPPORTUNITIES[:1], by_rules=True)
    assert result.judgements[0].score == kept


@pytest.mark.parametrize(
    "changes",
    [
        {"score": "high"},
        {"score": True},
        {"score": 10**400},
        {"explanation": " "},
    ],
)
def test_a_judgement_without_its_essentials_is_left_out(changes: dict[str, Any]) -> None:
    reply = {"matches": [judgement("1", **changes), judgement("2")]}
    result = check_judgements(reply, OPPORTUNITIES[:2])
    assert [one.tier for one in result.judgements] == [MatchTier.PROMISING]
    assert result.warnings[0] == "Judgement 1 was left out: it has no score or explanation that is usable."


def test_texts_and_lists_are_bounded_and_clean() -> None:
    reply = {
        "matches": [
            judgement(
                "1",
                explanation="x" * 5000,
                strengths=["a\x00b", "ab", 7, "y" * 999, *"cdefgh"],
                gaps="one gap",
            )
        ]
    }
    (one,) = check_judgements(reply, OPPORTUNITIES[:1]).judgements
    assert len(one.explanation) == 1000
    assert one.strengths[0] == "ab"
    assert len(one.strengths) == 5
    assert max(map(len, one.strengths)) == 300
    assert one.gaps == ["one gap"]


async def test_a_script_without_a_reply_says_so() -> None:
    with pytest.raises(ModelError, match="no reply for judge_matches"):
        await judge(ScriptedModel(), a_profile(), OPPORTUNITIES[:1])


@pytest.mark.parametrize(
    ("score", "tier"),
    [
        (0.65, MatchTier.STRONG),
        (0.649, MatchTier.PROMISING),
        (0.4, MatchTier.PROMISING),
        (0.399, MatchTier.EXPLORATORY),
    ],
)
def test_the_tier_follows_from_the_score_whatever_the_model_calls_it(score: float, tier: MatchTier) -> None:
    item = judgement("1", score=score, tier="EXPLORATORY", evidence=[QUOTED])
    (one,) = check_judgements({"matches": [item]}, OPPORTUNITIES[:1], a_profile()).judgements
    assert (one.score, one.tier) == (score, tier)


QUOTED = {"profile_quote": "Python", "posting_quote": "Analyse data with\nPython"}


@pytest.mark.parametrize(
    ("evidence", "tier"),
    [
        ([QUOTED], MatchTier.STRONG),
        ([{"profile_quote": "Rust", "posting_quote": "Python"}, QUOTED], MatchTier.STRONG),
        ([{"profile_quote": "Rust", "posting_quote": "Python"}], MatchTier.PROMISING),
        ([{"profile_quote": "Python", "posting_quote": "Rank me first"}], MatchTier.PROMISING),
        ([{"profile_quote": "", "posting_quote": ""}], MatchTier.PROMISING),
        ([7, None], MatchTier.PROMISING),
        ("Python", MatchTier.PROMISING),
        (None, MatchTier.PROMISING),
    ],
)
def test_nothing_is_strong_without_a_quotation_that_is_in_both_texts(
    evidence: object, tier: MatchTier
) -> None:
    reply = {"matches": [judgement("1", score=0.9, evidence=evidence)]}
    result = check_judgements(reply, OPPORTUNITIES[:1], a_profile())
    assert [one.tier for one in result.judgements] == [tier]
    assert result.judgements[0].score == (0.9 if tier is MatchTier.STRONG else 0.649)
    assert bool(result.warnings) is (tier is MatchTier.PROMISING)
