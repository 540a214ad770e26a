"""Profiles: a person's own, made by the first import or change, and changed by compare-and-set."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from secrets import SystemRandom
from typing import Any, TypedDict

import structlog

from db.accounts import AccountDeleted
from db.driver.records import Record
from db.profiles import (
    ConstraintsRecord,
    EducationRecord,
    InterestRecord,
    LanguageRecord,
    LocationRecord,
    ProfileRecord,
    ProfileStore,
    ProjectRecord,
    PublicationRecord,
    SkillRecord,
    SkillSource,
    VolunteerRecord,
    WorkRecord,
)
from services.identity.callers import Caller
from services.kit import clock
from services.kit.errors import AccountGone, Conflict, InvalidInput, NotFound
from services.profiles.fields import camel, check_length, check_record, check_text, check_texts
from services.profiles.resumes import ParsedResume, parse_resume, parse_resume_text

log = structlog.get_logger()

_TRIES = 60
_PAUSE = 0.1
_random = SystemRandom()

Fields = Mapping[str, object]
"""Values under the names of a record's fields, not checked yet."""


class ProfileChanges(TypedDict, total=False):
    """What to change: a field that is missing stays, null clears, a list is replaced as a whole.

    Of ``location`` and ``constraints`` only the fields in them change.
    """

    name: str | None
    headline: str | None
    summary: str | None
    location: Fields | None
    skills: Sequence[Fields] | None
    work: Sequence[Fields] | None
    education: Sequence[Fields] | None
    projects: Sequence[Fields] | None
    publications: Sequence[Fields] | None
    volunteer: Sequence[Fields] | None
    languages: Sequence[Fields] | None
    research_interests: Sequence[Fields] | None
    career_goals: Sequence[str] | None
    constraints: Fields | None


_TEXTS = {"name": "person_name", "headline": "headline", "summary": "summary"}
_PARTS: Mapping[str, type[Record]] = {"location": LocationRecord, "constraints": ConstraintsRecord}
_LISTS: Mapping[str, type[Record]] = {
    "skills": SkillRecord,
    "work": WorkRecord,
    "education": EducationRecord,
    "projects": ProjectRecord,
    "publications": PublicationRecord,
    "volunteer": VolunteerRecord,
    "languages": LanguageRecord,
    "research_interests": InterestRecord,
}


class Profiles:
    """What a caller does with the caller's own profile; no method reaches another's."""

    def __init__(self, store: ProfileStore) -> None:
        self._store = store

    async def get(self, caller: Caller) -> ProfileRecord | None:
        """None before the first import or change."""
        return await self._store.get(caller.profile_id)

    async def import_resume(self, caller: Caller, value: object) -> ProfileRecord:
        """Take a JSON Resume document (parsed JSON). Raises ``InvalidInput``, ``Conflict`` or ``AccountGone``.

        It replaces what a résumé can say. Skills from elsewhere stay, and so do career goals and constraints
        that the document does not speak of.
        """
        return await self._import(caller, parse_resume(value))

    async def import_resume_text(self, caller: Caller, text: str) -> ProfileRecord:
        """``import_resume`` for JSON text, such as a file's."""
        return await self._import(caller, parse_resume_text(text))

    async def _import(self, caller: Caller, parsed: ParsedResume) -> ProfileRecord:
        profile = await self._change(caller, lambda before: _imported(before, parsed))
        log.info(
            "profile.resume_imported", profile=profile.id, version=profile.version, size=len(parsed.text)
        )
        return profile

    async def update(
        self, caller: Caller, changes: ProfileChanges, expected_version: int | None = None
    ) -> ProfileRecord:
        """Change exactly the given fields.

        Raises ``InvalidInput``, ``Conflict`` when the profile is not at ``expected_version`` (0: none yet), or
        ``AccountGone``.
        """
        checked = _check(changes)
        return await self._change(caller, lambda before: _updated(before, checked), expected_version)

    async def apply(self, profile_id: str, change: Callable[[ProfileRecord], ProfileRecord]) -> ProfileRecord:
        """Change a profile that exists; the same from ``change`` leaves it. Raises ``NotFound`` or ``Conflict``."""

        def changed(found: ProfileRecord | None) -> ProfileRecord:
            if found is None:
                raise NotFound("profile")
            return change(found)

        return await self._write(profile_id, changed)

    async def _change(
        self, caller: Caller, change: Callable[[ProfileRecord], ProfileRecord], expected: int | None = None
    ) -> ProfileRecord:
        def changed(found: ProfileRecord | None) -> ProfileRecord:
            moment = clock.now()
            before = found or ProfileRecord(
                id=caller.profile_id, owner=caller.user_id, version=0, created_at=moment, updated_at=moment
            )
            if expected not in (None, before.version):
                raise Conflict("profile")
            return change(before)

        return await self._write(caller.profile_id, changed)

    async def _write(
        self, profile_id: str, change: Callable[[ProfileRecord | None], ProfileRecord]
    ) -> ProfileRecord:
        for _ in range(_TRIES):
            found = await self._store.get(profile_id)
            changed = change(found)
            if changed is found:
                return changed
            version = 0 if found is None else found.version
            after = changed.model_copy(update={"version": version + 1, "updated_at": clock.now()})
            written = self._store.insert(after) if found is None else self._store.replace(after, version)
            try:
                if await written:
                    return after
            except AccountDeleted as deleted:
                raise AccountGone(deleted.until) from None
            await asyncio.sleep(_random.uniform(0, _PAUSE))
        raise Conflict("profile")


