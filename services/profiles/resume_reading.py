"""Reads a JSON Resume document into a profile, and tells what is left out and why.

Reading is wider than the format: names that other tools use, numbers for text, a text where a list or an entry is
expected, dates as people write them. What is read differently, and what is not, is *remarked* by its path.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias

from db.profiles import ConstraintsRecord, InterestRecord, LocationRecord, SkillRecord, SkillSource
from services.profiles.checking import read_fields
from services.profiles.fields import MAX_ITEMS, TextRule
from services.profiles.resume_bounds import Path
from services.profiles.sections import (
    CONSTRAINTS,
    GOALS,
    LOCATION,
    SECTIONS,
    TEXTS,
    Field,
    Part,
    RecordT,
    Section,
)

Json: TypeAlias = dict[str, Any]
Contents: TypeAlias = Mapping[str, Any]
"""The values read from a document, under the names of ``ProfileRecord``."""

_MOST_READ = 1000  # entries of a list, of which skills of one name are merged
_MOST_UNREAD = 1000
_ELSEWHERE = ("$schema", "meta", "basics")


@dataclass(slots=True)
class Remarks:
    """By path: values that a field cannot take, and values that are read differently or not at all."""

    unread: dict[Path, str] = field(default_factory=dict)
    notes: dict[Path, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry(Generic[RecordT]):
    """A record, and where its entries are in the list: several for a skill that is named more than once."""

    record: RecordT
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Listing(Generic[RecordT]):
    """A section in a document: the key it is under, the list as it is, and the entries that the profile shows."""

    key: str
    raws: Sequence[Any]
    entries: Sequence[Entry[RecordT]]


def read_document(document: Json, remarks: Remarks) -> dict[str, Any]:
    """Return what the profile takes; career goals and constraints only when the document speaks of them."""
    basics = container(document.get("basics"), ("basics",), remarks)
    read: dict[str, Any] = {
        name: read_field(text, basics, ("basics",), remarks)[0] for name, text in TEXTS.items()
    }
    read[LOCATION.name] = _location(basics.get("location"), remarks)
    for section in SECTIONS:
        read[section.name] = [entry.record for entry in listing(section, document, remarks).entries]
    container(document.get("meta"), ("meta",), remarks)
    _remark_rest(document, remarks)
    return read | _wishes(document)


def container(value: object, path: Path, remarks: Remarks) -> Json:
    """Return the object, an empty one for nothing or for something else."""
    if isinstance(value, dict):
        return value
    if value is not None:
        remarks.unread[path] = "Must be an object."
    return {}


def read_field(field: Field, raw: Json, path: Path, remarks: Remarks) -> tuple[Any, str | None]:
    """Return the field's value and the key it is under: of its names the first with something to read."""
    for key in field.keys:
        if key in raw and (value := look(field, raw[key], (*path, key), remarks)) not in (None, []):
            return value, key
    return ([] if field.many else None), None


def look(field: Field, value: object, path: Path, remarks: Remarks) -> Any:
    """Return what a field reads of a value; None or an empty list for nothing."""
    if field.many:
        return [text for _, text in texts_in(field, value, path, remarks)]
    found, reason = field.rule.look(value) if isinstance(field.rule, TextRule) else (None, None)
    _remark(remarks, path, found, reason)
    return found


def texts_in(field: Field, value: object, path: Path, remarks: Remarks) -> list[tuple[int, str]]:
    """Return the texts that a list field shows, each with its place; a bare text is a list of one."""
    if not isinstance(field.rule, TextRule) or value is None:
        return []
    if not isinstance(value, list):
        found, reason = field.rule.look(value)
        _remark(remarks, path, found, reason and "Must be a list of texts.")
        return [] if found is None else [(0, found)]
    shown: list[tuple[int, str]] = []
    for index, item in enumerate(value):
        if len(shown) == MAX_ITEMS or len(remarks.unread) > _MOST_UNREAD:
            remarks.notes[path] = f"The profile shows the first {len(shown)} of these {len(value)} entries."
            break
        found, reason = field.rule.look(item)
        _remark(remarks, (*path, index), found, reason)
        if found is not None:
            shown.append((index, found))
    return shown


def _remark(remarks: Remarks, path: Path, found: object, reason: str | None) -> None:
    if reason is not None:
        (remarks.unread if found is None else remarks.notes)[path] = reason


def listing(section: Section[RecordT], document: Json, remarks: Remarks) -> Listing[RecordT]:
    """Return the section as it is in the document: under the first of its names that has entries to show."""
    found = [
        Listing(key, document[key] if isinstance(document[key], list) else [], entries)
        for key in section.keys
        if key in document
        for entries in [_entries(section, document[key], (key,), remarks)]
    ]
    used = next((one for one in found if one.entries), found[0] if found else Listing(section.key, [], []))
    if used.entries and used.key != section.key:
        remarks.notes[(used.key,)] = f"Read as {section.key}."
    for other in found:
        if other is not used and other.entries:
            remarks.notes[(other.key,)] = f"The profile shows {used.key} instead; this is kept as it is."
    return used


