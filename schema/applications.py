"""GraphQL types of applications."""

import dataclasses
from datetime import datetime
from typing import Annotated, Any, Self

import strawberry

from db.applications import (
    ApplicationOutcome,
    ApplicationRecord,
    ApplicationStage,
    PostingRecord,
    StepBy,
    StepRecord,
)
from db.opportunities import OpportunityKind, Remote
from schema.opportunities import TYPE_NAME as OPPORTUNITY_TYPE_NAME
from schema.shared.context import Info
from schema.shared.described import CREATED_AT, MUTATION_ID_ECHO, VERSION, described_enum
from schema.shared.emissions import ListChange, SubscriptionFailed
from schema.shared.errors import (
    ConflictError,
    InvalidInputError,
    MutationIdReusedError,
    NotAllowedNowError,
    NotFoundError,
)
from schema.shared.limits import RateLimitedError
from schema.shared.relay import ANSWER_WEIGHT, Node, global_id
from services.kit.cursors import encode_cursor

TYPE_NAME = "Application"

described_enum(
    ApplicationStage,
    "Stage of an application, in the order in which they come. Later versions may have more of them.",
    {
        ApplicationStage.INTERESTED: "Tracked; nothing was sent yet.",
        ApplicationStage.APPLIED: "Sent.",
        ApplicationStage.RESPONDED: "Answered by the organization.",
        ApplicationStage.INTERVIEWING: "In interviews; `round` counts them.",
        ApplicationStage.OFFERED: "Offered to the person.",
        ApplicationStage.CLOSED: "Over. `outcome` says how, `reachedStage` how far it came.",
    },
)
described_enum(
    ApplicationOutcome,
    "Outcome of a closed application.",
    {
        ApplicationOutcome.ACCEPTED: "The person took the offer.",
        ApplicationOutcome.DECLINED: "The person turned the offer down.",
        ApplicationOutcome.REJECTED: "The organization said no.",
        ApplicationOutcome.WITHDRAWN: "The person gave it up before an offer.",
        ApplicationOutcome.NO_RESPONSE: "Nothing was heard any more.",
        ApplicationOutcome.POSTING_GONE: "The posting was taken down.",
    },
)
described_enum(
    StepBy,
    "Source of a step. Later versions may have more of them.",
    {StepBy.PERSON: "The person recorded it."},
    name="ApplicationStepBy",
)

_ROUND = "Number of the round of interviews. Null before the first."
_CHANNEL = "Way by which the person applied, in their own words. Null when not given."
_OUTCOME = "Outcome. Null unless it is closed."
_REACHED = "Stage that a closed application had come to. Null unless it is closed."
_REASONS = "Reasons that were given for the outcome, in the person's own words."


@strawberry.type(
    description="Posting as it was when the person began to track it. It stays when the posting goes."
)
class Posting:
    title: str = strawberry.field(description="Title of the posting.")
    organization: str = strawberry.field(description="Organization that offers it.")
    kind: OpportunityKind | None = strawberry.field(description="Kind of opportunity. Null when not given.")
    location: str | None = strawberry.field(description="Place of work. Null when not given.")
    remote: Remote | None = strawberry.field(description="Share of remote work. Null when not given.")
    salary: str | None = strawberry.field(description="Pay in the posting's own words. Null when not given.")
    url: str | None = strawberry.field(description="Address of the posting on the web. Null when not given.")
    posted_at: datetime | None = strawberry.field(
        description="Time of publication, UTC. Null when not known."
    )
    deadline_at: datetime | None = strawberry.field(description="Deadline, UTC. Null when there is none.")

    @classmethod
    def from_record(cls, record: PostingRecord) -> Self:
        return cls(**dict(record))


@strawberry.type(description="Step of an application's history: from one stage to another.")
class ApplicationStep:
    at: datetime = strawberry.field(description="Time at which it happened, UTC.")
    recorded_at: datetime = strawberry.field(description="Time at which it was recorded, UTC.")
    before: ApplicationStage | None = strawberry.field(
        name="from", description="Stage before. Null for the first step."
    )
    after: ApplicationStage = strawberry.field(name="to", description="Stage after.")
    by: StepBy = strawberry.field(description="Source of the step.")
    round: int | None = strawberry.field(description="Round of interviews. Null for other steps.")
    note: str | None = strawberry.field(description="Note of the person's. Null when not given.")
    channel: str | None = strawberry.field(description=_CHANNEL)
    outcome: ApplicationOutcome | None = strawberry.field(description="Outcome. Null unless it closed.")
    reasons: list[str] = strawberry.field(description=_REASONS)

    @classmethod
    def from_record(cls, record: StepRecord) -> Self:
        return cls(**{name: value for name, value in dict(record).items() if name != "reached"})


