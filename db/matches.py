"""Matches: replaced as a whole, run by run. Which run's are shown is said by the profile's stream document."""

from datetime import datetime
from enum import StrEnum

from db.records import Document


class MatchTier(StrEnum):
    STRONG = "STRONG"
    PROMISING = "PROMISING"
    EXPLORATORY = "EXPLORATORY"


class MatchRecord(Document):
    """``match_id`` is the public id, the same for one profile and opportunity over all runs; ``_id`` is the run's own."""

    match_id: str
    profile_id: str
    opportunity_id: str
    run_id: str
    version: int
    tier: MatchTier
    score: float
    explanation: str
    strengths: list[str]
    gaps: list[str]
    recommendations: list[str]
    model_version: str
    created_at: datetime
