"""GraphQL types of opportunities."""

from datetime import datetime
from typing import Self

import strawberry

from db.opportunities import OpportunityKind, OpportunityRecord, OpportunityStatus, Remote, SalaryRecord
from schema.shared.described import CREATED_AT, UPDATED_AT, described_enum
from schema.shared.relay import ANSWER_WEIGHT, Node, global_id
from services.kit.cursors import encode_cursor
from services.opportunities.opportunities import OpportunityQuery

TYPE_NAME = "Opportunity"

described_enum(
    OpportunityKind,
    "Kind of an opportunity.",
    {
        OpportunityKind.JOB: "Paid position.",
        OpportunityKind.FELLOWSHIP: "Funded programme for a limited time.",
        OpportunityKind.TRAINING: "Course or other training.",
        OpportunityKind.VOLUNTEER: "Unpaid work for an organization.",
        OpportunityKind.GRANT: "Money for a project of the person's own.",
    },
)
described_enum(
    OpportunityStatus,
    "Status of an opportunity. Only open ones are matched.",
    {
        OpportunityStatus.OPEN: "Accepts applications.",
        OpportunityStatus.CLOSED: "No longer accepts applications.",
    },
)
described_enum(
    Remote,
    "Share of the work that can be done remotely.",
    {
        Remote.FULL: "All of it.",
        Remote.HYBRID: "Some of it.",
        Remote.NONE: "None of it: on site only.",
    },
)

_YEARLY = "Gross amount per year in `currency`. Null when the posting does not give one."


@strawberry.type(description="Pay of an opportunity.")
class Salary:
    text: str = strawberry.field(description="Pay in the posting's own words.")
    minimum: int | None = strawberry.field(description=_YEARLY)
    maximum: int | None = strawberry.field(description=_YEARLY)
    currency: str | None = strawberry.field(description="ISO 4217 code, such as `EUR`. Null when unknown.")

    @classmethod
    def from_record(cls, record: SalaryRecord) -> Self:
        return cls(text=record.text, minimum=record.minimum, maximum=record.maximum, currency=record.currency)


@strawberry.type(description="Posting to apply for or to join. Everybody sees the same opportunities.")
class Opportunity(Node):
    title: str = strawberry.field(description="Title of the posting.")
    organization: str = strawberry.field(description="Organization that offers it.")
    kind: OpportunityKind = strawberry.field(description="Kind of opportunity.")
    description: str = strawberry.field(description="Text of the posting.", metadata={ANSWER_WEIGHT: 10})
    required_skills: list[str] = strawberry.field(description="Skills the posting requires.")
    desired_skills: list[str] = strawberry.field(
        description="Skills the posting welcomes but does not require."
    )
    location: str | None = strawberry.field(description="Place of work. Null when the posting gives none.")
    remote: Remote | None = strawberry.field(
        description="Share of remote work. Null when the posting does not give it."
    )
    salary: Salary | None = strawberry.field(description="Pay. Null when the posting does not give it.")
    url: str | None = strawberry.field(description="Address of the posting on the web.")
    posted_at: datetime = strawberry.field(description="Time of publication, UTC; the list's sort key.")
    deadline_at: datetime | None = strawberry.field(
        description="Deadline for applications, UTC. Null when there is none."
    )
    status: OpportunityStatus = strawberry.field(description="Open or closed.")
    source: str = strawberry.field(description="Name of the source that the posting was imported from.")
    external_id: str = strawberry.field(description="Id of the posting in its source.")
    created_at: datetime = strawberry.field(description=CREATED_AT)
    updated_at: datetime = strawberry.field(description=UPDATED_AT)

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


@strawberry.input(
    description="Filter of opportunities. All given conditions must hold; an omitted one excludes nothing."
)
class OpportunityFilter:
    kinds: list[OpportunityKind] | None = strawberry.field(
        default=None, description="Keeps opportunities of any of these kinds."
    )
    remote: list[Remote] | None = strawberry.field(
        default=None, description="Keeps opportunities with any of these shares of remote work."
    )
    skills: list[str] | None = strawberry.field(
        default=None,
        description="Keeps opportunities that list all of these skills, in any usual spelling: `k8s` finds Kubernetes. "
        "At most 20, of 100 characters each.",
    )
    search: str | None = strawberry.field(
        default=None,
        description="Keeps opportunities with all of these words in title, organization, skills, location or "
        "description. At most 200 characters.",
    )
    status: OpportunityStatus = strawberry.field(
        default=OpportunityStatus.OPEN, description="Keeps opportunities of this status."
    )

    def to_query(self) -> OpportunityQuery:
        return OpportunityQuery(
            kinds=self.kinds or (),
            remote=self.remote or (),
            skills=self.skills or (),
            search=self.search or "",
            status=self.status,
        )


def opportunity_cursor(record: OpportunityRecord) -> str:
    """Return the record's cursor in the list."""
    return encode_cursor(record.posted_at, record.id)
