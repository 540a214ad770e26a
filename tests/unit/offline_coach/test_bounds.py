"""The coach's work is bounded: more in a profile does not mean more to compare."""

from collections.abc import Callable
from typing import Any

import pytest

from db.profiles import ProfileRecord, SkillRecord
from services.career_actions import grounding
from services.llm.port import GenerationSubject
from services.offline_coach import actions
from services.offline_coach.actions import generate_career_actions
from tests.support.factories import a_profile


def of_skills(count: int) -> ProfileRecord:
    keywords = [f"detail{number}" for number in range(6)]
    skills = [SkillRecord(name=f"craft {number}", keywords=keywords) for number in range(count)]
    return a_profile(skills=skills)


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Titles that were compared with another, each time one was."""
    titles: list[str] = []
    repeats: Callable[..., bool] = grounding.repeats

    def counted(kind: Any, title: str, *other: Any) -> bool:
        titles.append(title)
        return repeats(kind, title, *other)

    monkeypatch.setattr(actions, "repeats", counted)
    return titles


@pytest.mark.parametrize("count", [20, 200, 1000])
def test_a_profile_of_many_skills_costs_no_more_comparisons(count: int, compared: list[str]) -> None:
    found = generate_career_actions(GenerationSubject(of_skills(count), [], [], []))
    assert 3 <= len(found["actions"]) <= 5
    assert len(compared) < 200
