"""The sample people and opportunities that newcomers meet."""

from datetime import timedelta

import pytest

from db.opportunities import OpportunityKind
from db.profiles import ProfileRecord
from services.kit import clock
from services.kit.ids import profile_id_of
from services.profiles.resumes import parse_resume
from services.samples import PEOPLE, sample_postings, sample_resume


@pytest.mark.parametrize("user_id", PEOPLE)
def test_a_sample_person_is_a_valid_and_rich_resume(user_id: str) -> None:
    at = clock.now()
    fields = parse_resume(sample_resume(user_id)).fields
    profile = ProfileRecord(
        id=profile_id_of(user_id), owner=user_id, version=1, created_at=at, updated_at=at, **fields
    )
    assert profile.work
    assert profile.skills
    assert profile.research_interests
    assert profile.career_goals
    assert profile.constraints.places


def test_there_are_sixty_opportunities_of_all_kinds_and_none_is_refused() -> None:
    parsed = sample_postings(clock.now())
    assert parsed.refused == []
    assert len(parsed.postings) >= 60
    assert {posting.kind for posting in parsed.postings} == set(OpportunityKind)
    assert all(posting.url and posting.url.startswith("https://example.org/") for posting in parsed.postings)


def test_the_samples_do_not_age() -> None:
    for now in (clock.now(), clock.now() + timedelta(days=800)):
        for posting in sample_postings(now).postings:
            assert posting.posted_at is not None
            assert now - timedelta(days=60) < posting.posted_at < now
            assert posting.deadline_at is None or now + timedelta(days=14) < posting.deadline_at
