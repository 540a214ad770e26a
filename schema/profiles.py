"""A person's profile, as clients see it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Self, TypeVar

import strawberry
from strawberry.scalars import JSON

from db.driver.records import Record
from db.profiles import ProfileRecord, RemotePreference, SkillSource
from schema.shared.context import Info
from schema.shared.errors import ConflictError, InvalidInputError
from schema.shared.limits import RateLimitedError, TokenBudget
from schema.shared.relay import Node, global_id
from schema.shared.sections import section_type
from services.identity.callers import Caller
from services.profiles.resumes import export_resume
from services.profiles.sections import (
    EDUCATION,
    INTERESTS,
    LANGUAGES,
    LOCATION,
    PROJECTS,
    PUBLICATIONS,
    SKILLS,
    VOLUNTEERING,
    WORK,
)

TYPE_NAME = "Profile"

PartT = TypeVar("PartT")


@section_type(LOCATION, "Where the person lives.")
class Location:
    pass


@section_type(SKILLS, "Something the person can do.")
class Skill:
    source: SkillSource = strawberry.field(description="Where the skill came from first.")


@section_type(WORK, "A position held.")
class Work:
    pass


@section_type(EDUCATION, "Studies or training.")
class Education:
    pass


@section_type(PROJECTS, "Something the person made or took part in.")
class Project:
    pass


@section_type(PUBLICATIONS, "A text that was published.")
class Publication:
    pass


@section_type(VOLUNTEERING, "Time given to an organisation.")
class Volunteering:
    pass


@section_type(LANGUAGES, "A language the person speaks.")
class Language:
    pass


@section_type(INTERESTS, "A field or question the person wants to look into.")
class ResearchInterest:
    pass


@strawberry.type(description="What the next step has to fit.")
class Constraints:
    remote: RemotePreference
    places: list[str] = strawberry.field(description="Where the person would work.")
    work_permits: list[str] = strawberry.field(
        description="Countries the person may work in, ISO 3166-1 alpha-2."
    )
    salary_minimum: int | None = strawberry.field(description="A year's gross in `salaryCurrency`.")
    salary_currency: str | None = strawberry.field(description="ISO 4217, such as `EUR`.")
    hours_per_week: int | None = strawberry.field(description="Hours the person has for it.")


def _part(kind: Callable[..., PartT], record: Record) -> PartT:
    return kind(**dict(record))


def _parts(kind: Callable[..., PartT], records: Sequence[Record]) -> list[PartT]:
    return [_part(kind, record) for record in records]


@strawberry.type(description="What is known of a person. Each person has one, seen by its owner only.")
class Profile(Node):
    record: strawberry.Private[ProfileRecord]
    name: str | None
    headline: str | None
    summary: str | None
    location: Location
    skills: list[Skill]
    work: list[Work]
    education: list[Education]
    projects: list[Project]
    publications: list[Publication]
    volunteer: list[Volunteering]
    languages: list[Language]
    research_interests: list[ResearchInterest]
    career_goals: list[str]
    constraints: Constraints
    version: int = strawberry.field(description="Grows by one with every change.")
    created_at: datetime
    updated_at: datetime

    @strawberry.field(
        description="The profile as a JSON Resume v1 document: what was imported, with the changes since. "
        "Career goals and constraints are under `meta.foothold`."
    )
    def resume(self) -> JSON:
        return JSON(export_resume(self.record))

    @classmethod
    def from_record(cls, record: ProfileRecord) -> Self:
        return cls(
            id=global_id(TYPE_NAME, record.id),
            record=record,
            name=record.name,
            headline=record.headline,
            summary=record.summary,
            location=_part(Location, record.location),
            skills=_parts(Skill, record.skills),
            work=_parts(Work, record.work),
            education=_parts(Education, record.education),
            projects=_parts(Project, record.projects),
            publications=_parts(Publication, record.publications),
            volunteer=_parts(Volunteering, record.volunteer),
            languages=_parts(Language, record.languages),
            research_interests=_parts(ResearchInterest, record.research_interests),
            career_goals=record.career_goals,
            constraints=_part(Constraints, record.constraints),
            version=record.version,
            created_at=record.created_at,
            updated_at=record.updated_at,
        )


@strawberry.type(description="The person who asks.")
class Viewer:
    caller: strawberry.Private[Caller]
    id: strawberry.ID

    @strawberry.field(description="Null before the first import or change.")
    async def profile(self, info: Info) -> Profile | None:
        record = await info.context.services.profiles.get(self.caller)
        return None if record is None else Profile.from_record(record)

    @strawberry.field(description="Null where the model costs nothing, as the offline coach does.")
    async def budget(self, info: Info) -> TokenBudget | None:
        budgets = info.context.services.budgets
        if budgets is None:
            return None
        return TokenBudget.from_allowance(await budgets.allowance(self.caller.profile_id))

    @classmethod
    def from_caller(cls, caller: Caller) -> Self:
        return cls(caller=caller, id=global_id("Viewer", caller.user_id))


@strawberry.type
class ProfilePayload:
    profile: Profile


ImportResumeResult = Annotated[
    ProfilePayload | InvalidInputError | ConflictError | RateLimitedError,
    strawberry.union("ImportResumeResult"),
]
UpdateProfileResult = Annotated[
    ProfilePayload | InvalidInputError | ConflictError | RateLimitedError,
    strawberry.union("UpdateProfileResult"),
]
