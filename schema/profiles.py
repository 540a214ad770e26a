"""GraphQL types of people and their profiles."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Self, TypeVar

import strawberry
from strawberry.scalars import JSON

from db.driver.records import Record
from db.profiles import ProfileRecord, RemotePreference, SkillSource
from schema.resumes import ResumePreview, ResumeReport
from schema.shared.context import Info
from schema.shared.described import CREATED_AT, MUTATION_ID, UPDATED_AT
from schema.shared.emissions import ListChange, SubscriptionFailed
from schema.shared.errors import ConflictError, InvalidInputError, MutationIdReusedError
from schema.shared.limits import RateLimitedError, TokenBudget
from schema.shared.relay import Node, global_id
from schema.shared.sections import section_type
from services.identity.budgets import Budgets
from services.identity.callers import Caller
from services.profiles.profiles import Profiles
from services.profiles.resumes import SMALL, exported_resume
from services.profiles.sections import (
    CERTIFICATES,
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


@section_type(LOCATION, "Place where the person lives.")
class Location:
    pass


@section_type(SKILLS, "Skill of the person.")
class Skill:
    source: SkillSource = strawberry.field(description="First source of the skill.")


@section_type(WORK, "Position held.")
class Work:
    pass


@section_type(EDUCATION, "Course of study or training.")
class Education:
    pass


@section_type(PROJECTS, "Project that the person made or took part in.")
class Project:
    pass


@section_type(PUBLICATIONS, "Publication of the person.")
class Publication:
    pass


@section_type(CERTIFICATES, "Certificate, licence or registration of the person.")
class Certificate:
    pass


@section_type(VOLUNTEERING, "Volunteering for an organization.")
class Volunteering:
    pass


@section_type(LANGUAGES, "Language that the person speaks.")
class Language:
    pass


@section_type(INTERESTS, "Research interest of the person.")
class ResearchInterest:
    pass


@strawberry.type(description="Conditions that the next step must meet.")
class Constraints:
    remote: RemotePreference = strawberry.field(description="Preference for remote work.")
    places: list[str] = strawberry.field(description="Places where the person would work.")
    work_permits: list[str] = strawberry.field(
        description="Countries the person may work in, as ISO 3166-1 alpha-2 codes such as `DE`."
    )
    salary_minimum: int | None = strawberry.field(
        description="Lowest acceptable gross pay per year in `salaryCurrency`, at least 0. Null for none."
    )
    salary_currency: str | None = strawberry.field(description="ISO 4217 code, such as `EUR`.")
    hours_per_week: int | None = strawberry.field(
        description="Hours per week that the person has for the next step, 1 to 168. Null when not given."
    )


def _part(kind: Callable[..., PartT], record: Record) -> PartT:
    return kind(**dict(record))


def _parts(kind: Callable[..., PartT], records: Sequence[Record]) -> list[PartT]:
    return [_part(kind, record) for record in records]


@strawberry.type(description="Profile of a person. Each person has at most one, visible to its owner only.")
class Profile(Node):
    record: strawberry.Private[ProfileRecord]
    name: str | None = strawberry.field(description="Full name.")
    headline: str | None = strawberry.field(description="Present role in a few words.")
    summary: str | None = strawberry.field(description="Short biography.")
    location: Location = strawberry.field(description="Place where the person lives.")
    skills: list[Skill] = strawberry.field(description="Skills, each name once.")
    work: list[Work] = strawberry.field(description="Positions held.")
    education: list[Education] = strawberry.field(description="Courses of study.")
    projects: list[Project] = strawberry.field(description="Projects.")
    publications: list[Publication] = strawberry.field(description="Publications.")
    certificates: list[Certificate] = strawberry.field(
        description="Certificates, licences and registrations."
    )
    volunteer: list[Volunteering] = strawberry.field(description="Volunteering.")
    languages: list[Language] = strawberry.field(description="Languages.")
    research_interests: list[ResearchInterest] = strawberry.field(description="Research interests.")
    career_goals: list[str] = strawberry.field(description="Career goals in the person's own words.")
    constraints: Constraints = strawberry.field(description="Conditions that the next step must meet.")
    version: int = strawberry.field(
        description="Grows by one with every change. Pass it as `expectedVersion` to `updateProfile`."
    )
    created_at: datetime = strawberry.field(description=CREATED_AT)
    updated_at: datetime = strawberry.field(description=UPDATED_AT)

    @strawberry.field(
        description="The profile as a JSON Resume v1 document: the imported document with all later changes. "
        "Career goals and constraints are in `meta.foothold`."
    )
    async def resume(self, info: Info) -> JSON:
        if len(self.record.resume or "") > SMALL:
            info.context.expect_large_answer()
        return JSON(await exported_resume(self.record))

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
            certificates=_parts(Certificate, record.certificates),
            volunteer=_parts(Volunteering, record.volunteer),
            languages=_parts(Language, record.languages),
            research_interests=_parts(ResearchInterest, record.research_interests),
            career_goals=record.career_goals,
            constraints=_part(Constraints, record.constraints),
            version=record.version,
            created_at=record.created_at,
            updated_at=record.updated_at,
        )


@strawberry.type(description="The signed-in person.")
class Viewer:
    caller: strawberry.Private[Caller]
    id: strawberry.ID = strawberry.field(description="Opaque id; `deleteMyAccount` takes it as confirmation.")

    @strawberry.field(
        description="The person's profile. Null before the first `importResume` or `updateProfile`."
    )
    async def profile(self, info: Info) -> Profile | None:
        record = await info.context.services[Profiles].get(self.caller)
        return None if record is None else Profile.from_record(record)

    @strawberry.field(
        description="Today's token budget. Null when there is none, as with the built-in rules, which cost nothing."
    )
    async def budget(self, info: Info) -> TokenBudget | None:
        budgets = info.context.services.find(Budgets)
        if budgets is None:
            return None
        return TokenBudget.from_record(await budgets.allowance(self.caller.profile_id))

    @classmethod
    def from_caller(cls, caller: Caller) -> Self:
        return cls(caller=caller, id=global_id("Viewer", caller.user_id))


@strawberry.type(description="Change set of a profile.")
class ProfilesChange(ListChange[Profile]):
    node = Profile


ProfilesEvent = Annotated[
    ProfilesChange | SubscriptionFailed,
    strawberry.union("ProfilesEvent", description="Event of the subscription `profile`."),
]


@strawberry.type(description="The profile after the change.")
class ProfilePayload:
    profile: Profile = strawberry.field(description="The changed profile.")
    imported: ResumeReport | None = strawberry.field(
        default=None, description="Changes made by `importResume`. Null for other mutations."
    )
    mutation_id: str | None = strawberry.field(default=None, description=MUTATION_ID)


ImportResumeResult = Annotated[
    ProfilePayload
    | ResumePreview
    | InvalidInputError
    | ConflictError
    | MutationIdReusedError
    | RateLimitedError,
    strawberry.union("ImportResumeResult", description="Result of `importResume`."),
]
UpdateProfileResult = Annotated[
    ProfilePayload | InvalidInputError | ConflictError | MutationIdReusedError | RateLimitedError,
    strawberry.union("UpdateProfileResult", description="Result of `updateProfile`."),
]
