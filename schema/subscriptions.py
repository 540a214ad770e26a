"""What all subscriptions share: the terminal member of their unions, and why an emission came."""

from enum import Enum
from typing import Self

import strawberry

from services.errors import FootholdError


@strawberry.type(description="Terminal: nothing follows. `code` is for programs, `message` says what to do next.")
class SubscriptionFailed:
    code: str
    message: str

    @classmethod
    def from_exception(cls, exception: FootholdError) -> Self:
        return cls(code=exception.code, message=exception.message)


@strawberry.enum(
    description="INITIAL and RESYNC carry everything and replace what the client holds; "
    "CHANGE and RESUME are applied to it by id and version."
)
class EmissionReason(Enum):
    INITIAL = "INITIAL"
    CHANGE = "CHANGE"
    RESUME = "RESUME"
    RESYNC = "RESYNC"
