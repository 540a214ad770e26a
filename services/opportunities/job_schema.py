"""JSON Resume's job schema, turned into the shape of docs/opportunity-format.md.

The schema requires nothing and is filled by many tools, so what is merely odd is mended here;
what is wrong afterwards is refused like everything else.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from services.kit.text import clean

NAMES = {
    "externalId": "id",
    "organization": "company",
    "kind": "type",
    "requiredSkills": "skills",
    "desiredSkills": "skills",
    "postedAt": "date",
}
"""The job schema's names of what our shape calls otherwise."""

_LONGEST_NAME = 120
_LONGEST_TITLE = 200
_LONGEST_DESCRIPTION = 20_000
_LONGEST_SKILL = 100
_MOST_SKILLS = 60
_KINDS = (
    ("VOLUNTEER", "volunteer"),
    ("FELLOWSHIP", "fellow"),
    ("GRANT", "grant"),
    ("TRAINING", "intern", "trainee", "traineeship", "apprentice", "training", "course", "bootcamp"),
)
_REMOTE = {"full": "FULL", "hybrid": "HYBRID", "none": "NONE"}


def posting_of_job(job: Mapping[str, Any]) -> dict[str, Any]:
    """The job under our names, with our enums; ``None`` for what it does not say."""
    company = _text(job.get("company"))
    skills = [skill for skill in _items(job.get("skills")) if isinstance(skill, Mapping)]
    names = [_text(skill.get("name")) for skill in skills]
    keywords = [_text(word) for skill in skills for word in _items(skill.get("keywords"))]
    meta = _object(job.get("meta"))
    salary = job.get("salary") or job.get("salary_usd")
    if isinstance(salary, int | float) and not isinstance(salary, bool):
        salary = f"{salary} USD" if not job.get("salary") else str(salary)
    return {
        "externalId": job.get("id") or meta.get("canonical") or _digest(job.get("title"), company),
        "title": _short(_text(job["title"]), _LONGEST_TITLE)
        if isinstance(job.get("title"), str)
        else job.get("title"),
        "organization": _name(company) if company else job.get("company"),
        "kind": _kind(_text(job.get("type"))),
        "description": _short(_description(job, company), _LONGEST_DESCRIPTION),
        "requiredSkills": _skills(names),
        "desiredSkills": _skills(keywords),
        "location": _location(job.get("location")),
        "remote": _REMOTE.get(_text(job.get("remote")).lower()),
        "salary": _short(" ".join(_text(salary).split()), _LONGEST_TITLE) or None,
        "url": next(
            (url for url in (_text(job.get("url")), _text(meta.get("canonical"))) if _is_web(url)), None
        ),
        "postedAt": job.get("posted_at") or job.get("date") or None,
    }


def _text(value: object) -> str:
    return clean(value) if isinstance(value, str) else ""


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


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
    parts.append(_text(job.get("description")))
    if experience := _text(job.get("experience")):
        parts.append(f"Experience: {experience}")
    for name in ("responsibilities", "qualifications"):
        lines = [f"- {text}" for item in _items(job.get(name)) if (text := _text(item))]
        if lines:
            parts.append("\n".join([f"{name.title()}:", *lines]))
    return "\n\n".join(part for part in parts if part)


def _skills(names: list[str]) -> list[str]:
    """Each once; "C/C++" stays one, a sentence is no skill."""
    kept: dict[str, str] = {}
    for name in names:
        line = " ".join(name.split())
        if 0 < len(line) <= _LONGEST_SKILL:
            kept.setdefault(line.casefold(), line)
    return list(kept.values())[:_MOST_SKILLS]


def _kind(type_: str) -> str:
    found = re.findall(r"[a-z]+", type_.lower())
    for kind, *stems in _KINDS:
        if any(word.startswith(stem) and not word.startswith("internal") for word in found for stem in stems):
            return kind
    return "JOB"


def _location(value: object) -> str | None:
    if isinstance(value, Mapping):
        parts = [_text(value.get(key)) for key in ("city", "region", "countryCode")]
        return ", ".join(dict.fromkeys(part for part in parts if part)) or None
    return _short(" ".join(_text(value).split()), _LONGEST_TITLE) or None


def _is_web(url: str) -> bool:
    try:
        return urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return False


def _digest(title: object, company: str) -> str:
    return hashlib.sha256(f"{_text(title)}\x1f{company}".encode(errors="replace")).hexdigest()[:32]
