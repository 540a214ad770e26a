"""JSON Resume v1 in and out.

The imported document is kept whole, as text. Export derives the profile's fields from it once more and writes
only what differs from the profile: what nobody edited leaves as it came, other tools' properties included.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.profiles import ConstraintsRecord, LocationRecord, ProfileRecord, SkillRecord, SkillSource
from services.kit.errors import InvalidInput
from services.profiles.checking import read_fields, read_value
from services.profiles.resume_bounds import check_json, read_json
from services.profiles.resume_schema import check_schema
from services.profiles.resume_sections import (
    Entry,
    Json,
    entries_of,
    keys_of,
    read_values,
    title_of,
    write_values,
)
from services.profiles.sections import CONSTRAINTS, GOALS, LOCATION, SECTIONS, TEXTS, RecordT, Section

_LOCATION = keys_of(LOCATION)
_CONSTRAINTS = keys_of(CONSTRAINTS)


@dataclass(frozen=True, slots=True)
class ParsedResume:
    """A valid document: compact JSON text, and what a profile takes from it, under ``ProfileRecord``'s names.

    ``fields`` lacks ``career_goals`` and ``constraints`` when the document does not speak of them.
    """

    text: str
    fields: Mapping[str, Any]


def parse_resume(value: object) -> ParsedResume:
    """Check and read parsed JSON. Raises ``InvalidInput`` naming the field: ``resume.work[0].startDate``."""
    if not isinstance(value, dict):
        raise InvalidInput("resume", "Must be a JSON Resume document: a JSON object, not text or a list.")
    text = check_json(value, "resume")
    check_schema(value)
    fields = _basics_of(value) | {section.name: _records(entries_of(section, value)) for section in SECTIONS}
    return ParsedResume(text=text, fields=fields | _wishes_of(value))


def parse_resume_text(text: str) -> ParsedResume:
    """``parse_resume`` for JSON text, such as a file's."""
    return parse_resume(read_json(text, "resume"))


def export_resume(profile: ProfileRecord) -> Json:
    """The profile as JSON Resume: the imported document in which exactly the edited parts are written anew.

    Career goals and constraints have no place in the format and go to ``meta.foothold``.
    """
    document: Json = json.loads(profile.resume) if profile.resume else {}
    _put(document, "basics", _written_basics(document, profile))
    for section in SECTIONS:
        records = [_as_in_resume(record) for record in getattr(profile, section.name)]
        entries = entries_of(section, document)
        if records != _records(entries):
            document[section.key] = _written_entries(section, entries, records)
    _put(document, "meta", _written_meta(document, profile))
    return document


def _records(entries: Sequence[Entry[RecordT]]) -> list[RecordT]:
    return [entry.record for entry in entries]


def _as_in_resume(record: RecordT) -> RecordT:
    """Return the record as a résumé gives it: the format has no source of skills."""
    return (
        record.model_copy(update={"source": SkillSource.RESUME})
        if isinstance(record, SkillRecord)
        else record
    )


def _basics_of(document: Json) -> Json:
    basics = document.get("basics", {})
    location = read_fields(LOCATION, read_values(basics.get("location", {}), _LOCATION))
    texts = {name: read_value(field, basics.get(field.keys[0])) for name, field in TEXTS.items()}
    return {**texts, "location": LocationRecord.model_validate(location)}


def _written_basics(document: Json, profile: ProfileRecord) -> Json:
    basics: Json = dict(document.get("basics", {}))
    before = _basics_of(document)
    for name, field in TEXTS.items():
        value = getattr(profile, name)
        if value != before[name]:
            _put(basics, field.keys[0], value)
    location = write_values(basics.get("location", {}), _LOCATION, before["location"], profile.location)
    _put(basics, "location", location)
    return basics


def _written_entries(
    section: Section[RecordT], entries: Sequence[Entry[RecordT]], records: Sequence[RecordT]
) -> list[Json]:
    """Each record on top of the entry it came from: one that says the same, else one of the same title."""
    left = list(entries)
    origins: dict[int, Entry[RecordT]] = {}

    def claim(position: int, found: Entry[RecordT] | None) -> None:
        if found is not None:
            origins[position] = found
            left[:] = [entry for entry in left if entry is not found]

    for position, record in enumerate(records):
        claim(position, next((entry for entry in left if entry.record == record), None))
    for position, record in enumerate(records):
        title = title_of(section, record)
        if position not in origins and title is not None:
            claim(position, next((entry for entry in left if title_of(section, entry.record) == title), None))
    return [
        write_values(origin.raw, keys_of(section), origin.own, record)
        if (origin := origins.get(position))
        else write_values({}, keys_of(section), None, record)
        for position, record in enumerate(records)
    ]


def _foothold_of(document: Json) -> Json:
    found = document.get("meta", {}).get("foothold")
    return found if isinstance(found, dict) else {}


def _wishes_of(document: Json) -> Json:
    """Career goals and constraints, as far as the document speaks of them."""
    foothold, wishes = _foothold_of(document), Json()
    if isinstance(foothold.get("careerGoals"), list):
        wishes["career_goals"] = read_value(GOALS, foothold["careerGoals"])
    if isinstance(foothold.get("constraints"), dict):
        found = read_fields(CONSTRAINTS, read_values(foothold["constraints"], _CONSTRAINTS))
        wishes["constraints"] = ConstraintsRecord.model_validate(found)
    return wishes


def _written_meta(document: Json, profile: ProfileRecord) -> Json:
    before = _wishes_of(document)
    foothold = dict(_foothold_of(document))
    if profile.career_goals != before.get("career_goals", []):
        _put(foothold, "careerGoals", profile.career_goals)
    constraints = before.get("constraints", ConstraintsRecord())
    if profile.constraints != constraints:
        raw = foothold.get("constraints") if "constraints" in before else {}
        foothold["constraints"] = write_values(raw or {}, _CONSTRAINTS, constraints, profile.constraints)
    meta: Json = document.get("meta", {})
    return meta if foothold == _foothold_of(document) else {**meta, "foothold": foothold}


def _put(target: Json, key: str, value: object) -> None:
    """Set the property; what is empty is written only over what is there."""
    if value:
        target[key] = value
    elif key in target:
        target[key] = "" if value is None else value
