"""What becomes of exceptions: members of the mutation's union, or top-level errors that say nothing of the fault."""

from typing import Any

import strawberry
import structlog
from graphql import GraphQLError
from strawberry.extensions import MaskErrors
from strawberry.types.field import StrawberryField

from db.driver.client import DatabaseError
from resolvers.observe.logs import present_id
from schema.career_actions import InvalidTransitionError
from schema.learnings import CannotRetractError, InvalidLearningStatusError, ModelFailedError
from schema.messages import ReplyNotRunningError, ReplyRunningError
from schema.shared.errors import ConflictError, InvalidInputError, NotFoundError
from schema.shared.limits import RateLimitedError
from services.career_actions.career_actions import InvalidTransition
from services.conversations.messages import ReplyNotRunning, ReplyRunning
from services.kit.errors import Conflict, FootholdError, InvalidInput, Limited, NotFound
from services.learnings.learnings import InvalidLearningStatus, ModelFailed
from services.learnings.proposals import CannotRetract

log = structlog.get_logger()


class InvalidInputHandler(strawberry.ExceptionHandler[InvalidInput, InvalidInputError]):
    def handle(self, exception: InvalidInput, *, field: StrawberryField, info: Any) -> InvalidInputError:
        return InvalidInputError.from_exception(exception)


class NotFoundHandler(strawberry.ExceptionHandler[NotFound, NotFoundError]):
    def handle(self, exception: NotFound, *, field: StrawberryField, info: Any) -> NotFoundError:
        return NotFoundError.from_exception(exception)


class ConflictHandler(strawberry.ExceptionHandler[Conflict, ConflictError]):
    def handle(self, exception: Conflict, *, field: StrawberryField, info: Any) -> ConflictError:
        return ConflictError.from_exception(exception)


class InvalidTransitionHandler(strawberry.ExceptionHandler[InvalidTransition, InvalidTransitionError]):
    def handle(
        self, exception: InvalidTransition, *, field: StrawberryField, info: Any
    ) -> InvalidTransitionError:
        return InvalidTransitionError.from_exception(exception)


class ReplyRunningHandler(strawberry.ExceptionHandler[ReplyRunning, ReplyRunningError]):
    def handle(self, exception: ReplyRunning, *, field: StrawberryField, info: Any) -> ReplyRunningError:
        return ReplyRunningError.from_exception(exception)


class ReplyNotRunningHandler(strawberry.ExceptionHandler[ReplyNotRunning, ReplyNotRunningError]):
    def handle(
        self, exception: ReplyNotRunning, *, field: StrawberryField, info: Any
    ) -> ReplyNotRunningError:
        return ReplyNotRunningError.from_exception(exception)


class InvalidLearningStatusHandler(
    strawberry.ExceptionHandler[InvalidLearningStatus, InvalidLearningStatusError]
):
    def handle(
        self, exception: InvalidLearningStatus, *, field: StrawberryField, info: Any
    ) -> InvalidLearningStatusError:
        return InvalidLearningStatusError.from_exception(exception)


class CannotRetractHandler(strawberry.ExceptionHandler[CannotRetract, CannotRetractError]):
    def handle(self, exception: CannotRetract, *, field: StrawberryField, info: Any) -> CannotRetractError:
        return CannotRetractError.from_exception(exception)


class ModelFailedHandler(strawberry.ExceptionHandler[ModelFailed, ModelFailedError]):
    def handle(self, exception: ModelFailed, *, field: StrawberryField, info: Any) -> ModelFailedError:
        return ModelFailedError.from_exception(exception)


class LimitedHandler(strawberry.ExceptionHandler[Limited, RateLimitedError]):
    def handle(self, exception: Limited, *, field: StrawberryField, info: Any) -> RateLimitedError:
        return RateLimitedError.from_exception(exception)


EXCEPTION_HANDLERS = (
    InvalidInputHandler(),
    NotFoundHandler(),
    ConflictHandler(),
    InvalidTransitionHandler(),
    ReplyRunningHandler(),
    ReplyNotRunningHandler(),
    InvalidLearningStatusHandler(),
    CannotRetractHandler(),
    ModelFailedHandler(),
    LimitedHandler(),
)


def is_fault(error: GraphQLError) -> bool:
    """Whether the error is ours to hide: neither the document's fault nor a refusal."""
    return error.original_error is not None and not isinstance(
        error.original_error, FootholdError | GraphQLError
    )


def words_for(fault: Exception) -> tuple[str, str]:
    """Code and message: nothing of what the fault itself says."""
    if isinstance(fault, DatabaseError):
        return "UNAVAILABLE", "The database does not answer. Try again in a moment."
    return "INTERNAL", f"Something went wrong here; it was logged as {present_id()}."


class Masking(MaskErrors):
    """Hides the text of faults, and gives refusals their code."""

    def __init__(self) -> None:
        super().__init__(should_mask_error=lambda _: True)

    def anonymise_error(self, error: GraphQLError) -> GraphQLError:
        if error.original_error is not None and is_fault(error):
            code, message = words_for(error.original_error)
            extensions: dict[str, Any] = {"code": code, "id": present_id()}
        elif isinstance(error.original_error, FootholdError):
            refusal = error.original_error
            message = refusal.message
            extensions = {"code": refusal.code}
            if isinstance(refusal, InvalidInput):
                extensions["field"] = refusal.field
            if isinstance(refusal, Limited):
                extensions["retryAfter"] = refusal.retry_after
        else:
            return error
        return GraphQLError(message, nodes=error.nodes, path=error.path, extensions=extensions)
