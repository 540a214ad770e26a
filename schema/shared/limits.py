"""What a person may do for now: refusals that pass, and what is left of the day's budget."""

from datetime import datetime
from typing import Self

import strawberry

from schema.shared.errors import Error
from services.identity.budgets import Allowance
from services.kit.errors import Limited


@strawberry.type(description="Too much for the moment. Nothing was changed; it is worth trying again later.")
class RateLimitedError(Error):
    code: str = strawberry.field(
        description="`RATE_LIMITED`, `BUDGET_EXHAUSTED` when today's budget for the model is used up, or "
        "`ACCOUNT_DELETED` for a while after `deleteMyAccount`."
    )
    retry_after: int = strawberry.field(
        description="In how many seconds it is worth trying again, at least 1."
    )

    @classmethod
    def from_exception(cls, exception: Limited) -> Self:
        return cls(message=exception.message, code=exception.code, retry_after=exception.retry_after)


@strawberry.type(description="What the model may still cost today, in tokens as its provider counts them.")
class TokenBudget:
    daily_tokens: int
    tokens_left: int = strawberry.field(
        description="Neither spent nor set aside for what is under way, which takes more than it needs until it ends."
    )
    resets_at: datetime = strawberry.field(description="The next midnight, UTC.")

    @classmethod
    def from_allowance(cls, allowance: Allowance) -> Self:
        return cls(daily_tokens=allowance.daily, tokens_left=allowance.left, resets_at=allowance.resets_at)
