"""Applying a learning's proposal to a profile and undoing it; all other changes stay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from db.driver.records import Record
from db.learnings import LearningRecord
from db.profiles import (
    ConstraintsPartRecord,
    InterestRecord,
    LearnedRecord,
    LearningKind,
    ProfilePartRecord,
    ProfileRecord,
    SkillRecord,
    SkillSource,
)
from services.kit.errors import FootholdError, InvalidInput
from services.kit.words.terms import skill_key
from services.profiles.checking import check_record, check_text, says_nothing
from services.profiles.fields import MAX_ITEMS, camel
from services.profiles.sections import CONSTRAINTS, GOALS, SECTIONS
from services.profiles.sections import Part as PartOf

Part = Record | str
"""One entry of a profile's list; a goal is text."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Place of a kind of learning in the profile: in the list ``section``, as ``part`` (None: as text).

    ``titles`` are the fields that people know an entry by.
    """

    section: str
    part: PartOf[Any] | None
    noun: str
    titles: tuple[str, ...] = ()


_CONSTRAINT = PartOf("constraint", ConstraintsPartRecord, CONSTRAINTS.fields)
SHAPES: Mapping[LearningKind, Shape] = MappingProxyType(
    {
        section.learning: Shape(section.name, section, section.noun, section.titles)
        for section in SECTIONS
        if section.learning is not None
    }
    | {
        LearningKind.GOAL: Shape(GOALS.name, None, "goal"),
        LearningKind.CONSTRAINT: Shape(CONSTRAINTS.name, _CONSTRAINT, "constraint"),
    }
)


MOST_LEARNED = 200
"""Changes by learnings that a profile remembers, the last ones. Older ones cannot be undone any more."""
_FORGOTTEN = "It was accepted too long ago to be undone. Change the profile itself."


class CannotRetract(FootholdError):
    """The part that the learning changed has changed since, so it cannot be undone by itself."""

    code = "CANNOT_RETRACT"


def field_of(kind: LearningKind) -> str:
    """The field of a ``ProfilePartRecord`` that holds this kind."""
    return kind.value.lower()


def part_of(kind: LearningKind, part: Part) -> ProfilePartRecord:
    """The part under its kind's field. A skill is from a conversation, whatever it said before."""
    if isinstance(part, SkillRecord):
        part = part.model_copy(update={"source": SkillSource.CONVERSATION})
    return _kept(kind, part)


def value_of(kind: LearningKind, part: ProfilePartRecord) -> Part:
    """Return the value that the part holds."""
    value = getattr(part, field_of(kind))
    if not isinstance(value, Record | str):
        raise TypeError(f"a part without its {kind.value}")
    return value


def titled(kind: LearningKind, part: Part) -> str:
    """Return the part's title, such as "Analyst, Mill"."""
    if isinstance(part, str):
        return part
    return ", ".join(str(text) for text in _titles(kind, part) if text)


def check_edit(kind: LearningKind, edit: Mapping[str, Any]) -> ProfilePartRecord:
    """The proposal that a person makes of it instead. Raises ``InvalidInput`` naming ``edit.skill.name``."""
    field = field_of(kind)
    path = f"edit.{field}"
    for other in edit:
        if other != field:
            raise InvalidInput(f"edit.{other}", f"Not a field for a learning of this kind. Pass only {path}.")
    if field not in edit:
        raise InvalidInput("edit", f"Pass {path}, or omit edit to accept the learning as proposed.")
    shape = SHAPES[kind].part
    if shape is None:
        text = check_text(GOALS, edit[field], path)
        if text is None:
            raise InvalidInput(path, "Must not be empty.")
        return part_of(kind, text)
    part = check_record(shape, edit[field], path)
    if says_nothing(part):
        raise InvalidInput(path, "Empty entry: fill in at least one field.")
    return part_of(kind, part)


