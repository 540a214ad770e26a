"""What all subscriptions share: the terminal member of their unions, and why an emission came."""

from typing import Self

import strawberry

from services.kit.errors import FootholdError, Limited
from services.sync.emissions import Reason, ResyncReason

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
    retry_after: int | None = strawberry.field(
        default=None, description="With `RATE_LIMITED`: in how many seconds it is worth subscribing again."
    )

    @classmethod
    def from_exception(cls, exception: FootholdError) -> Self:
        retry_after = exception.retry_after if isinstance(exception, Limited) else None
        return cls(code=exception.code, message=exception.message, retry_after=retry_after)
