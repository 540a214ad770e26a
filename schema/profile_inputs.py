"""What a person may change in a profile."""

import dataclasses
from typing import cast

import strawberry
from strawberry import Maybe, Some

from db.profiles import RemotePreference
from schema.profiles import PARTIAL_DATE
from services.profiles.profiles import ProfileChanges


@strawberry.input(description="Only what is given changes; null clears.")
class LocationInput:
    city: Maybe[str | None]
    region: Maybe[str | None]
    country_code: Maybe[str | None] = strawberry.field(
        default=None, description="ISO 3166-1 alpha-2, such as `DE`."
    )


@strawberry.input
class SkillInput:
    name: str
    level: str | None = None
    keywords: list[str] = strawberry.field(default_factory=list)


@strawberry.input
class WorkInput:
    name: str | None = strawberry.field(default=None, description="The employer.")
    position: str | None = None
    location: str | None = None
    description: str | None = strawberry.field(default=None, description="What the employer does.")
    url: str | None = None
    start_date: str | None = strawberry.field(default=None, description=PARTIAL_DATE)
    end_date: str | None = strawberry.field(default=None, description=PARTIAL_DATE)
    summary: str | None = None
    highlights: list[str] = strawberry.field(default_factory=list)


@strawberry.input
class EducationInput:
    institution: str | None = None
    area: str | None = None
    study_type: str | None = None
    url: str | None = None
    start_date: str | None = strawberry.field(default=None, description=PARTIAL_DATE)
    end_date: str | None = strawberry.field(default=None, description=PARTIAL_DATE)
    score: str | None = None
    courses: list[str] = strawberry.field(default_factory=list)


@strawberry.input
class ProjectInput:
    name: str | None = None
    description: str | None = None
    entity: str | None = None
    type: str | None = None
    url: str | None = None
    start_date: str | None = strawberry.field(default=None, description=PARTIAL_DATE)
    end_date: str | None = strawberry.field(default=None, description=PARTIAL_DATE)
    highlights: list[str] = strawberry.field(default_factory=list)
    keywords: list[str] = strawberry.field(default_factory=list)
    roles: list[str] = strawberry.field(default_factory=list)


@strawberry.input
class PublicationInput:
    name: str | None = None
    publisher: str | None = None
    release_date: str | None = strawberry.field(default=None, description=PARTIAL_DATE)
    url: str | None = None
    summary: str | None = None


@strawberry.input
class VolunteeringInput:
    organization: str | None = None
    position: str | None = None
    url: str | None = None
    start_date: str | None = strawberry.field(default=None, description=PARTIAL_DATE)
    end_date: str | None = strawberry.field(default=None, description=PARTIAL_DATE)
    summary: str | None = None
    highlights: list[str] = strawberry.field(default_factory=list)


@strawberry.input
class LanguageInput:
    language: str | None = None
    fluency: str | None = None


@strawberry.input
class ResearchInterestInput:
    name: str
    keywords: list[str] = strawberry.field(default_factory=list)


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
