"""Opportunities in a file: rules for each field. The format: docs/opportunity-format.md."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from db.opportunities import OpportunityKind, OpportunityStatus, Remote, SalaryRecord
from services.kit.words.text import clean, encodable
from services.opportunities.salaries import MAX_SALARY, read_salary
from services.profiles.dates import plain_date
from services.profiles.fields import url

_YEARS = range(1970, 9999)
_DAY = re.compile(r"\d{4}(-\d{2}){0,2}", re.ASCII)
_WEEK = re.compile(r"\d{4}-?W\d{2}", re.ASCII)
_ISO = re.compile(r"\d{4}(?:$|-|\d|W)", re.ASCII)


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        if not encodable(value):
            raise ValueError("Contains an invalid character (a lone surrogate).")
        return clean(value) or None
    return value


def _line(value: object) -> object:
    value = _cleaned(value)
    return " ".join(value.split()) if isinstance(value, str) else value


def _nothing(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _identifier(value: object) -> object:
    return _line(str(value) if isinstance(value, int) and not isinstance(value, bool) else value)


def _lines(value: object) -> object:
    """Without doubles and without what says nothing."""
    if not isinstance(value, list):
        return [] if value is None else value
    kept: dict[object, object] = {}
    for item in map(_line, value):
        if item is not None:
            kept.setdefault(item.casefold() if isinstance(item, str) else len(kept), item)
    return list(kept.values())


def _upper(value: object) -> object:
    value = _line(value)
    return value.upper() if isinstance(value, str) else value


def _web_address(value: object) -> object:
    value = _line(value)
    if isinstance(value, str) and url(value) is None:
        raise ValueError("Must be an address that begins with http:// or https://.")
    return value


def _moment(value: object, at: time) -> object:
    """ISO 8601, or a date as people write it; a day, month or year alone is its first day, and the day's ``at``.

    Without a zone UTC.
    """
    value = _plain(_line(value))
    if value is None or isinstance(value, datetime):
        return value
    try:
        if not isinstance(value, str):
            raise TypeError
        if _DAY.fullmatch(value):
            moment = datetime.combine(datetime.fromisoformat(value + "-01-01"[len(value) - 4 :]), at)
        else:
            moment = datetime.fromisoformat(value)
        moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
        if moment.year not in _YEARS:
            raise ValueError
    except (ValueError, TypeError, OverflowError):
        raise ValueError("Must be a date or time of ISO 8601, such as 2026-05-31.") from None
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _plain(value: object) -> object:
    """In ISO 8601 what is written otherwise and has one meaning: ``31. Dezember 2026``."""
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value).isoformat()  # also 20261231
    except ValueError:
        return value if _ISO.match(value) else plain_date(value) or value


def _last_day(value: object) -> object:
    """The last day of a year, a month or a week: a deadline that names a period is over when the period is."""
    value = _line(value)
    if isinstance(value, str) and _WEEK.fullmatch(value):
        value += "-7" if "-" in value else "7"
    value = _plain(value)
    if not isinstance(value, str) or not re.fullmatch(r"[12][0-9]{3}(?:-(?:0[1-9]|1[0-2]))?", value):
        return value
    year, month = int(value[:4]), int(value[5:] or 12)
    return f"{year:04}-{month:02}-{monthrange(year, month)[1]:02}"


def _salary(value: object) -> object:
    value = _line(value)
    return read_salary(value).model_dump() if isinstance(value, str) and len(value) <= 200 else value


Identifier = Annotated[str, BeforeValidator(_identifier), Field(max_length=200)]
Line = Annotated[str, BeforeValidator(_line), Field(max_length=200)]
Text = Annotated[
    str,
    BeforeValidator(lambda value: "" if (text := _cleaned(value)) is None else text),
    Field(max_length=20_000),
]
Skills = Annotated[list[Annotated[str, Field(max_length=100)]], BeforeValidator(_lines), Field(max_length=60)]
Posted = Annotated[datetime, BeforeValidator(lambda value: _moment(value, time.min))]
Deadline = Annotated[datetime, BeforeValidator(lambda value: _moment(_last_day(value), time(23, 59, 59)))]
Amount = Annotated[int, Field(ge=0, le=MAX_SALARY, strict=True)]
Currency = Annotated[str, BeforeValidator(_upper), Field(pattern=r"^[A-Z]{3}$")]


class _Shape(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, allow_inf_nan=False, hide_input_in_errors=True
    )


class PostingSalary(_Shape):
    text: Line | None = None
    minimum: Amount | None = None
    maximum: Amount | None = None
    currency: Currency | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError("The minimum is above the maximum.")
        if self.text is None and self.minimum is None and self.maximum is None:
            raise ValueError("Needs a text, a minimum or a maximum.")
        return self

    def to_record(self) -> SalaryRecord:
        amounts = "–".join(
            f"{each:,}" for each in dict.fromkeys((self.minimum, self.maximum)) if each is not None
        )
        bound = "up to " if self.minimum is None else "from " if self.maximum is None else ""
        text = self.text or f"{bound}{amounts} {self.currency or ''}".strip()
        return SalaryRecord(text=text, minimum=self.minimum, maximum=self.maximum, currency=self.currency)


class Posting(_Shape):
    """Opportunity in a file, checked and cleaned."""

    external_id: Identifier
    title: Line
    organization: Line
    kind: Annotated[OpportunityKind, BeforeValidator(_upper)]
    description: Text = ""
    required_skills: Skills = []
    desired_skills: Skills = []
    location: Line | None = None
    remote: Annotated[Remote, BeforeValidator(_upper)] | None = None
    salary: Annotated[PostingSalary, BeforeValidator(_salary)] | None = None
    url: Annotated[str, BeforeValidator(_web_address), Field(max_length=2000)] | None = None
    posted_at: Posted | None = None
    deadline_at: Deadline | None = None
    status: Annotated[OpportunityStatus, BeforeValidator(_upper)] = OpportunityStatus.OPEN

    @model_validator(mode="before")
    @classmethod
    def _without_what_says_nothing(cls, fields: object) -> object:
        """Leave out what is null or an empty text, as the file could have done."""
        if not isinstance(fields, dict):
            return fields
        return {name: value for name, value in fields.items() if not _nothing(value)}
