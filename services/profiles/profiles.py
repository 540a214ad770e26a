"""Profiles: a person's own, made by the first import or change, and changed by compare-and-set."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypedDict

import structlog

from db.accounts import AccountDeleted
from db.driver.durable import repeated
from db.profiles import KIND, ProfileRecord, ProfileStore, SkillRecord, SkillSource
from db.sync.changelog import ChangelogRecord
from services.background.mutations import Claim
from services.identity.callers import Caller
from services.kit import clock
from services.kit.compare_and_set import Attempts
from services.kit.errors import AccountGone, Conflict, InvalidInput, NotFound
from services.kit.ids import new_id
from services.kit.offloading import offloaded
from services.profiles.checking import check_record, check_value, says_nothing
from services.profiles.fields import camel, check_length
from services.profiles.resume_report import ResumeReport, check_removal, plain_report, report, report_of
from services.profiles.resumes import SMALL, ParsedResume, parse_resume, parse_resume_text, with_resume
from services.profiles.sections import BY_NAME, GOALS, PARTS, TEXTS, Part, RecordT, Section
from services.sync.announcer import Announcer
from services.sync.emissions import LiveList

log = structlog.get_logger()

_PARTS = {part.name: part for part in PARTS}

Fields = Mapping[str, object]
"""Values under the names of a record's fields, not checked yet."""


class ProfileChanges(TypedDict, total=False):
    """Changes of a profile: a field that is missing stays, null clears, a list is replaced as a whole.

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
    certificates: Sequence[Fields] | None
    volunteer: Sequence[Fields] | None
    languages: Sequence[Fields] | None
    research_interests: Sequence[Fields] | None
    career_goals: Sequence[str] | None
    constraints: Fields | None


@dataclass(frozen=True, slots=True)
class ResumeImport:
    """The profile after an import, and what the import changed."""

    profile: ProfileRecord
    report: ResumeReport


class Profiles:
    """Reads and changes of the caller's own profile; no method reaches another's."""

    def __init__(self, store: ProfileStore, announcer: Announcer[ProfileRecord] | None = None) -> None:
        """Without ``announcer``, as on the command line, changes are announced by a server's sweep."""
        self._store = store
        self._announcer = announcer
        self.live_list: LiveList[ProfileRecord] = LiveList(KIND, self._all, self._some, loses=False)

    async def get(self, caller: Caller) -> ProfileRecord | None:
        """None before the first import or change."""
        return await self._store.get(caller.profile_id)

    async def present(self, caller: Caller) -> ProfileRecord:
        """Raises ``NotFound``."""
        profile = await self.get(caller)
        if profile is None:
            raise NotFound("profile")
        return profile

    async def import_resume(
        self, caller: Caller, value: object, *, confirm_removal: bool = False
    ) -> ProfileRecord:
        """Take a JSON Resume document (parsed JSON). Raises ``InvalidInput``, ``Conflict`` or ``AccountGone``.

        It replaces what a résumé can say. Skills from elsewhere stay, and so do career goals and constraints
        that the document does not speak of. A document that says so little that it would remove most of the
        profile is refused unless ``confirm_removal``.
        """
        parsed = await offloaded(parse_resume, value)
        return (await self.take(caller, parsed, confirm_removal=confirm_removal)).profile

    async def import_resume_text(self, caller: Caller, text: str) -> ProfileRecord:
        """``import_resume`` for JSON text, such as a file's."""
        return (await self.take(caller, await offloaded(parse_resume_text, text))).profile

    async def take(
        self,
        caller: Caller,
        parsed: ParsedResume,
        *,
        confirm_removal: bool = False,
        mutation_id: str | None = None,
        claim: Claim | None = None,
    ) -> ResumeImport:
        """``import_resume`` for a document that was parsed, with a report of what changed."""
        found: list[ResumeReport] = []

        def change(before: ProfileRecord) -> ProfileRecord:
            after = _imported(before, parsed)
            found.append(report(before, after, parsed))
            if not confirm_removal:
                check_removal(found[-1])
            return after

        profile = await self._change(
            caller,
            change,
            size=len(parsed.text),
            mutation_id=mutation_id,
            claim=claim,
            plan=lambda: plain_report(found[-1]),
        )
        if not found:  # an earlier process imported it
            return ResumeImport(profile, report_of(None if claim is None else claim.plan))
        log.info(
            "profile.resume_imported", profile=profile.id, version=profile.version, size=len(parsed.text)
        )
        return ResumeImport(profile, found[-1])

    async def preview(self, caller: Caller, parsed: ParsedResume) -> ResumeReport:
        """Return what ``take`` would change, and change nothing."""
        before = await repeated(partial(self.get, caller)) or _new_profile(caller)
        return await offloaded(lambda: report(before, _imported(before, parsed), parsed))

    async def update(
        self,
        caller: Caller,
        changes: ProfileChanges,
        expected_version: int | None = None,
        *,
        mutation_id: str | None = None,
        claim: Claim | None = None,
    ) -> ProfileRecord:
        """Change exactly the given fields.

        Raises ``InvalidInput``, ``Conflict`` when the profile is not at ``expected_version`` (0: none yet), or
        ``AccountGone``.
        """
        checked = _check(changes)
        return await self._change(
            caller,
            lambda before: _updated(before, checked),
            expected_version,
            mutation_id=mutation_id,
            claim=claim,
        )

    async def apply(
        self,
        profile_id: str,
        change: Callable[[ProfileRecord], ProfileRecord],
        mutation_id: str | None = None,
    ) -> ProfileRecord:
        """Change a profile that exists; the same from ``change`` leaves it. Raises ``NotFound`` or ``Conflict``."""

        def changed(found: ProfileRecord | None) -> ProfileRecord:
            if found is None:
                raise NotFound("profile")
            return change(found)

        return await self._write(profile_id, changed, mutation_id=mutation_id)

    async def _change(
        self,
        caller: Caller,
        change: Callable[[ProfileRecord], ProfileRecord],
        expected: int | None = None,
        size: int = 0,
        *,
        mutation_id: str | None = None,
        claim: Claim | None = None,
        plan: Callable[[], dict[str, Any]] | None = None,
    ) -> ProfileRecord:
        def changed(found: ProfileRecord | None) -> ProfileRecord:
            before = found or _new_profile(caller)
            if expected not in (None, before.version):
                raise Conflict("profile")
            return change(before)

        return await self._write(
            caller.profile_id, changed, size, mutation_id=mutation_id, claim=claim, plan=plan
        )

    async def _write(
        self,
        profile_id: str,
        change: Callable[[ProfileRecord | None], ProfileRecord],
        size: int = 0,
        *,
        mutation_id: str | None = None,
        claim: Claim | None = None,
        plan: Callable[[], dict[str, Any]] | None = None,
    ) -> ProfileRecord:
        """Make and write the change, unless the mutation of ``claim`` has made it before.

        ``size`` is that of a document it brings along. ``plan`` gives what is kept of the answer, once it is made.
        """
        key = None if claim is None else claim.key
        attempts = Attempts("profile")
        while True:
            await attempts.next()
            found = await attempts.patiently(partial(self._store.get, profile_id))
            if claim is not None and found is not None and found.changed_by == key:
                return found if self._announcer is None else await self._announcer.announced(found)
            if claim is not None:
                await claim.confirm()
            make = partial(_changed, change, found, mutation_id, key)
            kept = 0 if found is None else len(found.resume or "")
            after = await offloaded(make) if max(size, kept) > SMALL else make()
            if after is found:
                return after
            if claim is not None and plan is not None:
                await claim.write_plan(plan())
            written = self._store.insert(after) if found is None else self._store.replace(after, found)
            try:
                if await written:
                    return after if self._announcer is None else await self._announcer.announced(after)
            except AccountDeleted as deleted:
                raise AccountGone(deleted.until) from None

    async def _all(self, log: ChangelogRecord) -> Sequence[ProfileRecord]:
        return list((await self._some(log, [log.profile_id])).values())

    async def _some(self, log: ChangelogRecord, ids: Sequence[str]) -> Mapping[str, ProfileRecord]:
        profile = await self._store.get(log.profile_id)
        return {} if profile is None else {profile.id: profile}


