"""An edit of a profile writes only what it names: everything else in the document stays deep-equal and in its place."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.driver.records import Record
from db.profiles import ConstraintsRecord, ProfileRecord, SkillRecord
from services.kit.clock import now
from services.profiles.resumes import export_resume, parse_resume, with_resume
from services.profiles.sections import SECTIONS, SKILLS, Section
from tests.support.resumes import Json, documents

SHOWN_KEY = {section.name: section.key for section in SECTIONS}


def imported(document: Json) -> ProfileRecord:
    parsed = parse_resume(document)
    empty = ProfileRecord(id="p", owner="ada", version=0, created_at=now(), updated_at=now())
    taken = empty.model_copy(update={**parsed.fields, "resume": parsed.text, "version": 1})
    return with_resume(None, taken)


def edited(profile: ProfileRecord, **changes: Any) -> ProfileRecord:
    return with_resume(profile, profile.model_copy(update={**changes, "version": profile.version + 1}))


def exported(profile: ProfileRecord) -> str:
    return json.dumps(export_resume(profile))


KITCHEN = {"category": "Kitchen", "items": ["Knives", "Sauces"]}
BAKING = {"x-years": 4, "name": "Baking", "x-since": {"b": 1, "a": 2}}
BREAD = {"name": "Bread"}


def skills_after(raws: list[Any], change: Any) -> Any:
    profile = imported({"skills": raws})
    return export_resume(edited(profile, skills=change(profile.skills)))["skills"]


@pytest.mark.parametrize(
    ("raws", "change", "expected"),
    [
        (
            [KITCHEN, BAKING],
            lambda old: [*old, SkillRecord(name="Rust")],
            [KITCHEN, BAKING, {"name": "Rust"}],
        ),
        (
            [BAKING, KITCHEN],
            lambda old: [*old, SkillRecord(name="Rust")],
            [BAKING, KITCHEN, {"name": "Rust"}],
        ),
        (
            [KITCHEN, BAKING],
            lambda old: [SkillRecord(name="Rust"), *old],
            [KITCHEN, {"name": "Rust"}, BAKING],
        ),
        ([BREAD, KITCHEN, BAKING], lambda old: old[1:], [KITCHEN, BAKING]),
        ([BREAD, KITCHEN, BAKING], lambda old: old[:1], [BREAD, KITCHEN]),
        ([BREAD, KITCHEN, BAKING], lambda old: [], [KITCHEN]),
        ([BREAD, KITCHEN, BAKING], lambda old: old[::-1], [BAKING, KITCHEN, BREAD]),
        ([None, "Bread", BAKING], lambda old: old[::-1], [None, BAKING, "Bread"]),
        (
            ["Bread", BAKING],
            lambda old: [old[0].model_copy(update={"level": "Master"}), old[1]],
            [{"name": "Bread", "level": "Master"}, BAKING],
        ),
        (
            [KITCHEN, BAKING],
            lambda old: [old[0].model_copy(update={"name": "Patisserie"})],
            [KITCHEN, BAKING | {"name": "Patisserie"}],
        ),
        (
            [{"name": "Go", "x": 1}, BREAD, {"name": "go", "keywords": ["web"], "y": 2}],
            lambda old: [*old, SkillRecord(name="Rust")],
            [{"name": "Go", "x": 1}, BREAD, {"name": "go", "keywords": ["web"], "y": 2}, {"name": "Rust"}],
        ),
        (
            [{"name": "Go", "x": 1}, BREAD, {"name": "go", "level": "Low", "y": 2}],
            lambda old: [old[0].model_copy(update={"level": "High"}), old[1]],
            [{"name": "Go", "x": 1, "level": "High"}, BREAD, {"name": "go", "y": 2}],
        ),
        (
            [{"keywords": ["Weaving", "Spinning"], "x": 1}],
            lambda old: [old[0].model_copy(update={"keywords": ["Dyeing"]})],
            [{"keywords": ["Dyeing"], "x": 1, "name": "Weaving"}],
        ),
    ],
)
def test_entries_that_the_profile_does_not_show_stay(raws: list[Any], change: Any, expected: Any) -> None:
    assert skills_after(raws, change) == expected


def test_a_property_is_written_where_it_stood_and_under_the_format_s_name() -> None:
    work = [{"x": 1, "company": "Mill", "y": 2, "endDate": "Present", "startDate": "May 2014", "z": 3}]
    profile = imported({"work": work})
    changed = profile.work[0].model_copy(update={"name": "Old Mill"})
    after = export_resume(edited(profile, work=[changed]))["work"][0]
    expected = {"x": 1, "name": "Old Mill", "y": 2, "endDate": "Present", "startDate": "May 2014", "z": 3}
    assert json.dumps(after) == json.dumps(expected)


def test_items_of_a_list_that_the_profile_does_not_show_stay() -> None:
    highlights = [None, "y" * 3000, "\u200b", "Cut waste"]
    profile = imported({"work": [{"name": "Inn", "highlights": highlights}]})
    changed = profile.work[0].model_copy(update={"highlights": [*profile.work[0].highlights, "New menu"]})
    after = export_resume(edited(profile, work=[changed]))["work"][0]["highlights"]
    assert after == [*highlights, "New menu"]


def test_entries_past_those_that_the_profile_shows_survive_every_removal() -> None:
    profile = imported({"publications": [{"name": f"Paper {number}"} for number in range(240)]})
    for removed in range(1, 4):
        profile = edited(profile, publications=profile.publications[1:], headline=f"After {removed}")
        kept = export_resume(profile)["publications"]
        assert [paper["name"] for paper in kept] == [f"Paper {number}" for number in range(removed, 240)]


def test_a_learning_that_comes_and_goes_leaves_the_document_as_it_was() -> None:
    before = imported({"skills": [KITCHEN, BAKING], "x": [1]})
    after = edited(before, skills=[*before.skills, SkillRecord(name="Rust")])
    assert exported(edited(after, skills=before.skills)) == exported(before)


def test_a_profile_from_before_the_document_was_kept_in_step_exports_its_changes() -> None:
    profile = imported({"skills": [KITCHEN, BAKING]})
    older = profile.model_copy(
        update={"skills": [*profile.skills, SkillRecord(name="Rust")], "resume_version": None}
    )
    assert export_resume(older)["skills"] == [KITCHEN, BAKING, {"name": "Rust"}]
    assert export_resume(edited(older, headline="Cook"))["skills"] == [KITCHEN, BAKING, {"name": "Rust"}]


EDITS = ("add", "remove", "reverse", "change", "headline", "goals", "constraints")
edits = st.lists(
    st.tuples(st.sampled_from(EDITS), st.sampled_from(SECTIONS), st.integers(0, 5)), min_size=1, max_size=4
)


def named(section: Section[Any], number: int) -> Record:
    """An entry that no drawn document has."""
    record: Record = section.record.model_validate({section.titles[0]: f"Entirely new {number}"})
    return record


def after_edit(profile: ProfileRecord, edit: str, section: Section[Any], number: int) -> dict[str, Any]:
    records = list(getattr(profile, section.name))
    at = number % len(records) if records else 0
    match edit:
        case "add":
            records.insert(at, named(section, profile.version))
        case "remove":
            records = records[:at] + records[at + 1 :]
        case "reverse":
            records.reverse()
        case "change" if records:
            records[at] = records[at].model_copy(update={section.titles[0]: f"Changed {profile.version}"})
        case "headline":
            return {"headline": f"Headline {number}"}
        case "goals":
            return {"career_goals": [f"Goal {number}"]}
        case "constraints":
            return {"constraints": ConstraintsRecord(hours_per_week=number + 1)}
    return {section.name: records}


def without(document: Json, changes: dict[str, Any]) -> str:
    """The document without the parts that the edit names."""
    keys = {key for section in SECTIONS if section.name in changes for key in section.keys}
    kept = {key: value for key, value in document.items() if key not in keys}
    if "headline" in changes:
        kept["basics"] = {
            key: value for key, value in (document.get("basics") or {}).items() if key not in ("label",)
        }
    if {"career_goals", "constraints"} & changes.keys():
        kept["meta"] = {
            key: value for key, value in (document.get("meta") or {}).items() if key != "foothold"
        }
    return json.dumps({key: value for key, value in kept.items() if key not in ("basics", "meta") or value})


def unnamed_entries(document: Json, section: Section[Any], before: Sequence[Record]) -> list[str]:
    """The entries of a section as they are written, but those that an edit may have changed."""
    key = next((key for key in section.keys if key in document), section.key)
    return [json.dumps(raw) for raw in document.get(key) or []]


whole_documents = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@whole_documents
@given(documents, edits)
def test_everything_that_no_edit_names_stays(
    document: Json, drawn: list[tuple[str, Section[Any], int]]
) -> None:
    profile = imported(document)
    assert exported(profile) == json.dumps(document)
    for edit, section, number in drawn:
        changes = after_edit(profile, edit, section, number)
        before, was = profile, export_resume(profile)
        profile = edited(profile, **changes)
        now_is = export_resume(profile)
        assert without(now_is, changes) == without(was, changes)
        if section.name in changes and section is not SKILLS:
            _check_entries(section, edit, before, (was, now_is))
        read = parse_resume(json.loads(exported(profile))).fields
        for name, value in changes.items():
            assert read[name] == value or section is SKILLS


def _check_entries(section: Section[Any], edit: str, before: ProfileRecord, sides: tuple[Json, Json]) -> None:
    """Of the entries of a section all stay but the one that was added, removed or changed."""
    was, now_are = (unnamed_entries(side, section, getattr(before, section.name)) for side in sides)
    shown = bool(getattr(before, section.name))
    if edit == "reverse":
        assert sorted(now_are) == sorted(was)
    elif edit == "add":
        assert _is_part(was, now_are)
        assert len(now_are) == len(was) + 1
    elif edit == "remove" and shown:
        assert _is_part(now_are, was)
        assert len(now_are) == len(was) - 1
    elif edit == "change" and shown:
        assert sum(one != other for one, other in zip(was, now_are, strict=True)) <= 1


def _is_part(part: list[str], whole: list[str]) -> bool:
    """``part`` is ``whole`` in its order, with some left out."""
    rest = iter(whole)
    return all(item in rest for item in part)
