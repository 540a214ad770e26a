"""Documents as people and tools write them: what can be taken is taken, and what cannot is told at once."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.profiles import ProfileRecord, SkillRecord, SkillSource
from services.kit.clock import now
from services.kit.errors import InvalidInput
from services.profiles.dates import open_end, plain_date
from services.profiles.fields import MAX_ITEMS
from services.profiles.resume_report import report
from services.profiles.resume_schema import published
from services.profiles.resumes import ParsedResume, parse_resume, parse_resume_text
from services.profiles.sections import SECTIONS
from tests.support.resumes import documents


def notes_of(parsed: ParsedResume) -> dict[str, str]:
    return {note.field: note.message for note in parsed.notes}


def refused(document: object) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        parse_resume(document)
    assert caught.value.field == caught.value.problems[0].field
    return {problem.field: problem.message for problem in caught.value.problems}


def test_every_section_of_the_table_has_exactly_the_properties_of_the_published_schema() -> None:
    properties = published()["properties"]
    for section in SECTIONS:
        wanted = set(properties[section.key]["items"]["properties"])
        assert {field.keys[0] for field in section.fields} == wanted


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2014", "2014"),
        ("2014-5", "2014-05"),
        ("2014/05/31", "2014-05-31"),
        ("2014-05-31T10:00:00Z", "2014-05-31"),
        ("05/2014", "2014-05"),
        ("31.5.2014", "2014-05-31"),
        ("May 2014", "2014-05"),
        ("Sept. 2014", "2014-09"),
        ("May 14th, 2014", "2014-05-14"),
        ("14 mai 2014", "2014-05-14"),
        ("März 2020", "2020-03"),
        ("3 de enero de 2019", "2019-01-03"),
        ("janv. 2019", "2019-01"),
        ("ma\u0308rz 2019", "2019-03"),
        ("1er mai 2019", "2019-05-01"),
        ("mayo del 2019", "2019-05"),
        ("giu 2019", "2019-06"),
        ("mrt. 2019", "2019-03"),
        ("1 września 2019", "2019-09-01"),
        ("październik 2020", "2020-10"),
        ("2019年5月", "2019-05"),
        ("2019년 5월 1일", "2019-05-01"),
        ("31/12/2026", "2026-12-31"),
        ("12/31/2026", "2026-12-31"),
        ("05/05/2026", "2026-05-05"),
        ("31/04/2026", None),
        ("listopad 2020", None),
        ("Spring 2020", None),
        ("03/04/2020", None),
        ("2020-13", None),
        ("31.02.2020", None),
        ("soon", None),
        ("9" * 500, None),
    ],
)
def test_a_date_is_read_when_it_has_one_meaning(written: str, read: str | None) -> None:
    assert plain_date(written) == read


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(2999, 12, 31)))
def test_every_day_is_read_in_each_spelling(day: date) -> None:
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d %B %Y", "%B %d, %Y"):
        assert plain_date(day.strftime(form)) == day.isoformat()


@pytest.mark.parametrize(
    "word",
    [
        "Present",
        "present.",
        "(current)",
        "heute",
        "Aujourd'hui",
        "–",
        "Actualidad",
        "tot nu",
        "à ce jour",
        "do teraz",
        "至今",
    ],
)
def test_the_present_is_an_open_end(word: str) -> None:
    assert open_end(word)
    parsed = parse_resume({"work": [{"name": "Inn", "endDate": word}]})
    assert parsed.fields["work"][0].end_date is None
    assert json.loads(parsed.text)["work"][0]["endDate"] == word


def test_what_has_one_meaning_is_taken_and_kept_as_written() -> None:
    document = {
        "basics": {"name": "Lena", "phone": 12345, "location": "Seville", "image": None},
        "work": [{"name": "A", "endDate": None}, {"name": "C", "startDate": "May 2014", "highlights": "Won"}],
        "education": [{"institution": "Leeds", "score": 3.9, "startDate": 2010}],
        "skills": ["Cooking", {"name": "Baking", "keywords": None}, None],
        "interests": None,
        "languages": [{"name": "Español", "fluency": "Native"}],
        "meta": None,
    }
    parsed = parse_resume(document)
    assert json.loads(parsed.text) == document
    fields = parsed.fields
    assert fields["location"].city == "Seville"
    assert [(job.start_date, job.highlights) for job in fields["work"]] == [(None, []), ("2014-05", ["Won"])]
    assert (fields["education"][0].score, fields["education"][0].start_date) == ("3.9", "2010")
    assert [skill.name for skill in fields["skills"]] == ["Cooking", "Baking"]
    assert fields["languages"][0].language == "Español"
    notes = notes_of(parsed)
    assert notes["resume.work[1].startDate"] == "Read as 2014-05."
    assert "resume.work[0].endDate" not in notes


def test_all_that_must_be_refused_is_told_at_once() -> None:
    document = {
        "basics": {"name": {"first": "Lena"}},
        "work": [{"startDate": "soon"}, {"endDate": "later"}, "Baker"],
        "skills": {"hard": []},
        "education": [{"courses": [{}]}],
    }
    told = refused(document)
    assert list(told) == [
        "resume.basics.name",
        "resume.skills",
        "resume.work[0].startDate",
        "resume.work[1].endDate",
        "resume.work[2]",
        "resume.education[0].courses[0]",
    ]
    with pytest.raises(InvalidInput, match=r"5 more: resume\.skills: .*resume\.education\[0\]\.courses\[0\]"):
        parse_resume(document)


@pytest.mark.parametrize("key", ["experience", "employment", "workExperience"])
def test_near_names_are_read_and_told(key: str) -> None:
    entries = [
        {"company": "Mill", "title": "Baker", "start": "2012"},
        {"employer": "Inn", "position": "Cook"},
    ]
    parsed = parse_resume({"basics": {"name": "Lena"}, key: entries})
    shown = [(job.name, job.position, job.start_date) for job in parsed.fields["work"]]
    assert shown == [("Mill", "Baker", "2012"), ("Inn", "Cook", None)]
    assert notes_of(parsed) == {f"resume.{key}": "Read as work."}


def test_what_is_not_understood_is_kept_and_told_with_its_place() -> None:
    document = {
        "basics": {"name": "Lena", "email": "l@example.org"},
        "work": [{"name": "Mill", "x-team": 1, "url": "mill"}, {"name": "Inn", "x-team": 2}],
        "experience": [{"company": "Old"}],
        "skills": [{"category": "Kitchen"}],
        "references": [{"name": []}],
        "awards": [{"date": "soon"}],
        "hobbies": ["Chess"],
    }
    notes = notes_of(parse_resume(document))
    assert notes.keys() == {
        "resume.basics.email",
        "resume.work[0].x-team",
        "resume.work[0].url",
        "resume.experience",
        "resume.skills[0]",
        "resume.references",
        "resume.references[0].name",
        "resume.awards",
        "resume.awards[0].date",
        "resume.hobbies",
    }


def test_limits_hold_for_what_the_profile_takes_and_not_for_the_document() -> None:
    document = {
        "basics": {
            "name": "Lena",
            "image": "data:image/png;base64," + "A" * 100_000,
            "summary": "y" * 30_000,
        },
        "publications": [{"name": f"Paper {number}"} for number in range(240)],
        "work": [{"name": "Inn", "highlights": [f"Won {number}" for number in range(250)]}],
        "x" * 300: [1] * 1000,
    }
    parsed = parse_resume(document)
    assert json.loads(parsed.text) == document
    assert len(parsed.fields["summary"]) == 5000
    assert len(parsed.fields["publications"]) == MAX_ITEMS
    assert len(parsed.fields["work"][0].highlights) == MAX_ITEMS
    notes = notes_of(parsed)
    assert "first 200 of these 240" in notes["resume.publications"]
    assert "first 200 of these 250" in notes["resume.work[0].highlights"]
    assert "first 5000 of these 30000" in notes["resume.basics.summary"]


def test_a_key_that_stands_twice_is_refused_with_its_place() -> None:
    text = '{"work": [{"name": "Mill", "name": "Inn"}], "skills": [], "work": [{"name": "A", "name": "B"}]}'
    with pytest.raises(InvalidInput) as caught:
        parse_resume_text(text)
    assert [problem.field for problem in caught.value.problems] == ["resume.work", "resume.work[0].name"]


@given(
    document=documents,
    unsound=st.sampled_from([float("nan"), float("-inf"), "\ud800", 2**1025]),
    data=st.data(),
)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_what_no_json_can_hold_hides_nothing_else_that_is_wrong(
    document: dict[str, Any], unsound: object, data: st.DataObject
) -> None:
    """Put a value, and a name, that cannot be kept somewhere into a document that has a wrong date as well."""
    place = data.draw(st.sampled_from(["x-tool", "name", "summary", "highlights"]))
    entries = [
        {"startDate": "soon"},
        {"name": "Mill", place: unsound, "\udfff": 1},
        *document.pop("work", []),
    ]
    told = refused({**document, "work": entries})
    assert {"resume.work[0].startDate", f"resume.work[1].{place}", "resume.work[1]"} <= told.keys()


def test_a_doubled_key_hides_nothing_else_that_is_wrong() -> None:
    text = '{"work": [{"name": "Mill", "name": "Inn", "startDate": "soon"}], "skills": {"hard": NaN}}'
    with pytest.raises(InvalidInput) as caught:
        parse_resume_text(text)
    fields = [problem.field for problem in caught.value.problems]
    assert fields == [
        "resume.work[0].name",
        "resume.skills.hard",
        "resume.skills",
        "resume.work[0].startDate",
    ]


def test_other_formats_are_named() -> None:
    reactive = {"basics": {"name": "L", "url": {"href": ""}}, "sections": {}, "metadata": {}}
    assert "Reactive Resume" in refused(reactive)["resume"]


def test_a_hostile_document_is_judged_in_bounded_time() -> None:
    told = refused({"skills": [1.5] * 10 + [[]] * 60_000, "work": [{"highlights": [{}] * 60_000}]})
    assert len(told) == 200


def profile(**fields: Any) -> ProfileRecord:
    return ProfileRecord(id="p", owner="o", version=1, created_at=now(), updated_at=now(), **fields)


def test_a_report_says_what_is_new_changed_and_removed_by_title() -> None:
    before = profile(
        name="Lena", skills=[SkillRecord(name=name, source=SkillSource.RESUME) for name in "ABC"]
    )
    parsed = parse_resume({"basics": {"label": "Baker"}, "skills": ["A", {"name": "B", "level": "Low"}, "D"]})
    after = before.model_copy(update=dict(parsed.fields))
    basics, skills = report(before, after, parsed).changes
    assert (basics.added, basics.changed, basics.removed) == (["headline"], [], ["name"])
    assert (skills.added, skills.changed, skills.removed) == (["D"], ["B"], ["C"])
