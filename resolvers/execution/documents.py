"""Handling of a document: trusted or not, parsed, measured, validated, and executed within a time limit."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

import structlog
from graphql import (
    ASTValidationRule,
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
    parse,
    validate,
)
from graphql.validation.rules import overlapping_fields_can_be_merged
from strawberry import Schema
from strawberry.exceptions import MissingQueryError
from strawberry.extensions import SchemaExtension
from strawberry.schema.exceptions import CannotGetOperationTypeError
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule
from strawberry.types.execution import ExecutionContext, PreExecutionError

from resolvers.execution.document_cost import DocumentLimits, DocumentRefused, TooComplex, measure
from resolvers.execution.errors import request_error, with_code
from resolvers.execution.trusted import TrustedDocuments
from resolvers.settings import Settings
from schema.shared.context import Context
from services.kit.caches import remembered

log = structlog.get_logger()

CACHED = 256  # documents, parsed and validated
NAME_SHOWN = 100  # characters of an operation's name in an error
MAX_ERRORS = 20  # of one document: each costs a search for what may have been meant

# What one document may spend on comparing fields of the same name with each other, which is the square of them.
# The rule's own budget of 500,000 is almost half a second of CPU; this is 10 ms.
OVERLAPS = 10_000
overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = OVERLAPS

Introspection = Literal["always", "signed-in", "never"]


@dataclass(frozen=True, slots=True)
class DocumentPolicy:
    """Rules for documents. Found in the lifespan's state as ``documents``."""

    limits: DocumentLimits = field(default_factory=DocumentLimits)
    trusted: TrustedDocuments = field(default_factory=TrustedDocuments)
    introspection: Introspection = "always"
    execution_seconds: float = 30.0
    plans: bool = True

    @classmethod
    def of(cls, settings: Settings, own: Path | None = None) -> Self:
        """As configured; ``own`` lists the documents of our own client, which are always trusted.

        Raises ``InvalidInput`` and ``OSError`` for trusted documents that cannot be read."""
        return cls(
            limits=DocumentLimits(
                tokens=settings.document_tokens,
                fragments=settings.document_fragments,
                depth=settings.document_depth,
                fields=settings.document_fields,
                aliases=settings.document_aliases,
                directives=settings.document_directives,
                cost=settings.document_cost,
            ),
            trusted=TrustedDocuments.load(settings.trusted_documents, own, only=settings.trusted_only),
            introspection=settings.introspection,
            execution_seconds=settings.execution_seconds,
            plans=settings.execution_plans,
        )

    def may_introspect(self, context: Any) -> bool:
        """Return True if the caller may learn the schema from the API: by asking, or from suggestions in errors."""
        caller = context.caller if isinstance(context, Context) else None
        if caller is not None and (caller.administrator or self.introspection == "signed-in"):
            return True
        return self.introspection == "always"


_DEFAULT = DocumentPolicy()


def policy_of(context: Any) -> DocumentPolicy:
    """The running API's policy; the default one where the schema is used without it, as by the command line."""
    if not isinstance(context, Context):
        return _DEFAULT
    policy: DocumentPolicy = getattr(context.connection.state, "documents", _DEFAULT)
    return policy


class Parsing(SchemaExtension):
    """Looks a trusted document up, and parses each text once. It is the first extension, because it may raise."""

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        policy = policy_of(context.context)
        context.query = policy.trusted.text(context.query or "")
        context.graphql_document = _parsed(context.query, policy.limits.tokens)
        yield


class Validation(SchemaExtension):
    """Weighs the document, which is linear in it, then validates it, which is not."""

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        policy = policy_of(context.context)
        if context.graphql_document is not None:  # it was parsed before
            context.pre_execution_errors = _errors_of(policy, context, context.graphql_document)
        yield


def _errors_of(
    policy: DocumentPolicy, context: ExecutionContext, document: DocumentNode
) -> list[GraphQLError]:
    graphql_schema = context.schema._schema
    try:
        measure(graphql_schema, document, policy.limits, context.operation_name, context.variables)
    except GraphQLError as refusal:
        return [refusal]
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if len(operations) > 1 and context._provided_operation_name is None:  # upstream would take the first
        words = "The document has several operations: `operationName` must say which is meant."
        return [request_error(words, "OPERATION_NAME_MISSING")]
    may_introspect = policy.may_introspect(context.context)
    return list(
        _validated(
            graphql_schema,
            context.query or "",
            policy.limits.tokens,
            context.validation_rules,
            may_introspect,
        )
    )


