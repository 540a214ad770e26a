"""The schema: the features' root fields put together."""

from collections.abc import Callable
from typing import Any

import structlog
from graphql import GraphQLError
from strawberry.types import ExecutionContext
from strawberry.types.graphql import OperationType
from strawberry.utils.await_maybe import await_maybe

from db.driver.durable import Patience
from db.driver.errors import DatabaseError, was_waited_out
from resolvers.execution.errors import is_fault
from resolvers.execution.subscribing import SubscribingSchema, name_of
from services.kit.metrics import counts

log = structlog.get_logger()

DESCRIPTION = """\
Foothold: career actions and matches for a person, live.

Send `Authorization: Bearer <token>` with each request, or `{"authorization": "Bearer <token>"}` as the payload of \
`connection_init`. Lists are Relay connections; their subscriptions resume from a cursor. Times are UTC."""


def _patient(execute: Callable[..., Any]) -> Callable[..., Any]:
    """Execute again, for as long as a write is repeated, while the database's errors are of those that pass."""

    async def executed(*args: Any, **options: Any) -> Any:
        patience = Patience()
        while True:
            result = await await_maybe(execute(*args, **options))
            faults = [error.original_error for error in getattr(result, "errors", None) or ()]
            fault = next((each for each in faults if isinstance(each, DatabaseError)), None)
            if fault is None or was_waited_out(fault):
                return result
            try:
                await patience.after(fault)
            except DatabaseError:
                return result

    return executed


class Schema(SubscribingSchema):
    """The schema with its description. Logs faults by type and path only: their text may quote a person."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._schema.description = DESCRIPTION  # Strawberry takes no description for the schema

    def as_str(self) -> str:
        """Return the SDL. Strawberry prints no schema definition, so the description is put before it."""
        roots = "query: Query\n  mutation: Mutation\n  subscription: Subscription"
        return f'"""\n{DESCRIPTION}\n"""\nschema {{\n  {roots}\n}}\n\n{super().as_str()}'

    async def execute(self, *args: Any, **options: Any) -> Any:
        """Execute a query or mutation. Subscriptions come by websocket, which calls ``stream``."""
        allowed = options.get("allowed_operation_types") or OperationType
        options["allowed_operation_types"] = set(allowed) - {OperationType.SUBSCRIPTION}
        return await super().execute(*args, **options)

    async def _execute_operation(
        self, execution_context: ExecutionContext, runner: Any, middleware: Any, execute: Any, *rest: Any
    ) -> Any:
        """As upstream, in a span of its own where traces are wanted: by its name, which is the client's.

        A query that met a change of primary is executed again: the driver tries a read only twice.
        """
        kind = execution_context.operation_type
        rest = (runner, middleware, _patient(execute) if kind is OperationType.QUERY else execute, *rest)
        structlog.contextvars.bind_contextvars(operation=name_of(execution_context.operation_name))
        observer = counts.observer
        if observer is None:
            return await super()._execute_operation(execution_context, *rest)
        with observer.span(f"{kind.value} {name_of(execution_context.operation_name)}"):
            return await super()._execute_operation(execution_context, *rest)

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        for error in errors:
            if is_fault(error):
                counts.faults += 1
                log.error(
                    "graphql.operation_failed",
                    path=".".join(str(part) for part in error.path or ()),
                    exc_info=error.original_error,
                )
