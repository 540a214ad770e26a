"""The first look: of all open opportunities those that fit best, cheaply. Pure and deterministic.

All are compared by their field, which takes two microseconds each; those nearest are then scored as the judge does.
"""

import heapq
from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import mul

from services.matching.candidates import Candidate
from services.matching.scoring import fit
from services.matching.seeking import Seeking

_SCORED_AT_LEAST = 400
_SCORED = 8
"""Number of opportunities that are scored for each one asked for."""
_UNREAD = 0.3
"""Nearness of an opportunity whose field the reference has no words for."""


def rank(
    person: Seeking, candidates: Iterable[Candidate], limit: int, *, now: datetime
) -> list[tuple[str, float]]:
    """The best ``limit`` as ``(opportunity id, score)``, best first; equal ones newest first, then by id.

    Left out: those whose deadline has passed, and those that share nothing with the profile.
    """
    if person.blank:
        return []
    open_ones = [one for one in candidates if one.deadline_at is None or one.deadline_at > now]
    scored: list[tuple[float, float, str]] = []
    for one in _nearest(person, open_ones, max(_SCORED_AT_LEAST, _SCORED * limit)):
        found = fit(person, one)
        if found.shares:
            scored.append((-found.score, -one.posted_at.timestamp(), one.id))
    return [(one_id, -score) for score, _, one_id in heapq.nsmallest(limit, scored)]


def _nearest(person: Seeking, candidates: Sequence[Candidate], most: int) -> Sequence[Candidate]:
    if len(candidates) <= most or not person.reading.occupations:
        return candidates
    place = person.dense.__getitem__
    near = [
        sum(map(mul, map(place, one.columns), one.likeness)) if one.columns else _UNREAD for one in candidates
    ]
    # Equal ones at the limit all stay: the order of the candidates decides nothing.
    limit = heapq.nlargest(most, near)[-1]
    return [one for one, nearness in zip(candidates, near, strict=True) if nearness >= limit]
