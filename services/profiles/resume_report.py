"""Report of an import: the changes to the profile, and the parts of the document that are not taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

from db.driver.records import Record
from db.profiles import LocationRecord, ProfileRecord
from services.kit.errors import InvalidInput, Problem
from services.profiles.pairing import pair
from services.profiles.resumes import ParsedResume, contents_of
from services.profiles.sections import CONSTRAINTS, GOALS, LOCATION, SECTIONS, TEXTS, Section

_UNTITLED = "(without a title)"


@dataclass(frozen=True, slots=True)
class SectionChange:
    """Entries of a section by what people know them by; of the profile itself the names of its fields."""

    section: str
    added: Sequence[str] = ()
    changed: Sequence[str] = ()
    removed: Sequence[str] = ()

    @property
    def empty(self) -> bool:
        """Nothing changes."""
        return not (self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class ResumeReport:
    """``changes`` by section; ``notes`` on parts of the document that are read differently, or kept without being
    shown; ``needs_confirmation``: the import removes most of what the profile has.
    """

    changes: Sequence[SectionChange]
    notes: Sequence[Problem]
    needs_confirmation: bool


_REPORT = TypeAdapter(ResumeReport)


def plain_report(found: ResumeReport) -> dict[str, Any]:
    """Return the report as plain values, to be kept as a mutation's plan."""
    return {"report": to_jsonable_python(found)}


def report_of(plan: Mapping[str, Any] | None) -> ResumeReport:
    """Undo ``plain_report``."""
    if plan is None:
        raise LookupError("an import without its report")
    return _REPORT.validate_python(plan["report"])


def report(before: ProfileRecord, after: ProfileRecord, parsed: ParsedResume) -> ResumeReport:
    """Compare the profile before and after an import."""
    changes = [_of_profile(before, after), *(_of_section(section, before, after) for section in SECTIONS)]
    goals = [goal for goal in after.career_goals if goal not in before.career_goals]
    gone = [goal for goal in before.career_goals if goal not in after.career_goals]
    changes.append(SectionChange(GOALS.name, added=goals, removed=gone))
    removes = _removes_most(before, changes, parsed)
    return ResumeReport([change for change in changes if not change.empty], parsed.notes, removes)


def check_removal(found: ResumeReport) -> None:
    """Raises ``InvalidInput`` when the import removes most of what the profile has."""
    if found.needs_confirmation:
        removed = sum(len(change.removed) for change in found.changes)
        raise InvalidInput(
            "resume",
            f"This document says so little that {removed} parts of the profile would be removed. Nothing was "
            "changed. Look at what would change with dryRun (--dry-run), and confirm it with confirmRemoval "
            "(--confirm-removal) if it is meant.",
        )


def _of_profile(before: ProfileRecord, after: ProfileRecord) -> SectionChange:
    added, changed, removed = list[str](), list[str](), list[str]()
    for name in (*TEXTS, LOCATION.name, CONSTRAINTS.name):
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            (added if _nothing(was) else removed if _nothing(now) else changed).append(name)
    return SectionChange("basics", added, changed, removed)


def _nothing(value: object) -> bool:
    return value in (None, LocationRecord())


def _of_section(section: Section[Any], before: ProfileRecord, after: ProfileRecord) -> SectionChange:
    was, now = contents_of(before)[section.name], contents_of(after)[section.name]
    origins = pair(was, now, [_whole, section.titles_of, section.first_title_of], in_place=False)
    kept = set(origins)
    return SectionChange(
        section.name,
        [_title(section, record) for record, origin in zip(now, origins, strict=True) if origin is None],
        [
            _title(section, record)
            for record, origin in zip(now, origins, strict=True)
            if origin is not None and was[origin] != record
        ],
        [_title(section, record) for place, record in enumerate(was) if place not in kept],
    )


def _whole(record: Record) -> str:
    return record.model_dump_json()


def _title(section: Section[Any], record: Record) -> str:
    return ", ".join(section.titles_of(record) or ()) or _UNTITLED


def _removes_most(before: ProfileRecord, changes: Sequence[SectionChange], parsed: ParsedResume) -> bool:
    """The document gives less than a quarter of what it replaces, so that it is hardly meant to replace it."""
    removed = sum(len(change.removed) for change in changes)
    kept = sum(len(getattr(before, section.name)) for section in SECTIONS)
    had = kept + sum(not _nothing(getattr(before, name)) for name in (*TEXTS, LOCATION.name))
    gives = sum(len(parsed.fields[section.name]) for section in SECTIONS)
    gives += sum(not _nothing(parsed.fields[name]) for name in (*TEXTS, LOCATION.name))
    return removed > 0 and gives * 4 < had
