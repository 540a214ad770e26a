"""Types of the schema as JSON."""

from dataclasses import is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from strawberry.schema.config import StrawberryConfig
from strawberry.types.base import get_object_definition

_name_of = StrawberryConfig().name_converter.from_field


def plain(value: Any) -> Any:
    """A type of the schema as JSON, under the names that clients know. What has to be resolved is left out."""
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not is_dataclass(value):
        return value
    fields = get_object_definition(value, strict=True).fields
    shown = [field for field in fields if field.base_resolver is None]
    return {_name_of(field): plain(getattr(value, field.python_name)) for field in shown}
