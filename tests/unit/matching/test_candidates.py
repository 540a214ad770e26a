"""The lexical ranking and the comparison of skills."""

from datetime import timedelta
from typing import Any

import pytest

from db.opportunities import OpportunityRecord, Remote, SalaryRecord
from db.profiles import (
    ConstraintsRecord,
    ProfileRecord,
    ProjectRecord,
    RemotePreference,
    SkillRecord,
    WorkRecord,
)
from services.kit import clock
from services.kit.words.terms import search_words, skill_key, words
from services.matching.candidates import Candidate
from services.matching.evidence import Evidence
from services.matching.ranking import rank
from services.matching.seeking import seeking
from tests.support.factories import a_profile, an_opportunity


def skilled(*names: str, **changes: Any) -> ProfileRecord:
    skills = [SkillRecord(name=name) for name in names]
    return a_profile(headline=None, summary=None, skills=skills, **changes)


def ranked(profile: ProfileRecord, *opportunities: OpportunityRecord, limit: int = 10) -> list[str]:
    candidates = [Candidate.of(opportunity) for opportunity in opportunities]
    found = rank(seeking(profile), candidates, limit, now=clock.now())
    external = {opportunity.id: opportunity.external_id for opportunity in opportunities}
    return [external[one] for one, _ in found]


def score(profile: ProfileRecord, opportunity: OpportunityRecord) -> float:
    (only,) = rank(seeking(profile), [Candidate.of(opportunity)], 1, now=clock.now())
    return only[1]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("C++, C# and .NET; Node.js.", ["c++", "c#", ".net", "node.js"]),
        ("P&L, R&D", ["p&l", "r&d"]),
        ("Policies, classes, bosses, analysis", ["policy", "class", "boss", "analysis"]),
        ("full-stack full stack fullstack", ["full stack"] * 3),
        ("Straße हिन्दी 日本語 naïve", ["strasse", "हिन्दी", "日本", "本語", "naive"]),
        ("We go to market with Go", ["market", "go"]),
        ("Chioma's models", ["chioma", "model"]),
        ("done.Next", ["done", "next"]),
        ("x" * 65, []),
        ("", []),
    ],
)
def test_words_are_compared_in_one_spelling(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Postgres", "PostgreSQL"),
        ("JS", "JavaScript"),
        ("k8s", "Kubernetes"),
        ("golang", "Go"),
        ("Machine-Learning", "ML"),
        ("Large Language Models", "LLM"),
        ("CI/CD", "continuous integration"),
        ("Data analytics", "data analysis"),
        ("React.js", "React"),
    ],
)
def test_two_spellings_of_a_skill_have_one_key(one: str, other: str) -> None:
    assert skill_key(one) == skill_key(other)


def test_different_skills_have_different_keys() -> None:
    skills = ["C", "C++", "C#", "Java", "JavaScript", "R", "Go", "React", "React Native", "SQL", "PostgreSQL"]
    assert len(set(map(skill_key, skills))) == len(skills)


def test_a_phrase_is_found_by_its_parts_too() -> None:
    assert {"machine learning", "machine", "learning"} <= set(search_words("Machine learning"))


@pytest.mark.parametrize(
    ("skill", "told"),
    [
        ("数据分析", "五年来负责数据分析与报表"),
        ("データ分析", "売上のデータ分析を担当"),
        ("การขาย", "ดูแลการขายในกรุงเทพ"),
        ("데이터", "데이터분석을 했습니다"),
        ("Pâtisserie", "Ran the patisserie of a hotel"),
        ("Patisserie", "J’ai tenu la pâtisserie d’un hôtel"),
    ],
)
def test_a_skill_is_found_inside_text_of_every_script(skill: str, told: str) -> None:
    profile = skilled(work=[WorkRecord(position="Lead", summary=told)])
    assert Evidence(profile).overlap(an_opportunity(required_skills=[skill])).matched == [skill]
    assert ranked(profile, an_opportunity(1, title=skill, description="", required_skills=[])) == ["1"]


