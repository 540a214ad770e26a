"""JSON Resume v1 in and out.

The imported document is kept whole, as text, and every change of the profile is written into it: what no change
names leaves as it came, other tools' properties included.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.profiles import ConstraintsRecord, ProfileRecord, SkillRecord, SkillSource
from services.kit.errors import InvalidInput, Problem
from services.kit.offloading import offloaded
from services.profiles.resume_bounds import Path, checked_json, path_of, read_json, sound
from services.profiles.resume_reading import Contents, Json, Remarks, read_document
from services.profiles.resume_schema import other_format, published, schema_errors
from services.profiles.resume_writing import written
from services.profiles.sections import CONSTRAINTS, GOALS, LOCATION, SECTIONS, TEXTS

SMALL = 16 * 1024
"""Characters of a document that is read and written within a few milliseconds, so that nobody waits for a thread."""
_ROOT = "resume"
_MOST_NOTES = 200
_FIELDS = (*TEXTS, LOCATION.name, *(section.name for section in SECTIONS), GOALS.name, CONSTRAINTS.name)
_UNSPOKEN: Contents = {GOALS.name: [], CONSTRAINTS.name: ConstraintsRecord()}


@dataclass(frozen=True, slots=True)
class ParsedResume:
    """A document that can be taken: compact JSON text, and what a profile takes from it, under its field names.

    ``fields`` lacks ``career_goals`` and ``constraints`` when the document does not speak of them. ``notes`` say
    what is read differently from how it is written, and what is kept without being shown.
    """

    text: str
    fields: Mapping[str, Any]
    notes: Sequence[Problem] = ()


def parse_resume(value: object) -> ParsedResume:
    """Check and read parsed JSON. Raises ``InvalidInput`` naming each field: ``resume.work[0].startDate``."""
    if not isinstance(value, dict):
        raise InvalidInput(_ROOT, "Must be a JSON Resume document: a JSON object, not text or a list.")
    text, unsound = checked_json(value, _ROOT)
    document: Json = sound(value) if unsound else value  # what else is wrong is told at the same time
    remarks = Remarks()
    fields = read_document(document, remarks)
    errors = schema_errors(document)
    refused = _refused(document, errors.keys() & remarks.unread.keys(), remarks)
    known = {problem.field for problem in unsound}
    InvalidInput.refuse([*unsound, *(problem for problem in refused if problem.field not in known)])
    kept = {path: f"{words} It is kept as it is." for path, words in (errors | remarks.unread).items()}
    # What was read all the same, such as null, needs no note.
    silent = errors.keys() - remarks.unread.keys() - _outside(errors)
    notes = {path: words for path, words in kept.items() if path not in silent} | remarks.notes
    told = [Problem(path_of(_ROOT, *path), words) for path, words in list(notes.items())[:_MOST_NOTES]]
    return ParsedResume(text, fields, told)


def parse_resume_text(text: str) -> ParsedResume:
    """``parse_resume`` for JSON text, such as a file's."""
    return parse_resume(read_json(text, _ROOT))


def _refused(document: Json, refused: set[Path], remarks: Remarks) -> list[Problem]:
    """Return what the format says is wrong and no field of the profile can take."""
    name = other_format(document)
    hint = f"The document looks like {name}, another format: convert it to JSON Resume first." if name else ""
    problems = [
        Problem(path_of(_ROOT, *path), f"{words} {hint}".strip())
        for path, words in remarks.unread.items()
        if path in refused
    ]
    if hint and not problems:
        problems = [Problem(_ROOT, hint)]
    known = {*published()["properties"], *(key for section in SECTIONS for key in section.keys)}
    if document and not problems and not document.keys() & known:
        # The schema lets any object pass; taking this one would leave an empty profile in place of a full one.
        words = "No JSON Resume section found, such as basics, work or skills."
        problems = [Problem(_ROOT, words)]
    return problems


def _outside(errors: Mapping[Path, str]) -> set[Path]:
    """Return the errors in parts that no field of the profile reads."""
    read = {key for section in SECTIONS for key in section.keys}
    shown = {"location", *(key for text in TEXTS.values() for key in text.keys)}
    return {
        path
        for path in errors
        if path[0] not in read and not (path[0] == "basics" and path[1:2] and path[1] in shown)
    }


async def exported_resume(profile: ProfileRecord) -> Json:
    """``export_resume`` without holding up the event loop."""
    if len(profile.resume or "") <= SMALL:
        return export_resume(profile)
    return await offloaded(export_resume, profile)


def export_resume(profile: ProfileRecord) -> Json:
    """Return the profile as JSON Resume: the imported document, with the changes since.

    Career goals and constraints have no place in the format and go to ``meta.foothold``.
    """
    document: Json = json.loads(profile.resume) if profile.resume else {}
    if profile.resume and profile.resume_version == profile.version:
        return document
    return written(document, _said(document), contents_of(profile))


def with_resume(before: ProfileRecord | None, after: ProfileRecord) -> ProfileRecord:
    """Return ``after`` with its changes written into its document; ``before`` is what it was made of."""
    if after.resume is None:
        return after
    current = before is not None and before.resume is after.resume
    if before is not None and current and before.resume_version == before.version:
        said: Contents = contents_of(before)
        if said == contents_of(after):
            return after.model_copy(update={"resume_version": after.version})
        document: Json = json.loads(after.resume)
    else:
        document = json.loads(after.resume)
        said = _said(document)
    text = json.dumps(written(document, said, contents_of(after)), ensure_ascii=False, separators=(",", ":"))
    return after.model_copy(update={"resume": text, "resume_version": after.version})


def contents_of(profile: ProfileRecord) -> dict[str, Any]:
    """Return what a document can say of the profile: where a skill came from is not in the format."""
    contents = {name: getattr(profile, name) for name in _FIELDS}
    return contents | {"skills": [_from_resume(skill) for skill in profile.skills]}


def _from_resume(skill: SkillRecord) -> SkillRecord:
    return skill.model_copy(update={"source": SkillSource.RESUME})


def _said(document: Json) -> Contents:
    return {**_UNSPOKEN, **read_document(document, Remarks())}
