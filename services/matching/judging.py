"""Judging opportunities for a profile, in batches. Nothing here knows where matches are kept."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from db.matches import MatchTier
from db.opportunities import OpportunityRecord
from db.profiles import ProfileRecord
from services.kit.offloading import offloaded
from services.kit.usage import Usage
from services.llm.port import MatchSubject, Model, ModelReplyInvalid
from services.llm.retrying import Backoff, retry_busy
from services.matching.prompts import matching_request
from services.profiles.prompt_text import profile_text
from services.safety.links import Known, known_in, presentable

LONGEST_EXPLANATION = 1_000
_LONGEST_ITEM = 300
_MOST_ITEMS = 5


@dataclass(frozen=True, slots=True)
class Judgement:
    """Fit of one opportunity; ``score`` from 0 to 1."""

    opportunity_id: str
    tier: MatchTier
    score: float
    explanation: str
    strengths: list[str]
    gaps: list[str]
    recommendations: list[str]


@dataclass(frozen=True, slots=True)
class Progress:
    """Number of opportunities judged, and of all to judge."""

    judged: int
    total: int


@dataclass(frozen=True, slots=True)
class MatchingResult:
    """In the order of the opportunities; one the model left out is missing, and a warning says so."""

    judgements: list[Judgement]
    warnings: list[str]
    usage: Usage = field(default_factory=Usage)


async def judge(
    model: Model,
    profile: ProfileRecord,
    opportunities: Sequence[OpportunityRecord],
    *,
    batch_size: int = 10,
    concurrency: int = 2,
    max_tokens: int = 8192,
    backoff: Backoff | None = None,
    on_batch: Callable[[Progress], Awaitable[None]] | None = None,
) -> MatchingResult:
    """Judge all, or raise the ``ModelError`` of the first batch that failed for good.

    ``on_batch`` is told after each batch, one call at a time, ``judged`` always growing.
    """
    batches = [
        opportunities[start : start + batch_size] for start in range(0, len(opportunities), batch_size)
    ]
    results: list[MatchingResult | None] = [None] * len(batches)
    places = asyncio.Semaphore(concurrency)
    reporting = asyncio.Lock()
    judged = 0

    async def run(at: int) -> None:
        nonlocal judged
        async with places:
            request = await offloaded(matching_request, MatchSubject(profile, batches[at]), max_tokens)
            reply = await retry_busy(lambda: model.call_tool(request), backoff or Backoff())
            checked = await offloaded(check_judgements, reply.input, batches[at], profile)
            results[at] = MatchingResult(checked.judgements, checked.warnings, reply.usage)
        async with reporting:
            judged += len(batches[at])
            if on_batch is not None:
                await on_batch(Progress(judged, len(opportunities)))

    try:
        async with asyncio.TaskGroup() as group:
            for at in range(len(batches)):
                group.create_task(run(at))
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    judgements: list[Judgement] = []
    warnings: list[str] = []
    usage = Usage()
    for number, result in enumerate(filter(None, results), start=1):
        judgements += result.judgements
        warnings += [f"Batch {number}: {warning}" for warning in result.warnings]
        usage += result.usage
    return MatchingResult(judgements, warnings, usage)


def check_judgements(
    reply: Mapping[str, Any], opportunities: Sequence[OpportunityRecord], profile: ProfileRecord | None = None
) -> MatchingResult:
    """Return what of the reply is usable, without links. Raises ``ModelReplyInvalid`` when none of it is.

    A name like Socket.io stays when it is in the profile.
    """
    known = known_in(profile_text(profile) if profile else "")
    items = reply.get("matches")
    if not isinstance(items, list):
        raise ModelReplyInvalid("the reply has no list of matches")
    found: dict[int, Judgement] = {}
    warnings: list[str] = []
    for at, item in enumerate(items[: 2 * len(opportunities)], start=1):
        number = _number(item.get("opportunity")) if isinstance(item, Mapping) else None
        if number is None or not 1 <= number <= len(opportunities):
            warnings.append(f"Judgement {at} was left out: it is of no opportunity that was asked about.")
        elif number in found:
            warnings.append(f"Judgement {at} was left out: its opportunity was judged before.")
        else:
            judgement = _judgement(item, opportunities[number - 1].id, known)
            if judgement is None:
                warnings.append(
                    f"Judgement {at} was left out: it has no tier, score or explanation that is usable."
                )
            else:
                found[number] = judgement
    if opportunities and not found:
        raise ModelReplyInvalid("no judgement in the reply is usable")
    missing = len(opportunities) - len(found)
    if missing:
        warnings.append(f"{missing} of {len(opportunities)} opportunities got no judgement.")
    return MatchingResult([found[number] for number in sorted(found)], warnings)


def _judgement(item: Mapping[str, Any], opportunity_id: str, known: Known) -> Judgement | None:
    score = item.get("score")
    explanation = _text(item.get("explanation"), LONGEST_EXPLANATION, known)
    if isinstance(score, bool) or not isinstance(score, int | float) or not explanation:
        return None
    try:
        tier, value = MatchTier(_text(item.get("tier"), _LONGEST_ITEM, known).upper()), float(score)
    except (ValueError, OverflowError):
        return None
    if not math.isfinite(value):
        return None
    return Judgement(
        opportunity_id=opportunity_id,
        tier=tier,
        score=round(min(1.0, max(0.0, value)), 3),
        explanation=explanation,
        strengths=_texts(item.get("strengths"), known),
        gaps=_texts(item.get("gaps"), known),
        recommendations=_texts(item.get("recommendations"), known),
    )


def _number(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.strip().isdigit() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _texts(value: object, known: Known) -> list[str]:
    entries = value if isinstance(value, list) else [value]
    texts = (_text(entry, _LONGEST_ITEM, known) for entry in entries[: 2 * _MOST_ITEMS])
    return list(dict.fromkeys(text for text in texts if text))[:_MOST_ITEMS]


def _text(value: object, longest: int, known: Known) -> str:
    if not isinstance(value, str):
        return ""
    text = " ".join(presentable(value, known).split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
