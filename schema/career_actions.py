"""Career actions, as clients see them."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from db.career_actions import ActionStatus, ActionType, CareerActionRecord
from schema.shared.emissions import SubscriptionFailed
from schema.shared.errors import ConflictError, Error, InvalidInputError, NotFoundError
from schema.shared.limits import RateLimitedError
from schema.shared.relay import Node, global_id
from services.career_actions.career_actions import InvalidTransition
from services.kit.cursors import encode_cursor
from services.sync.emissions import Emission, Reason, ResyncReason

TYPE_NAME = "CareerAction"

strawberry.enum(
    ActionType,
    name="CareerActionType",
    description="REPLICATE reproduces or extends existing research; COLLABORATE finds partners; START_ORG launches "
    "an initiative; IDENTIFY_GAPS looks into under-explored problems; VOLUNTEER gives time to an organisation; "
    "BUILD_TOOLS makes software, data sets or resources; TEACH_WRITE teaches, writes or mentors; DEVELOP_SKILLS "
    "grows a specific skill.",
)
strawberry.enum(ActionStatus, name="CareerActionStatus")


@strawberry.type(description="Something to do next, grounded in the profile, doable in one to three months.")
class CareerAction(Node):
    type: ActionType
    title: str
    description: str
    rationale: str = strawberry.field(description="Why this, for this person.")
    profile_basis: list[str] = strawberry.field(description="The parts of the profile it rests on.")
    status: ActionStatus
    generation_run: strawberry.ID = strawberry.field(description="Id of the refresh run that suggested it.")
    model_version: str
    created_at: datetime
    saved_at: datetime | None
    dismissed_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    completion_conversation_started: bool
    version: int = strawberry.field(
        description="Grows with every change; the higher version is the newer state."
    )

    @classmethod
    def from_record(cls, record: CareerActionRecord) -> Self:
        return cls(
            id=global_id(TYPE_NAME, record.id),
            type=record.type,
            title=record.title,
            description=record.description,
            rationale=record.rationale,
            profile_basis=record.profile_basis,
            status=record.status,
            generation_run=global_id("RefreshRun", record.run_id),
            model_version=record.model_version,
            created_at=record.created_at,
            saved_at=record.saved_at,
            dismissed_at=record.dismissed_at,
            started_at=record.started_at,
            completed_at=record.completed_at,
            completion_conversation_started=record.completion_conversation_started,
            version=record.version,
        )


def career_action_cursor(record: CareerActionRecord) -> str:
    """Where the record stands in the list."""
    return encode_cursor(record.created_at, record.id)


@strawberry.type(description="The action's status does not allow what was asked. Nothing was changed.")
class InvalidTransitionError(Error):
    current_status: ActionStatus

    @classmethod
    def from_exception(cls, exception: InvalidTransition) -> Self:
        return cls(message=exception.message, current_status=exception.current)


@strawberry.type(description="The action as it is after the change.")
class CareerActionPayload:
    career_action: CareerAction
    mutation_id: str | None = strawberry.field(
        description="The client's own id, which comes back in the emission that the change caused."
    )


CareerActionResult = Annotated[
    CareerActionPayload
    | InvalidTransitionError
    | NotFoundError
    | InvalidInputError
    | ConflictError
    | RateLimitedError,
    strawberry.union("CareerActionResult"),
]


@strawberry.type(description="A change set of a profile's career actions.")
class CareerActionsChange:
    reason: Reason
    resync_reason: ResyncReason | None
    cursor: str = strawberry.field(description="Give it as `after` when subscribing again.")
    upserts: list[CareerAction]
    removed: list[strawberry.ID]
    mutation_ids: list[str]

    @classmethod
    def from_emission(cls, emission: Emission[CareerActionRecord]) -> Self:
        return cls(
            reason=emission.reason,
            resync_reason=emission.resync_reason,
            cursor=str(emission.cursor),
            upserts=[CareerAction.from_record(record) for record in emission.upserts],
            removed=[global_id(TYPE_NAME, id_) for id_ in emission.removed],
            mutation_ids=list(emission.mutation_ids),
        )


CareerActionsEvent = Annotated[
    CareerActionsChange | SubscriptionFailed, strawberry.union("CareerActionsEvent")
]
