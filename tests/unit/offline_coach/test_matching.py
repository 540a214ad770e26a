"""The offline coach's judgements and words: what fits is strong, what is far is not, and it reads as English."""

import pytest

from db.matches import MatchTier
from db.opportunities import OpportunityKind, Remote
from db.profiles import (
    ConstraintsRecord,
    ProfileRecord,
    RemotePreference,
)
from services.llm.port import ConversationSubject, TextRequest, Turn
from services.offline_coach.words import article, in_sentence, plural
from tests.support.people import (
    ALL,
    CARPENTER,
    CHEF,
    COACH,
    EMPTY,
    ENGINEER,
    KERNEL,
    NURSE,
    PLATFORM,
    TEACHER,
    WARD,
    judged,
    posting,
)


@pytest.mark.parametrize(
    "profile", [NURSE, CHEF, TEACHER, CARPENTER, EMPTY], ids=lambda profile: str(profile.owner)
)
async def test_kernel_engineering_is_far_from_people_of_other_trades(profile: ProfileRecord) -> None:
    (match,) = await judged(profile, KERNEL)
    assert match.tier is MatchTier.EXPLORATORY
    assert match.score < 0.2


async def test_a_fitting_posting_is_strong() -> None:
    (platform,) = await judged(ENGINEER, PLATFORM)
    (ward,) = await judged(NURSE, WARD)
    assert platform.tier is ward.tier is MatchTier.STRONG
    assert "“Redis” is required and not in your profile" in platform.gaps
    assert platform.recommendations[0].startswith("Redis: ")
    assert "“Go”, which it requires, is among your skills" in platform.strengths


async def test_tiers_follow_the_scores() -> None:
    postings = [
        KERNEL,
        PLATFORM,
        WARD,
        posting("Tutor", "Python", "SQL"),
        posting("Go Developer", "Go", "SQL", "React"),
    ]
    for profile in ALL:
        for match in await judged(profile, *postings):
            expected = MatchTier.EXPLORATORY
            if match.score >= 0.4:
                expected = MatchTier.STRONG if match.score >= 0.65 else MatchTier.PROMISING
            assert match.tier is expected


async def test_a_beginner_is_not_strong_for_a_senior_post() -> None:
    beginner = ENGINEER.model_copy(update={"work": [], "headline": "Software Engineer"})
    (match,) = await judged(beginner, PLATFORM)
    assert match.tier is not MatchTier.STRONG
    assert any("years" in gap for gap in match.gaps)


async def test_what_the_person_needs_counts_and_is_named() -> None:
    remote = ConstraintsRecord(remote=RemotePreference.REMOTE_ONLY, places=["Lisbon"])
    limited = ENGINEER.model_copy(update={"constraints": remote})
    here = PLATFORM.model_copy(update={"remote": Remote.NONE, "location": "Oslo"})
    (free,), (bound,) = await judged(ENGINEER, here), await judged(limited, here)
    assert bound.score < free.score
    assert "You want to work remotely only, and this is on site" in bound.gaps
    assert "It is in Oslo, which is not among your places" in bound.gaps


async def test_an_interest_brings_a_change_of_field_nearer() -> None:
    training = posting("AI safety introduction", "Curiosity", kind=OpportunityKind.TRAINING)
    (curious,) = await judged(TEACHER, training)
    (other,) = await judged(TEACHER.model_copy(update={"research_interests": []}), training)
    assert curious.score > other.score
    assert "It is about “AI safety”, which you name as an interest" in curious.strengths


async def test_a_blank_profile_is_told_what_to_add() -> None:
    (match,) = await judged(EMPTY, PLATFORM)
    assert match.explanation.startswith("Your profile says too little yet")
    assert match.recommendations == [
        "Your profile: add skills and past work, so that this can be judged properly"
    ]


async def test_a_trade_that_the_coach_has_no_words_for_still_matches_itself() -> None:
    (match,) = await judged(CARPENTER, posting("Carpenter", description="Carpenter wanted."))
    assert match.tier is not MatchTier.EXPLORATORY


async def test_judgements_are_the_same_each_time() -> None:
    assert await judged(NURSE, WARD, KERNEL) == await judged(NURSE, WARD, KERNEL)


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("engineer", "an engineer"),
        ("university tutor", "a university tutor"),
        ("SQL analyst", "an SQL analyst"),
        ("UX designer", "a UX designer"),
        ("honest broker", "an honest broker"),
        ("usher", "an usher"),
        ("nurse", "a nurse"),
        ("CEO", "a CEO"),
        ("urban planner", "an urban planner"),
        ("HEAD OF SALES", "a HEAD OF SALES"),
        ("Übersetzerin", "an Übersetzerin"),
        ("主管会计", "主管会计"),
    ],
)
def test_articles_follow_the_sound(phrase: str, expected: str) -> None:
    assert article(phrase) == expected


def test_headings_lose_their_capitals_and_names_keep_them() -> None:
    assert in_sentence("Data Analysis") == "data analysis"
    assert in_sentence("AI Safety") == "AI safety"
    assert in_sentence("HEAD OF SALES EMEA") == "head of sales EMEA"


@pytest.mark.parametrize(
    "name",
    [
        "Adobe Illustrator",
        "Ruby on Rails",
        "Spring MVC",
        "GitHub Actions",
        "Spanish Literature",
        "Sprachförderung",
        "Klassenlehrerin",
        "Rust",
        "Python",
        "主管会计",
        "PyTorch",
    ],
)
def test_what_is_not_known_to_be_a_heading_stays_as_it_is_written(name: str) -> None:
    assert in_sentence(name) == name


@pytest.mark.parametrize(
    ("role", "many"),
    [
        ("nurse", "nurses"),
        ("head of department", "heads of department"),
        ("coach", "coaches"),
        ("deputy", "deputies"),
        ("Klassenlehrerin", "people who work as Klassenlehrerin"),
        ("主管会计", "people who work as 主管会计"),
    ],
)
def test_roles_have_a_plural(role: str, many: str) -> None:
    assert plural(role) == many


async def test_a_conversation_takes_up_what_was_written_and_asks() -> None:
    turns = [Turn("user", "I ran the workshop twice.")]
    request = TextRequest(
        system="", turns=turns, subject=ConversationSubject(NURSE, None, turns, exchanges=1), max_tokens=500
    )
    pieces = [piece async for piece in COACH.stream_text(request)]
    reply = "".join(pieces)
    assert len(pieces) > 5
    assert "I ran the workshop twice" in reply
    assert "?" in reply
    assert "offline coach" in reply