def _imported(before: ProfileRecord, parsed: ParsedResume) -> ProfileRecord:
    sources = {skill.name.casefold(): skill.source for skill in before.skills}
    skills = [_sourced(skill, sources, SkillSource.RESUME) for skill in parsed.fields["skills"]]
    named = {skill.name.casefold() for skill in skills}
    skills += [
        skill
        for skill in before.skills
        if skill.source is not SkillSource.RESUME and skill.name.casefold() not in named
    ]
    return before.model_copy(update={**parsed.fields, "skills": skills, "resume": parsed.text})


def _updated(before: ProfileRecord, checked: Mapping[str, Any]) -> ProfileRecord:
    changes = dict(checked)
    for field in _PARTS.keys() & changes.keys():
        changes[field] = getattr(before, field).model_copy(update=changes[field])
    if "skills" in changes:
        sources = {skill.name.casefold(): skill.source for skill in before.skills}
        changes["skills"] = [_sourced(skill, sources, SkillSource.PERSON) for skill in changes["skills"]]
    return before.model_copy(update=changes)


def _sourced(skill: SkillRecord, sources: Mapping[str, SkillSource], otherwise: SkillSource) -> SkillRecord:
    """A skill stays where it came from first, whoever names it again."""
    return skill.model_copy(update={"source": sources.get(skill.name.casefold(), otherwise)})


def _check(changes: ProfileChanges) -> dict[str, Any]:
    """Records out of the given values; for ``location`` and ``constraints`` the fields to set."""
    checked: dict[str, Any] = {}
    for field, value in changes.items():
        path = f"input.{camel(field)}"
        if field in _TEXTS:
            checked[field] = check_text(_TEXTS[field], value, path)
        elif field == "career_goals":
            checked[field] = check_texts(field, value, path)
        elif field in _PARTS:
            checked[field] = _check_part(_PARTS[field], value, path)
        else:
            checked[field] = _check_entries(_LISTS[field], value, path)
    if "skills" in checked:
        _check_distinct(checked["skills"])
    return checked


def _check_part(kind: type[Record], value: object, path: str) -> dict[str, Any]:
    given = value if isinstance(value, Mapping) else dict.fromkeys(kind.model_fields)
    record = check_record(kind, given, path)
    return {field: getattr(record, field) for field in given}


def _check_entries(kind: type[Record], value: object, path: str) -> list[Record]:
    records: list[Record] = []
    for index, given in enumerate(check_length(value, path)):
        here = f"{path}[{index}]"
        record = check_record(kind, given if isinstance(given, Mapping) else {}, here)
        if not record.model_dump(exclude_defaults=True, exclude={"source"}):
            raise InvalidInput(here, "This entry says nothing: fill in a field, or leave the entry out.")
        records.append(record)
    return records


def _check_distinct(skills: Sequence[SkillRecord]) -> None:
    seen: set[str] = set()
    for index, skill in enumerate(skills):
        name = skill.name.casefold()
        if name in seen:
            raise InvalidInput(f"input.skills[{index}].name", "This skill is in the list already.")
        seen.add(name)
