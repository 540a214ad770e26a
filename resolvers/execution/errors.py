"""Mapping of exceptions to members of unions, or to top-level errors that hide the fault's text."""

from typing import Any

import structlog
from graphql import GraphQLError, GraphQLSyntaxError
from strawberry.extensions import MaskErrors

from db.driver.errors import DatabaseError
from resolvers.observe.logs import present_id
from services.kit.errors import FootholdError, InvalidInput, Limited, NotConfigured

log = structlog.get_logger()


def is_fault(error: GraphQLError) -> bool:
    """Return True if the error is ours to hide: neither the document's fault nor a refusal."""
    return error.original_error is not None and not isinstance(
        error.original_error, FootholdError | GraphQLError
    )


def words_for(fault: Exception) -> tuple[str, str]:
    """Code and message: nothing of what the fault itself says."""
    if isinstance(fault, DatabaseError):
        return "UNAVAILABLE", "The database does not answer. Try again in a moment."
    return "INTERNAL", f"Internal error, logged as {present_id()}."


def request_error(message: str, code: str) -> GraphQLError:
    """Return an error of the request itself: nothing was executed."""
    return GraphQLError(message, extensions={"code": code})


def with_code(error: GraphQLError, code: str) -> GraphQLError:
    """Return the error itself, which gets the code unless it has one."""
    if "code" not in (error.extensions or {}):
        error.extensions = {**(error.extensions or {}), "code": code}
    return error


def without_frames(error: BaseException) -> None:
    """Drop the tracebacks of an error that has been told and logged: their frames hold the operation, which holds it.

    Only the collector of garbage would free them.
    """
    errors: list[BaseException | None] = [error]
    for one in errors:
        if one is not None and one.__traceback__ is not None:
            one.__traceback__ = None
            errors += one.__cause__, one.__context__


class Masking(MaskErrors):
    """Hides the text of faults, and gives every error a code: refusals their own, graphql-core's by their kind."""

    def __init__(self) -> None:
        super().__init__(should_mask_error=lambda _: True)

    def anonymise_error(self, error: GraphQLError) -> GraphQLError:
        without_frames(error)
        if error.original_error is not None and is_fault(error):
            code, message = words_for(error.original_error)
            extensions: dict[str, Any] = {"code": code, "id": present_id()}
        elif isinstance(error.original_error, FootholdError):
            refusal = error.original_error
            message = refusal.message
            extensions = {"code": refusal.code}
            if isinstance(refusal, InvalidInput):
                extensions["field"] = refusal.field
            if isinstance(refusal, NotConfigured):
                extensions["setting"] = refusal.setting
            if isinstance(refusal, Limited):
                extensions["retryAfter"] = refusal.retry_after
        elif isinstance(error, GraphQLSyntaxError):
            return with_code(error, "GRAPHQL_PARSE_FAILED")
        else:
            return with_code(error, "BAD_USER_INPUT")  # what is left is of values: variables and arguments
        return GraphQLError(message, nodes=error.nodes, path=error.path, extensions=extensions)
