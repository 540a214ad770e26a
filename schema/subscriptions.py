"""What all subscriptions share: the terminal member of their unions, and why an emission came."""

from typing import Self

import strawberry

from services.emissions import Reason, ResyncReason
from services.errors import FootholdError

strawberry.enum(
    Reason,
    name="EmissionReason",
    description="INITIAL and RESYNC carry everything and replace what the client holds; "
    "CHANGE and RESUME are applied to it by id and version.",
)
strawberry.enum(ResyncReason, description="Why a cursor could not be resumed from.")


@strawberry.type(
    description="Terminal: nothing follows. `code` is for programs, `message` says what to do next."
)
class SubscriptionFailed:
    code: str
    message: str

    @classmethod
    def from_exception(cls, exception: FootholdError) -> Self:
        return cls(code=exception.code, message=exception.message)
