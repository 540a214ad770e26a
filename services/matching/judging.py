"""Judging opportunities for a profile, in batches. Nothing here knows where matches are kept."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from db.matches import CauseRecord, CounterfactualRecord, MatchTier
from db.opportunities import OpportunityRecord
from db.profiles import ProfileRecord
from services.kit.offloading import offloaded
from services.kit.usage import Usage
from services.llm.port import MatchSubject, Model, ModelReplyInvalid
from services.llm.retrying import Backoff, retry_busy
from services.matching.prompts import matching_request, posting_text
from services.matching.scoring import STRONG, tier_of
from services.profiles.prompt_text import blind_profile_text, profile_text
from services.safety.links import Known, known_in, presentable

LONGEST_EXPLANATION = 1_000
LEAST_BAND = 0.02
"""Half-width of the narrowest band: no score says more."""
_LONGEST_ITEM = 300
_MOST_ITEMS = 5
_SHORTEST_QUOTE = 2
_JUST_BELOW = round(STRONG - 0.001, 3)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Fit of one opportunity; ``score`` from 0 to 1.

    What is promised of it (``services.promises``) is filled in later: the half-width of the score's ``band``, whether
    the tier is firm, its group of ties from 1, the key of the order in which matches show, the
    highest first, the cheapest step to the next tier, and what moved it since the last refresh.
    """

    opportunity_id: str
    tier: MatchTier
    score: float
    explanation: str
    strengths: list[str]
    gaps: list[str]
    recommendations: list[str]
    band: float = LEAST_BAND
    tier_firm: bool = True
    rank_group: int = 0
    order: float | None = None
    counterfactual: CounterfactualRecord | None = None
    score_before: float | None = None
    tier_before: MatchTier | None = None
    causes: Sequence[CauseRecord] = ()


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
            checked = await offloaded(
                check_judgements, reply.input, batches[at], profile, by_rules=reply.by_rules
            )
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
    reply: Mapping[str, Any],
    opportunities: Sequence[OpportunityRecord],
    profile: ProfileRecord | None = None,
    *,
    by_rules: bool = False,
) -> MatchingResult:
    """Return what of the reply is usable, without links. Raises ``ModelReplyInvalid`` when none of it is.

    A name like Socket.io stays when it is in the profile. The tier follows from the score; what a model calls STRONG
    without a quotation from both texts that is really there becomes PROMISING, ``by_rules`` aside.
    """
    known = known_in(profile_text(profile) if profile else "")
    told = _plain(blind_profile_text(profile)) if profile else ""
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
            opportunity = opportunities[number - 1]
            judgement = _judgement(item, opportunity.id, known)
            if judgement is None:
                warnings.append(
                    f"Judgement {at} was left out: it has no score or explanation that is usable."
                )
                continue
            strong = judgement.tier is MatchTier.STRONG and not by_rules
            if strong and not _has_evidence(item.get("evidence"), told, _plain(posting_text(opportunity))):
                judgement = replace(judgement, tier=MatchTier.PROMISING, score=_JUST_BELOW)
                warnings.append(f"Judgement {at} was lowered: nothing that it quotes is in both texts.")
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
        value = float(score)
    except OverflowError:
        return None
    if not math.isfinite(value):
        return None
    value = round(min(1.0, max(0.0, value)), 3)
    return Judgement(
        opportunity_id=opportunity_id,
        tier=tier_of(value),
        score=value,
        explanation=explanation,
        strengths=_texts(item.get("strengths"), known),
        gaps=_texts(item.get("gaps"), known),
        recommendations=_texts(item.get("recommendations"), known),
    )


def _has_evidence(value: object, profile: str, posting: str) -> bool:
    """Return True if a pair of quotations stands in both texts."""
    pairs = value[: 2 * _MOST_ITEMS] if isinstance(value, list) else []
    return any(
        isinstance(pair, Mapping)
        and _stands(pair.get("profile_quote"), profile)
        and _stands(pair.get("posting_quote"), posting)
        for pair in pairs
    )


def _stands(quote: object, text: str) -> bool:
    plain = _plain(quote) if isinstance(quote, str) else ""
    return len(plain) >= _SHORTEST_QUOTE and plain in text


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


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
