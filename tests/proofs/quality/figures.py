"""Figures of order and agreement: nDCG, precision, kappa, pairs that keep their order."""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from tests.proofs.quality.corpus import Grades

RELEVANT = 1.5
GRADES = 4


def ndcg(ranked: Sequence[str], gains: Mapping[str, float], most: int = 10) -> float:
    """From 0 to 1, with the gain 2^grade - 1; 1 where nothing is relevant."""
    ideal = _gain(sorted(gains.values(), reverse=True)[:most])
    return _gain([gains.get(one, 0.0) for one in ranked[:most]]) / ideal if ideal else 1.0


def _gain(grades: Iterable[float]) -> float:
    return math.fsum((2**grade - 1) / math.log2(at + 2) for at, grade in enumerate(grades))


def precision(ranked: Sequence[str], gains: Mapping[str, float], most: int = 5) -> float:
    """The share of what could be relevant among the first that is: three of three are as good as five of five."""
    there = sum(grade >= RELEVANT for grade in gains.values())
    found = sum(gains.get(one, 0.0) >= RELEVANT for one in ranked[:most])
    return found / min(most, there) if there else 1.0


def kappa(first: Grades, second: Grades, pairs: Sequence[tuple[str, str]]) -> float:
    """Cohen's kappa with quadratic weights over all pairs: 1 for the same grades, 0 for chance."""
    observed = math.fsum((first.get(pair, 0.0) - second.get(pair, 0.0)) ** 2 for pair in pairs) / len(pairs)
    ours, theirs = _shares(first, pairs), _shares(second, pairs)
    expected = math.fsum(
        ours[one] * theirs[other] * (one - other) ** 2 for one in range(GRADES) for other in range(GRADES)
    )
    return 1 - observed / expected if expected else 1.0


def _shares(grades: Grades, pairs: Sequence[tuple[str, str]]) -> list[float]:
    found = [grades.get(pair, 0.0) for pair in pairs]
    return [sum(grade == level for grade in found) / len(found) for level in range(GRADES)]


def kept_order(before: Mapping[str, float], after: Mapping[str, float], band: float) -> tuple[int, int]:
    """Return how many pairs keep their order, of how many whose scores lay more than two bands apart."""
    told = [
        (one, other) if before[one] > before[other] else (other, one)
        for one, other in combinations(sorted(before.keys() & after.keys()), 2)
        if abs(before[one] - before[other]) > 2 * band
    ]
    return sum(after[better] > after[worse] for better, worse in told), len(told)


def kept_groups(
    groups: Mapping[str, int], before: Mapping[str, float], after: Mapping[str, float]
) -> tuple[int, int]:
    """Return how many pairs of different groups of ties keep their order, of how many."""
    told = [
        (one, other) if groups[one] < groups[other] else (other, one)
        for one, other in combinations(sorted(before.keys() & after.keys()), 2)
        if groups[one] != groups[other]
    ]
    return sum(after[better] > after[worse] for better, worse in told), len(told)


def median(values: Iterable[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    if not ordered:
        return 0.0
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