def test_skills_are_matched_whatever_their_spelling() -> None:
    profile = skilled("k8s", "Postgres", "C++")
    wanted = ["Kubernetes", "PostgreSQL", "C/C++", "Terraform"]
    overlap = Evidence(profile).overlap(
        an_opportunity(required_skills=wanted, desired_skills=["Docker", "JS"])
    )
    assert overlap.matched == ["Kubernetes", "PostgreSQL", "C/C++", "Docker"]
    assert overlap.missing == ["Terraform", "JS"]


def test_work_and_projects_are_evidence_of_a_skill() -> None:
    profile = skilled(
        work=[
            WorkRecord(position="Nurse", highlights=["Trained twenty people on electronic patient records"])
        ],
        projects=[ProjectRecord(name="diary", keywords=["pandas"])],
    )
    wanted = ["Electronic patient record", "Python", "Kubernetes"]
    overlap = Evidence(profile).overlap(an_opportunity(required_skills=wanted))
    assert overlap.matched == ["Electronic patient record", "Python"]


def test_a_verb_in_prose_is_no_skill() -> None:
    profile = skilled(work=[WorkRecord(summary="We go where the rest did not excel.")])
    assert Evidence(profile).overlap(an_opportunity(required_skills=["Go", "REST", "Excel"])).matched == []


def test_what_shares_more_skills_comes_first() -> None:
    profile = skilled("Python", "SQL", "Statistics")
    assert ranked(
        profile,
        an_opportunity(1, title="Editor", description="", required_skills=["Writing", "SQL"]),
        an_opportunity(2, title="Analyst", description="", required_skills=["Python", "SQL"]),
        an_opportunity(3, title="Cook", description="Soup.", required_skills=["Cooking"]),
    ) == ["2", "1"]


def test_a_rare_skill_tells_more_than_a_common_one() -> None:
    common = [an_opportunity(n, title="Job", description="", required_skills=["Python"]) for n in range(1, 9)]
    rare = an_opportunity(9, title="Job", description="", required_skills=["Virology"])
    assert ranked(skilled("Python", "Virology"), *common, rare)[0] == "9"


def test_the_order_of_the_candidates_does_not_matter() -> None:
    opportunities = [an_opportunity(n) for n in range(1, 8)]
    profile = a_profile()
    assert ranked(profile, *opportunities) == ranked(profile, *reversed(opportunities))
    assert len(ranked(profile, *opportunities, limit=3)) == 3


def test_of_equal_ones_the_newest_comes_first() -> None:
    older = an_opportunity(1, title="Same", posted_at=clock.now() - timedelta(days=9))
    newer = an_opportunity(2, title="Same", posted_at=clock.now())
    assert ranked(a_profile(), older, newer) == ["2", "1"]


def test_what_is_past_its_deadline_is_left_out() -> None:
    past = an_opportunity(1, deadline_at=clock.now() - timedelta(seconds=1))
    ahead = an_opportunity(2, deadline_at=clock.now() + timedelta(days=1))
    assert ranked(a_profile(), past, ahead) == ["2"]


def test_a_constraint_lowers_a_score_but_excludes_nothing() -> None:
    wants = ConstraintsRecord(
        remote=RemotePreference.REMOTE_ONLY, places=["Berlin"], salary_minimum=50_000, salary_currency="EUR"
    )
    profile = a_profile(constraints=wants)
    low = SalaryRecord(text="low", maximum=30_000, currency="EUR")
    best = score(profile, an_opportunity(remote=Remote.FULL, location="Lisbon"))
    assert 0 < score(profile, an_opportunity(remote=Remote.HYBRID)) < best
    assert (
        0
        < score(profile, an_opportunity(remote=Remote.NONE))
        < score(profile, an_opportunity(remote=Remote.HYBRID))
    )
    assert 0 < score(profile, an_opportunity(remote=Remote.FULL, salary=low)) < best
    on_site = score(profile, an_opportunity(remote=Remote.NONE, location="Berlin, Germany"))
    assert 0 < score(profile, an_opportunity(remote=Remote.NONE, location="Lisbon")) < on_site


def test_an_empty_profile_has_no_candidates() -> None:
    assert ranked(skilled(), an_opportunity()) == []
