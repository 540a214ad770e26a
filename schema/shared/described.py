"""Descriptions that repeat in the SDL, one constant per meaning, and enums whose values have one each."""

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

import strawberry
from strawberry.types.base import get_object_definition
from strawberry.types.enum import has_enum_definition

VERSION = "Grows with every change of this object. Of two states, keep the one with the higher version."
CREATED_AT = "Time of creation, UTC."
UPDATED_AT = "Time of the last change, UTC."
MODEL_VERSION = "Model that wrote it, such as `offline-coach/1` for the built-in rules."
MUTATION_ID = "The `mutationId` of the request; null when none was given."
MUTATION_ID_ECHO = (
    "The `mutationId` of the request; null when none was given. It comes back in the `mutationIds` of the "
    "change set that this mutation caused."
)
ERROR_MESSAGE = "Message for the person; says what to do next."

EnumT = TypeVar("EnumT", bound=Enum)


def described_enum(
    kind: type[EnumT], description: str, values: Mapping[EnumT, str], name: str | None = None
) -> None:
    """Add an existing enum to the schema, with one description per member. Raises ``KeyError`` for a missing one."""
    described = {member.name: text for member, text in values.items()}
    strawberry.enum(kind, name=name, description=description)
    if not has_enum_definition(kind):
        raise TypeError(kind)
    for value in kind.__strawberry_definition__.values:
        value.description = described[value.name]


def describe_like(target: type, source: type) -> None:
    """Give the fields of an input the descriptions of the same fields of a type, unless they have their own."""
    known = {
        field.python_name: field.description for field in get_object_definition(source, strict=True).fields
    }
    for field in get_object_definition(target, strict=True).fields:
        field.description = field.description or known.get(field.python_name)
