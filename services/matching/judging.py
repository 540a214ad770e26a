"""Judgements of opportunities, whoever made them: a model, as ``services.matching.asking`` has it, or rules."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from db.matches import AskedRecord, CauseRecord, CounterfactualRecord, MatchTier
from services.kit.usage import Usage

LONGEST_EXPLANATION = 1_000
LEAST_BAND = 0.02
"""Half-width of the narrowest band: no score says more."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Fit of one opportunity; ``score`` from 0 to 1.

    ``model_version`` is that of the rules where they judged instead of the model, None where the run's model did;
    ``asked`` is what of the model's answer is kept for a later run, None where it is to be asked again.

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
    model_version: str | None = None
    asked: AskedRecord | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Number of opportunities judged, and of all to judge."""

    judged: int
    total: int


@dataclass(frozen=True, slots=True)
class MatchingResult:
    """In the order of the opportunities, each judged once; warnings say where the rules judged, and why."""

    judgements: list[Judgement]
    warnings: list[str]
    usage: Usage = field(default_factory=Usage)
