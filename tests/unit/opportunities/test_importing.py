"""Reading files of opportunities, without a database."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic.alias_generators import to_camel

from db.opportunities import OpportunityKind, OpportunityStatus, Remote
from services.kit.errors import InvalidInput
from services.opportunities.importing import ParsedPostings, Refusal, parse_postings
from services.opportunities.postings import Posting
from services.opportunities.salaries import read_salary


def ours(*items: Any, **top: Any) -> ParsedPostings:
    return parse_postings(json.dumps({"opportunities": list(items), **top}), default_source="file")


def an_item(**changes: Any) -> dict[str, Any]:
    return {"externalId": "1", "title": "Editor", "organization": "Quill", "kind": "JOB", **changes}


def the_posting(parsed: ParsedPostings) -> Posting:
    assert parsed.refused == []
    (posting,) = parsed.postings
    return posting


def the_refusal(parsed: ParsedPostings) -> Refusal:
    assert parsed.postings == []
    (refusal,) = parsed.refused
    return refusal


def a_job(**changes: Any) -> ParsedPostings:
    job = {"title": "Web Developer", "company": "Example", **changes}
    return parse_postings(json.dumps(job), default_source="board")


def test_every_field_of_our_own_shape_is_read() -> None:
    posting = the_posting(
        ours(
            an_item(
                description="Cut a third.\r\nKeep the friendship.",
                kind="fellowship",
                requiredSkills=["Editing", " Writing ", "editing", ""],
                desiredSkills=["C++"],
                location="Leeds",
                remote="hybrid",
                salary={"minimum": 30000, "maximum": 40000, "currency": "gbp"},
                url="https://example.org/1",
                postedAt="2026-11-02",
                deadlineAt="2026-12-15",
                status="CLOSED",
            )
        )
    )
    assert posting.kind is OpportunityKind.FELLOWSHIP
    assert posting.description == "Cut a third.\nKeep the friendship."
    assert posting.required_skills == ["Editing", "Writing"]
    assert posting.remote is Remote.HYBRID
    assert posting.posted_at == datetime(2026, 11, 2, tzinfo=UTC)
    assert posting.deadline_at == datetime(2026, 12, 15, 23, 59, 59, tzinfo=UTC)
    assert posting.status is OpportunityStatus.CLOSED
    assert posting.salary is not None
    assert posting.salary.to_record().model_dump() == {
        "text": "30,000–40,000 GBP",
        "minimum": 30000,
        "maximum": 40000,
        "currency": "GBP",
    }


def test_null_is_the_same_as_leaving_a_field_out() -> None:
    optional = (
        "description",
        "requiredSkills",
        "location",
        "remote",
        "salary",
        "url",
        "postedAt",
        "deadlineAt",
    )
    assert the_posting(ours(an_item(**dict.fromkeys(optional)))) == the_posting(ours(an_item()))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " \u202e "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "half \ud800"}, "title"),
        ({"title": None}, "title"),
        ({"externalId": True}, "externalId"),
        ({"kind": "hobby"}, "kind"),
        ({"remote": "sometimes"}, "remote"),
        ({"requiredSkills": ["a", 5]}, "requiredSkills[1]"),
        ({"requiredSkills": ["x" * 101]}, "requiredSkills[0]"),
        ({"requiredSkills": "Python"}, "requiredSkills"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "https://"}, "url"),
        ({"salary": {"minimum": 5, "maximum": 3}}, "salary"),
        ({"salary": {"minimum": -5}}, "salary.minimum"),
        ({"salary": {}}, "salary"),
        ({"postedAt": "yesterday"}, "postedAt"),
        ({"postedAt": "0001-01-01T00:00:00+14:00"}, "postedAt"),
        ({"deadlineAt": "2026-02-30"}, "deadlineAt"),
        ({"description": "x" * 20_001}, "description"),
        ({"requiredSkils": []}, "requiredSkils"),
    ],
)
def test_what_is_wrong_is_refused_by_its_field(changes: dict[str, Any], field: str) -> None:
    refusal = the_refusal(ours(an_item(**changes)))
    assert refusal.field == field
    assert refusal.reason


def test_a_refused_item_names_its_place_and_id_and_the_others_go_on() -> None:
    parsed = ours(an_item(externalId=1), "text", an_item(externalId="bad", kind="?"), an_item(externalId="3"))
    assert [posting.external_id for posting in parsed.postings] == ["1", "3"]
    assert [(refusal.index, refusal.external_id, refusal.field) for refusal in parsed.refused] == [
        (1, None, ""),
        (2, "bad", "kind"),
    ]


def test_an_id_that_comes_twice_is_refused_the_second_time() -> None:
    parsed = ours(an_item(externalId=7, title="First"), an_item(externalId="7", title="Second"))
    assert [posting.title for posting in parsed.postings] == ["First"]
    assert parsed.refused == [Refusal(1, "7", "externalId", "Item 0 of this file has this id already.")]


def test_controls_and_direction_overrides_are_removed() -> None:
    posting = the_posting(
        ours(an_item(title="Ed\u202eitor\x00\n now", description="ignore the above\x1b[2J"))
    )
    assert posting.title == "Editor now"
    assert posting.description == "ignore the above[2J"


@pytest.mark.parametrize(
    "text",
    ["", "nope", "1", "null", "{}", '"x"', "[1]", '{"basics": {}}', '{"jobs": 1}', "[" * 50_000, "9" * 5000],
)
def test_a_file_of_unknown_shape_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_postings(text, default_source="x")
    assert refused.value.field == "file"


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_OURS = [to_camel(name) for name in Posting.model_fields]
_JOBS = ["id", "title", "company", "type", "date", "posted_at", "description", "location", "remote", "salary"]
_JOBS += ["salary_usd", "experience", "responsibilities", "qualifications", "skills", "meta", "url"]


@given(
    st.fixed_dictionaries({"opportunities": st.lists(st.dictionaries(st.sampled_from(_OURS), _VALUES))})
    | st.fixed_dictionaries({"jobs": st.lists(st.dictionaries(st.sampled_from(_JOBS), _VALUES))})
)
def test_whatever_an_item_holds_it_is_taken_or_refused(document: dict[str, list[Any]]) -> None:
    parsed = parse_postings(json.dumps(document), default_source="x")
    assert len(parsed.postings) + len(parsed.refused) == sum(map(len, document.values()))
    for refusal in parsed.refused:
        f"{refusal.external_id}{refusal.field}{refusal.reason}".encode()
    for posting in parsed.postings:
        posting.model_dump_json().encode()


def test_an_empty_list_is_no_error() -> None:
    assert parse_postings("[]", default_source="x").postings == []


def test_the_source_is_the_option_else_the_files_own_else_the_files_name() -> None:
    text = json.dumps({"source": "Example Board", "opportunities": []})
    assert parse_postings(text, default_source="f", source="Mine").source == "mine"
    assert parse_postings(text, default_source="f").source == "example-board"
    assert parse_postings('{"opportunities": []}', default_source="F").source == "f"
    with pytest.raises(InvalidInput):
        parse_postings(text, default_source="f", source="//")


def test_a_job_of_json_resume_is_read_whole() -> None:
    posting = the_posting(
        a_job(
            type="Full-time",
            date="2026-07",
            description="Build pages.",
            experience="Senior",
            responsibilities=["Build", ""],
            qualifications=["Three years"],
            location={"city": "Berlin", "region": "Berlin", "countryCode": "DE"},
            remote="None",
            salary="€85k-€95k",
            skills=[
                {"name": "Web", "keywords": ["HTML", "CSS", "html"]},
                {"name": "C/C++"},
                "odd",
                {"level": "x"},
            ],
            meta={"canonical": "https://example.org/jobs/1"},
        )
    )
    assert posting.external_id == posting.url == "https://example.org/jobs/1"
    assert posting.kind is OpportunityKind.JOB
    assert posting.description == (
        "Build pages.\n\nExperience: Senior\n\nResponsibilities:\n- Build\n\nQualifications:\n- Three years"
    )
    assert posting.required_skills == ["Web", "C/C++", "odd"]
    assert posting.desired_skills == ["HTML", "CSS"]
    assert posting.location == "Berlin, DE"
    assert posting.remote is Remote.NONE
    assert posting.posted_at == datetime(2026, 7, 1, tzinfo=UTC)
    assert posting.salary is not None
    assert posting.salary.to_record().maximum == 95000


def test_a_job_without_an_id_has_the_same_one_each_time() -> None:
    first = the_posting(a_job())
    assert first.external_id == the_posting(a_job(description="changed")).external_id
    assert first.external_id != the_posting(a_job(company="Other")).external_id


def test_a_paragraph_for_a_company_becomes_a_name_and_stays_in_the_description() -> None:
    paragraph = (
        "Confidential technology company (recruited via agency.io). It grows rapidly and " + "so on " * 30
    )
    posting = the_posting(a_job(company=paragraph, description="Manage ten people."))
    assert posting.organization == "Confidential technology company (recruited via agency.io)"
    assert posting.description == f"{paragraph.strip()}\n\nManage ten people."


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("Volunteering", OpportunityKind.VOLUNTEER),
        ("Research Fellowship", OpportunityKind.FELLOWSHIP),
        ("Internship", OpportunityKind.TRAINING),
        ("Internal, full-time", OpportunityKind.JOB),
        ("Grant", OpportunityKind.GRANT),
        (None, OpportunityKind.JOB),
    ],
)
def test_the_kind_of_a_job_follows_from_its_type(type_: str | None, kind: OpportunityKind) -> None:
    assert the_posting(a_job(type=type_)).kind is kind


def test_a_bad_job_is_refused_under_the_names_of_its_own_schema() -> None:
    assert the_refusal(a_job(company=None)).field == "company"
    assert the_refusal(a_job(date="soon")).field == "date"
    assert the_refusal(a_job(id="\ud800")).field == "id"


def test_jobs_may_be_a_list_or_under_a_name() -> None:
    job = {"id": 1, "title": "T", "company": "C", "posted_at": "2026-07-14T22:08:42+02:00"}
    for document in ([job], {"jobs": [job], "_source": "x"}):
        posting = the_posting(parse_postings(json.dumps(document), default_source="x"))
        assert posting.posted_at == datetime(2026, 7, 14, 20, 8, 42, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "minimum", "maximum", "currency"),
    [
        ("175000-215000 USD", 175000, 215000, "USD"),
        ("180000-230000", 180000, 230000, None),
        ("Up to $185,500 + equity", None, 185500, "USD"),
        ("$80k-$110k+", 80000, 110000, "USD"),
        ("160k - 270k + equity", 160000, 270000, None),
        ("$120-150k", 120000, 150000, "USD"),
        ("€50,000–€80,000", 50000, 80000, "EUR"),
        ("50.000 € im Jahr", 50000, 50000, "EUR"),
        ("CA$90,000", 90000, 90000, None),
        ("from £42,000", 42000, None, "GBP"),
        ("100000", 100000, 100000, None),
        ("120-140/hr", None, None, None),
        ("3,600 GBP a month", None, None, None),
        ("Competitive", None, None, None),
        ("99999999999999", None, None, None),
    ],
)
def test_salaries_are_read_as_far_as_they_are_a_years(
    text: str, minimum: int | None, maximum: int | None, currency: str | None
) -> None:
    salary = read_salary(text)
    assert (salary.minimum, salary.maximum) == (minimum, maximum)
    assert salary.text == text
    if minimum or maximum:
        assert salary.currency == currency


@given(day=st.dates(date(2026, 1, 1), date(2060, 12, 31)))
def test_a_deadline_that_names_a_period_is_over_when_the_period_is(day: date) -> None:
    def deadline(text: str) -> datetime | None:
        return Posting.model_validate(
            {"externalId": "a", "title": "Cook", "organization": "Inn", "kind": "JOB", "deadlineAt": text}
        ).deadline_at

    of_month, of_year = deadline(f"{day:%Y-%m}"), deadline(f"{day:%Y}")
    assert of_month is not None
    assert of_year is not None
    assert (of_month + timedelta(seconds=1)).day == 1
    assert (of_month.year, of_month.month) == (day.year, day.month)
    assert of_year == datetime(day.year, 12, 31, 23, 59, 59, tzinfo=UTC)


def posted(**fields: object) -> Posting:
    return Posting.model_validate(
        {"externalId": "a", "title": "Cook", "organization": "Inn", "kind": "JOB"} | fields
    )


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("31. Dezember 2026", date(2026, 12, 31)),
        ("31 décembre 2026", date(2026, 12, 31)),
        ("31 de diciembre de 2026", date(2026, 12, 31)),
        ("31 grudnia 2026", date(2026, 12, 31)),
        ("31/12/2026", date(2026, 12, 31)),
        ("dicembre 2026", date(2026, 12, 31)),
        ("20261231", date(2026, 12, 31)),
        ("2026-W05", date(2026, 2, 1)),
        ("2026W05", date(2026, 2, 1)),
        ("2026-W05-1", date(2026, 1, 26)),
    ],
)
def test_a_deadline_lasts_to_the_end_of_its_day_in_whatever_spelling(written: str, day: date) -> None:
    assert posted(deadlineAt=written).deadline_at == datetime(
        day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC
    )


@pytest.mark.parametrize("nothing", [None, "", " "])
@pytest.mark.parametrize(
    "field", sorted({*Posting.model_fields} - {"external_id", "title", "organization", "kind"})
)
def test_what_says_nothing_is_as_if_it_was_left_out(field: str, nothing: str | None) -> None:
    assert posted(**{Posting.model_fields[field].alias or field: nothing}) == posted()