@strawberry.type(description="Application of the person's to a posting, from interest to outcome.")
class Application(Node):
    posting: Posting = strawberry.field(description="The posting as it was.")
    opportunity_id: strawberry.ID | None = strawberry.field(
        description="Id of the opportunity that was tracked, which may have changed or gone since. Null for a posting "
        "that the person entered."
    )
    stage: ApplicationStage = strawberry.field(description="Current stage.")
    outcome: ApplicationOutcome | None = strawberry.field(description=_OUTCOME)
    reached_stage: ApplicationStage | None = strawberry.field(description=_REACHED)
    reasons: list[str] = strawberry.field(description=_REASONS)
    round: int | None = strawberry.field(description=_ROUND)
    applied_at: datetime | None = strawberry.field(
        description="Time at which the person applied, UTC. Null when that was not recorded."
    )
    channel: str | None = strawberry.field(description=_CHANNEL)
    history: list[ApplicationStep] = strawberry.field(
        description="Steps, in the order in which they were recorded: of more than 200 the first and the latest."
    )
    created_at: datetime = strawberry.field(description=CREATED_AT)
    version: int = strawberry.field(description=VERSION)
    place: strawberry.Private[tuple[str, str]]

    @strawberry.field(
        description="Text of the posting as it was; empty when none was given. Null when the application was removed.",
        metadata={ANSWER_WEIGHT: 10},
    )
    async def posting_text(self, info: Info) -> str | None:
        return await info.context.loaders.posting_text.load(self.place)

    @classmethod
    def from_record(cls, record: ApplicationRecord) -> Self:
        tracked = record.opportunity_id
        return cls(
            id=global_id(TYPE_NAME, record.id),
            posting=Posting.from_record(record.posting),
            opportunity_id=None if tracked is None else global_id(OPPORTUNITY_TYPE_NAME, tracked),
            stage=record.stage,
            outcome=record.outcome,
            reached_stage=record.reached,
            reasons=record.reasons,
            round=record.round,
            applied_at=record.applied_at,
            channel=record.channel,
            history=[ApplicationStep.from_record(step) for step in record.history],
            created_at=record.created_at,
            version=record.version,
            place=(record.profile_id, record.id),
        )


def application_cursor(record: ApplicationRecord) -> str:
    """Return the record's cursor in the list."""
    return encode_cursor(record.created_at, record.id)


@strawberry.input(description="Posting that is not among the opportunities, as the person enters it.")
class TrackPostingInput:
    title: str = strawberry.field(description="Title, at most 300 characters.")
    organization: str = strawberry.field(description="Organization that offers it, at most 200 characters.")
    kind: OpportunityKind | None = strawberry.field(default=None, description="Kind of opportunity.")
    location: str | None = strawberry.field(
        default=None, description="Place of work, at most 300 characters."
    )
    remote: Remote | None = strawberry.field(default=None, description="Share of remote work.")
    salary: str | None = strawberry.field(
        default=None, description="Pay in the posting's own words, at most 300 characters."
    )
    url: str | None = strawberry.field(
        default=None, description="Address that begins with http:// or https://, at most 2,000 characters."
    )
    deadline_at: datetime | None = strawberry.field(default=None, description="Deadline, with a time zone.")
    description: str | None = strawberry.field(
        default=None, description="Text of the posting, at most 20,000 characters."
    )

    def given(self) -> dict[str, Any]:
        """Return the fields by name."""
        return dataclasses.asdict(self)


@strawberry.type(description="The application after the change.")
class ApplicationPayload:
    application: Application = strawberry.field(description="The tracked or changed application.")
    mutation_id: str | None = strawberry.field(description=MUTATION_ID_ECHO)


@strawberry.type(description="The application is not in the list any more.")
class RemoveApplicationPayload:
    id: strawberry.ID = strawberry.field(description="Id of the removed application.")
    mutation_id: str | None = strawberry.field(description=MUTATION_ID_ECHO)


ApplicationResult = Annotated[
    ApplicationPayload
    | NotAllowedNowError
    | NotFoundError
    | InvalidInputError
    | ConflictError
    | MutationIdReusedError
    | RateLimitedError,
    strawberry.union("ApplicationResult", description="Result of a mutation of an application."),
]

RemoveApplicationResult = Annotated[
    RemoveApplicationPayload
    | NotFoundError
    | InvalidInputError
    | ConflictError
    | MutationIdReusedError
    | RateLimitedError,
    strawberry.union("RemoveApplicationResult", description="Result of `removeApplication`."),
]


@strawberry.type(description="Change set of a profile's applications.")
class ApplicationsChange(ListChange[Application]):
    node = Application


ApplicationsEvent = Annotated[
    ApplicationsChange | SubscriptionFailed,
    strawberry.union("ApplicationsEvent", description="Event of the subscription `applications`."),
]
