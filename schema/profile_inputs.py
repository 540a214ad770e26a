"""GraphQL inputs of `updateProfile` and of edits to learnings. Fields are described where the types are."""

import dataclasses
from typing import cast

import strawberry
from strawberry import Maybe, Some

from db.profiles import RemotePreference
from schema.profiles import Constraints, Location, Profile
from schema.shared.described import describe_like
from schema.shared.sections import section_input
from services.profiles.profiles import ProfileChanges
from services.profiles.sections import (
    CERTIFICATES,
    EDUCATION,
    INTERESTS,
    LANGUAGES,
    PROJECTS,
    PUBLICATIONS,
    SKILLS,
    VOLUNTEERING,
    WORK,
)


@strawberry.input(description="Change of the location. Omitted fields stay as they are; null clears.")
class LocationInput:
    city: Maybe[str | None]
    region: Maybe[str | None]
    country_code: Maybe[str | None]


@section_input(SKILLS, "Skill of the person.")
class SkillInput:
    pass


@section_input(WORK, "Position held. Give at least one field.")
class WorkInput:
    pass


@section_input(EDUCATION, "Course of study or training. Give at least one field.")
class EducationInput:
    pass


@section_input(PROJECTS, "Project that the person made or took part in. Give at least one field.")
class ProjectInput:
    pass


@section_input(PUBLICATIONS, "Publication of the person. Give at least one field.")
class PublicationInput:
    pass


@section_input(CERTIFICATES, "Certificate, licence or registration. Give at least one field.")
class CertificateInput:
    pass


@section_input(VOLUNTEERING, "Volunteering for an organization. Give at least one field.")
class VolunteeringInput:
    pass


@section_input(LANGUAGES, "Language that the person speaks. Give at least one field.")
class LanguageInput:
    pass


@section_input(INTERESTS, "Research interest of the person.")
class ResearchInterestInput:
    pass


@strawberry.input(
    description="Change of the constraints. Omitted fields stay as they are; null clears; a list is replaced as a "
    "whole."
)
class ConstraintsInput:
    remote: Maybe[RemotePreference | None]
    places: Maybe[list[str] | None]
    work_permits: Maybe[list[str] | None]
    salary_minimum: Maybe[int | None]
    salary_currency: Maybe[str | None]
    hours_per_week: Maybe[int | None]


@strawberry.input(
    description="Change of the profile. Omitted fields stay as they are; null clears; a list is replaced as a whole. "
    "Lists hold at most 200 entries."
)
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
    certificates: Maybe[list[CertificateInput] | None]
    volunteer: Maybe[list[VolunteeringInput] | None]
    languages: Maybe[list[LanguageInput] | None]
    research_interests: Maybe[list[ResearchInterestInput] | None]
    career_goals: Maybe[list[str] | None]
    constraints: Maybe[ConstraintsInput | None]

    def changes(self) -> ProfileChanges:
        """Return the given fields by name."""
        return cast(ProfileChanges, plain(self))


for _input, _type in (
    (LocationInput, Location),
    (ConstraintsInput, Constraints),
    (UpdateProfileInput, Profile),
):
    describe_like(_input, _type)


def plain(value: object) -> object:
    """Return an input as dictionaries by field name, without the fields that were not given."""
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
