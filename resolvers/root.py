"""The schema: the features' root fields put together."""

from collections.abc import Callable
from typing import Any

import strawberry
import structlog
from graphql import DocumentNode, GraphQLError
from graphql.execution import Executor
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionContext
from strawberry.types.graphql import OperationType

from resolvers.career_actions import CareerActionMutation, CareerActionQuery, CareerActionSubscription
from resolvers.documents import GuardedSchema, Parsing, Validation
from resolvers.executor import PlanningExecutor
from resolvers.handlers import EXCEPTION_HANDLERS, Masking, is_fault
from resolvers.learnings import LearningMutation, LearningQuery, LearningSubscription
from resolvers.matches import MatchQuery, MatchSubscription
from resolvers.messages import MessageMutation, MessageQuery, MessageSubscription
from resolvers.nodes import NODE_TYPES, NodeQuery
from resolvers.opportunities import OpportunityQuery
from resolvers.profiles import ProfileMutation, ProfileQuery
from resolvers.refresh_runs import RefreshRunMutation, RefreshRunQuery, RefreshRunSubscription
from schema.context import Context

log = structlog.get_logger()


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


class Schema(GuardedSchema):
    """Logs faults by type and place only: their text may quote what a person wrote."""

    async def execute(self, *args: Any, **options: Any) -> Any:
        """One result. A subscription has many, so it comes by websocket, which does not ask here."""
        allowed = options.get("allowed_operation_types") or OperationType
        options["allowed_operation_types"] = set(allowed) - {OperationType.SUBSCRIPTION}
        return await super().execute(*args, **options)

    def executor(
        self, document: DocumentNode, context: Context, variables: dict[str, Any]
    ) -> Executor[Context]:
        """Executes single events of a subscription that has been accepted before."""
        built = self.execution_context_class.build(
            self._schema, document, context_value=context, raw_variable_values=variables
        )
        if isinstance(built, list):
            raise TypeError("the document was not accepted before")
        return built

    def shown_errors(self, errors: list[GraphQLError]) -> list[GraphQLError]:
        """What of these is told to the client; the rest is logged."""
        self.process_errors(errors)
        masking = Masking()
        return [masking.anonymise_error(error) for error in errors]

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


EXTENSIONS: list[Callable[[], SchemaExtension]] = [Parsing, Validation, Masking]

schema = Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=NODE_TYPES,
    extensions=EXTENSIONS,
    exception_handlers=EXCEPTION_HANDLERS,
    execution_context_class=PlanningExecutor,
)
