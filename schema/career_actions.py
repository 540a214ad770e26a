"""GraphQL types of career actions."""

from datetime import date, datetime
from typing import Annotated, Self

import strawberry

from db.career_actions import ActionPlanRecord, ActionStatus, ActionType, CareerActionRecord
from schema.shared.described import (
    CREATED_AT,
    MODEL_VERSION,
    MUTATION_ID_ECHO,
    VERSION,
    described_enum,
)
from schema.shared.emissions import ListChange, SubscriptionFailed
from schema.shared.errors import ConflictError, Error, InvalidInputError, MutationIdReusedError, NotFoundError
from schema.shared.limits import RateLimitedError
from schema.shared.relay import Node, global_id
from services.career_actions.career_actions import InvalidTransition
from services.kit.cursors import encode_cursor

TYPE_NAME = "CareerAction"

described_enum(
    ActionType,
    "Kind of career action.",
    {
        ActionType.REPLICATE: "Reproduce or extend existing research or results.",
        ActionType.COLLABORATE: "Find partners and do something together.",
        ActionType.START_ORG: "Launch an initiative, a group or an organization.",
        ActionType.IDENTIFY_GAPS: "Look into problems that too few people work on.",
        ActionType.VOLUNTEER: "Give time to an organization.",
        ActionType.BUILD_TOOLS: "Make software, a data set or another resource for others.",
        ActionType.TEACH_WRITE: "Teach, write or mentor.",
        ActionType.DEVELOP_SKILLS: "Grow one specific skill.",
    },
    name="CareerActionType",
)
described_enum(
    ActionStatus,
    "Status of a career action. Each mutation names the statuses it starts from and leads to.",
    {
        ActionStatus.SUGGESTED: "Proposed by the latest refresh. The next refresh replaces it.",
        ActionStatus.SAVED: "Kept for later.",
        ActionStatus.DISMISSED: "Turned down. It is not suggested again.",
        ActionStatus.IN_PROGRESS: "Started.",
        ActionStatus.DONE: "Completed. Its completion conversation is open.",
    },
    name="CareerActionStatus",
)


@strawberry.type(description="Words of the person from before they began, and later on what came of it.")
class ActionPlan:
    why: str | None = strawberry.field(
        description="Reason why it matters to the person. Null when they gave none."
    )
    begin_on: date | None = strawberry.field(
        description="Day on which they mean to begin. Once it has passed, the person is asked once what came of it."
    )
    planned_at: datetime = strawberry.field(description="Time at which they wrote it, UTC.")
    came_of_it: str | None = strawberry.field(
        description="Words on what came of it. Null when they were not asked yet, or said nothing."
    )
    answered_at: datetime | None = strawberry.field(
        description="Time at which they answered or chose not to, UTC. Null when they were not asked yet."
    )

    @classmethod
    def from_record(cls, record: ActionPlanRecord) -> Self:
        return cls(
            why=record.why,
            begin_on=None if record.begin_on is None else date.fromisoformat(record.begin_on),
            planned_at=record.planned_at,
            came_of_it=record.came_of_it,
            answered_at=record.answered_at,
        )


@strawberry.input(
    description="Plan for an action. Both fields are optional; without any the plan is cleared."
)
class ActionPlanInput:
    why: str | None = strawberry.field(
        default=None, description="Reason why it matters to the person, at most 500 characters."
    )
    begin_on: date | None = strawberry.field(
        default=None, description="Day on which they mean to begin, from today on, within two years."
    )


@strawberry.type(description="Personal next step that rests on the profile and takes one to three months.")
class CareerAction(Node):
    type: ActionType = strawberry.field(description="Kind of action.")
    title: str = strawberry.field(description="Short title.")
    description: str = strawberry.field(description="First step, result and effort.")
    rationale: str = strawberry.field(description="Reason why it suits this person.")
    profile_basis: list[str] = strawberry.field(description="Parts of the profile that it rests on.")
    status: ActionStatus = strawberry.field(description="Current status.")
    generation_run: strawberry.ID = strawberry.field(description="Id of the refresh run that suggested it.")
    model_version: str = strawberry.field(description=MODEL_VERSION)
    created_at: datetime = strawberry.field(description=CREATED_AT)
    saved_at: datetime | None = strawberry.field(
        description="Time it was last saved, UTC. Null when it never was or the person took that back."
    )
    dismissed_at: datetime | None = strawberry.field(
        description="Time it was dismissed, UTC. Null when it was not."
    )
    started_at: datetime | None = strawberry.field(
        description="Time it was last started, UTC. Null when it never was or the start was cancelled."
    )
    completed_at: datetime | None = strawberry.field(
        description="Time it was completed, UTC. Null when it is not done."
    )
    completion_conversation_started: bool = strawberry.field(
        description="True once its completion conversation has begun."
    )
    plan: ActionPlan | None = strawberry.field(
        description="Plan in the words of the person. Null when they wrote none: no action needs one."
    )
    version: int = strawberry.field(description=VERSION)

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
            plan=None if record.plan is None else ActionPlan.from_record(record.plan),
            version=record.version,
        )


def career_action_cursor(record: CareerActionRecord) -> str:
    """Return the record's cursor in the list."""
    return encode_cursor(record.created_at, record.id)


@strawberry.type(description="The action's current status does not allow this mutation. Nothing was changed.")
class InvalidTransitionError(Error):
    current_status: ActionStatus = strawberry.field(description="Current status of the action.")

    @classmethod
    def from_exception(cls, exception: InvalidTransition) -> Self:
        return cls(message=exception.message, current_status=exception.current)


@strawberry.type(description="The action after the change.")
class CareerActionPayload:
    career_action: CareerAction = strawberry.field(description="The changed action.")
    mutation_id: str | None = strawberry.field(description=MUTATION_ID_ECHO)


CareerActionResult = Annotated[
    CareerActionPayload
    | InvalidTransitionError
    | NotFoundError
    | InvalidInputError
    | ConflictError
    | MutationIdReusedError
    | RateLimitedError,
    strawberry.union("CareerActionResult", description="Result of a mutation of a career action."),
]


@strawberry.type(description="Change set of a profile's career actions.")
class CareerActionsChange(ListChange[CareerAction]):
    node = CareerAction


CareerActionsEvent = Annotated[
    CareerActionsChange | SubscriptionFailed,
    strawberry.union("CareerActionsEvent", description="Event of the subscription `careerActions`."),
]
