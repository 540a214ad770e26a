"""The table of sections and everything that holds a profile's fields: neither has a field the other lacks."""

import json
from typing import Any, get_args, get_origin

import pytest
from strawberry import Schema

from db.driver.records import Record
from db.profiles import ConstraintsPartRecord, LearningKind, ProfilePartRecord, ProfileRecord
from db.sync.outbox import OutboxRecord
from resolvers.wiring.schema import schema
from services.career_actions.grounding import Grounds
from services.kit.clock import now
from services.learnings.extraction import EXTRACTION_TOOL_SPEC
from services.learnings.proposals import SHAPES, field_of
from services.matching.seeking import seeking
from services.profiles.fields import NumberRule, camel
from services.profiles.prompt_text import profile_text
from services.profiles.resumes import export_resume, parse_resume
from services.profiles.sections import (
    CONSTRAINTS,
    GOALS,
    LOCATION,
    PARTS,
    SECTIONS,
    TEXTS,
    Field,
    Part,
    Section,
)

TYPES = {
    "skills": "Skill",
    "work": "Work",
    "projects": "Project",
    "education": "Education",
    "publications": "Publication",
    "certificates": "Certificate",
    "volunteer": "Volunteering",
    "languages": "Language",
    "research_interests": "ResearchInterest",
    "location": "Location",
    "constraints": "Constraints",
}
EVERY: list[Part[Any]] = [*SECTIONS, *PARTS]
EACH: list[tuple[Section[Any], Field]] = [
    (section, field) for section in SECTIONS for field in section.fields
]


def names(part: Part[Any]) -> list[str]:
    return [field.name for field in part.fields]


def own_fields(record: type[Record]) -> list[str]:
    """The record's fields but a skill's source, which nobody gives."""
    return [name for name in record.model_fields if name != "source"]


def value_of(field: Field, word: str) -> Any:
    text = {"url": f"https://{word}.example.org", "remote": "ANY"}.get(field.name, word)
    if "date" in field.name:
        text = "2021-03"
    return [text] if field.many else text


def profile_with(section: Section[Any], field: Field, word: str) -> ProfileRecord:
    """A profile whose only text is ``word``, in that field."""
    filled = dict.fromkeys((other.name for other in section.fields if section.required(other)), "–")
    entry = section.record.model_validate(filled | {field.name: value_of(field, word)})
    return ProfileRecord.model_validate(
        {"id": "p", "owner": "o", "version": 1, "created_at": now(), "updated_at": now()}
        | {section.name: [entry]}
    )


@pytest.mark.parametrize("part", EVERY, ids=lambda part: part.name)
def test_the_record_has_exactly_the_fields_of_the_table(part: Part[Any]) -> None:
    assert own_fields(part.record) == names(part)
    for field in part.fields:
        annotation = part.record.model_fields[field.name].annotation
        assert (get_origin(annotation) is list) is field.many
        assert (int in get_args(annotation)) is isinstance(field.rule, NumberRule)


def test_the_profile_has_exactly_the_sections_of_the_table() -> None:
    lists = {
        name: get_args(field.annotation)[0]
        for name, field in ProfileRecord.model_fields.items()
        if get_origin(field.annotation) is list and name not in {"learned", *OutboxRecord.model_fields}
    }
    assert lists == {section.name: section.record for section in SECTIONS} | {GOALS.name: str}
    assert {*TEXTS, LOCATION.name, CONSTRAINTS.name, *lists} <= ProfileRecord.model_fields.keys()


@pytest.mark.parametrize("part", EVERY, ids=lambda part: part.name)
def test_types_and_inputs_of_the_api_have_exactly_the_fields_of_the_table(part: Part[Any]) -> None:
    name = TYPES[part.name]
    wanted = [camel(field) for field in names(part)]
    shown = [field for field in fields_in(schema, name) if field != "source"]
    assert shown == wanted
    assert fields_in(schema, f"{name}Input") == wanted


def fields_in(schema: Schema, name: str) -> list[str]:
    definition: Any = schema.get_type_by_name(name)
    return [camel(field.name) for field in definition.fields]


def test_learnings_have_a_place_for_each_kind_and_constraints_the_same_fields() -> None:
    assert list(ProfilePartRecord.model_fields) == [field_of(kind) for kind in LearningKind]
    assert own_fields(ConstraintsPartRecord) == names(CONSTRAINTS)
    assert SHAPES.keys() == set(LearningKind)


def test_the_extraction_tool_offers_exactly_what_may_be_learned() -> None:
    offered = EXTRACTION_TOOL_SPEC.input_schema["properties"]["learnings"]["items"]["properties"]
    assert offered.keys() == {"kind", "quotation", *map(field_of, LearningKind)}
    for kind, shape in SHAPES.items():
        if shape.part is not None:
            wanted = [field.name for field in shape.part.fields if field.learned]
            assert list(offered[field_of(kind)]["properties"]) == wanted


@pytest.mark.parametrize(("section", "field"), EACH, ids=lambda each: each.name)
def test_a_field_reaches_every_place_that_the_table_names(section: Section[Any], field: Field) -> None:
    word = "nurse"
    profile = profile_with(section, field, word)
    shown = value_of(field, word)[0] if field.many else value_of(field, word)

    in_prompt = field.prompted or field.name in (*section.titles, *section.beside, section.aside)
    dated = section.dated and field.name in ("start_date", "end_date")
    assert (shown in profile_text(profile)) is (in_prompt or dated)
    assert Grounds(profile).mentions(shown) is field.grounds
    assert (word in seeking(profile).weights) is bool(field.weight)


@pytest.mark.parametrize(("section", "field"), EACH, ids=lambda each: each.name)
def test_a_field_is_read_from_a_document_and_written_to_one(section: Section[Any], field: Field) -> None:
    profile = profile_with(section, field, "nurse")
    exported = export_resume(profile)
    assert field.keys[0] in exported[section.key][0]
    again = parse_resume(json.loads(json.dumps(exported))).fields[section.name][0]
    assert getattr(again, field.name) == value_of(field, "nurse")
