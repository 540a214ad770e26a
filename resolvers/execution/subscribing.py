"""Opening a subscription: its document is checked, its root field says what to follow, and a Delivery drives it."""

from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing
from functools import partial
from inspect import isawaitable
from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLSyntaxError, get_operation_ast, parse
from graphql.execution import ExecutionResult, Executor, create_source_event_stream
from strawberry.types.execution import ExecutionResult as Result
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from resolvers.execution.delivery import Delivery, what_is_seen
from resolvers.execution.documents import GuardedSchema, subscription_in
from resolvers.execution.errors import Masking
from resolvers.execution.live import Following
from schema.shared.context import Context
from services.kit.metrics import Observer, counts

_TRACED_TOKENS = 2_000


class SubscribingSchema(GuardedSchema):
    """Streams queries and mutations as upstream; of subscriptions the payloads of their events, encoded."""

    async def stream(self, *args: Any, **options: Any) -> Any:
        """Return the results; with traces, a span covers the time to the first one."""
        opening = self._open(*args, **options)
        observer = counts.observer
        if observer is None:
            return await opening
        name = _name_in(args[0] if args else options["query"], options.get("operation_name"))
        return _first_within(observer, f"open {name_of(name)}", opening)

    async def _open(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any = None,
        root_value: Any = None,
        operation_name: str | None = None,
        **options: Any,
    ) -> AsyncGenerator[Any, None]:
        document = subscription_in(query or "", operation_name, context_value)
        if query is None or document is None:
            source: AsyncGenerator[Any, None] = await super().stream(
                query, variable_values, context_value, root_value, operation_name, **options
            )
            return source
        variables = variable_values or {}
        accepted = await self._accept(query, document, variables, context_value, operation_name)
        if isinstance(accepted, Result):
            return _alone(accepted)
        return Delivery(
            accepted,
            sees=what_is_seen(context_value, query, operation_name, variables),
            build=partial(self.executor, document, variables, context_value, operation_name),
            shown_errors=self.shown_errors,
        ).payloads()

    async def _accept(
        self,
        query: str,
        document: DocumentNode,
        variables: dict[str, Any],
        context: Context,
        operation_name: str | None,
    ) -> Following[Any] | Result:
        """Return what the root field of a subscription says to follow, or why its document is refused."""
        asked = self._create_execution_context(
            query,
            {OperationType.SUBSCRIPTION},
            variable_values=variables,
            context_value=context,
            operation_name=operation_name,
        )
        extensions = self.get_extensions()
        for extension in extensions:
            extension.execution_context = asked
        runner = self.create_extensions_runner(asked, extensions)
        async with runner.operation():
            refused = await self._prepare_operation_async(asked, runner)
            if refused is None:
                found = await self._call(document, variables, context, operation_name)
                if isinstance(found, Following):
                    return found
                refused = PreExecutionError(data=None, errors=found)
            result = await self._handle_execution_result(asked, refused, runner)
            async with runner.on_stream_result(result):
                return result

    async def _call(
        self, document: DocumentNode, variables: dict[str, Any], context: Context, operation_name: str | None
    ) -> Following[Any] | list[GraphQLError] | None:
        """Call the root field. Errors are those of the variables' values."""
        executor = self._build(document, variables, context, operation_name)
        if isinstance(executor, list):
            return executor
        source: Any = create_source_event_stream(executor)
        if isawaitable(source):
            source = await source
        if isinstance(source, ExecutionResult):
            return source.errors
        if not isinstance(source, Following):
            raise TypeError("the root field of a subscription does not say what to follow")
        return source

    def executor(
        self,
        document: DocumentNode,
        variables: dict[str, Any],
        context: Context,
        operation_name: str | None = None,
    ) -> Executor[Context]:
        """Return an executor for single events of a subscription that has been accepted before."""
        built = self._build(document, variables, context, operation_name)
        if isinstance(built, list):
            raise TypeError("the document was not accepted before")
        return built

    def shown_errors(self, errors: list[GraphQLError]) -> list[GraphQLError]:
        """Return what of these is told to the client; the rest is logged."""
        self.process_errors(errors)
        masking = Masking()
        return [masking.anonymise_error(error) for error in errors]

    def _build(
        self, document: DocumentNode, variables: dict[str, Any], context: Context, operation_name: str | None
    ) -> Executor[Context] | list[GraphQLError]:
        return self.execution_context_class.build(
            self._schema,
            document,
            context_value=context,
            raw_variable_values=variables,
            operation_name=operation_name,
        )


def name_of(operation: str | None) -> str:
    """Return the name of an operation in traces."""
    return (operation or "anonymous")[:64]


def _name_in(text: str | None, operation: str | None) -> str | None:
    """The name of what is asked for, when that is a document of moderate size."""
    try:
        document = parse(text or "", no_location=True, max_tokens=_TRACED_TOKENS)
    except GraphQLSyntaxError:
        return None
    found = get_operation_ast(document, operation)
    return None if found is None or found.name is None else found.name.value


async def _alone(result: Result) -> AsyncGenerator[Result, None]:
    yield result


async def _first_within(
    observer: Observer, name: str, opening: Awaitable[AsyncGenerator[Any, None]]
) -> AsyncGenerator[Any, None]:
    with observer.span(name):
        source = await opening
        first = await anext(source, None)
    async with aclosing(source):
        if first is None:
            return
        yield first
        del first  # the next one may be days away
        async for result in source:
            yield result
            del result
