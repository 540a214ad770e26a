"""Salaries of postings as numbers."""

import re

from db.opportunities import SalaryRecord

MAX_SALARY = 2**31 - 1  # GraphQL's Int

_NUMBER = re.compile(r"(\d{1,3}(?:[,.'  ]\d{3})+(?!\d)|\d+(?:[.,]\d{1,2})?)\s?([kK]\b)?")
_SYMBOLS = {"€": "EUR", "£": "GBP", "₹": "INR", "¥": "JPY", "$": "USD"}
_CODE = re.compile(r"\b(USD|EUR|GBP|CHF|CAD|AUD|NZD|SGD|SEK|NOK|DKK|PLN|CZK|JPY|INR|BRL|ZAR|KES|MXN)\b")
_OTHER_DOLLAR = re.compile(r"(?:C|CA|A|AU|NZ|S|SG|HK|MX|R)\$")
_NOT_A_YEAR = re.compile(
    r"(?:/|\bper\b|\ban?\b)\s*(?:hr|hour|day|week|month|mo|project|article|session)\b|\b(?:hourly|daily|weekly|monthly)\b",
    re.I,
)
_AT_MOST = re.compile(r"\b(?:up to|max(?:imum)?)\b", re.I)
_AT_LEAST = re.compile(r"\b(?:from|at least|min(?:imum)?|starting at)\b|\d[kK]?\s?\+", re.I)
_LOWEST_YEAR = 1000


def read_salary(text: str) -> SalaryRecord:
    """The text kept as it is, with a year's gross where it names one; an hour's or a month's pay is none."""
    amounts = [] if _NOT_A_YEAR.search(text) else _amounts(text)
    if not amounts:
        return SalaryRecord(text=text)
    lowest: int | None = min(amounts)
    highest: int | None = max(amounts)
    if len(amounts) == 1 and _AT_MOST.search(text):
        lowest = None
    elif len(amounts) == 1 and _AT_LEAST.search(text):
        highest = None
    return SalaryRecord(text=text, minimum=lowest, maximum=highest, currency=_currency(text))


def _amounts(text: str) -> list[int]:
    """The first two that can be a year's pay: "80-110k" are two of them."""
    found = [(_value(number), bool(thousands)) for number, thousands in _NUMBER.findall(text)][:2]
    shared = any(thousands for _, thousands in found)
    amounts = [round(value * 1000 if shared and value < _LOWEST_YEAR else value) for value, _ in found]
    return [amount for amount in amounts if _LOWEST_YEAR <= amount <= MAX_SALARY]


def _value(number: str) -> float:
    if re.search(r"[,.'  ]\d{3}", number):
        return float(re.sub(r"\D", "", number))
    return float(number.replace(",", "."))


def _currency(text: str) -> str | None:
    if code := _CODE.search(text):
        return code.group()
    if _OTHER_DOLLAR.search(text):
        return None
    return next((code for symbol, code in _SYMBOLS.items() if symbol in text), None)