def check_room(profile: ProfileRecord, kind: LearningKind, proposal: ProfilePartRecord) -> None:
    """Raises ``InvalidInput`` when the proposal would make a full list longer."""
    entries = entries_of(profile, kind)
    if len(entries) >= MAX_ITEMS and _place(entries, kind, value_of(kind, proposal)) is None:
        message = (
            f"The profile already has {len(entries)} entries of this kind, the limit. Remove some first."
        )
        raise InvalidInput("id", message)


def applied(profile: ProfileRecord, learning: LearningRecord) -> ProfileRecord:
    """The profile with the accepted learning in it; the same profile when it shows this, or a later state of it."""
    known = _known(profile, learning.id)
    if known is not None and known.version >= learning.version:
        return profile
    if known is not None and known.after is not None:  # its retraction was given up
        return _noted(profile, known.model_copy(update={"version": learning.version}))
    kind, proposed = learning.kind, value_of(learning.kind, learning.proposal)
    present = entries_of(profile, kind)
    at = _place(present, kind, proposed)
    entries = applied_to(present, kind, proposed)
    learned = LearnedRecord(
        learning_id=learning.id,
        kind=kind,
        version=learning.version,
        before=None if at is None else _kept(kind, present[at]),
        after=_kept(kind, entries[-1 if at is None else at]),
    )
    return _noted(_with_entries(profile, kind, entries), learned)


def applied_to(entries: Sequence[Part], kind: LearningKind, proposed: Part) -> list[Part]:
    """The entries with what is proposed: one more, or the one that it is about changed."""
    at = _place(entries, kind, proposed)
    if at is None:
        return [*entries, proposed]
    return [*entries[:at], _merged(entries[at], proposed), *entries[at + 1 :]]


def undone(profile: ProfileRecord, learning: LearningRecord) -> ProfileRecord:
    """The profile without what the learning changed; the same profile when that is done. Raises ``CannotRetract``."""
    known = _known(profile, learning.id)
    if known is not None and known.version >= learning.version:
        return profile
    if known is None and len(profile.learned) >= MOST_LEARNED:
        raise CannotRetract(_FORGOTTEN)
    done = LearnedRecord(learning_id=learning.id, kind=learning.kind, version=learning.version)
    if known is None or known.after is None or known.before == known.after:
        return _noted(profile, done)  # known to nobody: it was retracted before the profile followed it
    kind, after = known.kind, value_of(known.kind, known.after)
    present = entries_of(profile, kind)
    if known.before is None:
        places = [place for place, entry in enumerate(present) if entry == after]
        if not places:
            raise CannotRetract(_why_not(kind, after, present))
        entries = [*present[: places[-1]], *present[places[-1] + 1 :]]
    else:
        before = value_of(kind, known.before)
        at = _place(present, kind, after)
        if at is None:
            raise CannotRetract(_why_not(kind, after, present))
        entries = [*present[:at], _restored(kind, present[at], before, after), *present[at + 1 :]]
    return _noted(_with_entries(profile, kind, entries), done)


def _known(profile: ProfileRecord, learning_id: str) -> LearnedRecord | None:
    return next((learned for learned in profile.learned if learned.learning_id == learning_id), None)


def _noted(profile: ProfileRecord, learned: LearnedRecord) -> ProfileRecord:
    others = [other for other in profile.learned if other.learning_id != learned.learning_id]
    return profile.model_copy(update={"learned": [*others, learned][-MOST_LEARNED:]})


def _kept(kind: LearningKind, part: Part) -> ProfilePartRecord:
    if kind is LearningKind.CONSTRAINT and isinstance(part, Record):
        part = ConstraintsPartRecord.model_validate(dict(part))
    return ProfilePartRecord.model_validate({field_of(kind): part})


def entries_of(profile: ProfileRecord, kind: LearningKind) -> list[Part]:
    """The list that the kind belongs to; a profile's constraints count as a list of one."""
    section = getattr(profile, SHAPES[kind].section)
    return list(section) if isinstance(section, list) else [section]


def _with_entries(profile: ProfileRecord, kind: LearningKind, entries: Sequence[Part]) -> ProfileRecord:
    value = entries[0] if kind is LearningKind.CONSTRAINT else list(entries)
    return profile.model_copy(update={SHAPES[kind].section: value})


