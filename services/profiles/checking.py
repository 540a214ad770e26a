"""Values given for parts of a profile, checked against the table of sections or read as far as they can be used."""

from collections.abc import Mapping
from typing import Any

from db.driver.records import Record
from services.kit.errors import InvalidInput
from services.profiles.fields import MAX_ITEMS, TextRule, camel, check_length
from services.profiles.sections import Field, Part, RecordT


def check_text(field: Field, value: object, path: str) -> str | None:
    """Return the cleaned text, None when nothing of it can be seen. Raises ``InvalidInput``."""
    if not isinstance(field.rule, TextRule):
        raise TypeError(field.name)
    return field.rule.check(value, path)


def check_value(field: Field, value: object, path: str) -> Any:
    """Return the value of a field: text, number or list of texts. Raises ``InvalidInput``."""
    if not field.many:
        return field.rule.check(value, path)
    items = check_length(value, path)
    checked = (field.rule.check(item, f"{path}[{index}]") for index, item in enumerate(items))
    return [text for text in checked if text is not None]


def check_record(part: Part[RecordT], values: Mapping[str, object], path: str) -> RecordT:
    """Return a record of the values given under its field names. Raises ``InvalidInput``."""
    found: dict[str, object] = {}
    for field in part.fields:
        if field.name not in values:
            continue
        here = f"{path}.{camel(field.name)}"
        content = check_value(field, values[field.name], here)
        if content is not None:
            found[field.name] = content
        elif part.required(field):
            raise InvalidInput(here, "Must not be empty.")
    return part.record.model_validate(found)


def says_nothing(record: Record) -> bool:
    """True for a record without a value but its source."""
    return not record.model_dump(exclude_defaults=True, exclude={"source"})


def read_value(field: Field, value: object) -> Any:
    """Return what can be used of the value; None or an empty list when nothing can."""
    if not field.many:
        return field.rule.read(value)
    items = value if isinstance(value, list) else []
    return [text for text in map(field.rule.read, items[:MAX_ITEMS]) if text is not None]


def read_fields(part: Part[Any], values: Mapping[str, object]) -> dict[str, object]:
    """Return what can be used of the values given under field names; what cannot is missing."""
    found = {
        field.name: read_value(field, values[field.name]) for field in part.fields if field.name in values
    }
    return {name: value for name, value in found.items() if value not in (None, [])}