def _entries(
    section: Section[RecordT], value: object, path: Path, remarks: Remarks
) -> Sequence[Entry[RecordT]]:
    if value is None:
        return []
    if not isinstance(value, list):
        remarks.unread[path] = "Must be a list."
        return []
    entries: list[Entry[RecordT]] = []
    names: set[object] = set()
    for at, raw in enumerate(value):
        if len(names) == MAX_ITEMS or len(entries) == _MOST_READ or len(remarks.unread) > _MOST_UNREAD:
            remarks.notes[path] = f"The profile shows the first {len(names)} of these {len(value)} entries."
            break
        record = read_entry(section, raw, (*path, at), remarks)
        if record is not None:
            entries.append(Entry(record, (at,)))
            names.add(record.name.casefold() if isinstance(record, SkillRecord) else at)
    return list(_merged(entries)) if section.record is SkillRecord else entries


def read_entry(section: Section[RecordT], raw: object, path: Path, remarks: Remarks) -> RecordT | None:
    """Return the entry as a record, None when it says nothing that the profile shows."""
    if isinstance(raw, str) and section.plain:
        raw = {section.plain: raw}
    taken = len(remarks.unread)
    entry = container(raw, path, remarks)
    found = {one.name: read_field(one, entry, path, remarks)[0] for one in section.fields}
    found = {name: value for name, value in found.items() if value not in (None, [])}
    if section.record in (SkillRecord, InterestRecord) and "name" not in found:
        found = _named_by_keywords(found.get("keywords", []))
    if not found:
        if entry and taken == len(remarks.unread):
            remarks.notes[path] = "The profile shows nothing of this entry; it is kept as it is."
        return None
    if section.record is SkillRecord:
        found["source"] = SkillSource.RESUME
    return section.record.model_validate(found)


def _named_by_keywords(keywords: list[str]) -> dict[str, Any]:
    """Keywords alone still say what the person can do or cares for."""
    return {"name": keywords[0], "keywords": keywords[1:]} if keywords else {}


def _merged(entries: Sequence[Entry[Any]]) -> Iterator[Entry[Any]]:
    """Merge skills of one name: a profile holds each once, with the keywords of all entries that name it."""
    groups: dict[str, list[Entry[Any]]] = {}
    for entry in entries:
        groups.setdefault(entry.record.name.casefold(), []).append(entry)
    for first, *others in groups.values():
        if not others:
            yield first
            continue
        records = [first.record, *(other.record for other in others)]
        keywords = list(dict.fromkeys(keyword for record in records for keyword in record.keywords))
        level = next((record.level for record in records if record.level), None)
        record = first.record.model_copy(update={"keywords": keywords[:MAX_ITEMS], "level": level})
        yield Entry(record, (*first.places, *(other.places[0] for other in others)))


def _location(value: object, remarks: Remarks) -> LocationRecord:
    path: Path = ("basics", "location")
    if isinstance(value, str):
        value = {LOCATION.plain: value}
    raw = container(value, path, remarks)
    read = {one.name: read_field(one, raw, path, remarks)[0] for one in LOCATION.fields}
    return LocationRecord.model_validate(read)


def foothold_of(document: Json) -> Json:
    """Return our own part of the document's ``meta``."""
    meta = document.get("meta")
    found = meta.get("foothold") if isinstance(meta, dict) else None
    return found if isinstance(found, dict) else {}


def _wishes(document: Json) -> dict[str, Any]:
    foothold, wishes = foothold_of(document), dict[str, Any]()
    if isinstance(foothold.get("careerGoals"), list):
        wishes[GOALS.name] = look(GOALS, foothold["careerGoals"], (), Remarks())
    if isinstance(given := foothold.get("constraints"), dict):
        found = read_fields(CONSTRAINTS, given_under_names(CONSTRAINTS, given))
        wishes[CONSTRAINTS.name] = ConstraintsRecord.model_validate(found)
    return wishes


def given_under_names(part: Part[Any], raw: Json) -> dict[str, object]:
    """Return the raw values of a part under the names of its fields."""
    return {one.name: raw.get(one.keys[0]) for one in part.fields}


def _remark_rest(document: Json, remarks: Remarks) -> None:
    """Note the parts that no field of the profile stands for."""
    known = {key for section in SECTIONS for key in section.keys}
    for key in document:
        if key not in known and key not in _ELSEWHERE:
            remarks.notes[(key,)] = "The profile has no place for this section; it is kept as it is."
    basics = document.get("basics")
    shown = {"location"} | {key for text in TEXTS.values() for key in text.keys}
    for key, value in basics.items() if isinstance(basics, dict) else ():
        if key not in shown and value:
            remarks.notes[("basics", key)] = "The profile does not show this; it is kept as it is."
    for section in SECTIONS:
        _remark_properties(section, document, remarks)


def _remark_properties(section: Section[Any], document: Json, remarks: Remarks) -> None:
    """Note once for a section each property that no field stands for."""
    known = {key for one in section.fields for key in one.keys}
    told: set[str] = set()
    for name in section.keys:
        entries = document.get(name)
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            for key in entry if isinstance(entry, dict) else ():
                if key not in known and key not in told and (name, index) not in remarks.notes:
                    told.add(key)
                    remarks.notes[(name, index, key)] = "The profile does not show this; it is kept as it is."