def _new_profile(caller: Caller) -> ProfileRecord:
    moment = clock.now()
    return ProfileRecord(
        id=caller.profile_id, owner=caller.user_id, version=0, created_at=moment, updated_at=moment
    )


def _changed(
    change: Callable[[ProfileRecord | None], ProfileRecord],
    found: ProfileRecord | None,
    mutation_id: str | None,
    key: str | None,
) -> ProfileRecord:
    """Return the profile to write, its résumé in step; ``found`` itself when there is no change."""
    changed = change(found)
    if found is not None and changed is found:
        return found
    at, version = clock.now(), 1 if found is None else found.version + 1
    stamps = {"version": version, "updated_at": at, "changed_by": key, "last_write": new_id()}
    return with_resume(
        found, changed.model_copy(update={**stamps, **changed.marked(version, at, mutation_id)})
    )


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
    """Return records of the given values; for ``location`` and ``constraints`` the fields to set."""
    checked = {field: _checked(field, value, f"input.{camel(field)}") for field, value in changes.items()}
    if "skills" in checked:
        _check_distinct(checked["skills"])
    return checked


def _checked(field: str, value: object, path: str) -> Any:
    if field in TEXTS:
        return check_value(TEXTS[field], value, path)
    if field == GOALS.name:
        return check_value(GOALS, value, path)
    if field in _PARTS:
        return _check_part(_PARTS[field], value, path)
    return _check_entries(BY_NAME[field], value, path)


def _check_part(part: Part[Any], value: object, path: str) -> dict[str, Any]:
    given = value if isinstance(value, Mapping) else {field.name: None for field in part.fields}
    record = check_record(part, given, path)
    return {field: getattr(record, field) for field in given}


def _check_entries(section: Section[RecordT], value: object, path: str) -> list[RecordT]:
    records: list[RecordT] = []
    for index, given in enumerate(check_length(value, path)):
        here = f"{path}[{index}]"
        record = check_record(section, given if isinstance(given, Mapping) else {}, here)
        if says_nothing(record):
            raise InvalidInput(here, "Empty entry: fill in at least one field or remove it.")
        records.append(record)
    return records


def _check_distinct(skills: Sequence[SkillRecord]) -> None:
    seen: set[str] = set()
    for index, skill in enumerate(skills):
        name = skill.name.casefold()
        if name in seen:
            raise InvalidInput(f"input.skills[{index}].name", "Already in the list.")
        seen.add(name)
