"""What a person may change in a profile."""

import dataclasses
from typing import cast

import strawberry
from strawberry import Maybe, Some

from db.profiles import RemotePreference
from schema.shared.sections import section_input
from services.profiles.profiles import ProfileChanges
from services.profiles.sections import (
    EDUCATION,
    INTERESTS,
    LANGUAGES,
    PROJECTS,
    PUBLICATIONS,
    SKILLS,
    VOLUNTEERING,
    WORK,
)


@strawberry.input(description="Only what is given changes; null clears.")
class LocationInput:
    city: Maybe[str | None]
    region: Maybe[str | None]
    country_code: Maybe[str | None] = strawberry.field(
        default=None, description="ISO 3166-1 alpha-2, such as `DE`."
    )


@section_input(SKILLS, "Something the person can do.")
class SkillInput:
    pass


@section_input(WORK, "A position held.")
class WorkInput:
    pass


@section_input(EDUCATION, "Studies or training.")
class EducationInput:
    pass


@section_input(PROJECTS, "Something the person made or took part in.")
class ProjectInput:
    pass


@section_input(PUBLICATIONS, "A text that was published.")
class PublicationInput:
    pass


@section_input(VOLUNTEERING, "Time given to an organisation.")
class VolunteeringInput:
    pass


@section_input(LANGUAGES, "A language the person speaks.")
class LanguageInput:
    pass


@section_input(INTERESTS, "A field or question the person wants to look into.")
class ResearchInterestInput:
    pass


@strawberry.input(description="Only what is given changes; null clears.")
class ConstraintsInput:
    remote: Maybe[RemotePreference | None]
    places: Maybe[list[str] | None]
    work_permits: Maybe[list[str] | None] = strawberry.field(
        default=None, description="ISO 3166-1 alpha-2, such as `DE`."
    )
    salary_minimum: Maybe[int | None] = strawberry.field(
        default=None, description="A year's gross in `salaryCurrency`."
    )
    salary_currency: Maybe[str | None] = strawberry.field(
        default=None, description="ISO 4217, such as `EUR`."
    )
    hours_per_week: Maybe[int | None] = strawberry.field(default=None, description="1 to 168.")


@strawberry.input(description="Only what is given changes: null clears, and a list is replaced as a whole.")
class UpdateProfileInput:
    name: Maybe[str | None]
    headline: Maybe[str | None]
    summary: Maybe[str | None]
    location: Maybe[LocationInput | None]
    skills: Maybe[list[SkillInput] | None]
    work: Maybe[list[WorkInput] | None]
    education: Maybe[list[EducationInput] | None]
    projects: Maybe[list[ProjectInput] | None]
    publications: Maybe[list[PublicationInput] | None]
    volunteer: Maybe[list[VolunteeringInput] | None]
    languages: Maybe[list[LanguageInput] | None]
    research_interests: Maybe[list[ResearchInterestInput] | None]
    career_goals: Maybe[list[str] | None]
    constraints: Maybe[ConstraintsInput | None]

    def changes(self) -> ProfileChanges:
        """The fields that were given."""
        return cast(ProfileChanges, plain(self))


def plain(value: object) -> object:
    """An input as dictionaries under the fields' names, of what was given only."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not dataclasses.is_dataclass(value):
        return value
    fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return {
        name: plain(content.value if isinstance(content, Some) else content)
        for name, content in fields.items()
        if content is not None
    }