def _place(entries: Sequence[Part], kind: LearningKind, part: Part) -> int | None:
    """Return the index of the entry that ``part`` is about."""
    return next((at for at, entry in enumerate(entries) if _same(kind, entry, part)), None)


def _same(kind: LearningKind, entry: Part, part: Part) -> bool:
    if isinstance(entry, str) and isinstance(part, str):
        return entry.casefold() == part.casefold()
    if isinstance(entry, SkillRecord | InterestRecord) and isinstance(part, SkillRecord | InterestRecord):
        ours, theirs = skill_key(entry.name), skill_key(part.name)
        return ours == theirs if ours else entry.name.casefold() == part.name.casefold()
    return kind is LearningKind.CONSTRAINT or entry == part


def _merged(entry: Part, part: Part) -> Part:
    """The entry with what the part says: lists grow, other values are replaced. Names stay as they are."""
    if isinstance(entry, str) or isinstance(part, str):
        return entry
    changes: dict[str, Any] = {}
    for field, value in part:
        present = getattr(entry, field)
        if isinstance(value, list):
            there = {item.casefold() for item in present}
            changes[field] = [*present, *(item for item in value if item.casefold() not in there)]
        elif field not in ("name", "source") and value is not None and not _equal(present, value):
            changes[field] = value
    return entry.model_copy(update=changes)


def _equal(present: object, value: object) -> bool:
    if isinstance(present, str) and isinstance(value, str):
        return present.casefold() == value.casefold()
    return present == value


def _restored(kind: LearningKind, entry: Part, before: Part, after: Part) -> Part:
    """Undo ``_merged``. What was added to a list and is gone since stays away."""
    if isinstance(entry, str) or isinstance(before, str) or isinstance(after, str):
        return entry
    changes: dict[str, Any] = {}
    for field, value in after:
        was, now = getattr(before, field), getattr(entry, field)
        if was == value:
            continue
        if isinstance(value, list):
            changes[field] = [item for item in now if item in was or item not in value]
        elif now != value:
            raise CannotRetract(
                f"{_called(kind, after, field)} has changed since: this learning set it to {_shown(value)}, and it "
                f"is now {_shown(now)}. Edit the profile to make it {_shown(was)} again."
            )
        else:
            changes[field] = was
    return entry.model_copy(update=changes)


def _why_not(kind: LearningKind, after: Part, entries: Sequence[Part]) -> str:
    name = _called(kind, after)
    edited = next((entry for entry in entries if _alike(kind, entry, after)), None)
    if isinstance(edited, Record) and isinstance(after, Record):
        changed = [camel(field) for field, value in after if getattr(edited, field) != value]
        return (
            f"{name} has changed since it was accepted ({', '.join(changed)}); retracting would lose that change. "
            "To remove it, edit the profile."
        )
    return f"{name} has been removed from the profile or changed since it was accepted."


def _alike(kind: LearningKind, entry: Part, after: Part) -> bool:
    """An edit of an entry usually leaves one of its titles."""
    if isinstance(entry, str) or isinstance(after, str):
        return False
    if _same(kind, entry, after):
        return True
    pairs = zip(_titles(kind, entry), _titles(kind, after), strict=True)
    return any(ours is not None and ours == theirs for ours, theirs in pairs)


def _titles(kind: LearningKind, part: Record) -> list[str | None]:
    return [getattr(part, field) for field in SHAPES[kind].titles]


def _called(kind: LearningKind, part: Part, field: str | None = None) -> str:
    noun, title = SHAPES[kind].noun, titled(kind, part)
    if kind is LearningKind.CONSTRAINT:
        return f"The constraint {camel(field)}" if field else "The constraint"
    whole = f"{noun} “{title}”" if title else noun
    return f"The {camel(field)} of the {whole}" if field else f"The {whole}"


def _shown(value: object) -> str:
    return "not set" if value is None else f"“{value}”"
