"""Checks of what a model says of opportunities. What breaks a rule is told by its fault, and judged by the rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from db.opportunities import OpportunityRecord
from db.profiles import ProfileRecord
from services.llm.port import ModelReplyInvalid
from services.matching.asking.prompts import person_text, posting_text
from services.matching.asking.quotations import pairs_of, says_the_same
from services.matching.judging import LEAST_BAND, LONGEST_EXPLANATION, Judgement
from services.matching.scoring import STRONG, tier_of
from services.profiles.prompt_text import profile_text
from services.safety.links import Known, known_in, presentable

FAR = 0.25
"""Distance of two scores of one match from which they are no two readings of the same thing."""
_ALIKE = 0.05
_LONGEST_ITEM = 300
_MOST_ITEMS = 5


class Fault(StrEnum):
    """Reason why a model's word on an opportunity does not count, as warnings put it."""

    MISSING = "the model gave them no judgement"
    UNUSABLE = "the model gave them no score from 0 to 1, or no explanation"
    CONTRADICTED = "the model contradicted itself about them within one reply"
    WAVERED = "the model gave them another score the second time"
    MADE_UP = "the model quoted for them what is not there"
    UNFOUNDED = "the model scored them high without a quotation from both texts that says why"


@dataclass(frozen=True, slots=True)
class Checked:
    """Judgements of a reply that hold, by the opportunities' ids, and why the rest does not."""

    judgements: dict[str, Judgement]
    faults: dict[str, Fault]


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of a reply that hold, by the opportunities' ids, and why the rest does not."""

    found: dict[str, float]
    faults: dict[str, Fault] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Before:
    """Scores that an opportunity has when it is judged in full: the model's first one, and the rules'."""

    score: float
    ruled: float


def check_scores(reply: Mapping[str, Any], opportunities: Sequence[OpportunityRecord]) -> Scores:
    """Return what of a reply of scores is usable. Raises ``ModelReplyInvalid`` when it is no list at all."""
    found, faults = _by_opportunity(reply, opportunities)
    return Scores({id_: _score(item) or 0.0 for id_, item in found.items()}, faults)


def check_judgements(
    reply: Mapping[str, Any],
    opportunities: Sequence[OpportunityRecord],
    profile: ProfileRecord | None = None,
    before: Mapping[str, Before] | None = None,
) -> Checked:
    """Return what of a reply is usable, without links. Raises ``ModelReplyInvalid`` when it is no list at all.

    A name like Socket.io stays when it is in the profile. Where ``before`` is given, the reply is a model's: it is held
    to what it said before, to the rules' score and to its quotations, and the score is the mean of both of its own.
    """
    found, faults = _by_opportunity(reply, opportunities)
    known = known_in(profile_text(profile) if profile else "")
    told = person_text(profile) if profile else ""
    judgements: dict[str, Judgement] = {}
    for opportunity in opportunities:
        item = found.get(opportunity.id)
        if item is None:
            continue
        judgement = _judgement(item, opportunity.id, known)
        if judgement is None:
            faults[opportunity.id] = Fault.UNUSABLE
        elif before is None:
            judgements[opportunity.id] = judgement
        else:
            first = before[opportunity.id]
            fault = _fault(item, judgement.score, first, told, posting_text(opportunity))
            if fault is None:
                judgements[opportunity.id] = _mean(judgement, first.score)
            else:
                faults[opportunity.id] = fault
    return Checked(judgements, faults)


def _by_opportunity(
    reply: Mapping[str, Any], opportunities: Sequence[OpportunityRecord]
) -> tuple[dict[str, Mapping[str, Any]], dict[str, Fault]]:
    """Return the item of each opportunity that has a score, and the fault of each other one.

    Items of no opportunity that was asked about are passed over.
    """
    items = reply.get("matches")
    if not isinstance(items, list):
        raise ModelReplyInvalid("the reply has no list of matches")
    found: dict[str, Mapping[str, Any]] = {}
    faults = {opportunity.id: Fault.MISSING for opportunity in opportunities}
    for item in items[: 2 * len(opportunities)]:
        number = _number(item.get("n")) if isinstance(item, Mapping) else None
        if number is None or not 1 <= number <= len(opportunities):
            continue
        id_, score = opportunities[number - 1].id, _score(item)
        if faults.get(id_) in (Fault.UNUSABLE, Fault.CONTRADICTED):
            continue
        faults.pop(id_, None)
        if score is None:
            faults[id_] = Fault.UNUSABLE
        elif id_ in found and abs(score - (_score(found[id_]) or 0.0)) > _ALIKE:
            faults[id_] = Fault.CONTRADICTED
        else:
            found.setdefault(id_, item)
    return {id_: item for id_, item in found.items() if id_ not in faults}, faults


def _fault(item: Mapping[str, Any], score: float, before: Before, profile: str, posting: str) -> Fault | None:
    if abs(score - before.score) > FAR:
        return Fault.WAVERED
    pairs = pairs_of(item.get("evidence"))
    standing = [pair for pair in pairs if pair.stands_in(profile, posting)]
    if pairs and not standing:
        return Fault.MADE_UP
    mean = (score + before.score) / 2
    if (mean >= STRONG or is_far_above(mean, before.ruled)) and not any(map(says_the_same, standing)):
        return Fault.UNFOUNDED
    return None


def is_far_above(score: float, ruled: float) -> bool:
    """Return True for a score that is so much higher than the rules' that it needs evidence."""
    return score - ruled > FAR


def _mean(judgement: Judgement, first: float) -> Judgement:
    """Return the judgement with the mean of both scores, and half of what lies between them as its band."""
    score = round((judgement.score + first) / 2, 3)
    band = max(LEAST_BAND, round(abs(judgement.score - first) / 2, 3))
    return replace(judgement, score=score, tier=tier_of(score), band=band)


def _judgement(item: Mapping[str, Any], opportunity_id: str, known: Known) -> Judgement | None:
    score = _score(item)
    explanation = _text(item.get("explanation"), LONGEST_EXPLANATION, known)
    if score is None or not explanation:
        return None
    return Judgement(
        opportunity_id=opportunity_id,
        tier=tier_of(score),
        score=score,
        explanation=explanation,
        strengths=_texts(item.get("strengths"), known),
        gaps=_texts(item.get("gaps"), known),
        recommendations=_texts(item.get("recommendations"), known),
    )


def _score(item: Mapping[str, Any]) -> float | None:
    score = item.get("score")
    if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 1:
        return None
    return round(float(score), 3)


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
