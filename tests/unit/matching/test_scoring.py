"""The score: field, text and skills, wishes and years; what may not move it, and what must."""

from typing import Any

import pytest

from db.matches import MatchTier
from db.opportunities import OpportunityKind, OpportunityRecord
from db.profiles import InterestRecord, LanguageRecord, ProfileRecord, SkillRecord, WorkRecord
from services.kit import clock
from services.matching.candidates import Candidate
from services.matching.evidence import Evidence
from services.matching.levels import asked_years, is_learner
from services.matching.ranking import rank
from services.matching.scoring import PROMISING, STRONG, Fit, fit
from services.matching.seeking import seeking
from tests.support.people import (
    CARPENTER,
    CHEF,
    ENGINEER,
    KERNEL,
    NURSE,
    PLATFORM,
    TEACHER,
    WARD,
    judged,
    person,
    posting,
)


def fits(profile: ProfileRecord, opportunity: OpportunityRecord) -> Fit:
    return fit(seeking(profile), Candidate.of(opportunity))


def worker(position: str, summary: str = "", *skills: str, **changes: Any) -> ProfileRecord:
    work = [WorkRecord(position=position, start_date="2012", summary=summary)]
    return person("worker", work=work, skills=[SkillRecord(name=name) for name in skills], **changes)


SOFTWARE = [
    posting("Python Developer", "Python", number=1, description="Services."),
    posting("Frontend Developer", "React", number=2, description="Web pages."),
    posting("Flask Developer", "Flask", number=3, description="Services."),
    posting("Rust Engineer", "Rust", number=4, description="Systems."),
    posting("Java Developer", "Spring", "Java", number=5, description="Services."),
]


@pytest.mark.parametrize(
    ("position", "summary"),
    [
        ("Zookeeper", "Cared for red pandas, pythons and otters in spring."),
        ("Paramedic", "I react quickly to emergencies and carry a flask of tea."),
        ("Car body painter", "Remove rust and paint from every angular part."),
    ],
)
async def test_an_everyday_word_makes_nobody_a_programmer(position: str, summary: str) -> None:
    for match in await judged(worker(position, summary), *SOFTWARE):
        assert match.tier is MatchTier.EXPLORATORY
        assert not any("in your profile" in strength for strength in match.strengths)


def test_beside_skills_of_the_trade_an_everyday_word_is_a_skill() -> None:
    told = "Wrote services in Python with Flask on PostgreSQL."
    wanted = posting("Developer", "Python", "Flask", "Spring")
    assert Evidence(worker("Developer", told)).overlap(wanted).matched == ["Python", "Flask"]


def test_one_tool_makes_no_match_of_another_trade() -> None:
    clerk = worker(
        "Auxiliar administrativa", "Archivo de expedientes y atención al público.", "Excel intermedio"
    )
    water = posting("Water Data Curator", "Excel", "Data documentation", "Water monitoring", "Python")
    assert fits(clerk, water).score < PROMISING


def test_details_of_a_skill_are_no_further_demands() -> None:
    profile = worker("Frontend Developer", "", "React", "TypeScript", "CSS")
    skills = ["React", "TypeScript", "CSS"]
    short = posting("Frontend Engineer", *skills, description="Build the editor.")
    details = ["hooks", "context", "refs", "generics", "type guards", "grid", "flexbox", "animations"]
    scores = [
        fits(profile, short.model_copy(update={"desired_skills": details[:number]})).score
        for number in range(len(details) + 1)
    ]
    assert scores[0] >= STRONG
    assert scores == sorted(scores)


def test_another_posting_changes_no_score() -> None:
    pool = [Candidate.of(each) for each in (*SOFTWARE, KERNEL, WARD)]
    alone = dict(rank(seeking(NURSE), pool[-1:], 10, now=clock.now()))
    among = dict(rank(seeking(NURSE), pool, 10, now=clock.now()))
    assert alone
    assert alone.items() <= among.items()


def test_who_lists_everything_is_believed_little() -> None:
    asked = [f"craft {number}" for number in range(300)]
    stuffed = CARPENTER.model_copy(update={"skills": [SkillRecord(name=name) for name in asked]})
    for at in range(0, 300, 30):
        wanted = posting("Crafts tutor", *asked[at : at + 5])
        before, after = fits(CARPENTER, wanted).score, fits(stuffed, wanted).score
        assert (after >= PROMISING, after >= STRONG) == (before >= PROMISING, before >= STRONG)
    assert Evidence(stuffed).best(["craft 79"]) < 0.1
    assert not Evidence(stuffed).shows("craft 80")


def test_a_posting_that_names_everything_gains_nothing() -> None:
    everything = [skill for each in (PLATFORM, KERNEL, WARD, *SOFTWARE) for skill in each.required_skills]
    listing = f"{KERNEL.description} {', '.join(everything)}."
    stuffed = KERNEL.model_copy(update={"desired_skills": everything, "description": listing})
    for profile in (NURSE, CHEF, TEACHER):
        assert fits(profile, stuffed).score <= fits(profile, KERNEL).score


