"""The text of a profile that every prompt shares, and how any text is made harmless before it enters one."""

import html
import re
from collections.abc import Iterable, Sequence
from typing import Any

from db.driver.records import Record
from db.profiles import ProfileRecord, RemotePreference
from services.kit.text import clean, without_hidden, without_invisible
from services.profiles.fields import ITEM
from services.profiles.sections import SECTIONS, Field, Section

_LONGEST_SECTION = 2_500
_LONGEST_ENTRY = 1_200
_OPENING = re.compile("[<＜﹤]")
# With or without its semicolon, also of an ampersand that is itself a reference.
_REFERENCE = re.compile(r"&(?:amp;?|#0*38;?|#x0*26;?)*(#x[0-9a-f]+;?|#\d+;?|[a-z]\w*;?)", re.IGNORECASE)
_MOST_PASSES = 5


def neutralise(text: str) -> str:
    """Data for a prompt: nothing invisible, and no character or reference left that could begin a tag."""
    text = without_invisible(clean(text))
    for _ in range(_MOST_PASSES):
        plain = without_invisible(clean(_REFERENCE.sub(_harmless, text)))
        if plain == text:
            return _OPENING.sub("‹", text)
        text = plain
    return _OPENING.sub("‹", text.replace("&", "＆"))


def _harmless(found: re.Match[str]) -> str:
    """A reference as it stands, but one to the beginning of a tag or to something invisible as what it means."""
    meant = html.unescape(f"&{found[1]}")
    shown = _OPENING.sub("‹", without_hidden(without_invisible(meant)))
    return found.group() if shown == meant else shown


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


def one_line(text: object) -> str:
    """Return the text as one line, so that nothing in it can pass for the beginning of another section."""
    return " ".join(neutralise(str(text)).split())


def cut(text: str, longest: int) -> str:
    """At most ``longest`` characters, saying so when it is not all."""
    return text if len(text) <= longest else text[: longest - 14].rstrip() + " … (shortened)"


def bullets(entries: Iterable[str], longest: int = _LONGEST_SECTION) -> str:
    """Return one line per entry, empty ones left out, harmless and bounded."""
    lines = (cut(one_line(entry), _LONGEST_ENTRY) for entry in entries)
    return cut("\n".join(f"- {line}" for line in lines if line), longest)


def _section(name: str, entries: Sequence[str]) -> str:
    return f"{name}:\n{bullets(entries) or 'The person has not said anything about this yet.'}"


def listed(parts: Iterable[str | None]) -> str:
    """Return the given texts separated by commas."""
    return ", ".join(part for part in parts if part)


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
