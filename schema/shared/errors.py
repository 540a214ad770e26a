"""Typed errors: members of the mutations' unions, each with a message for the person."""

from typing import Self

import strawberry

from schema.shared.described import ERROR_MESSAGE
from services.background.mutations import MutationIdReused
from services.kit.errors import Conflict, InvalidInput, NotAllowedNow, NotFound


@strawberry.interface(name="Error", description="Typed error of a mutation. Nothing was changed.")
class Error:
    message: str = strawberry.field(description=ERROR_MESSAGE)


@strawberry.type(
    description="The object does not exist or belongs to somebody else; the error does not tell which."
)
class NotFoundError(Error):
    @classmethod
    def from_exception(cls, exception: NotFound) -> Self:
        return cls(message=exception.message)


@strawberry.type(description="A part of an argument, and what there is to say about it.")
class InputProblem:
    field: str = strawberry.field(description="Path of the part, such as `resume.work[0].startDate`.")
    message: str = strawberry.field(description=ERROR_MESSAGE)


@strawberry.type(description="An argument has a value that is not accepted.")
class InvalidInputError(Error):
    field: str = strawberry.field(description="Path of the argument, such as `resume.work[0].startDate`.")
    problems: list[InputProblem] = strawberry.field(
        description="All problems that were found, at most 200; `field` is that of the first."
    )

    @classmethod
    def from_exception(cls, exception: InvalidInput) -> Self:
        problems = [InputProblem(field=one.field, message=one.message) for one in exception.problems]
        return cls(message=exception.message, field=exception.field, problems=problems)


@strawberry.type(description="The object's current status does not allow this mutation. Nothing was changed.")
class NotAllowedNowError(Error):
    current_status: str = strawberry.field(
        description="Current status of the object: the name of a value of the enum that its type has for that."
    )

    @classmethod
    def from_exception(cls, exception: NotAllowedNow) -> Self:
        return cls(message=exception.message, current_status=exception.current)


@strawberry.type(description="The object was changed by others at the same time. Read it again, then retry.")
class ConflictError(Error):
    @classmethod
    def from_exception(cls, exception: Conflict) -> Self:
        return cls(message=exception.message)


@strawberry.type(description="The `mutationId` was used before, by the same mutation with other arguments.")
class MutationIdReusedError(Error):
    @classmethod
    def from_exception(cls, exception: MutationIdReused) -> Self:
        return cls(message=exception.message)