def test_what_is_shown_counts_more_than_what_is_listed() -> None:
    wanted = posting("Nurse", "Wound care", "Triage")
    listed = worker("Nurse", "", "Wound care", "Triage")
    shown = worker("Nurse", "Did wound care and triage on a surgical ward.")
    assert Evidence(listed).best(["wound care"]) == 0.5
    assert Evidence(shown).best(["wound care"]) == 1.0
    assert fits(shown, wanted).skills > fits(listed, wanted).skills > 0


def test_a_course_is_for_whoever_wants_it_and_lacks_it() -> None:
    course = posting("Introduction to statistics", "Statistics", kind=OpportunityKind.TRAINING)
    analyst = worker("Data analyst", "", "Statistics", "SQL")
    knows = fits(analyst, course).score
    lacks = fits(analyst.model_copy(update={"skills": [SkillRecord(name="SQL")]}), course).score
    wants = fits(
        analyst.model_copy(
            update={
                "skills": [SkillRecord(name="SQL")],
                "research_interests": [InterestRecord(name="Statistics")],
            }
        ),
        course,
    ).score
    assert knows < PROMISING
    assert knows < lacks < wants


@pytest.mark.parametrize(
    ("position", "title", "other"),
    [
        ("Krankenschwester", "Registered Nurse", "Priest"),
        ("Infirmière", "Staff nurse, surgical ward", "Priest"),
        ("Erzieherin", "Kindergarten teacher", "Software developer"),
        ("Buchhalterin", "Accountant", "Debt collector"),
        ("Camionero", "Truck driver", "Ambulance nurse"),
        ("Vrachtwagenchauffeur", "Heavy truck driver", "Accountant"),
        ("Księgowa", "Accountant", "Truck driver"),
        ("Nurse", "Pflegefachkraft (m/w/d)", "Buchhalter (m/w/d)"),
        ("Electrician", "Électricien du bâtiment (H/F)", "Comptable (H/F)"),
    ],
)
def test_titles_meet_across_languages(position: str, title: str, other: str) -> None:
    profile = worker(position)
    near, far = (fits(profile, posting(each, description="")) for each in (title, other))
    assert near.score > 0.3 > far.score
    assert near.near > 2 * far.near


def test_the_newest_work_tells_most_wherever_it_stands() -> None:
    jobs = [
        WorkRecord(position="Dishwasher", start_date="1999", end_date="2001"),
        WorkRecord(position="Waiter", start_date="2001", end_date="2006"),
        WorkRecord(position="Restaurant manager", start_date="2006"),
    ]
    oldest, newest = person("one", work=jobs), person("one", work=jobs[::-1])
    manager, waiter = posting("Restaurant manager", description=""), posting("Waiter", description="")
    assert fits(oldest, manager) == fits(newest, manager)
    assert fits(oldest, manager).near > fits(oldest, waiter).near


def test_a_learnt_form_is_the_same_after_it_was_kept() -> None:
    record = posting("Krankenpfleger (m/w/d)", "Wundversorgung", "C/C++", desired_skills=["Triage"])
    candidate = Candidate.of(record)
    restored = Candidate.restored(record.id, candidate.kept)
    assert restored == candidate
    assert fit(seeking(NURSE), restored) == fits(NURSE, record)
    assert len(candidate.kept) < 2000


@pytest.mark.parametrize(
    ("title", "years"),
    [
        ("Senior Engineer", 5.0),
        ("Teamleiterin Vertrieb", 6.0),
        ("Praktikant Marketing", 0.0),
        ("Directeur financier", 9.0),
        ("Auxiliar de enfermería", 1.0),
        ("Nurse", 2.0),
    ],
)
def test_titles_say_how_many_years_they_ask_for(title: str, years: float) -> None:
    assert asked_years(title, OpportunityKind.JOB) == years


def test_a_student_position_is_no_work_but_a_student_adviser_is() -> None:
    assert is_learner("Software engineering intern")
    assert is_learner("Student")
    assert is_learner("Werkstudentin")
    assert not is_learner("Senior student success adviser")


def test_the_engineer_is_at_home_in_platforms_only() -> None:
    assert fits(ENGINEER, PLATFORM).score >= STRONG > PROMISING > fits(ENGINEER, WARD).score


def test_a_posting_in_a_language_that_the_person_does_not_name_counts_less() -> None:
    told = "Wir suchen eine Pflegekraft für die Station und bieten ein gutes Team mit der Zeit für die Patienten."
    ward = posting("Pflegefachkraft", description=told)
    speaks = NURSE.model_copy(update={"languages": [*NURSE.languages, LanguageRecord(language="Deutsch")]})
    assert fits(NURSE, ward).score == pytest.approx(0.75 * fits(speaks, ward).score, abs=0.001)
