"""JSON Resume's job schema, turned into the shape of docs/opportunity-format.md.

The schema requires nothing and is filled by many tools, so what is merely odd is mended here;
what is wrong afterwards is refused like everything else.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from services.kit.words.text import clean
from services.opportunities.job_fields import (
    LONGEST_LINE,
    Skills,
    Unread,
    line_of,
    lines_of,
    pay_of,
    place_of,
    remote_of,
    skills_of,
)

NAMES = {
    "externalId": "id",
    "organization": "company",
    "kind": "type",
    "requiredSkills": "skills",
    "desiredSkills": "skills",
    "postedAt": "date",
    "deadlineAt": "validThrough",
}
"""The job schema's names of what our shape calls otherwise."""

_LONGEST_NAME = 120
_LONGEST_DESCRIPTION = 20_000
_KINDS = (
    ("VOLUNTEER", "volunteer"),
    ("FELLOWSHIP", "fellow"),
    ("GRANT", "grant"),
    ("TRAINING", "intern", "trainee", "traineeship", "apprentice", "training", "course", "bootcamp"),
)


@dataclass(frozen=True, slots=True)
class ReadJob:
    """A job under our names, and what of it was not understood.

    ``former_id`` is the external id that releases until 0.1 gave a job without an id: a digest of title and company.
    """

    posting: dict[str, Any]
    former_id: str | None
    unread: list[Unread]


def read_job(job: Mapping[str, Any]) -> ReadJob:
    """Return the job under our names, with our enums; ``None`` for what it does not say."""
    company = _text(job.get("company"))
    skills = skills_of(job.get("skills"))
    url = _text(job.get("url"))
    canonical = _text(_object(job.get("meta")).get("canonical"))
    pay = job.get("salary") or job.get("salary_usd")
    salary = pay_of(pay)
    if salary and isinstance(pay, int | float) and not job.get("salary"):
        salary = f"{salary} USD"
    place = place_of(job.get("location"))
    remote = remote_of(job.get("remote"))
    id_ = job.get("id") or canonical
    posting = {
        "externalId": id_ or _digest(job.get("title"), company, url, _place_key(job.get("location"))),
        "title": _short(_text(job["title"]), LONGEST_LINE)
        if isinstance(job.get("title"), str)
        else job.get("title"),
        "organization": _name(company) if company else job.get("company"),
        "kind": _kind(" ".join(lines_of(job.get("type")) or [])),
        "description": _short(_description(job, company), _LONGEST_DESCRIPTION),
        "requiredSkills": skills.required,
        "desiredSkills": skills.desired,
        "location": _short(place, LONGEST_LINE) if place else None,
        "remote": remote,
        "salary": _short(salary, LONGEST_LINE) if salary else None,
        "url": next(filter(_is_web, (url, canonical)), None),
        "postedAt": job.get("posted_at") or job.get("date") or None,
        "deadlineAt": job.get("validThrough") or None,
    }
    unread = _unread(job, posting, skills)
    return ReadJob(posting, None if id_ else _digest(job.get("title"), company), unread)


def _unread(job: Mapping[str, Any], posting: Mapping[str, Any], skills: Skills) -> list[Unread]:
    """Return the fields that say something and were not taken."""
    found = list(skills.unread)
    for name in ("location", "remote", "url"):
        if job.get(name) not in (None, "", [], {}) and posting[name] is None:
            found.append(Unread(name))
    for name in ("salary", "salary_usd"):
        if job.get(name) not in (None, "", [], {}, 0) and posting["salary"] is None:
            found.append(Unread(name))
    texts = ("description", "experience", "responsibilities", "qualifications", "type")
    found += [Unread(name) for name in texts if lines_of(job.get(name)) is None]
    return found


def _text(value: object) -> str:
    return clean(value) if isinstance(value, str) else ""


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rsplit(None, 1)[0].rstrip(" ,;:–—-") + "…"


def _name(company: str) -> str:
    """Some write a paragraph about the company where its name belongs: its first sentence then."""
    line = " ".join(company.split())
    if len(line) <= _LONGEST_NAME:
        return line
    sentence = re.split(r"(?<=[^.\s]{2})[.;!?](?=\s)", line, maxsplit=1)[0]
    return _short(sentence, _LONGEST_NAME)


def _description(job: Mapping[str, Any], company: str) -> str:
    parts = [company] if len(company) > _LONGEST_NAME else []
    parts += lines_of(job.get("description")) or []
    if experience := " ".join(lines_of(job.get("experience")) or []):
        parts.append(f"Experience: {experience}")
    for name in ("responsibilities", "qualifications"):
        lines = lines_of(job.get(name)) or []
        if isinstance(job.get(name), str):
            parts += [f"{name.title()}: {text}" for text in lines]
        elif lines:
            parts.append("\n".join([f"{name.title()}:", *(f"- {text}" for text in lines)]))
    return "\n\n".join(part for part in parts if part)


def _kind(type_: str) -> str:
    found = re.findall(r"[a-z]+", type_.lower())
    for kind, *stems in _KINDS:
        if any(word.startswith(stem) and not word.startswith("internal") for word in found for stem in stems):
            return kind
    return "JOB"


def _is_web(url: str) -> bool:
    try:
        return urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return False


def _place_key(value: object) -> str:
    """Return a place with all that it says, in one spelling: two addresses in a city differ."""
    if isinstance(value, Mapping | list):
        return json.dumps(value, sort_keys=True)
    return line_of(value)


def _digest(title: object, company: str, *where: str) -> str:
    parts = [_text(title), company, *where]
    return hashlib.sha256("\x1f".join(parts).encode(errors="replace")).hexdigest()[:32]