@remembered(CACHED)
def _parsed(text: str, tokens: int) -> DocumentNode:
    try:
        return parse(text, max_tokens=tokens)
    except GraphQLSyntaxError as error:
        if f"more than {tokens} tokens" in error.message:
            raise TooComplex("tokens", tokens, tokens + 1) from None
        raise


@remembered(CACHED)  # by the text: a document's own hash goes through all of it
def _validated(
    graphql_schema: GraphQLSchema,
    text: str,
    tokens: int,
    rules: tuple[type[ASTValidationRule], ...],
    may_introspect: bool,
) -> tuple[GraphQLError, ...]:
    rules = (*rules, MaybeNullValidationRule, OneOfInputValidationRule)
    if not may_introspect:
        rules = (*rules, NoSchemaIntrospectionCustomRule)
    errors = validate(
        graphql_schema,
        _parsed(text, tokens),
        rules,
        max_errors=MAX_ERRORS,
        hide_suggestions=not may_introspect,
    )
    if errors and errors[-1].message == "Validation aborted.":
        return (TooComplex("overlaps", OVERLAPS, OVERLAPS + 1),)
    return tuple(with_code(error, "GRAPHQL_VALIDATION_FAILED") for error in errors)


def subscription_in(text: str, operation_name: str | None, context: Any) -> DocumentNode | None:
    """Return the document if a subscription is asked for. What cannot be parsed is none: upstream says why."""
    policy = policy_of(context)
    try:
        document = _parsed(policy.trusted.text(text), policy.limits.tokens)
    except (GraphQLError, RecursionError):
        return None
    operation = get_operation_ast(document, operation_name)
    subscribes = operation is not None and operation.operation is OperationType.SUBSCRIPTION
    return document if subscribes else None


class GuardedSchema(Schema):
    """Answers what ``Parsing`` raises, however the operation came, and ends one that takes too long."""

    async def _prepare_operation_async(
        self, context: ExecutionContext, extensions_runner: Any
    ) -> PreExecutionError | None:
        try:
            return await super()._prepare_operation_async(context, extensions_runner)
        except GraphQLError as error:  # upstream lets it end a websocket's operation in silence
            refusal = error.with_traceback(None)  # its frames hold this operation, which holds the refusal
        except MissingQueryError:  # of this and the next upstream makes a fault of ours, over a websocket
            refusal = request_error("The document is empty.", "DOCUMENT_EMPTY")
        except CannotGetOperationTypeError as unknown:
            refusal = _no_operation(unknown.operation_name)
        context.pre_execution_errors = [refusal]
        return PreExecutionError(data=None, errors=[refusal])

    async def _execute_operation(self, execution_context: ExecutionContext, *rest: Any) -> Any:
        """A query's or a mutation's result. Cancelling is safe anywhere: see decision 16."""
        seconds = policy_of(execution_context.context).execution_seconds
        try:
            async with asyncio.timeout(seconds) as limit:
                return await super()._execute_operation(execution_context, *rest)
        except TimeoutError:
            if not limit.expired():
                raise
        kind = execution_context.operation_type.value
        log.warning("graphql.operation_timed_out", kind=kind, seconds=seconds)
        words = f"The {kind} took longer than {seconds:g} seconds and was stopped. Changes made before that remain."
        result = ExecutionResult(None, [GraphQLError(words, extensions={"code": "TIMEOUT"})])
        execution_context.result = result
        return result


def _no_operation(name: str | None) -> GraphQLError:
    if name is None:
        return request_error("The document has no operation.", "OPERATION_NOT_FOUND")
    return request_error(f'Unknown operation named "{name[:NAME_SHOWN]}".', "OPERATION_NOT_FOUND")


def is_refused(result: Any) -> bool:
    """Return True if the document was refused: an error of the request, status 400."""
    return bool(
        isinstance(result, PreExecutionError)
        and result.errors
        and isinstance(result.errors[0], DocumentRefused)
    )
