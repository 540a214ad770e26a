"""The noise band of a score: how far it moves when nothing that matters changes; and the ties that follow from it.

A score is computed again under 24 seeded changes that keep the meaning: six of the person, times four of the posting,
with half a year of work more or less. Half of what lies between the 5th and the 95th percentile is the band.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product

from db.opportunities import OpportunityRecord
from services.matching.candidates import Candidate
from services.matching.judging import LEAST_BAND, Judgement
from services.matching.scoring import PROMISING, STRONG, fit
from services.matching.seeking import Seeking
from services.promises.changes import postings, seed_of

_HALF_A_YEAR = (0.0, -0.5, 0.5)
_FIFTH, _NINETY_FIFTH = 1, 22
"""Places of the percentiles among 24 scores in their order."""
_ROUNDING = 1e-9
WIDEST = 0.1
"""How far a group of ties reaches below the band of its best: chains of overlaps would join all matches."""


def band_of(persons: Sequence[Seeking], one: Candidate, seed: str) -> float:
    """Return the half-width of a score's band, at least ``LEAST_BAND``; ``persons`` are those of ``changes.people``."""
    scores = sorted(
        fit(_shifted(person, _HALF_A_YEAR[at % 3]), posting).score
        for at, (posting, person) in enumerate(product(postings(one, seed), persons))
    )
    return round(max(LEAST_BAND, (scores[_NINETY_FIFTH] - scores[_FIFTH]) / 2), 3)


def _shifted(person: Seeking, years: float) -> Seeking:
    """Return the person with so many years of work more; nobody who has none gets any."""
    return replace(person, years=max(0.0, person.years + years)) if years and person.years else person


def banded(
    seed: str,
    persons: Sequence[Seeking],
    judgements: Iterable[Judgement],
    opportunities: Mapping[str, OpportunityRecord],
) -> list[Judgement]:
    """Return the judgements with band and firmness of the tier. ``seed`` is the profile's.

    A model that wavered by more than the band makes it as wide as that.
    """
    found = []
    for one in judgements:
        posting = opportunities[one.opportunity_id]
        band = max(one.band, band_of(persons, Candidate.of(posting), seed_of(seed, posting.digest)))
        found.append(replace(one, band=band, tier_firm=is_firm(one.score, band)))
    return found


def is_firm(score: float, band: float) -> bool:
    """Return True if the band crosses no limit of a tier."""
    return all((score - band >= limit) == (score + band >= limit) for limit in (STRONG, PROMISING))


def grouped(
    judgements: Iterable[Judgement], opportunities: Mapping[str, OpportunityRecord]
) -> list[Judgement]:
    """Return the judgements in the order in which they show: group by group, in a group the newer posting first.

    A group, numbered from 1, holds all whose bands overlap, one with the next, at most ``WIDEST`` below its best's.
    """
    groups: list[list[Judgement]] = []
    lowest = reach = math.inf
    for one in sorted(judgements, key=lambda one: (-one.score, one.opportunity_id)):
        if one.score + one.band < reach - _ROUNDING or not groups:
            groups.append([])
            reach = one.score - one.band
            lowest = reach - WIDEST
        groups[-1].append(one)
        reach = max(lowest, min(reach, one.score - one.band))
    shown = [
        replace(one, rank_group=number)
        for number, group in enumerate(groups, start=1)
        for one in sorted(group, key=lambda one: _newest_first(opportunities[one.opportunity_id]))
    ]
    return [replace(one, order=float(len(shown) - at)) for at, one in enumerate(shown)]


def _newest_first(posting: OpportunityRecord) -> tuple[float, str]:
    return -posting.posted_at.timestamp(), posting.id
