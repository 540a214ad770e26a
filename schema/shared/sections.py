"""GraphQL types and inputs made of the profile's table of sections."""

import dataclasses
from collections.abc import Callable
from typing import Any, TypeVar

import strawberry

from db.profiles import RemotePreference, SkillSource
from schema.shared.described import described_enum
from services.profiles.sections import Field, Part

ClassT = TypeVar("ClassT")

described_enum(
    SkillSource,
    "First source of a skill.",
    {
        SkillSource.RESUME: "An imported résumé.",
        SkillSource.PERSON: "The person, through `updateProfile`.",
        SkillSource.CONVERSATION: "An accepted learning.",
    },
)
described_enum(
    RemotePreference,
    "Preference for remote work.",
    {
        RemotePreference.REMOTE_ONLY: "Remote work only.",
        RemotePreference.REMOTE_PREFERRED: "Rather remote than on site.",
        RemotePreference.ON_SITE_PREFERRED: "Rather on site than remote.",
        RemotePreference.ANY: "No preference.",
    },
)


def section_type(part: Part[Any], description: str) -> Callable[[type[ClassT]], type[ClassT]]:
    """Make the class a GraphQL type with the part's fields, before those that it declares itself."""

    def made(cls: type[ClassT]) -> type[ClassT]:
        declared = dict(cls.__annotations__)
        cls.__annotations__ = {field.name: _annotation(part, field) for field in part.fields} | declared
        for field in part.fields:
            setattr(cls, field.name, strawberry.field(description=field.about))
        return strawberry.type(cls, description=description)

    return made


def section_input(part: Part[Any], description: str) -> Callable[[type[ClassT]], type[ClassT]]:
    """Make the class a GraphQL input with the part's fields; all but the required ones have a default."""

    def made(cls: type[ClassT]) -> type[ClassT]:
        cls.__annotations__ = {field.name: _annotation(part, field) for field in part.fields}
        for field in part.fields:
            setattr(cls, field.name, _argument(part, field))
        return strawberry.input(cls, description=description)

    return made


def _annotation(part: Part[Any], field: Field) -> Any:
    if field.many:
        return list[str]
    return str if part.required(field) else str | None


def _argument(part: Part[Any], field: Field) -> Any:
    if field.many:
        return strawberry.field(default_factory=list, description=field.about)
    default = dataclasses.MISSING if part.required(field) else None
    return strawberry.field(default=default, description=field.about)
