"""Replies of a model that judges opportunities, made of the prompt that it was given."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from services.llm.port import ToolRequest
from tests.support.model_server import Reply, tool_call

TOOL = "judge_matches"
_OPPORTUNITY = re.compile(r'<opportunity number="(\d+)">\n(.*?)\n</opportunity>', re.DOTALL)


def prompt_of(asked: ToolRequest | Mapping[str, Any]) -> str:
    """The task and the postings of a request, or of the body in which it came to a server."""
    if isinstance(asked, ToolRequest):
        return asked.prompt
    content = asked["messages"][0]["content"]
    return str(content if isinstance(content, str) else content[-1]["text"])


def wants_all(prompt: str) -> bool:
    """Whether judgements in full are asked for, not only scores."""
    return "Judge every opportunity in full" in prompt


def postings_in(prompt: str) -> dict[int, str]:
    """The texts of the opportunities by their numbers."""
    return {int(number): text for number, text in _OPPORTUNITY.findall(prompt)}


def anchor_score(text: str) -> float | None:
    """What a sound model gives the two made-up postings; None for a real one."""
    if "interstellar" in text:
        return 0.02
    return 0.93 if "The work that you do now" in text else None


def judgement(number: int, score: float, **changes: Any) -> dict[str, Any]:
    """An item in full, whose quotations are those of ``factories.a_profile`` and ``an_opportunity``."""
    fields = {
        "n": number,
        "score": score,
        "evidence": [{"profile_quote": "Python", "posting_quote": "data with Python"}],
        "explanation": "It needs what you do in Python.",
        "strengths": ["Python"],
        "gaps": ["statistics"],
        "recommendations": ["statistics: a course"],
    }
    return {**fields, **changes}


def judgements(
    prompt: str,
    score_of: Callable[[str], float] = lambda _: 0.5,
    change: Callable[[dict[str, Any], str], dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """What a sound model answers; ``change`` spoils items in full by their posting's text."""
    items = []
    for number, text in postings_in(prompt).items():
        given = anchor_score(text)
        score = score_of(text) if given is None else given
        item: dict[str, Any] = {"n": number, "score": score}
        if wants_all(prompt):
            item = judgement(number, score)
            if "data with Python" not in text:
                item = {**item, "evidence": []}
        items.append(item if change is None else change(item, text))
    return {"matches": items}


def answer(request: ToolRequest) -> dict[str, Any]:
    """A step of ``ScriptedModel``: a sound answer, PROMISING for all."""
    return judgements(request.prompt)


def judging(body: dict[str, Any]) -> Reply:
    """A fallback of the local server: the same."""
    return tool_call(TOOL, judgements(prompt_of(body)))
