"""Check that a proposal stands in the words quoted for it: a model may have been told what else to propose."""

import re
import unicodedata

from db.driver.records import Record
from db.profiles import RemotePreference
from services.kit.words.terms import words

NAMES = frozenset(["name", "position", "organization", "institution", "area", "study_type", "entity"])
"""Fields that say what an entry is: without one that is proposed there is no entry."""

_SHORTEST_STEM = 4
_LONGEST_ENDING = 4
_FIGURE = re.compile(r"(\d+(?:[.,'’\u00a0\u202f ]\d{3})*)(?:[.,]\d+)?\s?(k\b)?", re.IGNORECASE)
_NUMBER_WORDS = {
    "five": 5,
    "eight": 8,
    "ten": 10,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
}
_CURRENCIES = {"EUR": "€|euro", "USD": r"\$|dollar", "GBP": "£|pound", "CHF": "fr\\b|franken|franc|franchi"}
_WORKPLACE = re.compile(
    r"remote|home|office|on-?\s?site|hybrid|telework|télétravail|teletrabajo|distanc|thuis|zdaln|büro|buero|vor ort"
    r"|bureau|oficina|ufficio|kantoor|biur|casa|remot",
    re.IGNORECASE,
)
# Words that say no more than the sentence does that they stand for.
_SAYS_NOTHING = frozenset(
    words(
        "become get find start move switch change go learn want have make take do improve better good new job next"
    )
)


def carried(field: str, value: object, quotation: str) -> bool:
    """The quotation says what the field holds, in these or nearly these words."""
    if isinstance(value, list):
        return all(carried(field, each, quotation) for each in value)
    if isinstance(value, int):
        return value in _figures(quotation)
    text = str(value)
    if field == "remote":
        return text == RemotePreference.ANY or bool(_WORKPLACE.search(quotation))
    if field == "salary_currency":
        return bool(
            re.search(rf"{_CURRENCIES.get(text, '(?!)')}|\b{re.escape(text)}\b", quotation, re.IGNORECASE)
        )
    if field == "work_permits":
        return bool(re.search(r"\b[A-Z]\w+.*\b[A-Z]\w+", quotation))
    return _said(text, quotation)


def proposed(part: Record) -> dict[str, object]:
    """The fields of an entry that say something."""
    return {name: value for name, value in part if value not in (None, [], "") and name != "source"}


def _said(text: str, quotation: str) -> bool:
    wanted, there = set(words(text, prose=False)) - _SAYS_NOTHING, set(words(quotation, prose=False))
    there |= set(words(quotation))
    plain = _plain(quotation)
    return _plain(text) in plain or all(word in plain or _alike(word, there) for word in wanted)


def _alike(word: str, there: set[str]) -> bool:
    """The word or another form of it."""
    return any(
        other == word
        or (
            len(stem := _common(word, other)) >= _SHORTEST_STEM
            and max(len(word), len(other)) - len(stem) <= _LONGEST_ENDING
            and word.isalpha()
        )
        for other in there
    )


def _common(first: str, second: str) -> str:
    size = next((at for at, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), None)
    return first[: min(len(first), len(second)) if size is None else size]


def _figures(quotation: str) -> set[int]:
    """The numbers in the quotation, also as thousands, and as a year's from a month's."""
    found = {
        number
        for word, number in _NUMBER_WORDS.items()
        if re.search(rf"\b{word}\b", quotation, re.IGNORECASE)
    }
    for figure, thousands in _FIGURE.findall(quotation):
        number = int("".join(filter(str.isdecimal, figure)))
        found |= {number * 1000} if thousands else {number, number * 12}
    return found


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
