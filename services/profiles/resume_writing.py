"""An edit of a profile, written into its JSON Resume document: what the edit does not name stays as it is."""

from collections.abc import Sequence
from typing import Any

from db.driver.records import Record
from services.profiles.pairing import arrange, pair
from services.profiles.resume_bounds import Path
from services.profiles.resume_reading import (
    Contents,
    Json,
    Listing,
    Remarks,
    foothold_of,
    listing,
    look,
    read_field,
    texts_in,
)
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

_NOWHERE: Path = ()


def written(document: Json, before: Contents, after: Contents) -> Json:
    """Return a copy of the document, which says ``before``, that says ``after``; parts that are alike stay."""
    result = dict(document)
    _write_basics(result, before, after)
    for section in SECTIONS:
        if before[section.name] != after[section.name]:
            found = listing(section, document, Remarks())
            result[found.key] = _written_list(section, found, before[section.name], after[section.name])
    _write_meta(result, before, after)
    return result


def _write_basics(document: Json, before: Contents, after: Contents) -> None:
    names = [name for name in TEXTS if before[name] != after[name]]
    moved = before[LOCATION.name] != after[LOCATION.name]
    if not names and not moved:
        return
    basics = dict(document.get("basics") or {})
    for name in names:
        _write_basic(basics, TEXTS[name], after[name])
    if moved:
        raw = basics.get("location")
        location = _written_part(LOCATION, raw, before[LOCATION.name], after[LOCATION.name])
        if location or "location" in basics:
            basics["location"] = location
    if basics or "basics" in document:
        document["basics"] = basics


def _write_basic(basics: Json, field: Field, value: str | None) -> None:
    if value is not None:
        _put(basics, field, value)
    for key in field.keys if value is None else ():
        if look(field, basics.get(key), _NOWHERE, Remarks()) is not None:
            basics[key] = ""


def _written_list(
    section: Section[RecordT], found: Listing[RecordT], before: Sequence[RecordT], after: Sequence[RecordT]
) -> list[Any]:
    places = _places(section, found, before)
    origins = pair(before, after, [_whole, section.titles_of], section.likeness)

    def write(index: int, raws: Sequence[Any]) -> list[Any]:
        origin = origins[index]
        if origin is None or not raws:
            return [_written_part(section, {}, None, after[index])]
        first, *others = raws
        changed = _written_part(section, first, before[origin], after[index])
        return [changed, *(_written_double(section, raw, before[origin], after[index]) for raw in others)]

    return arrange(found.raws, places, origins, write)


def _places(
    section: Section[RecordT], found: Listing[RecordT], before: Sequence[RecordT]
) -> list[Sequence[int]]:
    """Return where in the list each record is that the profile held; an entry that it did not show has no place."""
    records = [entry.record for entry in found.entries]
    origins = pair(records, before, [_whole, section.titles_of])
    return [() if origin is None else found.entries[origin].places for origin in origins]


def _whole(record: Record) -> str:
    return record.model_dump_json()


def _written_part(part: Part[Any], raw: Any, before: Record | None, after: Record) -> Any:
    """Return the raw entry in which the fields that differ are written."""
    changed = [
        field for field in part.fields if getattr(before, field.name, None) != getattr(after, field.name)
    ]
    if before is None:
        changed = [field for field in changed if getattr(after, field.name) not in (None, [])]
    if isinstance(raw, str) and part.plain:
        if [field.name for field in changed] in ([], [part.plain]):
            return getattr(after, part.plain) if changed else raw
        raw = {part.plain_key: raw}
    result = dict(raw) if isinstance(raw, dict) else {}
    if changed and before is not None and _named_by_keywords(part, result):
        changed = [field for field in part.fields if field.name in ("name", "keywords") or field in changed]
    for field in changed:
        _write_field(result, field, getattr(after, field.name))
    return result


def _named_by_keywords(part: Part[Any], raw: Json) -> bool:
    """The entry has no name of its own, and its first keyword stands for one."""
    name, keywords = (
        next((field for field in part.fields if field.name == one), None) for one in ("name", "keywords")
    )
    if name is None or keywords is None or not part.required(name):
        return False
    return read_field(name, raw, _NOWHERE, Remarks())[1] is None


def _written_double(section: Section[Any], raw: Any, before: Record, after: Record) -> Any:
    """Return a further entry of a skill that the first one speaks for, so that both say what the profile says."""
    changed = [field for field in section.fields if getattr(before, field.name) != getattr(after, field.name)]
    if not changed:
        return raw
    result = {section.plain_key: raw} if isinstance(raw, str) else dict(raw)
    for field in changed:
        renamed = field.name == section.plain
        _write_field(result, field, getattr(after, field.name) if renamed else [] if field.many else None)
    return result


def _write_field(raw: Json, field: Field, value: Any) -> None:
    if field.many:
        _, key = read_field(field, raw, _NOWHERE, Remarks())
        value = _written_texts(field, raw.get(key or field.keys[0]), value)
    if value not in (None, []):
        _put(raw, field, value)
        return
    for key in field.keys:
        if look(field, raw.get(key), _NOWHERE, Remarks()) not in (None, []):
            del raw[key]


def _put(raw: Json, field: Field, value: Any) -> None:
    """Set the property in the place of the one that was read, under the name that the format gives it."""
    first = field.keys[0]
    _, used = read_field(field, raw, _NOWHERE, Remarks())
    if used in (None, first) or first in raw:
        raw[first] = value
        if used not in (None, first):
            del raw[used]
        return
    items = [(first, value) if key == used else (key, kept) for key, kept in raw.items()]
    raw.clear()
    raw.update(items)


def _written_texts(field: Field, raw: Any, after: Sequence[str]) -> list[Any]:
    """Return the list with the texts in it; items that the profile does not show stay where they are."""
    shown = texts_in(field, raw, _NOWHERE, Remarks())
    raws = raw if isinstance(raw, list) else [raw] if shown else []
    before = [text for _, text in shown]
    origins = pair(before, after, [str])

    def write(index: int, own: Sequence[Any]) -> list[Any]:
        origin = origins[index]
        return list(own) if origin is not None and before[origin] == after[index] else [after[index]]

    return arrange(raws, [(place,) for place, _ in shown], origins, write)


def _write_meta(document: Json, before: Contents, after: Contents) -> None:
    foothold = dict(foothold_of(document))
    if before[GOALS.name] != after[GOALS.name]:
        foothold["careerGoals"] = _written_texts(GOALS, foothold.get("careerGoals"), after[GOALS.name])
    if before[CONSTRAINTS.name] != after[CONSTRAINTS.name]:
        raw = foothold.get("constraints")
        foothold["constraints"] = _written_part(
            CONSTRAINTS, raw, before[CONSTRAINTS.name], after[CONSTRAINTS.name]
        )
    if foothold != foothold_of(document):
        document["meta"] = {**(document.get("meta") or {}), "foothold": foothold}
