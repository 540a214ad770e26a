"""Refresh runs, as clients see them."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from db.refresh_runs import RefreshRunRecord, StageRecord, StageStatus
from schema.shared.emissions import SubscriptionFailed
from schema.shared.errors import ConflictError, InvalidInputError, NotFoundError
from schema.shared.limits import RateLimitedError
from schema.shared.relay import Node, global_id

TYPE_NAME = "RefreshRun"

strawberry.enum(
    StageStatus,
    name="RefreshStageStatus",
    description="INTERRUPTED: the processes doing it ended; refresh again.",
)


@strawberry.type(description="Why a stage failed. What was there before is untouched.")
class RefreshFailure:
    code: str
    message: str


@strawberry.type(description="Matching or generation.")
class RefreshStage:
    status: StageStatus
    done: int = strawberry.field(
        description="Steps done: opportunities judged, or model calls for generation."
    )
    total: int = strawberry.field(description="Steps in all; 0 until it is known.")
    result: int = strawberry.field(description="How many matches or actions were published.")
    failure: RefreshFailure | None

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
    active: bool = strawberry.field(description="Whether something is still being done.")
    matching: RefreshStage
    generation: RefreshStage
    warnings: list[str] = strawberry.field(
        description="What of the model's replies was dropped or mended, and why."
    )
    input_tokens: int
    output_tokens: int
    model_version: str
    attempt: int = strawberry.field(description="Above 1 when a process died and another went on.")
    version: int
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None

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


@strawberry.type(description="The run that was started, or the one that is under way already.")
class RefreshMatchesPayload:
    refresh_run: RefreshRun


RefreshMatchesResult = Annotated[
    RefreshMatchesPayload | NotFoundError | InvalidInputError | ConflictError | RateLimitedError,
    strawberry.union("RefreshMatchesResult"),
]


@strawberry.type(description="A state that a run came to.")
class RefreshProgressChange:
    refresh_run: RefreshRun


RefreshProgressEvent = Annotated[
    RefreshProgressChange | SubscriptionFailed, strawberry.union("RefreshProgressEvent")
]
