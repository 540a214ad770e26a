"""Ties, told as ties: matches whose scores are too near to each other for an order to be claimed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from db.matches import MatchTier
from services.matching.judging import LONGEST_EXPLANATION, Judgement

_ROUNDING = 1e-9


def with_ties(judgements: Sequence[Judgement], titles: Mapping[str, str]) -> list[Judgement]:
    """Return the judgements in their order; within reach each names what is about as good.

    ``titles`` are the postings' by their ids.
    """
    near = [one for one in judgements if one.tier is not MatchTier.EXPLORATORY]
    return [_told(one, near, titles) if one in near else one for one in judgements]


def _told(one: Judgement, near: Sequence[Judgement], titles: Mapping[str, str]) -> Judgement:
    tied = [
        other
        for other in near
        if other is not one
        and other.rank_group == one.rank_group
        and abs(other.score - one.score) <= one.band + other.band + _ROUNDING
    ]
    if not tied:
        return one
    nearest = min(tied, key=lambda other: (abs(other.score - one.score), other.opportunity_id))
    title, rest = titles[nearest.opportunity_id], len(tied) - 1
    more = "" if not rest else " and one other" if rest == 1 else f" and {rest} others"
    text = f"{one.explanation} “{title}”{more} {'are' if rest else 'is'} about as good for you."
    return replace(one, explanation=text) if len(text) <= LONGEST_EXPLANATION else one
