"""Salaries of postings as numbers."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from db.opportunities import SalaryRecord

MAX_SALARY = 2**31 - 1  # GraphQL's Int


def _any(words: str) -> str:
    """Return a pattern for one of the patterns that blanks separate; ``_`` stands for a blank in one."""
    return "|".join(word.replace("_", r"\s?") for word in words.split())


_THOUSANDS = _any(r"[kK] T(?=_€) Tsd\.? Tausend tys\.? mila? duizend thousand")
_NUMBER = re.compile(
    r"(?P<whole>\d{1,3}(?:[,.'’\u00a0\u202f ]\d{3})+(?!\d)|\d{1,2}(?:,\d\d)+,\d{3}(?!\d)|\d+)"
    rf"(?:[.,](?P<part>\d{{1,2}})(?!\d))?(?:\s?(?:(?P<thousands>{_THOUSANDS})(?!\w)|(?P<myriads>万)))?"
    r"(?!\s?(?:%|percent|Prozent))"
)
_YEAR = re.compile(r"(?<![\d€$£₹¥.,])(?<![€$£₹¥]\s)(?:19|20)\d\d(?![\d.,]\d|\s?(?:[€$£₹¥kK]|[A-Z]{3}\b))")
_PERCENT = re.compile(r"\d+(?:[.,]\d+)?\s?(?:%|percent\b|Prozent\b)", re.I)
_NO_CENTS = re.compile(r"(?<=\d)[.,](?:-{1,2}|[–—])")
_CLAUSE = re.compile(r"[;,]\s|\s\+\s|\bplus\b|[()]", re.I)
_ONCE = re.compile(
    r"sign(?:ing)?[- ]?on|\bsigning\b|bonus|relocation|\bequity\b|\bone[- ]?off\b|\bonce\b|joining|einmalig|prämie"
    r"|\bprime\b|stock|budget|allowance|zuschuss|zulage|premio|premia\b|toeslag",
    re.I,
)
_SYMBOLS = {"€": "EUR", "£": "GBP", "₹": "INR", "¥": "JPY", "$": "USD"}
_WORDS = {"euro": "EUR", "zł": "PLN", "zl": "PLN", "kč": "CZK", "fr": "CHF", "sfr": "CHF", "円": "JPY"}
_CODES = "USD|EUR|GBP|CHF|CAD|AUD|NZD|SGD|SEK|NOK|DKK|PLN|CZK|JPY|INR|BRL|ZAR|KES|MXN"
_CODE = re.compile(rf"\b({_CODES})\b")
_WORD = re.compile(r"\b(euro|zł|zl|kč|s?fr)(?:(?<=euro)s)?\b|(円)", re.I)
_OTHER_DOLLAR = re.compile(r"(?:C|CA|A|AU|NZ|S|SG|HK|MX|R)\$")
_MONEY = rf"(?:[€£₹¥$]|(?:{_CODES})\b|(?i:euros?|zł|zl|kč|kr|s?fr)\b\.?|円)"
_BEFORE = re.compile(rf"(?:^|[\W\d]|[A-Z](?=\$)){_MONEY}\s?$")
_AFTER = re.compile(rf"\s?{_MONEY}")

_PERIODS = _any(
    r"""
    hr hour day week fortnight month mo project article session h
    std\.? stunde tag woche monat heure jour semaine mois hora d[ií]a semana m[eê]s uur dag maand mnd
    ora giorno settimana mese godz\w* godzin[ęe] dzień tydzień mies\w* miesiąc mc msc
    mån(?:ad(?:en)?)? måned(?:en)? timme time måltid
    """
)
_OF_PERIOD = rf"""
    (?:/|\b(?:per|an?|every|pro|im|je|die|in_der|par|à|al|la|por|all['’]|na|za|i)\b)\s*(?:{_PERIODS})(?!\w)
    |\b(?:hourly|daily|weekly|bi-?weekly|fortnightly|monthly|monatlich\w*|mtl|mensuel\w*|mensual\w*)\b
    |\b(?:mensa(?:l|is|ile|ili)|mensil[ei]|maandelijks|maandsalaris|maandloon|miesięczn\w+)\b
    |\b(?:stündlich|täglich|wöchentlich|tagessatz|stundenlohn|monatsgehalt|monatslohn|uurloon|tjm)\b
    |\bp_?/_?[mhudw]\b|\bp\._?[mhw]\.|\bpcm\b|\b1[2-5]_?(?:x|×|mal\b)|[x×]_?1[2-5]\b
"""
_NOT_A_YEAR = re.compile("".join(_OF_PERIOD.split()).replace("_", r"\s?"), re.I)
_TIME = _any(
    r"h hrs? hours? days? std\.? stunden tagen? heures jours horas d[ií]as uren uur dagen ore giorni godzin dni"
)
_WORKING_TIME = re.compile(
    rf"\d+(?:[.,]\d+)?\s?-?\s?(?:{_TIME})\s?(?:per|an?|pro|in\sder|je|die|par|a\sla|por|al|alla|w|na|/)\s?"
    r"(?:week|woche|semaine|semana|settimana|tygodniu|tydzień|wk|month|monat|mois|mes|mese|maand)\b",
    re.I,
)
_PAID_OUT = re.compile(
    r"\b(?:paid|payable|zahlbar|betaald|pagat[oi]|payé)\s(?:\w+ly|monatlich|mensuellement|maandelijks|mensilmente)\b"
    r"|\bmonatlich(?:e)?\s(?:aus)?(?:gezahlt|bezahlt|zahlung)\b",
    re.I,
)
_A_YEAR = re.compile(
    r"\b(?:year|yr|yearly|annum|annual(?:ly)?|jahr|jähr\w+|jahres\w+|(?<=/)an|par\san|année|annuel\w*|año|anual\w*|anno|annu[aio]"
    r"|annuale|jaar|jaar\w+|rok|roczni\w+|år|årlig\w*|ano)\b|\bp\.?\s?a\b|\bb/a\b|\b(?-i:RAL|LPA)\b|年",
    re.I,
)
_NEXT = rf"\s?(?:{_MONEY}\s?)?\d"
_AT_MOST = re.compile(
    rf"\b(?:up to|max(?:imum)?|maximal|höchstens|maximaal|jusqu['’]à|hasta|fino a|até|upp till|op til)\b"
    rf"|\b(?:bis(?:\szu)?|tot|do|au plus)\b(?={_NEXT})",
    re.I,
)
_AT_LEAST = re.compile(
    rf"\b(?:at least|min(?:imum)?|starting at|mindestens|minimaal|minimalnie|almeno|au moins|al menos)\b|\d[kK]?\s?\+"
    rf"|\b(?:from|ab|à partir de|dès|a partir de|a partire da|desde|vanaf|von|od|da|från|fra)\b(?={_NEXT})",
    re.I,
)
_BETWEEN = re.compile(
    rf"\s?(?:{_MONEY}|gross|brutto|brut|bruto)?(?:\s?/\s?(?:yr|year|jahr|an|año|anno|jaar))?\s?"
    r"(?:[-–—/〜~]|to|up to|and|max(?:imum)?|bis(?: zu)?|und|à|et|jusqu['’]à|y|a|al|hasta|en|tot|do|i|ed?|fino a|até"
    r"|till?)"
    rf"\s?(?:[A-Z]{{1,2}}(?=\$))?(?:{_MONEY})?\s?",
    re.I,
)
_LOWEST_YEAR = 1000
_LIKELY_YEAR = 10_000
_LIKELY = {"PLN": 40_000, "JPY": 1_000_000} | dict.fromkeys(
    ["SEK", "NOK", "DKK", "CZK", "INR", "ZAR", "KES", "MXN"], 100_000
)
"""The least that is a year's pay when the text does not say of what it is; less is likely a month's."""


class _Amount(NamedTuple):
    """A number of a text: whether a currency stands beside it, whether it is in thousands, and where it is."""

    value: float
    money: bool
    thousands: bool
    start: int
    end: int


def read_salary(text: str) -> SalaryRecord:
    """The text kept as it is, with a year's gross where it names one; an hour's or a month's pay is none.

    Percentages, years, working hours, sums that are paid once and numbers beside which no currency stands where it
    stands beside others are no pay. What may be of another period than a year stays text.
    """
    paid = _PAID_OUT.sub("", _WORKING_TIME.sub("", text))
    paid = "; ".join(clause for clause in _CLAUSE.split(paid) if not _ONCE.search(clause))
    paid = _NO_CENTS.sub("", paid)
    currency = _currency(text)
    least = _LOWEST_YEAR if _A_YEAR.search(text) else _LIKELY.get(currency or "", _LIKELY_YEAR)
    amounts = [] if _NOT_A_YEAR.search(paid) else _amounts(paid, least)
    if not amounts:
        return SalaryRecord(text=text)
    lowest: int | None = min(amounts)
    highest: int | None = max(amounts)
    if len(amounts) == 1 and _AT_MOST.search(paid):
        lowest = None
    elif len(amounts) == 1 and _AT_LEAST.search(paid):
        highest = None
    return SalaryRecord(text=text, minimum=lowest, maximum=highest, currency=currency)


def _amounts(text: str, least: int) -> list[int]:
    """The first range that can be a year's pay, else the first such amount. "80-110k" are two of them."""
    text = _YEAR.sub("", _PERCENT.sub("", text))
    found = [_amount(text, match) for match in _NUMBER.finditer(text)]
    for counted in (_with_money(text, found), found):
        for amounts in (*_ranges(text, counted), *([each] for each in counted)):
            values = [round(each.value) for each in amounts]
            if all(least <= value <= MAX_SALARY for value in values):
                return values
        if counted:
            break
    return []


def _with_money(text: str, found: Sequence[_Amount]) -> list[_Amount]:
    """Return those beside which a currency stands, or beside the other end of whose range."""
    ranges = [pair for pair in pairwise(found) if _joined(text, *pair) and any(each.money for each in pair)]
    beside = {each for pair in ranges for each in pair} | {each for each in found if each.money}
    return [each for each in found if each in beside]


def _ranges(text: str, found: Sequence[_Amount]) -> Iterator[list[_Amount]]:
    for first, second in pairwise(found):
        if _joined(text, first, second):
            shared = first.thousands or second.thousands
            yield [
                _Amount(each.value * 1000, *each[1:])
                if shared and not each.thousands and each.value < _LOWEST_YEAR
                else each
                for each in (first, second)
            ]


def _joined(text: str, first: _Amount, second: _Amount) -> bool:
    return _BETWEEN.fullmatch(text, first.end, second.start) is not None


def _amount(text: str, number: re.Match[str]) -> _Amount:
    value = float(f"{re.sub(r'[^0-9]', '', number['whole'])}.{number['part'] or 0}")
    thousands = number["thousands"] is not None
    if number["myriads"]:
        value *= 10_000
    elif thousands and value < _LOWEST_YEAR:
        value *= 1000
    start, end = number.span()
    money = _BEFORE.search(text[:start]) is not None or _AFTER.match(text, end) is not None
    return _Amount(value, money, thousands, start, end)


def _currency(text: str) -> str | None:
    if code := _CODE.search(text):
        return code.group()
    if _OTHER_DOLLAR.search(text):
        return None
    if symbol := next((code for symbol, code in _SYMBOLS.items() if symbol in text), None):
        return symbol
    word = _WORD.search(text)
    return _WORDS[(word[1] or word[2]).lower()] if word else None
