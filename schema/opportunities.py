"""Opportunities, as clients see them."""

from datetime import datetime
from typing import Self

import strawberry

from db.opportunities import OpportunityKind, OpportunityRecord, OpportunityStatus, Remote, SalaryRecord
from schema.shared.relay import Node, global_id
from services.kit.cursors import encode_cursor
from services.opportunities.opportunities import OpportunityQuery

TYPE_NAME = "Opportunity"

strawberry.enum(OpportunityKind, description="What an opportunity is.")
strawberry.enum(OpportunityStatus, description="Only open opportunities are matched.")
strawberry.enum(
    Remote,
    description="How much of it can be done from elsewhere: all (FULL), some (HYBRID), or nothing (NONE).",
)


@strawberry.type(description="What the opportunity pays.")
class Salary:
    text: str = strawberry.field(description="As the posting says it.")
    minimum: int | None = strawberry.field(description="A year's gross, where the posting tells.")
    maximum: int | None = strawberry.field(description="A year's gross, where the posting tells.")
    currency: str | None = strawberry.field(description="Three letters (ISO 4217).")

    @classmethod
    def from_record(cls, record: SalaryRecord) -> Self:
        return cls(text=record.text, minimum=record.minimum, maximum=record.maximum, currency=record.currency)


@strawberry.type(description="Something to apply for or to join; the same for everybody.")
class Opportunity(Node):
    title: str
    organization: str
    kind: OpportunityKind
    description: str
    required_skills: list[str]
    desired_skills: list[str]
    location: str | None
    remote: Remote | None = strawberry.field(description="Null when the posting does not say.")
    salary: Salary | None
    url: str | None
    posted_at: datetime
    deadline_at: datetime | None = strawberry.field(description="The last moment to apply.")
    status: OpportunityStatus
    source: str = strawberry.field(description="Where the posting was loaded from.")
    external_id: str = strawberry.field(description="The posting's id in its source.")
    created_at: datetime
    updated_at: datetime

    @classmethod
    def from_record(cls, record: OpportunityRecord) -> Self:
        return cls(
            id=global_id(TYPE_NAME, record.id),
            title=record.title,
            organization=record.organization,
            kind=record.kind,
            description=record.description,
            required_skills=record.required_skills,
            desired_skills=record.desired_skills,
            location=record.location,
            remote=record.remote,
            salary=None if record.salary is None else Salary.from_record(record.salary),
            url=record.url,
            posted_at=record.posted_at,
            deadline_at=record.deadline_at,
            status=record.status,
            source=record.source,
            external_id=record.external_id,
            created_at=record.created_at,
            updated_at=record.updated_at,
        )


@strawberry.input(description="All conditions must hold; one that is not given leaves all.")
class OpportunityFilter:
    kinds: list[OpportunityKind] | None = strawberry.field(default=None, description="One of these.")
    remote: list[Remote] | None = strawberry.field(default=None, description="One of these.")
    skills: list[str] | None = strawberry.field(
        default=None,
        description="All of these among its skills, in any usual spelling: `k8s` finds Kubernetes.",
    )
    search: str | None = strawberry.field(
        default=None,
        description="All of these words in its title, organization, skills, place or description.",
    )
    status: OpportunityStatus = OpportunityStatus.OPEN

    def to_query(self) -> OpportunityQuery:
        return OpportunityQuery(
            kinds=self.kinds or (),
            remote=self.remote or (),
            skills=self.skills or (),
            search=self.search or "",
            status=self.status,
        )


def opportunity_cursor(record: OpportunityRecord) -> str:
    """Where the record stands in the list."""
    return encode_cursor(record.posted_at, record.id)
