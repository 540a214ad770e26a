"""Typed errors: members of the mutations' unions, all with a message for the person."""

from typing import Self

import strawberry

from services.kit.errors import Conflict, InvalidInput, NotFound


@strawberry.interface(name="Error", description="What every refusal has. Nothing was changed.")
class Error:
    message: str = strawberry.field(description="Says what to do next, in words for the person.")


@strawberry.type(
    description="The thing does not exist, or is not the caller's: the two are never told apart."
)
class NotFoundError(Error):
    @classmethod
    def from_exception(cls, exception: NotFound) -> Self:
        return cls(message=exception.message)


@strawberry.type(description="An argument is unusable.")
class InvalidInputError(Error):
    field: str = strawberry.field(description="Path of the argument, such as `resume.work[0].startDate`.")

    @classmethod
    def from_exception(cls, exception: InvalidInput) -> Self:
        return cls(message=exception.message, field=exception.field)


@strawberry.type(description="The thing kept changing meanwhile. Trying again is safe.")
class ConflictError(Error):
    @classmethod
    def from_exception(cls, exception: Conflict) -> Self:
        return cls(message=exception.message)
