"""The schema: the features' root fields put together."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import structlog
from graphql import DocumentNode, GraphQLError, GraphQLSyntaxError, get_operation_ast, parse
from graphql.execution import Executor
from strawberry.types import ExecutionContext
from strawberry.types.graphql import OperationType

from resolvers.execution.documents import GuardedSchema
from resolvers.execution.errors import Masking, is_fault
from schema.shared.context import Context
from services.kit.metrics import Observer, counts

log = structlog.get_logger()

_TRACED_TOKENS = 2_000

DESCRIPTION = """\
Foothold: career actions and matches for a person, live.

Send `Authorization: Bearer <token>` with each request, or `{"authorization": "Bearer <token>"}` as the payload of \
`connection_init`. Lists are Relay connections; their subscriptions resume from a cursor. Times are UTC."""


class Schema(GuardedSchema):
    """The schema with its description. Logs faults by type and path only: their text may quote a person."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._schema.description = DESCRIPTION  # Strawberry takes no description for the schema

    def as_str(self) -> str:
        """Return the SDL. Strawberry prints no schema definition, so the description is put before it."""
        roots = "query: Query\n  mutation: Mutation\n  subscription: Subscription"
        return f'"""\n{DESCRIPTION}\n"""\nschema {{\n  {roots}\n}}\n\n{super().as_str()}'

    async def execute(self, *args: Any, **options: Any) -> Any:
        """One result. A subscription has many, so it comes by websocket, which does not ask here."""
        allowed = options.get("allowed_operation_types") or OperationType
        options["allowed_operation_types"] = set(allowed) - {OperationType.SUBSCRIPTION}
        return await super().execute(*args, **options)

    async def _execute_operation(self, execution_context: ExecutionContext, *rest: Any) -> Any:
        """As upstream, in a span of its own where traces are wanted: by its name, which is the client's."""
        observer = counts.observer
        if observer is None:
            return await super()._execute_operation(execution_context, *rest)
        kind = execution_context.operation_type.value
        with observer.span(f"{kind} {_name_of(execution_context.operation_name)}"):
            return await super()._execute_operation(execution_context, *rest)

    async def stream(self, *args: Any, **options: Any) -> Any:
        """As upstream, what leads to the first event in a span of its own where traces are wanted."""
        source = await super().stream(*args, **options)
        observer = counts.observer
        if observer is None:
            return source
        name = _name_in(args[0] if args else options["query"], options.get("operation_name"))
        return _first_within(observer, f"open {_name_of(name)}", source)

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
                counts.faults += 1
                log.error(
                    "graphql.operation_failed",
                    path=".".join(str(part) for part in error.path or ()),
                    exc_info=error.original_error,
                )


def _name_of(operation: str | None) -> str:
    return (operation or "anonymous")[:64]


def _name_in(text: str | None, operation: str | None) -> str | None:
    """The name of what is asked for, when that is a document of moderate size."""
    try:
        document = parse(text or "", no_location=True, max_tokens=_TRACED_TOKENS)
    except GraphQLSyntaxError:
        return None
    found = get_operation_ast(document, operation)
    return None if found is None or found.name is None else found.name.value


async def _first_within(observer: Observer, name: str, source: Any) -> AsyncGenerator[Any, None]:
    async with aclosing(source):
        with observer.span(name):
            first = await anext(source, None)
        if first is None:
            return
        yield first
        async for result in source:
            yield result
