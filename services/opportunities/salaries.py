"""Salaries of postings as numbers."""

import re

from db.opportunities import SalaryRecord

MAX_SALARY = 2**31 - 1  # GraphQL's Int

_NUMBER = re.compile(
    r"(\d{1,3}(?:[,.'’\u00a0\u202f ]\d{3})+(?!\d)|\d+)(?:[.,](\d{1,2})(?!\d))?\s?([kK]\b)?(?!\s?(?:%|percent|Prozent))"
)
_YEAR = re.compile(r"(?<![\d€$£₹¥.,])(?<![€$£₹¥]\s)(?:19|20)\d\d(?![\d.,]\d|\s?(?:[€$£₹¥kK]|[A-Z]{3}\b))")
_PERCENT = re.compile(r"\d+(?:[.,]\d+)?\s?(?:%|percent\b|Prozent\b)", re.I)
_CLAUSE = re.compile(r"[;,]\s|\s\+\s|\bplus\b|[()]", re.I)
_ONCE = re.compile(
    r"sign(?:ing)?[- ]?on|\bsigning\b|bonus|relocation|\bequity\b|\bone[- ]?off\b|\bonce\b|joining|einmalig|prämie"
    r"|\bprime\b|stock",
    re.I,
)
_SYMBOLS = {"€": "EUR", "£": "GBP", "₹": "INR", "¥": "JPY", "$": "USD"}
_CODE = re.compile(r"\b(USD|EUR|GBP|CHF|CAD|AUD|NZD|SGD|SEK|NOK|DKK|PLN|CZK|JPY|INR|BRL|ZAR|KES|MXN)\b")
_OTHER_DOLLAR = re.compile(r"(?:C|CA|A|AU|NZ|S|SG|HK|MX|R)\$")
_PERIODS = (
    r"hr|hour|day|week|month|mo|project|article|session|h|stunde|tag|woche|monat|heure|jour|semaine|mois|hora|d[ií]a"
    r"|semana|m[eê]s|uur|dag|maand|ora|giorno|settimana|mese|godz\w*|godzin[ęe]|dzień|tydzień|mies\w*|miesiąc"
)
_NOT_A_YEAR = re.compile(
    rf"(?:/|\b(?:per|an?|pro|im|je|in der|par|à|al|la|por|all['’]|na|za)\b)\s*(?:{_PERIODS})\b"
    r"|\b(?:hourly|daily|weekly|monthly|monatlich|mtl|mensuel\w*|mensual\w*|mensa(?:l|is|ile|ili)|mensil[ei]|maandelijks"
    r"|miesięczn\w+|stündlich|täglich|wöchentlich|tagessatz|stundenlohn|monatsgehalt|monatslohn)\b",
    re.I,
)
_AT_MOST = re.compile(r"\b(?:up to|max(?:imum)?)\b", re.I)
_AT_LEAST = re.compile(r"\b(?:from|at least|min(?:imum)?|starting at)\b|\d[kK]?\s?\+", re.I)
_LOWEST_YEAR = 1000


def read_salary(text: str) -> SalaryRecord:
    """The text kept as it is, with a year's gross where it names one; an hour's or a month's pay is none.

    Percentages, years and sums that are paid once are no pay.
    """
    paid = "; ".join(clause for clause in _CLAUSE.split(text) if not _ONCE.search(clause))
    amounts = [] if _NOT_A_YEAR.search(paid) else _amounts(paid)
    if not amounts:
        return SalaryRecord(text=text)
    lowest: int | None = min(amounts)
    highest: int | None = max(amounts)
    if len(amounts) == 1 and _AT_MOST.search(paid):
        lowest = None
    elif len(amounts) == 1 and _AT_LEAST.search(paid):
        highest = None
    return SalaryRecord(text=text, minimum=lowest, maximum=highest, currency=_currency(text))


def _amounts(text: str) -> list[int]:
    """The first two that can be a year's pay: "80-110k" are two of them."""
    numbers = _NUMBER.findall(_YEAR.sub("", _PERCENT.sub("", text)))
    found = [(_value(whole, part), bool(thousands)) for whole, part, thousands in numbers][:2]
    shared = any(thousands for _, thousands in found)
    amounts = [round(value * 1000 if shared and value < _LOWEST_YEAR else value) for value, _ in found]
    return [amount for amount in amounts if _LOWEST_YEAR <= amount <= MAX_SALARY]


def _value(whole: str, part: str) -> float:
    return float(f"{re.sub(r'[^0-9]', '', whole)}.{part or 0}")


def _currency(text: str) -> str | None:
    if code := _CODE.search(text):
        return code.group()
    if _OTHER_DOLLAR.search(text):
        return None
    return next((code for symbol, code in _SYMBOLS.items() if symbol in text), None)
