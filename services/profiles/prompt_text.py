"""The text of a profile that every prompt shares."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from db.driver.records import Record
from db.profiles import ProfileRecord, RemotePreference
from services.llm.prompt_text import bullets, listed
from services.profiles.fields import ITEM
from services.profiles.sections import SECTIONS, Field, Section


def blind_profile_text(profile: ProfileRecord) -> str:
    """Return ``profile_text`` without what must not count: name, schools, and pronouns in English.

    A judgement that rests on it cannot rest on those.
    """
    schools = [study.model_copy(update={"institution": None}) for study in profile.education]
    return blind(profile_text(profile.model_copy(update={"name": None, "education": schools})), profile)


def blind(text: str, profile: ProfileRecord) -> str:
    """Return a text without the person's name and pronouns in English."""
    # Only the whole name: a part of it may be a trade, as in "Ann Baker".
    if name := " ".join((profile.name or "").split()):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "the person", text)
    return _PRONOUN.sub(lambda found: _NEUTRAL[found.group().casefold()], text)


_NEUTRAL = {"he": "they", "she": "they", "him": "them", "his": "their", "her": "their", "hers": "theirs"}
_NEUTRAL |= {"himself": "themselves", "herself": "themselves"}
_PRONOUN = re.compile(rf"\b(?:{'|'.join(_NEUTRAL)})\b", re.IGNORECASE)


def profile_text(profile: ProfileRecord) -> str:
    """The profile for every prompt: all sections, an empty one said to be so, at most 30,000 characters."""
    limits = profile.constraints
    sections = [
        ("Name", [profile.name or ""]),
        ("Headline", [profile.headline or ""]),
        ("Summary", [profile.summary or ""]),
        (
            "Location",
            [listed([profile.location.city, profile.location.region, profile.location.country_code])],
        ),
        ("Career goals", profile.career_goals),
        *((section.label, _entries(section, profile)) for section in SECTIONS),
        (
            "Constraints",
            [
                {
                    RemotePreference.REMOTE_ONLY: "only remote work",
                    RemotePreference.REMOTE_PREFERRED: "would rather work remotely",
                    RemotePreference.ON_SITE_PREFERRED: "would rather work on site",
                    RemotePreference.ANY: "",
                }[limits.remote],
                _labelled("places", listed(limits.places)),
                _labelled("may work in", listed(limits.work_permits)),
                _labelled("least salary a year", _salary(limits.salary_minimum, limits.salary_currency)),
                _labelled("hours a week", limits.hours_per_week),
            ],
        ),
    ]
    return "\n".join(_section(name, entries) for name, entries in sections)


def _section(name: str, entries: Sequence[str]) -> str:
    return f"{name}:\n{bullets(entries) or 'The person has not said anything about this yet.'}"


def _sentences(parts: Iterable[str | None]) -> str:
    return "; ".join(part.rstrip(".") for part in parts if part)


def _entry(head: str | None, aside: str | None = None, rest: str | None = None) -> str:
    text = f"{head or ''} ({aside})" if aside else head or ""
    return f"{text}: {rest}" if rest and text else text or rest or ""


def _labelled(label: str, value: object) -> str:
    return f"{label}: {value}" if value else ""


def _span(start: str | None, end: str | None) -> str:
    return f"{start or '?'} to {end or 'now'}" if start or end else ""


def _salary(minimum: int | None, currency: str | None) -> str:
    return "" if minimum is None else f"{minimum:,} {currency or ''}".strip()


def _entries(section: Section[Any], profile: ProfileRecord) -> list[str]:
    return [_line(section, record) for record in getattr(profile, section.name)]


def _line(section: Section[Any], record: Record) -> str:
    """Return an entry as "titles (aside): the rest"."""
    heads = (*section.titles, *section.beside)
    shown = [
        field for field in section.fields if field.prompted and field.name not in (*heads, section.aside)
    ]
    rest = [part for field in shown for part in _parts(field, getattr(record, field.name))]
    aside = getattr(record, section.aside) if section.aside else None
    if section.dated:
        aside = _span(*(getattr(record, name) for name in ("start_date", "end_date")))
    text = rest[0] if len(rest) == 1 else _sentences(rest)
    return _entry(listed(getattr(record, name) for name in heads), aside, text)


def _parts(field: Field, value: Any) -> list[str | None]:
    """Return sentences one by one, short texts in one list."""
    if not field.many:
        return [value]
    return value if field.rule is ITEM else [listed(value)]
