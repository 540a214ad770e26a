"""The lists of a JSON Resume document and the fields of a profile that they fill."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias

from db.driver.records import Record
from db.profiles import (
    EducationRecord,
    InterestRecord,
    LanguageRecord,
    ProjectRecord,
    PublicationRecord,
    SkillRecord,
    SkillSource,
    VolunteerRecord,
    WorkRecord,
)
from services.profiles.fields import RecordT, camel, read_fields

Json: TypeAlias = dict[str, Any]
Keys: TypeAlias = Mapping[str, list[str]]
"""For each field of a record the names it has in a document, the one to write first."""

# Names from before version 1 of the format; many documents have them still.
_OLDER_NAMES: Mapping[tuple[str, str], str] = {
    ("work", "name"): "company",
    ("education", "score"): "gpa",
    ("languages", "fluency"): "level",
}


@dataclass(frozen=True, slots=True)
class Entry(Generic[RecordT]):
    """``own`` is what ``raw`` says by itself, ``record`` what the profile holds for it."""

    raw: Json
    own: RecordT
    record: RecordT


@dataclass(frozen=True, slots=True)
class Section(Generic[RecordT]):
    """A list of the document and the profile's field for it."""

    key: str
    field: str
    kind: type[RecordT]
    keys: Keys

    def title(self, record: RecordT) -> object:
        """What an entry is recognised by after an edit: its first field."""
        return getattr(record, next(iter(self.keys)))

    def entries(self, document: Json) -> list[Entry[RecordT]]:
        """The list's entries in order, without those that say nothing."""
        read = ((raw, self._read(raw)) for raw in document.get(self.key, []))
        entries = [Entry(raw, record, record) for raw, record in read if record is not None]
        return _merge_named_alike(entries) if self.kind is SkillRecord else entries

    def _read(self, raw: Json) -> RecordT | None:
        found = read_fields(self.kind, read_values(raw, self.keys))
        if self.kind in (SkillRecord, InterestRecord) and "name" not in found:
            # Keywords alone still say what the person can do or cares for.
            match found.get("keywords"):
                case [name, *keywords]:
                    found |= {"name": name, "keywords": keywords}
                case _:
                    return None
        if not found:
            return None
        return self.kind.model_validate(
            found | ({"source": SkillSource.RESUME} if self.key == "skills" else {})
        )


def keys_of(kind: type[Record], section: str = "") -> Keys:
    """The names of a record's fields in a document."""

    def names(field: str) -> list[str]:
        older = "website" if section and field == "url" else _OLDER_NAMES.get((section, field))
        return [camel(field), older] if older else [camel(field)]

    return {field: names(field) for field in kind.model_fields if field != "source"}


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


def _section(key: str, field: str, kind: type[RecordT]) -> Section[RecordT]:
    return Section(key, field, kind, keys_of(kind, key))


SECTIONS: tuple[Section[Any], ...] = (
    _section("work", "work", WorkRecord),
    _section("volunteer", "volunteer", VolunteerRecord),
    _section("education", "education", EducationRecord),
    _section("publications", "publications", PublicationRecord),
    _section("skills", "skills", SkillRecord),
    _section("languages", "languages", LanguageRecord),
    _section("interests", "research_interests", InterestRecord),
    _section("projects", "projects", ProjectRecord),
)


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
