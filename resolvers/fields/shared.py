"""Parts that all features share: refusals of any mutation, types of Relay, and the end of subscriptions."""

from resolvers.execution.feature import Feature, Refusal
from resolvers.execution.permissions.audience import Audience
from schema.shared.errors import (
    ConflictError,
    InvalidInputError,
    MutationIdReusedError,
    NotAllowedNowError,
    NotFoundError,
)
from schema.shared.limits import RateLimitedError
from services.background.mutations import MutationIdReused
from services.kit.errors import Conflict, InvalidInput, Limited, NotAllowedNow, NotFound

FEATURE = Feature(
    refusals=[
        Refusal(InvalidInput, InvalidInputError),
        Refusal(NotFound, NotFoundError),
        Refusal(NotAllowedNow, NotAllowedNowError),
        Refusal(Conflict, ConflictError),
        Refusal(Limited, RateLimitedError),
        Refusal(MutationIdReused, MutationIdReusedError),
    ],
    policy={
        Audience.SIGNED_IN: {
            "Error": "message",
            "InvalidInputError": "message field problems",
            "InputProblem": "field message",
            "NotFoundError": "message",
            "ConflictError": "message",
            "MutationIdReusedError": "message",
            "RateLimitedError": "message code retryAfter",
            "Node": "id",
            "PageInfo": "hasNextPage hasPreviousPage startCursor endCursor",
            "SubscriptionFailed": "retryAfter",
        },
        Audience.OWNER: {
            "NotAllowedNowError": "message currentStatus",
        },
        Audience.ANYONE: {
            "SubscriptionFailed": "code message",
        },
    },
)
