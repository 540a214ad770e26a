"""The fixed reply to somebody in distress, with people to call in their country.

Names, numbers and wording are data with their sources: ``help_lines.json``.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class _HelpLines:
    replies: Mapping[str, str]
    international: str
    countries: Mapping[str, str]


def help_reply(language: str, country_code: str | None) -> str:
    """The reply in the language, else in English, with the country's help lines and the international one."""
    known = _help_lines()
    own = known.countries.get((country_code or "").strip().upper())
    lines = f"{own}; {known.international}" if own else known.international
    return known.replies.get(language, known.replies[_FALLBACK]).format(lines=lines)


@cache
def _help_lines() -> _HelpLines:
    data = json.loads(files("services.safety").joinpath("help_lines.json").read_text("utf-8"))
    return _HelpLines(
        replies=data["replies"],
        international=_line(data["international"]),
        countries={code: "; ".join(map(_line, lines)) for code, lines in data["countries"].items()},
    )


def _line(entry: Mapping[str, str]) -> str:
    return f"{entry['name']}, {entry['contact']}"
