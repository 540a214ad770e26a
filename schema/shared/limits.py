"""Rate limits and the daily token budget, as clients see them."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from schema.shared.described import VERSION
from schema.shared.emissions import ListChange, SubscriptionFailed
from schema.shared.errors import Error
from schema.shared.relay import Node, global_id
from services.identity.budgets import Allowance
from services.kit.errors import Limited

BUDGET_TYPE_NAME = "TokenBudget"


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
class TokenBudget(Node):
    daily_tokens: int = strawberry.field(description="Tokens the person may use in one UTC day.")
    tokens_left: int = strawberry.field(
        description="Tokens left today. Calls in progress reserve their maximum and give the rest back when they end."
    )
    resets_at: datetime = strawberry.field(
        description="Next midnight, UTC, when the budget starts anew. Nobody is told then: until something is used "
        "again, all of it is left."
    )
    version: int = strawberry.field(description=VERSION)

    @classmethod
    def from_record(cls, allowance: Allowance) -> Self:
        return cls(
            id=global_id(BUDGET_TYPE_NAME, allowance.id),
            daily_tokens=allowance.daily,
            tokens_left=allowance.left,
            resets_at=allowance.resets_at,
            version=allowance.version,
        )


@strawberry.type(description="Change set of the person's token budget.")
class BudgetChange(ListChange[TokenBudget]):
    node = TokenBudget


BudgetEvent = Annotated[
    BudgetChange | SubscriptionFailed,
    strawberry.union("BudgetEvent", description="Event of the subscription `budget`."),
]
