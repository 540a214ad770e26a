"""What an explanation says: what meets what, with its place in both; what only follows is said to be a guess."""

import re

import pytest

from db.opportunities import OpportunityKind, OpportunityRecord
from db.profiles import CertificateRecord, EducationRecord, ProfileRecord, SkillRecord, WorkRecord
from services.offline_coach.people.licences import licences_asked
from tests.support.people import ALL, KERNEL, NURSE, PLATFORM, WARD, judged, person, posting

DRIVER = person(
    "driver",
    skills=[SkillRecord(name="Load securing")],
    work=[WorkRecord(name="Trunk", position="HGV driver", start_date="2015")],
)
HAULAGE = posting("HGV driver, nights", "Load securing", "Licence C+E")
FRAMEWORKS = person(
    "frameworks",
    headline="Web developer",
    skills=[SkillRecord(name="Django"), SkillRecord(name="HTML")],
    work=[
        WorkRecord(
            position="Web developer", start_date="2018", highlights=["Built a shop with Django for a bakery"]
        )
    ],
)


async def told(profile: ProfileRecord, opportunity: OpportunityRecord) -> str:
    (match,) = await judged(profile, opportunity)
    return " ".join([match.explanation, *match.strengths, *match.gaps, *match.recommendations])


async def test_a_skill_is_told_with_its_place_in_the_posting_and_in_the_profile() -> None:
    (match,) = await judged(NURSE, WARD)
    assert match.explanation.startswith("“Wound care”, which it requires, stands among your skills")
    assert "“Triage”, which it requires, is among your skills" in match.strengths


async def test_what_the_person_wrote_in_other_words_is_quoted_as_it_is_written() -> None:
    (match,) = await judged(FRAMEWORKS, posting("Web developer", "Django"))
    assert match.strengths[0] == (
        "“Django”, which it requires, is among your skills, and in your work as a web developer: "
        "“Built a shop with Django for a bakery”"
    )


async def test_a_skill_that_only_follows_is_worded_as_inferred() -> None:
    (match,) = await judged(FRAMEWORKS, posting("Web developer", "Python"))
    assert (
        "“Python”, which it requires, is not named in your profile, but “Django” among your skills suggests it"
        in (match.strengths)
    )
    assert "as you are" not in match.explanation


@pytest.mark.parametrize("opportunity", [PLATFORM, WARD, KERNEL, posting("Nurse", description="A ward.")])
async def test_nobody_could_apply_as_they_are_without_most_of_what_is_required(
    opportunity: OpportunityRecord,
) -> None:
    for profile in ALL:
        (match,) = await judged(profile, opportunity)
        if "apply as you are" in match.explanation:
            required = set(opportunity.required_skills)
            text = " ".join([*match.strengths, match.explanation])
            assert required
            assert sum(f"“{skill}”" in text for skill in required) >= 2 / 3 * len(required)


async def test_a_licence_that_is_asked_for_is_missed_until_it_is_in_the_profile() -> None:
    missed = await told(DRIVER, HAULAGE)
    assert "“Licence C+E”: no licence or certificate in your profile says so" in missed
    assert "Licence C+E: add it to your profile if you hold it" in missed
    holder = DRIVER.model_copy(update={"certificates": [CertificateRecord(name="Licence C+E")]})
    held = await told(holder, HAULAGE)
    assert "“Licence C+E”, which it requires, is among your certificates" in held
    assert "no licence" not in held


@pytest.mark.parametrize(
    ("description", "held", "asked"),
    [
        ("Wir backen. Gesellenbrief erforderlich.", "", ["Gesellenbrief erforderlich"]),
        ("Wir backen. Gesellenbrief erforderlich.", "Gesellenbrief", []),
        ("You must be registered with the council.", "Registration as adult nurse", []),
        ("Diplôme d'État et permis B exigés. Bonne ambiance.", "", ["Diplôme d'État et permis B exigés"]),
        ("We keep records and require patience.", "", []),
    ],
)
def test_sentences_that_ask_for_a_licence_are_read(description: str, held: str, asked: list[str]) -> None:
    assert licences_asked(description, held) == asked


async def test_a_training_is_told_by_what_it_teaches() -> None:
    course = posting("Statistics course", "Triage", "Statistics", kind=OpportunityKind.TRAINING)
    (match,) = await judged(NURSE, course)
    assert "“Triage”, which it teaches, stands among your skills" in match.explanation
    assert not [gap for gap in match.gaps if "required" in gap]


async def test_explanations_do_not_all_begin_with_the_same_words() -> None:
    openings = [
        " ".join((await judged(NURSE, opportunity))[0].explanation.split()[:3])
        for opportunity in (KERNEL, PLATFORM, WARD, posting("Baker"), posting("Porter", "Lifting"))
    ]
    assert len(set(openings)) == len(openings)


async def test_a_word_about_the_work_keeps_the_spelling_of_the_language_it_is_in() -> None:
    educator = person(
        "sabine",
        summary="Ich arbeite seit zwölf Jahren mit Kindern und ihren Eltern.",
        work=[WorkRecord(position="Erzieherin", start_date="2012")],
        education=[EducationRecord(area="Hygiene")],
        skills=[SkillRecord(name="Sprachförderung")],
    )
    text = await told(educator, posting("Erzieherin", "Sprachförderung", "Hygiene"))
    assert "an Erzieherin" in text
    assert not re.search(r"sprachförderung|erzieherin|hygiene", text)


async def test_a_posting_without_skills_is_told_by_the_work_that_both_read_like() -> None:
    baker = person("lena", work=[WorkRecord(position="Bäckerin", start_date="2019")])
    (match,) = await judged(
        baker, posting("Bäckergeselle", description="Wir suchen einen Bäcker für die Frühschicht.")
    )
    assert "reads like the work of Bakers, and so does your profile" in match.explanation
