"""Rate limits and the daily token budget, as clients see them."""

from datetime import datetime
from typing import Self

import strawberry

from schema.shared.errors import Error
from services.identity.budgets import Allowance
from services.kit.errors import Limited


@strawberry.type(
    description="A rate limit, the daily budget or a recent deletion refuses this for now. Retry after `retryAfter`."
)
class RateLimitedError(Error):
    code: str = strawberry.field(
        description="`RATE_LIMITED`: too many requests. `BUDGET_EXHAUSTED`: today's tokens of the model are used up. "
        "`ACCOUNT_DELETED`: about ten minutes after `deleteMyAccount` must pass."
    )
    retry_after: int = strawberry.field(description="Seconds to wait before trying again, at least 1.")

    @classmethod
    def from_exception(cls, exception: Limited) -> Self:
        return cls(message=exception.message, code=exception.code, retry_after=exception.retry_after)


@strawberry.type(description="Daily budget for the language model, in tokens as its provider counts them.")
class TokenBudget:
    daily_tokens: int = strawberry.field(description="Tokens the person may use in one UTC day.")
    tokens_left: int = strawberry.field(
        description="Tokens left today. Calls in progress reserve their maximum and give the rest back when they end."
    )
    resets_at: datetime = strawberry.field(description="Next midnight, UTC, when the budget starts anew.")

    @classmethod
    def from_allowance(cls, allowance: Allowance) -> Self:
        return cls(daily_tokens=allowance.daily, tokens_left=allowance.left, resets_at=allowance.resets_at)
