"""Dates as people write them in résumés, as far as they have one meaning only."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Protocol, TypeVar

# English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Swedish, Danish and Norwegian, with their usual
# abbreviations. Not "listopad": November for Poles and Czechs, October for Croats.
_MONTHS = """
jan january januar jän jänner janvier janv enero ene gennaio gen janeiro januari styczeń stycznia sty
feb february februar feber février fevrier févr fevr febrero febbraio fevereiro fev februari luty lutego lut
mar march märz maerz mär mars marzo março marco maart mrt marts marzec marca
apr april avril avr abril abr aprile kwiecień kwietnia kwi
may mai mayo maggio mag maio mei maj maja
jun june juni juin junio giugno giu junho czerwiec czerwca cze
jul july juli juillet juil julio luglio lug julho lipiec lipca lip
aug august août aout agosto ago augustus augusti sierpień sierpnia sie
sep sept september septembre septiembre setiembre settembre set setembro wrzesień września wrz
oct october okt oktober octobre octubre ottobre ott outubro out październik października paź
nov november novembre noviembre novembro
dec december dez dezember déc décembre decembre dic diciembre dicembre dezembro des desember grudzień grudnia gru
"""
_MONTH_OF = {
    name: number for number, line in enumerate(_MONTHS.split("\n")[1:-1], start=1) for name in line.split()
}
_OPEN_WORDS = """
present, current, currently, now, today, ongoing, to date, till date, until now, till now, to present, present time
current job, current position
heute, aktuell, jetzt, bis heute, bis jetzt, bis dato, laufend, fortlaufend, derzeit, gegenwärtig, andauernd
présent, à présent, jusqu'à présent, aujourd'hui, à aujourd'hui, actuel, actuellement, en cours, à ce jour
presente, actual, actualidad, la actualidad, hasta la actualidad, actualmente, hoy, hasta hoy, hasta la fecha
a la fecha, en curso, oggi, ad oggi, a oggi, attuale, attualmente, in corso
atual, atualmente, hoje, até hoje, até o momento, em curso
heden, tot heden, nu, tot nu, obecnie, do teraz, teraz, nadal
nå, pågående, nuværende, nuvarande, idag, i dag, bugün, günümüz, halen, în prezent, până în prezent
настоящее время, по настоящее время, до настоящего времени, сейчас, дотепер, по теперішній час
至今, 现在, 現在, 目前, 현재
-, –, —, …, ...
"""
_OPEN = frozenset(word.strip() for word in _OPEN_WORDS.replace("\n", ",").split(",")) - {""}
_YEAR = r"(?P<year>[12][0-9]{3})"
_MONTH = r"(?P<month>0?[1-9]|1[0-2])"
_DAY = r"(?P<day>0?[1-9]|[12][0-9]|3[01])"
_NAME = r"(?P<name>[^\W\d_]{3,12})\.?"
_FORMS = [
    re.compile(form, re.ASCII if "name" not in form else 0)
    for form in (
        rf"{_YEAR}",
        rf"{_YEAR}-{_MONTH}(-{_DAY})?([T ].{{0,30}})?",
        rf"{_YEAR}[/.]{_MONTH}([/.]{_DAY})?\.?",
        rf"{_MONTH}[-/.]{_YEAR}",
        rf"{_DAY}\.\s?{_MONTH}\.\s?{_YEAR}",  # with full stops the day comes first wherever they are used
        rf"{_NAME},?\s(of\s|del?\s)?{_YEAR}",
        rf"{_YEAR},?\s{_NAME}",
        rf"{_DAY}(st|nd|rd|th|er|[.º°])?\s(de\s)?{_NAME},?\s(del?\s)?{_YEAR}",
        rf"{_NAME}\s{_DAY}(st|nd|rd|th)?,?\s{_YEAR}",
        rf"{_YEAR}\s?[年년](\s?{_MONTH}\s?[月월](\s?{_DAY}\s?[日일])?)?",
        # With strokes either may come first: one meaning where only one can be a month, or both are the same.
        rf"(?P<day>1[3-9]|2[0-9]|3[01])/{_MONTH}/{_YEAR}",
        rf"{_MONTH}/(?P<day>1[3-9]|2[0-9]|3[01])/{_YEAR}",
        rf"{_MONTH}/(?P<day>(?P=month))/{_YEAR}",
    )
]


def open_end(text: str) -> bool:
    """True for a word that stands for the present, in the languages most résumés are written in."""
    text = " ".join(unicodedata.normalize("NFC", text).replace("’", "'").split())
    return text.casefold().strip("()").rstrip(".") in _OPEN or text in _OPEN


def plain_date(text: str) -> str | None:
    """Return the date in ISO 8601, cut as the text is; None when the text is no date or could be two."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
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
