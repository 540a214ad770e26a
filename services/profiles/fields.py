"""Rules for the values of profile fields, applied in two ways.

A person's change is *checked*: a value that does not fit is refused by its path. A résumé is *read*: a value that
does not fit is cut or left out, and the stored document keeps it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from db.profiles import RemotePreference
from services.kit.errors import InvalidInput
from services.kit.words.text import clean, encodable
from services.profiles.dates import open_end, plain_date

MAX_ITEMS = 200
MAX_SALARY = 2**31 - 1  # GraphQL's Int


def url(text: str) -> str | None:
    """An absolute http or https address, else None."""
    try:
        parts = urlsplit(text)
        usable = (
            parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\s<>\"]", text)
        )
    except ValueError:
        return None
    return text if usable else None


def partial_date(text: str) -> str | None:
    """A day, month or year of ISO 8601 that exists, else None."""
    if not re.fullmatch(r"[12][0-9]{3}(-[0-9]{2}){0,2}", text, re.ASCII):
        return None
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return None
    return text


def _letters(count: int) -> Callable[[str], str | None]:
    def form(text: str) -> str | None:
        return text.upper() if len(text) == count and text.isascii() and text.isalpha() else None

    return form


def _remote(text: str) -> str | None:
    return text if text in RemotePreference.__members__ else None


@dataclass(frozen=True, slots=True)
class TextRule:
    """At most ``limit`` characters; ``form`` gives the canonical form or None, ``hint`` says what fits.

    For documents only: ``loose`` reads other spellings, and ``absent`` tells words that stand for no value.
    """

    limit: int = 300
    form: Callable[[str], str | None] | None = None
    hint: str = ""
    loose: Callable[[str], str | None] | None = None
    absent: Callable[[str], bool] | None = None

    def read(self, value: object) -> str | None:
        """Return the usable part of the value."""
        if not isinstance(value, str):
            return None
        text = clean(value)
        if self.form is not None:
            return self.form(text) if len(text) <= self.limit else None
        return text[: self.limit].rstrip() or None

    def look(self, value: object) -> tuple[str | None, str | None]:
        """Return what a document's value is read as, and why that is nothing or not what is written."""
        if value is None:
            return None, None
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not isinstance(value, str) and not number:
            return None, "Must be text; leave it out when there is none."
        text = clean(str(value))
        if not text or (self.absent is not None and self.absent(text)):
            return None, None
        return self._look_at(text, "Read as text." if number else None)

    def _look_at(self, text: str, note: str | None) -> tuple[str | None, str | None]:
        found = self.read(text)
        if found is None and self.loose is not None:
            found = self.loose(text)
            note = f"Read as {found}."
        if found is None:
            return None, self.hint
        if self.form is None and len(text) > self.limit:
            note = f"The profile shows the first {self.limit} of these {len(text)} characters."
        return found, note

    def check(self, value: object, path: str) -> str | None:
        """The value cleaned, None when nothing of it can be seen. Raises ``InvalidInput``."""
        text = _usable_text(value, path)
        if not text:
            return None
        if len(text) > self.limit:
            raise InvalidInput(path, f"Too long: {len(text)} characters; the limit is {self.limit}.")
        if self.form is None:
            return text
        form = self.form(text)
        if form is None:
            raise InvalidInput(path, self.hint)
        return form


@dataclass(frozen=True, slots=True)
class NumberRule:
    """A whole number in the given bounds, both included."""

    minimum: int
    maximum: int

    def read(self, value: object) -> int | None:
        """The number, None when it is out of bounds or none."""
        if isinstance(value, bool) or not isinstance(value, int):
            return None
        return value if self.minimum <= value <= self.maximum else None

    def check(self, value: object, path: str) -> int | None:
        """The number, None for none. Raises ``InvalidInput``."""
        if value is not None and self.read(value) is None:
            raise InvalidInput(path, f"Must be a whole number from {self.minimum} to {self.maximum}.")
        return self.read(value)


PLAIN = TextRule()
NAME = TextRule(200)
LONG = TextRule(5000)
ITEM = TextRule(2000)
URL = TextRule(2000, url, "Must be an address that begins with http:// or https://.")
_DATE_HINT = "Must be a date such as 2024, 2024-05 or 2024-05-31."
DATE = TextRule(10, partial_date, _DATE_HINT, plain_date)
END_DATE = TextRule(10, partial_date, _DATE_HINT, plain_date, open_end)
COUNTRY = TextRule(2, _letters(2), "Must be a country's two letters (ISO 3166-1), such as DE.")
CURRENCY = TextRule(3, _letters(3), "Must be a currency's three letters (ISO 4217), such as EUR.")
REMOTE = TextRule(20, _remote, f"Must be one of {', '.join(RemotePreference)}.")
SALARY = NumberRule(0, MAX_SALARY)
HOURS = NumberRule(1, 168)


def camel(name: str) -> str:
    """``hours_per_week`` as clients write it: ``hoursPerWeek``."""
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


def camelled(value: Any) -> Any:
    """JSON with every name in it as clients write it."""
    if isinstance(value, Mapping):
        return {camel(name): camelled(each) for name, each in value.items()}
    return [camelled(each) for each in value] if isinstance(value, list) else value


def check_length(value: object, path: str) -> list[object]:
    """Return the list, an empty one for None. Raises ``InvalidInput`` when it is too long."""
    items = value if isinstance(value, list) else []
    if len(items) > MAX_ITEMS:
        raise InvalidInput(path, f"Too many entries: {len(items)}; the limit is {MAX_ITEMS}.")
    return items


def _usable_text(value: object, path: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidInput(path, "Must be text.")
    if not encodable(value):
        raise InvalidInput(path, "Contains an invalid character (a lone surrogate).")
    return clean(value)
