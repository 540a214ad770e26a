"""Postings in the shapes of other tools: read, or reported, and never dropped."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.opportunities import OpportunityKind, Remote
from services.opportunities.importing import ParsedPostings, parse_postings
from services.opportunities.markup import as_text
from services.opportunities.postings import Posting

WORDS = st.text("abcdefghij ", min_size=1, max_size=12).map(str.strip).filter(bool)


def parsed(*items: Any) -> ParsedPostings:
    return parse_postings(json.dumps(list(items)), default_source="board")


def a_job(**changes: Any) -> dict[str, Any]:
    return {"id": "1", "title": "Cook", "company": "Inn", **changes}


def read(**changes: Any) -> Posting:
    found = parsed(a_job(**changes))
    assert (found.refused, found.unread) == ([], [])
    return found.postings[0]


@pytest.mark.parametrize(
    ("skills", "required", "desired"),
    [
        (["Knives", "Sauces"], ["Knives", "Sauces"], []),
        ("Knives, Sauces; Bread", ["Knives", "Sauces", "Bread"], []),
        ([{"name": "Kitchen", "keywords": ["Knives"]}, "Bread"], ["Kitchen", "Bread"], ["Knives"]),
        ([{"name": "Kitchen", "keywords": "Knives, Sauces"}], ["Kitchen"], ["Knives", "Sauces"]),
        ([{"title": "Knives"}, {"skill": "Bread"}, {"label": "Tea"}], ["Knives", "Bread", "Tea"], []),
        ({"required": ["Knives"], "preferred": ["Sauces"]}, ["Knives"], ["Sauces"]),
        ({"Kitchen": "Knives, Sauces", "niceToHave": ["Tea"]}, ["Knives", "Sauces"], ["Tea"]),
        ({"name": "Knives"}, ["Knives"], []),
        ([365, "Knives"], ["365", "Knives"], []),
    ],
)
def test_skills_are_read_in_every_shape(skills: Any, required: list[str], desired: list[str]) -> None:
    posting = read(skills=skills)
    assert (posting.required_skills, posting.desired_skills) == (required, desired)


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("Bern", "Bern"),
        ({"city": "Bern"}, "Bern"),
        ({"city": "Bern", "country": "Switzerland"}, "Bern, Switzerland"),
        ({"addressLocality": "Bern", "addressCountry": {"name": "CH"}}, "Bern, CH"),
        ({"@type": "Place", "address": {"addressLocality": "Bern"}}, "Bern"),
        ({"name": "Bern office"}, "Bern office"),
        ({"address": "1 High Street"}, "1 High Street"),
        ({"postalCode": 3000}, "3000"),
        (["Bern", {"city": "Basel"}, "Bern"], "Bern; Basel"),
    ],
)
def test_places_are_read_in_every_shape(location: Any, shown: str) -> None:
    assert read(location=location).location == shown


@pytest.mark.parametrize(
    ("salary", "minimum", "maximum", "currency"),
    [
        ({"min": 60000, "max": 80000, "currency": "EUR"}, 60000, 80000, "EUR"),
        ({"minimum": "60000", "currency": "CHF"}, 60000, None, "CHF"),
        ({"maxValue": 80000.0, "currency": "USD"}, None, 80000, "USD"),
        ({"amount": 70000, "currencyCode": "GBP", "period": "year"}, 70000, 70000, "GBP"),
        ({"min": 5000, "max": 6000, "currency": "EUR", "interval": "month"}, None, None, None),
        (
            {"currency": "EUR", "value": {"minValue": 20, "maxValue": 30, "unitText": "HOUR"}},
            None,
            None,
            None,
        ),
        ({"currency": "EUR", "value": {"value": 50000, "unitText": "YEAR"}}, 50000, 50000, "EUR"),
        ([60000, 80000], 60000, 80000, None),
        (60000, 60000, 60000, None),
        ({"text": "from £42,000"}, 42000, None, "GBP"),
    ],
)
def test_pay_is_read_in_every_shape(
    salary: Any, minimum: int | None, maximum: int | None, currency: str | None
) -> None:
    found = read(salary=salary).salary
    assert found is not None
    assert (found.minimum, found.maximum) == (minimum, maximum)
    assert found.currency == currency or minimum is maximum is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"skills": [["nested"]]}, "skills[0]"),
        ({"skills": [{"level": "x"}]}, "skills[0]"),
        ({"skills": [{"name": "Bread", "keywords": {"a": 1}}]}, "skills[0].keywords"),
        ({"skills": ["x" * 101]}, "skills"),
        ({"skills": [f"skill {number}" for number in range(61)]}, "skills"),
        ({"skills": True}, "skills"),
        ({"location": {"latitude": {"a": 1}}}, "location"),
        ({"location": True}, "location"),
        ({"salary": {"negotiable": True}}, "salary"),
        ({"salary_usd": [1, 2, 3]}, "salary_usd"),
        ({"remote": "Mars"}, "remote"),
        ({"url": "example.org/1"}, "url"),
        ({"description": {"a": 1}}, "description"),
        ({"qualifications": [{"a": 1}]}, "qualifications"),
    ],
)
def test_what_is_not_understood_is_reported_and_the_rest_loaded(changes: dict[str, Any], field: str) -> None:
    found = parsed(a_job(**changes))
    assert len(found.postings) == 1
    assert [(each.index, each.external_id, each.field) for each in found.unread] == [(0, "1", field)]


@given(WORDS, st.sampled_from(["p", "div", "strong", "ul", "h2", "span"]), st.booleans(), st.booleans())
def test_markup_becomes_text_in_every_field(text: str, tag: str, escaped: bool, own: bool) -> None:
    html = f'<{tag} class="a > b">{text} &amp; more</{tag}>'.replace('"a > b"', '"a"')
    html = html.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") if escaped else html
    shown = f"{' '.join(text.split())} & more"
    if own:
        item = {"externalId": 1, "title": html, "organization": html, "kind": "JOB", "description": html}
        (posting,) = parse_postings(json.dumps({"opportunities": [item]}), default_source="x").postings
    else:
        posting = read(title=html, company=html, description=html, skills=[html], location=html)
        assert (posting.required_skills, posting.location) == ([shown], shown)
    assert (posting.title, posting.organization, posting.description) == (shown, shown, shown)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            '<div class="intro"><p>We bake &amp; sell <strong>bread</strong>.</p><ul><li>Knead&nbsp;dough</li>'
            "<li>Sell</li></ul></div>",
            "We bake & sell bread.\n\n- Knead dough\n- Sell",
        ),
        ("One<br>two<BR/>three", "One\ntwo\nthree"),
        ("<p>Write &lt;b&gt; tags</p>", "Write <b> tags"),
        ("<script>alert(1)</script><p>Hello</p><style>p {}</style>", "Hello"),
        ("A <b>bold</b> word\n\nand a paragraph", "A bold word\n\nand a paragraph"),
        ("<!-- note --><p>Hello</p>", "Hello"),
        ("a < b and c > d", "a < b and c > d"),
        ("List<String> and vector<int>", "List<String> and vector<int>"),
        ("R&D, AT&T; Q&A &c.", "R&D, AT&T; Q&A &c."),
        ("R&amp;D &#38; more", "R&D & more"),
        ("mail <me@example.org>", "mail <me@example.org>"),
    ],
)
def test_html_becomes_the_text_that_a_browser_shows(html: str, text: str) -> None:
    assert as_text(html) == text


@given(st.text(st.sampled_from("<>/&;ab pli=\"'!-#3"), max_size=60))
def test_any_text_is_turned_into_text(text: str) -> None:
    assert not as_text(f"<p>{text}</p>").startswith("<p>")


JSON_LD = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "Baker",
    "hiringOrganization": {"@type": "Organization", "name": "Mill"},
    "identifier": {"@type": "PropertyValue", "value": 17},
    "jobLocation": {"@type": "Place", "address": {"addressLocality": "Bern", "addressCountry": "CH"}},
    "employmentType": ["FULL_TIME", "INTERN"],
    "baseSalary": {"currency": "EUR", "value": {"minValue": 40000, "maxValue": 50000, "unitText": "YEAR"}},
    "datePosted": "2026-10-01",
    "validThrough": "2026-12-01",
    "description": "<p>We bake.</p>",
    "url": "https://example.org/17",
}
GREENHOUSE = {
    "id": 17,
    "title": "Baker",
    "absolute_url": "https://boards.greenhouse.io/mill/jobs/17",
    "location": {"name": "Bern, CH"},
    "content": "&lt;p&gt;We bake.&lt;/p&gt;",
    "updated_at": "2026-10-01T10:00:00-04:00",
}
LEVER = {
    "id": "17",
    "text": "Baker",
    "hostedUrl": "https://jobs.lever.co/mill/17",
    "categories": {"location": "Bern, CH", "commitment": "Internship", "team": "Oven"},
    "descriptionPlain": "We bake.",
    "lists": [{"text": "You will", "content": "<li>Knead</li><li>Sell</li>"}],
    "createdAt": 1790000000000,
    "workplaceType": "hybrid",
    "salaryRange": {"min": 40000, "max": 50000, "currency": "EUR", "interval": "per-year-salary"},
}


@pytest.mark.parametrize(
    "document",
    [
        JSON_LD,
        [JSON_LD],
        {"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, JSON_LD]},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": JSON_LD}]},
        {"jobs": [GREENHOUSE], "meta": {"total": 1}},
        [GREENHOUSE],
        [LEVER],
    ],
)
def test_lists_of_boards_are_read(document: Any) -> None:
    found = parse_postings(json.dumps(document), default_source="board")
    assert (found.refused, found.unread) == ([], [])
    (posting,) = found.postings
    assert (posting.external_id, posting.title, posting.organization.casefold()) == ("17", "Baker", "mill")
    assert posting.location == "Bern, CH"
    assert posting.description.startswith("We bake.")
    assert posting.url is not None
    assert posting.posted_at is not None
    if document == [LEVER]:
        assert posting.description == "We bake.\n\nYou will\n\n- Knead\n- Sell"
        assert posting.remote is Remote.HYBRID
    if document != [GREENHOUSE] and not (isinstance(document, dict) and "jobs" in document):
        assert posting.kind is OpportunityKind.TRAINING
        assert posting.salary is not None
        assert (posting.salary.minimum, posting.salary.maximum) == (40000, 50000)


@pytest.mark.parametrize(
    ("item", "field", "name"),
    [
        ({**JSON_LD, "hiringOrganization": None}, "hiringOrganization", "JobPosting"),
        ({**GREENHOUSE, "absolute_url": "https://example.org/1"}, "company_name", "Greenhouse"),
        ({**LEVER, "hostedUrl": None}, "hostedUrl", "Lever"),
        ({**LEVER, "text": ""}, "text", "Lever"),
    ],
)
def test_a_refusal_names_the_format_and_its_field(item: dict[str, Any], field: str, name: str) -> None:
    (refusal,) = parsed(item).refused
    assert refusal.field == field
    assert name in refusal.reason


PLACES = st.sampled_from(["Bern", "Basel", {"city": "Bern"}, {"city": "Bern", "address": "1 A St"}, None, ""])
URLS = st.sampled_from(
    ["https://example.org/0", "https://example.org/1", "example.org/a", "example.org/A", None]
)


@given(st.lists(st.tuples(PLACES, URLS), min_size=2, max_size=6))
def test_without_an_id_two_that_differ_in_place_or_url_are_never_one(openings: list[tuple[Any, Any]]) -> None:
    items = [{"title": "Nurse", "company": "Inn", "location": place, "url": url} for place, url in openings]
    found = parsed(*items)
    different = {json.dumps([place or "", url or ""]) for place, url in openings}
    assert len(found.postings) == len({each.external_id for each in found.postings}) == len(different)
    assert len(found.refused) == len(openings) - len(different)
    for refusal in found.refused:
        assert "same title, company, place and url" in refusal.reason
