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
from services.identity.callers import Caller
from services.profiles.resumes import export_resume

TYPE_NAME = "Profile"
PARTIAL_DATE = "ISO 8601, possibly cut to month or year: `2024-05-31`, `2024-05`, `2024`."

strawberry.enum(SkillSource, description="Where a skill came from first.")
strawberry.enum(RemotePreference, description="How the person wants to work.")

PartT = TypeVar("PartT")


@strawberry.type(description="Where the person lives.")
class Location:
    city: str | None
    region: str | None
    country_code: str | None = strawberry.field(description="ISO 3166-1 alpha-2, such as `DE`.")


@strawberry.type
class Skill:
    name: str
    level: str | None = strawberry.field(description="In the words of the résumé or the person.")
    keywords: list[str]
    source: SkillSource


@strawberry.type(description="A position held.")
class Work:
    name: str | None = strawberry.field(description="The employer.")
    position: str | None
    location: str | None
    description: str | None = strawberry.field(description="What the employer does.")
    url: str | None
    start_date: str | None = strawberry.field(description=PARTIAL_DATE)
    end_date: str | None = strawberry.field(description=PARTIAL_DATE)
    summary: str | None
    highlights: list[str]


@strawberry.type
class Education:
    institution: str | None
    area: str | None
    study_type: str | None = strawberry.field(description="Such as `Bachelor`.")
    url: str | None
    start_date: str | None = strawberry.field(description=PARTIAL_DATE)
    end_date: str | None = strawberry.field(description=PARTIAL_DATE)
    score: str | None
    courses: list[str]


@strawberry.type
class Project:
    name: str | None
    description: str | None
    entity: str | None = strawberry.field(description="The organisation it belongs to.")
    type: str | None = strawberry.field(description="Such as `talk` or `application`.")
    url: str | None
    start_date: str | None = strawberry.field(description=PARTIAL_DATE)
    end_date: str | None = strawberry.field(description=PARTIAL_DATE)
    highlights: list[str]
    keywords: list[str]
    roles: list[str]


@strawberry.type
class Publication:
    name: str | None
    publisher: str | None
    release_date: str | None = strawberry.field(description=PARTIAL_DATE)
    url: str | None
    summary: str | None


@strawberry.type(description="Time given to an organisation.")
class Volunteering:
    organization: str | None
    position: str | None
    url: str | None
    start_date: str | None = strawberry.field(description=PARTIAL_DATE)
    end_date: str | None = strawberry.field(description=PARTIAL_DATE)
    summary: str | None
    highlights: list[str]


@strawberry.type
class Language:
    language: str | None
    fluency: str | None


@strawberry.type
class ResearchInterest:
    name: str
    keywords: list[str]


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
