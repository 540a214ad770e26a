"""The lists of a JSON Resume document and the fields of a profile that they fill."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias

from db.driver.records import Record
from db.profiles import InterestRecord, SkillRecord, SkillSource
from services.profiles.checking import read_fields
from services.profiles.sections import Part, RecordT, Section

Json: TypeAlias = dict[str, Any]
Keys: TypeAlias = Mapping[str, tuple[str, ...]]
"""For each field of a record the names it has in a document, the one to write first."""


@dataclass(frozen=True, slots=True)
class Entry(Generic[RecordT]):
    """``own`` is what ``raw`` says by itself, ``record`` what the profile holds for it."""

    raw: Json
    own: RecordT
    record: RecordT


def entries_of(section: Section[RecordT], document: Json) -> list[Entry[RecordT]]:
    """Return the list's entries in order, without those that say nothing."""
    read = ((raw, _read(section, raw)) for raw in document.get(section.key, []))
    entries = [Entry(raw, record, record) for raw, record in read if record is not None]
    return _merge_named_alike(entries) if section.record is SkillRecord else entries


def title_of(section: Section[RecordT], record: RecordT) -> object:
    """Return what an entry is recognised by after an edit: its first field."""
    return getattr(record, section.fields[0].name)


def _read(section: Section[RecordT], raw: Json) -> RecordT | None:
    found = read_fields(section, read_values(raw, keys_of(section)))
    if section.record in (SkillRecord, InterestRecord) and "name" not in found:
        # Keywords alone still say what the person can do or cares for.
        match found.get("keywords"):
            case [name, *keywords]:
                found |= {"name": name, "keywords": keywords}
            case _:
                return None
    if not found:
        return None
    source = {"source": SkillSource.RESUME} if section.record is SkillRecord else {}
    return section.record.model_validate(found | source)


def keys_of(part: Part[Any]) -> Keys:
    """Return the names of a record's fields in a document."""
    return {field.name: field.keys for field in part.fields}


def read_values(raw: Json, keys: Keys) -> dict[str, object]:
    """For each field the first value that is not empty."""
    return {
        field: next((raw[name] for name in names if raw.get(name)), None) for field, names in keys.items()
    }


def write_values(raw: Json, keys: Keys, before: Record | None, after: Record) -> Json:
    """A copy of ``raw`` in which only the fields that differ are written; ``before`` is what ``raw`` says."""
    written = dict(raw)
    for field, names in keys.items():
        value = getattr(after, field)
        if value == getattr(before, field, None):
            continue
        for name in names[1:]:
            written.pop(name, None)
        if value in (None, []):
            written.pop(names[0], None)
        else:
            written[names[0]] = value
    return written


def _merge_named_alike(entries: list[Entry[Any]]) -> list[Entry[Any]]:
    """A profile holds each skill once, by its name, with the keywords of all entries that name it."""
    merged: dict[str, Entry[Any]] = {}
    for entry in entries:
        name = entry.record.name.casefold()
        first = merged.setdefault(name, entry)
        if first is not entry:
            keywords = list(dict.fromkeys([*first.record.keywords, *entry.record.keywords]))
            level = first.record.level or entry.record.level
            record = first.record.model_copy(update={"keywords": keywords, "level": level})
            merged[name] = Entry(first.raw, first.own, record)
    return list(merged.values())
