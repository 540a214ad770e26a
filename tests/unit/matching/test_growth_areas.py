"""What is worth growing: only what matches within reach ask for."""

from dataclasses import dataclass

from db.matches import MatchTier
from services.matching.matches import growth_areas_of


@dataclass(frozen=True)
class Shown:
    tier: MatchTier
    recommendations: list[str]


def test_growth_areas_come_from_matches_within_reach_each_once_and_in_their_order() -> None:
    matches = [
        Shown(MatchTier.STRONG, ["Redis: use it", "SQL: ask"]),
        Shown(MatchTier.PROMISING, ["SQL: ask", "Kafka: read"]),
        Shown(MatchTier.EXPLORATORY, ["Triage: take a course"]),
    ]
    assert growth_areas_of(matches) == ["Redis: use it", "SQL: ask", "Kafka: read"]
