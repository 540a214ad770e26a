"""The schema: the features' root fields put together."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import strawberry
import structlog
from graphql import GraphQLError
from strawberry.extensions import ParserCache, SchemaExtension, ValidationCache
from strawberry.types import ExecutionContext
from strawberry.types.graphql import OperationType

from resolvers.career_actions import CareerActionMutation, CareerActionQuery, CareerActionSubscription
from resolvers.handlers import EXCEPTION_HANDLERS, Masking, is_fault
from resolvers.learnings import LearningMutation, LearningQuery, LearningSubscription
from resolvers.matches import MatchQuery, MatchSubscription
from resolvers.messages import MessageMutation, MessageQuery, MessageSubscription
from resolvers.nodes import NODE_TYPES, NodeQuery
from resolvers.opportunities import OpportunityQuery
from resolvers.profiles import ProfileMutation, ProfileQuery
from resolvers.refresh_runs import RefreshRunMutation, RefreshRunQuery, RefreshRunSubscription

log = structlog.get_logger()

MAX_TOKENS = 2000  # of a document: validation takes the square of them


@strawberry.type
class Query(
    ProfileQuery,
    OpportunityQuery,
    MatchQuery,
    CareerActionQuery,
    RefreshRunQuery,
    MessageQuery,
    LearningQuery,
    NodeQuery,
):
    pass


@strawberry.type
class Mutation(ProfileMutation, RefreshRunMutation, CareerActionMutation, MessageMutation, LearningMutation):
    pass


@strawberry.type
class Subscription(
    CareerActionSubscription,
    MatchSubscription,
    RefreshRunSubscription,
    MessageSubscription,
    LearningSubscription,
):
    pass


class Schema(strawberry.Schema):
    """Logs faults by type and place only: their text may quote what a person wrote."""

    async def execute(self, *args: Any, **options: Any) -> Any:
        """One result. A subscription has many, so it comes by websocket, which does not ask here."""
        allowed = options.get("allowed_operation_types") or OperationType
        options["allowed_operation_types"] = set(allowed) - {OperationType.SUBSCRIPTION}
        return await super().execute(*args, **options)

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        for error in errors:
            if is_fault(error):
                log.error(
                    "graphql.fault",
                    path=".".join(str(part) for part in error.path or ()),
                    exc_info=error.original_error,
                )


class Parsing(ParserCache):
    """Upstream's raises a syntax error where streaming does not look for it, which ends the operation in silence."""

    def on_parse(self) -> Iterator[None]:
        self.execution_context.parse_options["max_tokens"] = MAX_TOKENS
        with suppress(GraphQLError, RecursionError):  # then it is parsed, and refused, in the usual place
            next(super().on_parse())
        yield


EXTENSIONS: list[Callable[[], SchemaExtension]] = [Parsing, ValidationCache, Masking]

schema = Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=NODE_TYPES,
    extensions=EXTENSIONS,
    exception_handlers=EXCEPTION_HANDLERS,
)
