"""Plans of selection sets, made once per document before any value is seen.

A plan completes plain objects (instances of Strawberry types, fields that are attributes) without what
graphql-core does for each field again. Where a value is not what the plan was made for, graphql-core completes
that very field. See docs/decisions/0014-executor.md.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from types import SimpleNamespace
from typing import Any, NamedTuple, TypeAlias

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLString,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import Path
from graphql.pyutils.gather_with_cancel import gather_with_cancel
from strawberry.schema.types.base_scalars import isoformat
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.cast import TYPE_CAST_ATTRIBUTE
from strawberry.types.field import StrawberryField

DEFINITION = "strawberry-definition"
_INT = range(-(2**31), 2**31)

Place: TypeAlias = "tuple[Any, str | int, str | None]"
"""A ``Path`` that costs less: it becomes one where something went wrong."""


class Unusual(Exception):
    """The plan was not made for this value. Nothing of it has been read yet."""


class Leaf(NamedTuple):
    """Values of exactly the class ``exact`` become ``convert``'s result, without it themselves.

    ``convert`` raises ``Unusual`` where graphql-core should have a look.
    """

    exact: type
    convert: Callable[[Any], Any] | None = None


class Step(NamedTuple):
    """One field of a plan. ``attribute`` is None where a resolver has to be asked."""

    name: str
    attribute: str | None
    exact: type | None
    convert: Callable[[Any], Any] | None
    nullable: bool
    nested: "ListPlan | ObjectPlan | None"
    type: GraphQLOutputType
    details: FieldDetailsList


class Plans:
    """The plans for one operation and one choice of what it skips and includes."""

    def __init__(self) -> None:
        self._plans: dict[tuple[int, ...], Any] = {}

    def of_list(self, type_: GraphQLList[Any], details: FieldDetailsList) -> "ListPlan":
        """The plan for lists of ``type_`` where ``details`` select."""
        plan: ListPlan = self._plan(ListPlan, type_, details)
        return plan

    def of_object(self, type_: GraphQLObjectType, details: FieldDetailsList) -> "ObjectPlan":
        """The plan for objects of ``type_`` where ``details`` select."""
        plan: ObjectPlan = self._plan(ObjectPlan, type_, details)
        return plan

    def _plan(
        self, make: "Callable[[Any, FieldDetailsList, Plans], Any]", type_: Any, details: FieldDetailsList
    ) -> Any:
        # What is selected by the same nodes is the same, however many paths lead there through fragments.
        # The plan keeps the type and the nodes, so that nothing else gets their identities.
        key = (id(type_), *(id(detail.node) for detail in details))
        if key not in self._plans:
            self._plans[key] = make(type_, details, self)
        return self._plans[key]


class ObjectPlan:
    """Completes instances of one object type for one selection. Its steps are made for the first of them."""

    def __init__(self, type_: GraphQLObjectType, details: FieldDetailsList, plans: Plans) -> None:
        self.type = type_
        self.details = details
        self._plans = plans
        definition = type_.extensions.get(DEFINITION)
        # A type that says itself what belongs to it is asked in the usual way.
        self._classes: frozenset[type] = frozenset()
        if isinstance(definition, StrawberryObjectDefinition) and definition.is_type_of is None:
            self._classes = _classes_of(definition)
        self._castable = type_.is_type_of is not None
        self._prepared = False
        self._steps: list[Step] = []
        self._template: dict[str, Any] = {}

    def takes(self, value: object) -> bool:
        """Return True if the plan is made for such a value."""
        return type(value) in self._classes and not (
            self._castable and getattr(value, TYPE_CAST_ATTRIBUTE, None) is not None
        )

    def complete(self, executor: Executor[Any], value: Any, place: Place) -> Any:
        """The completed object, or an awaitable of it. Raises ``Unusual``, or what ends in an error above."""
        if not self.takes(value):
            raise Unusual
        self.prepare(executor)
        return self.run(executor, value, place)

    def run(self, executor: Executor[Any], source: Any, place: Place) -> Any:
        """``complete``, for a value that the plan takes, once it is prepared."""
        results = self._template.copy()
        waiting: list[str] = []
        try:
            for step in self._steps:
                name, attribute, exact, convert, nullable, _, _, _ = step
                if attribute is None:
                    completed = self._resolved(executor, step, source, place)
                else:
                    try:
                        value = getattr(source, attribute)
                        if type(value) is exact:
                            results[name] = value if convert is None else convert(value)
                            continue
                    except Unusual:
                        pass
                    except Exception as error:
                        self._failed(executor, step, error, place)
                        continue
                    if value is None and nullable:
                        continue  # as the template has it
                    completed = self._nested(executor, step, value, place)
                results[name] = completed
                if type(completed) not in _COMPLETED and executor.is_awaitable(completed):
                    waiting.append(name)
        except Exception:
            if waiting:
                executor.settle_in_background([results[name] for name in waiting])
            raise
        return _gathered(results, waiting) if waiting else results

    def _nested(self, executor: Executor[Any], step: Step, value: Any, place: Place) -> Any:
        here = (place, step.name, self.type.name)
        try:
            if step.nested is None:
                raise Unusual
            completed = step.nested.complete(executor, value, here)
        except Unusual:
            # An attribute is read once: what stands in for the source has the value that was found.
            return self._resolved(executor, step, SimpleNamespace(**{str(step.attribute): value}), place)
        except Exception as error:
            self._failed(executor, step, error, place)
            return None
        if type(completed) in _COMPLETED:
            return completed
        return _guarded(executor, completed, step.type, step.details, here)

    def prepare(self, executor: Executor[Any]) -> None:
        """Make the steps, unless they are there. Raises ``Unusual`` where graphql-core has to complete."""
        if self._prepared:
            return
        try:
            self._steps, self._template = self._planned(executor)
        except Exception as error:
            self._classes = frozenset()
            raise Unusual from error
        self._prepared = True

    def _planned(self, executor: Executor[Any]) -> tuple[list[Step], dict[str, Any]]:
        collected = executor.collect_subfields(self.type, self.details)
        if collected.new_defer_usages:
            raise Unusual
        template: dict[str, Any] = {}
        steps: list[Step] = []
        for name, details in collected.grouped_field_set.items():
            field_name = details[0].node.name.value
            if field_name == "__typename":
                template[name] = self.type.name
                continue
            template[name] = None
            field = executor.schema.get_field(self.type, field_name)
            if field is None or not _usual(details):
                raise Unusual
            steps.append(_step(name, field, details, self._plans))
        return steps, template

    def _resolved(self, executor: Executor[Any], step: Step, source: Any, place: Place) -> Any:
        path = Path(path_of(place), step.name, self.type.name)
        return executor.execute_field(self.type, source, step.details, path, None)

    def _failed(self, executor: Executor[Any], step: Step, error: Exception, place: Place) -> None:
        path = Path(path_of(place), step.name, self.type.name)
        executor.handle_field_error(error, step.type, step.details, path)


class ListPlan:
    """Completes lists of leaves, or of objects of one type."""

    def __init__(self, type_: GraphQLList[Any], details: FieldDetailsList, plans: Plans) -> None:
        self.type = type_
        self.details = details
        self._item_type: GraphQLOutputType = type_.of_type
        named = _nullable(self._item_type)
        self._nullable = named is self._item_type
        self._leaf = _leaf_of(named)
        self._plan = plans.of_object(named, details) if isinstance(named, GraphQLObjectType) else None

    def complete(self, executor: Executor[Any], value: Any, place: Place) -> Any:
        """The completed list, or an awaitable of it. Raises ``Unusual``, or what ends in an error above."""
        if type(value) is not list and type(value) is not tuple:
            raise Unusual
        if self._leaf is not None:
            return list(self._leaves(self._leaf, value))
        if self._plan is None or not all(map(self._takes, value)):
            raise Unusual
        self._plan.prepare(executor)
        return self._objects(self._plan, executor, value, place)

    def _takes(self, item: object) -> bool:
        return (item is None and self._nullable) or (self._plan is not None and self._plan.takes(item))

    def _leaves(self, leaf: Leaf, items: Sequence[Any]) -> Iterator[Any]:
        exact, convert = leaf
        for item in items:
            if type(item) is exact:
                yield item if convert is None else convert(item)
            elif item is None and self._nullable:
                yield None
            else:
                raise Unusual

    def _objects(self, plan: ObjectPlan, executor: Executor[Any], items: Sequence[Any], place: Place) -> Any:
        results: list[Any] = []
        waiting: list[int] = []
        try:
            for index, item in enumerate(items):
                completed = None
                if item is not None:
                    here = (place, index, None)
                    try:
                        completed = plan.run(executor, item, here)
                    except Exception as error:
                        executor.handle_field_error(error, self._item_type, self.details, path_of(here))
                    if type(completed) not in _COMPLETED:
                        completed = _guarded(executor, completed, self._item_type, self.details, here)
                        waiting.append(index)
                results.append(completed)
        except Exception:
            if waiting:
                executor.settle_in_background([results[index] for index in waiting])
            raise
        return _gathered(results, waiting) if waiting else results


_COMPLETED = frozenset({dict, list, str, int, float, bool, type(None)})
"""Types whose values are never awaitable."""


def path_of(place: Any) -> Path:
    """The path that ``place`` stands for."""
    if place is None or isinstance(place, Path):
        return place  # type: ignore[return-value]
    above, key, type_name = place
    return Path(path_of(above), key, type_name)


async def _guarded(
    executor: Executor[Any], completed: Any, type_: GraphQLOutputType, details: FieldDetailsList, place: Place
) -> Any:
    try:
        return await completed
    except Exception as error:
        executor.handle_field_error(error, type_, details, path_of(place))
        return None


async def _gathered(results: Any, waiting: list[Any]) -> Any:
    if len(waiting) == 1:
        results[waiting[0]] = await results[waiting[0]]
        return results
    found = await gather_with_cancel(*(results[key] for key in waiting))
    for key, value in zip(waiting, found, strict=True):
        results[key] = value
    return results


def _nullable(type_: GraphQLOutputType) -> Any:
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_


def _usual(details: FieldDetailsList) -> bool:
    return all(
        detail.defer_usage is None and detail.fragment_variable_values is None and not detail.node.arguments
        for detail in details
    )


def _classes_of(definition: StrawberryObjectDefinition) -> frozenset[type]:
    origins = {definition.origin}
    if definition.concrete_of is not None:
        origins.add(definition.concrete_of.origin)  # Connection, where the type is CareerActionConnection
    return frozenset(
        origin
        for origin in origins
        if not hasattr(origin, "__await__") and not hasattr(origin, "__getattr__")
    )


def _step(name: str, field: GraphQLField, details: FieldDetailsList, plans: Plans) -> Step:
    attribute = _attribute_of(field)
    if attribute is None:
        return Step(name, None, None, None, False, None, field.type, details)
    type_ = _nullable(field.type)
    nested: ListPlan | ObjectPlan | None = None
    if isinstance(type_, GraphQLObjectType):
        nested = plans.of_object(type_, details)
    elif isinstance(type_, GraphQLList):
        nested = plans.of_list(type_, details)
    leaf = _leaf_of(type_)
    exact, convert = (None, None) if leaf is None else leaf
    return Step(name, attribute, exact, convert, type_ is field.type, nested, field.type, details)


def _attribute_of(field: GraphQLField) -> str | None:
    """Return the attribute that is all of a field: without resolver, extensions, permissions, exception handlers.

    Two signs must agree: Strawberry's `is_basic_field`, and the name of the resolver that it made. Its
    `is_default_resolver` is not used: it also holds for fields with extensions and permissions.
    """
    definition = field.extensions.get(DEFINITION)
    if (
        isinstance(definition, StrawberryField)
        and definition.is_basic_field
        and getattr(field.resolve, "__name__", "") == "_get_basic_result"
        and definition.default_resolver is getattr
    ):
        return definition.python_name
    return None


def _leaf_of(type_: Any) -> Leaf | None:
    if isinstance(type_, GraphQLEnumType):
        return _enum(type_)
    if not isinstance(type_, GraphQLScalarType):
        return None
    if type_.coerce_output_value is isoformat:
        return Leaf(type_.extensions[DEFINITION].origin, isoformat)
    return _SPECIFIED.get(type_)


def _enum(type_: GraphQLEnumType) -> Leaf | None:
    cls = getattr(type_, "wrapped_cls", None)
    if not (isinstance(cls, type) and issubclass(cls, Enum)):
        return None
    names = {member._name_: type_.coerce_output_value(member) for member in cls}
    return Leaf(cls, lambda member: names[member._name_])


def _int(value: int) -> int:
    if value in _INT:
        return value
    raise Unusual


def _float(value: float) -> float:
    if math.isfinite(value):
        return value
    raise Unusual


_SPECIFIED = {
    GraphQLString: Leaf(str),
    GraphQLID: Leaf(str),
    GraphQLBoolean: Leaf(bool),
    GraphQLInt: Leaf(int, _int),
    GraphQLFloat: Leaf(float, _float),
}
