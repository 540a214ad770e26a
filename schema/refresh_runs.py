"""GraphQL types of refresh runs."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from db.refresh_runs import RefreshRunRecord, StageRecord, StageStatus
from schema.shared.described import (
    CREATED_AT,
    ERROR_MESSAGE,
    MODEL_VERSION,
    MUTATION_ID,
    UPDATED_AT,
    VERSION,
    described_enum,
)
from schema.shared.emissions import ListChange, SubscriptionFailed
from schema.shared.errors import ConflictError, InvalidInputError, MutationIdReusedError, NotFoundError
from schema.shared.limits import RateLimitedError
from schema.shared.relay import Node, global_id

TYPE_NAME = "RefreshRun"

described_enum(
    StageStatus,
    "Status of one stage of a refresh.",
    {
        StageStatus.PENDING: "Not started yet.",
        StageStatus.RUNNING: "In progress; `done` and `total` tell how far.",
        StageStatus.SUCCEEDED: "Finished; its results are published.",
        StageStatus.FAILED: "Failed, see `failure`. Earlier results are kept. Refresh again to retry.",
        StageStatus.INTERRUPTED: "The processes working on it ended. Refresh again to retry.",
    },
    name="RefreshStageStatus",
)


@strawberry.type(description="Reason why a stage failed. Results from before are unchanged.")
class RefreshFailure:
    code: str = strawberry.field(
        description="Machine-readable code, such as `MODEL_BUSY`, `BUDGET_EXHAUSTED` or `INTERRUPTED`."
    )
    message: str = strawberry.field(description=ERROR_MESSAGE)


@strawberry.type(description="One of the two stages of a refresh: matching or generation.")
class RefreshStage:
    status: StageStatus = strawberry.field(description="Current status.")
    done: int = strawberry.field(
        description="Steps done: opportunities judged, or model calls made for generation."
    )
    total: int = strawberry.field(description="Number of steps; 0 until it is known.")
    result: int = strawberry.field(description="Number of matches or career actions that were published.")
    failure: RefreshFailure | None = strawberry.field(
        description="Reason of the failure. Null unless the status is `FAILED` or `INTERRUPTED`."
    )

    @classmethod
    def from_record(cls, record: StageRecord) -> Self:
        failure = None
        if record.failure_code is not None:
            failure = RefreshFailure(code=record.failure_code, message=record.failure_message or "")
        return cls(
            status=record.status, done=record.done, total=record.total, result=record.result, failure=failure
        )


@strawberry.type(description="One refresh of a profile's matches and career actions.")
class RefreshRun(Node):
    active: bool = strawberry.field(description="True until both stages have ended.")
    matching: RefreshStage = strawberry.field(description="Judges opportunities and publishes matches.")
    generation: RefreshStage = strawberry.field(description="Writes and publishes suggested career actions.")
    warnings: list[str] = strawberry.field(
        description="Parts of the model's replies that were dropped or repaired, with the reason."
    )
    input_tokens: int = strawberry.field(description="Tokens sent to the model; 0 for the built-in rules.")
    output_tokens: int = strawberry.field(
        description="Tokens received from the model; 0 for the built-in rules."
    )
    model_version: str = strawberry.field(description=MODEL_VERSION)
    attempt: int = strawberry.field(
        description="Number of processes that have worked on it; above 1 after one of them died."
    )
    version: int = strawberry.field(description=VERSION)
    created_at: datetime = strawberry.field(description=CREATED_AT)
    updated_at: datetime = strawberry.field(description=UPDATED_AT)
    finished_at: datetime | None = strawberry.field(
        description="Time both stages had ended, UTC. Null before."
    )

    @classmethod
    def from_record(cls, record: RefreshRunRecord) -> Self:
        return cls(
            id=global_id(TYPE_NAME, record.id),
            active=record.active,
            matching=RefreshStage.from_record(record.matching),
            generation=RefreshStage.from_record(record.generation),
            warnings=record.warnings,
            input_tokens=record.input_tokens,
            output_tokens=record.output_tokens,
            model_version=record.model_version,
            attempt=record.attempt,
            version=record.version,
            created_at=record.created_at,
            updated_at=record.updated_at,
            finished_at=record.finished_at,
        )


class RefreshRunsChange(ListChange[RefreshRun]):
    """View of runs in ``changes``. By themselves they are followed by ``refreshProgress``."""

    node = RefreshRun


@strawberry.type(description="The run that was started, or the one already in progress.")
class RefreshMatchesPayload:
    refresh_run: RefreshRun = strawberry.field(description="The run; follow it with `refreshProgress`.")
    mutation_id: str | None = strawberry.field(description=MUTATION_ID)


RefreshMatchesResult = Annotated[
    RefreshMatchesPayload
    | NotFoundError
    | InvalidInputError
    | ConflictError
    | MutationIdReusedError
    | RateLimitedError,
    strawberry.union("RefreshMatchesResult", description="Result of `refreshMatches`."),
]


@strawberry.type(description="New state of a refresh run.")
class RefreshProgressChange:
    refresh_run: RefreshRun = strawberry.field(description="The run in its current state.")

    @classmethod
    def from_run(cls, run: RefreshRunRecord) -> Self:
        return cls(refresh_run=RefreshRun.from_record(run))


RefreshProgressEvent = Annotated[
    RefreshProgressChange | SubscriptionFailed,
    strawberry.union("RefreshProgressEvent", description="Event of the subscription `refreshProgress`."),
]
