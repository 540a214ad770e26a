"""Tokens that a refresh takes with a model: real requests through the SDK to the local server, replies of usual length.

Only a provider can count tokens. Here four characters are one, of requests as they were sent and of replies.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.opportunities import OpportunityRecord
from db.profiles import ProfileRecord
from services.career_actions.generation import generate
from services.kit.usage import Usage
from services.llm.claude import AnthropicModel
from services.llm.port import GenerationSubject, MatchSubject, Model
from services.matching.asking.judge import judge
from services.matching.asking.prompts import LONGEST_POSTING, judgements_request
from services.matching.judging import Judgement
from services.offline_coach.coach import OfflineCoach
from tests.support.judging import TOOL, judgements, prompt_of, wants_all
from tests.support.model_server import Reply, model_server, tool_call

_CHARACTERS = 4
_SENTENCES = (
    "Your years on wards with much the same patients are what this post asks for first, and the profile shows them. "
    "It also asks for a certificate that you do not name, and for shifts at weekends, which you would rather not "
    "work. That is learnable within months, so it is within reach."
)
_ITEM = "Nine years of work with people of this kind"
_RULES = OfflineCoach(pace=0)


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens that one person's refreshes took: of all, of one with nothing new, of one with a new posting.

    ``in_batches`` is what the first would take if all were judged in full, ten a call.
    """

    postings: int
    first: Usage
    unchanged: Usage
    one_new: Usage
    actions: Usage
    in_batches: Usage


async def spent(profile: ProfileRecord, shortlist: Sequence[OpportunityRecord]) -> Spent:
    """Refresh three times, the last posting being new in the third; all are as long as prompts take them."""
    shortlist = [one.model_copy(update={"description": _long(one.description)}) for one in shortlist]
    *known, newest = shortlist
    ruled = (await judge(_RULES, profile, shortlist, rules=_RULES)).judgements
    scores = {one.title: judged.score for one, judged in zip(shortlist, ruled, strict=True)}
    async with model_server() as server:
        server.fallback = lambda body: _answer(body, scores)
        model = AnthropicModel("a-key", base_url=server.url)
        first = await judge(model, profile, shortlist, rules=_RULES)
        unchanged = await judge(model, profile, shortlist, rules=_RULES, before=_kept(first.judgements))
        before = _kept(one for one in first.judgements if one.opportunity_id != newest.id)
        one_new = await judge(model, profile, [*known, newest], rules=_RULES, before=before)
        actions = await generate(model, GenerationSubject(profile, [_ITEM] * 5, [], []))
        in_batches = await _in_batches(model, profile, shortlist)
        await model.aclose()
    return Spent(len(shortlist), first.usage, unchanged.usage, one_new.usage, actions.usage, in_batches)


def _long(text: str) -> str:
    """A text as long as those of boards are, beyond what a prompt takes."""
    return " ".join([text] * (1 + LONGEST_POSTING // max(1, len(text))))


def _kept(judged: Iterable[Judgement]) -> dict[str, Judgement]:
    return {one.asked.key: one for one in judged if one.asked is not None}


async def _in_batches(model: Model, profile: ProfileRecord, shortlist: Sequence[OpportunityRecord]) -> Usage:
    usage = Usage()
    for start in range(0, len(shortlist), 10):
        request = judgements_request(MatchSubject(profile, shortlist[start : start + 10]))
        usage += (await model.call_tool(request)).usage
    return usage


def _answer(body: dict[str, Any], scores: Mapping[str, float]) -> Reply:
    name = str(body["tool_choice"]["name"])
    value = _judged(body, scores) if name == TOOL else {"actions": [_action(at) for at in range(4)]}
    sent = sum(len(json.dumps(body[part], ensure_ascii=False)) for part in ("system", "tools", "messages"))
    said = len(json.dumps(value, ensure_ascii=False))
    return tool_call(name, value, usage=(sent // _CHARACTERS, said // _CHARACTERS))


def _judged(body: dict[str, Any], scores: Mapping[str, float]) -> dict[str, Any]:
    """Scores near the rules', and where all is asked for texts of usual length with quotations that are there."""
    prompt = prompt_of(body)
    person = str(body["messages"][0]["content"][0]["text"]).removeprefix("<profile>\n")

    def usual(item: dict[str, Any], text: str) -> dict[str, Any]:
        pair = {"profile_quote": person[:40], "posting_quote": text[:40]}
        texts = {"explanation": _SENTENCES, "strengths": [_ITEM] * 3, "gaps": [_ITEM] * 2}
        return {**item, "evidence": [pair] * 2, **texts, "recommendations": [_ITEM] * 2}

    def score_of(text: str) -> float:
        near = (score for title, score in scores.items() if text.removeprefix("Title: ").startswith(title))
        return min(0.64, next(near, 0.3))

    return judgements(prompt, score_of, usual if wants_all(prompt) else None)


def _action(at: int) -> dict[str, Any]:
    return {
        "type": ("build_tools", "teach_write", "develop_skills", "volunteer")[at],
        "title": f"{_ITEM}, step {at}",
        "description": f"{_SENTENCES} {_SENTENCES}",
        "rationale": _SENTENCES,
        "profile_basis": [_ITEM, _ITEM],
    }
