"""Dates as people write them in résumés, as far as they have one meaning only."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Protocol, TypeVar

_MONTHS = """
january january januar janvier enero gennaio janeiro januari
february februar février fevrier febrero febbraio fevereiro februari
march märz maerz mars marzo março marco maart
april avril abril aprile
may mai mayo maggio maio mei
june juni juin junio giugno junho
july juli juillet julio luglio julho
august août aout agosto augustus
september septembre septiembre settembre setembro
october oktober octobre octubre ottobre outubro
november novembre noviembre novembro
december dezember décembre decembre diciembre dicembre dezembro
"""
_MONTH_OF = {
    name: number for number, line in enumerate(_MONTHS.split("\n")[1:-1], start=1) for name in line.split()
}
_MONTH_OF |= {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9}
_MONTH_OF |= {"oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12, "mär": 3}
_OPEN_WORDS = """
present, current, currently, now, today, ongoing, to date, till date, until now, till now, to present, present time
heute, aktuell, jetzt, bis heute, laufend, derzeit
présent, aujourd'hui, aujourd’hui, actuel, actuellement, en cours
presente, actual, actualidad, actualmente, hoy, oggi, attuale, in corso, atual, atualmente, hoje
heden, nu, obecnie
-, –, —, …, ...
"""
_OPEN = frozenset(word.strip() for word in _OPEN_WORDS.replace("\n", ",").split(",")) - {""}
_YEAR = r"(?P<year>[12][0-9]{3})"
_MONTH = r"(?P<month>0?[1-9]|1[0-2])"
_DAY = r"(?P<day>0?[1-9]|[12][0-9]|3[01])"
_NAME = r"(?P<name>[^\W\d_]{3,10})\.?"
_FORMS = [
    re.compile(form, re.ASCII if "name" not in form else 0)
    for form in (
        rf"{_YEAR}",
        rf"{_YEAR}-{_MONTH}(-{_DAY})?([T ].{{0,30}})?",
        rf"{_YEAR}[/.]{_MONTH}([/.]{_DAY})?\.?",
        rf"{_MONTH}[-/.]{_YEAR}",
        rf"{_DAY}\.\s?{_MONTH}\.\s?{_YEAR}",  # with full stops the day comes first wherever they are used
        rf"{_NAME},?\s(of\s|de\s)?{_YEAR}",
        rf"{_YEAR},?\s{_NAME}",
        rf"{_DAY}(st|nd|rd|th|\.)?\s(de\s)?{_NAME},?\s(de\s)?{_YEAR}",
        rf"{_NAME}\s{_DAY}(st|nd|rd|th)?,?\s{_YEAR}",
    )
]


def open_end(text: str) -> bool:
    """True for a word that stands for the present, in the languages most résumés are written in."""
    return text.casefold().strip().strip("()").rstrip(".") in _OPEN or text.strip() in _OPEN


def plain_date(text: str) -> str | None:
    """Return the date in ISO 8601, cut as the text is; None when the text is no date or could be two."""
    text = " ".join(text.split())
    if len(text) > 60:
        return None
    for form in _FORMS:
        if match := form.fullmatch(text):
            return _iso(match.groupdict())
    return None


def _iso(parts: dict[str, str | None]) -> str | None:
    year, month, day, name = (parts.get(part) for part in ("year", "month", "day", "name"))
    number = _MONTH_OF.get(name.casefold()) if name else int(month) if month else None
    if year is None or (name and number is None):
        return None
    if number is None:
        return year
    try:
        found = date(int(year), number, int(day or 1))
    except ValueError:
        return None
    return found.isoformat() if day else found.isoformat()[:7]


class Dated(Protocol):
    """An entry of a profile with dates of ISO 8601, possibly cut to year or month."""

    @property
    def start_date(self) -> str | None: ...
    @property
    def end_date(self) -> str | None: ...


DatedT = TypeVar("DatedT", bound=Dated)


def newest_first(entries: Sequence[DatedT]) -> list[DatedT]:
    """Return what goes on first, then what ended last; equal ones as they stand.

    One without dates stays behind the one that stands before it.
    """
    keyed: list[tuple[tuple[str, str], DatedT]] = []
    key = (_ENDLESS, _ENDLESS)
    for entry in entries:
        if entry.start_date or entry.end_date:
            key = entry.end_date or _ENDLESS, entry.start_date or ""
        keyed.append((key, entry))
    return [entry for _, entry in sorted(keyed, key=lambda each: each[0], reverse=True)]


_ENDLESS = "9999"
