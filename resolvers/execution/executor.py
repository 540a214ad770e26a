"""The executor that the schema runs on: graphql-core's, with plans for objects whose fields are attributes.

Results and errors are those of graphql-core, which tests/unit/execution/test_executor.py shows by running both. See
docs/decisions/0014-executor.md.
"""

import weakref
from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLList,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import Path, Undefined
from graphql.type import GraphQLResolveInfoHelpers
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from resolvers.execution.documents import policy_of
from resolvers.execution.executor_plans import Plans, Unusual

VARIANTS = 8
"""For how many values of the variables in ``@skip`` and ``@include`` an operation's plans are kept."""


class _Operation:
    """The plans of one operation of one document, for as long as the document lives."""

    def __init__(
        self, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
    ) -> None:
        self.fragments = list(map(id, fragments.values()))
        self._conditions: set[str] = set()
        self._usual = True
        self._variants: dict[tuple[object, ...], Plans] = {}
        for selection in _selections(operation, fragments):
            for directive in selection.directives or ():
                self._usual = self._usual and directive.name.value in ("skip", "include")
                values = [argument.value for argument in directive.arguments or ()]
                self._conditions |= {value.name.value for value in values if isinstance(value, VariableNode)}

    def plans(self, variables: Mapping[str, Any]) -> Plans | None:
        """The plans where the variables have these values; None where there are too many such choices."""
        choice = tuple([(name, variables.get(name, Undefined)) for name in self._conditions])
        plans = self._variants.get(choice)
        if plans is None and self._usual and len(self._variants) < VARIANTS:
            plans = self._variants[choice] = Plans()
        return plans


_operations: dict[int, tuple[weakref.ref[OperationDefinitionNode], _Operation]] = {}
"""By the operation's identity: nodes compare by what is in them, which takes longer than executing some."""


class PlanningExecutor(StrawberryGraphQLCoreExecutionContext):
    """Completes lists and objects by a plan where there is one; else, and where it does not fit, as its base."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        middleware = self.middleware_manager
        wrapped = middleware is not None and bool(middleware.middlewares)
        self._plans = None if wrapped or self.abort_signal is not None else _plans_for(self)

    @property
    def async_helpers(self) -> GraphQLResolveInfoHelpers:
        """The helpers of resolvers, made where one asks: kept, they and the executor would hold each other."""
        return GraphQLResolveInfoHelpers(gather=self.gather_async_work, track=self.track_async_work)

    @async_helpers.setter
    def async_helpers(self, helpers: GraphQLResolveInfoHelpers) -> None:
        """Take what the base sets, and drop it."""

    @classmethod
    def build(
        cls,
        schema: GraphQLSchema,
        document: DocumentNode,
        root_value: Any = None,
        context_value: Any = None,
        *more: Any,
        **named: Any,
    ) -> "list[GraphQLError] | Executor[Any]":
        """Build an executor: Strawberry's own, without any method of this class, where plans are turned off."""
        if policy_of(context_value).plans:
            return super().build(schema, document, root_value, context_value, *more, **named)
        return StrawberryGraphQLCoreExecutionContext.build(
            schema, document, root_value, context_value, *more, **named
        )

    def complete_list_value(  # noqa: PLR0917
        self,
        return_type: GraphQLList[GraphQLOutputType],
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        if self._plans is not None and position_context is None:
            try:
                plan = self._plans.of_list(return_type, field_details_list)
                return plan.complete(self, result, path)
            except Unusual:
                pass
        return super().complete_list_value(
            return_type, field_details_list, info, path, result, position_context
        )

    def complete_object_value(  # noqa: PLR0917
        self,
        return_type: GraphQLObjectType,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        if self._plans is not None and position_context is None:
            try:
                plan = self._plans.of_object(return_type, field_details_list)
                return plan.complete(self, result, path)
            except Unusual:
                pass
        return super().complete_object_value(
            return_type, field_details_list, info, path, result, position_context
        )


def _plans_for(executor: Executor[Any]) -> Plans | None:
    operation, fragments = executor.operation, executor.fragment_definitions
    known = _operations.get(id(operation))
    if known is None or known[1].fragments != list(map(id, fragments.values())):
        key = id(operation)

        def forget(_: object) -> None:
            del _operations[key]

        known = _operations[key] = (weakref.ref(operation, forget), _Operation(operation, fragments))
    return known[1].plans(executor.variable_values.coerced)


def _selections(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> Iterator[SelectionNode]:
    sets: list[SelectionSetNode] = [
        operation.selection_set,
        *(each.selection_set for each in fragments.values()),
    ]
    while sets:
        for selection in sets.pop().selections:
            yield selection
            inner: SelectionSetNode | None = getattr(selection, "selection_set", None)
            if inner is not None:
                sets.append(inner)
