"""Size and cost of a document, measured before anything else looks at it.

Each definition is walked once and becomes a few numbers and the fragments that it spreads, so that a fragment
is never walked again for each place that spreads it: the work is linear in the text, whatever it expands to.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    IntValueNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter

from schema.shared.relay import ANSWER_WEIGHT, MAX_FIRST, USUAL_FIRST
from services.kit.errors import InvalidInput

_VALIDATED = ("fields", "aliases", "directives")
LIST_LENGTH = 10  # of a list that takes no `first`
DOCUMENT_WEIGHT = 2_000
"""Cost of a field whose type is ``JSON``: a whole document of up to 512 KiB, as much as so many ordinary fields."""
_MOST = 10**9  # what a count is cut off at: a doubling fragment reaches numbers that no JSON parser reads


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """The most that a document may have, its fragments expanded wherever they are spread.

    ``depth`` counts nested selection sets, ``fields`` fields and fragments, ``fragments`` definitions, ``tokens``
    also comments. ``cost`` is the number of fields in the largest answer that the operation may get: ``first``
    multiplies what is below it, and any other list of objects does as if it had ``LIST_LENGTH`` entries. Fields that
    answer much weigh more than one: ``DOCUMENT_WEIGHT`` and ``ANSWER_WEIGHT``.
    """

    tokens: int = 2_000
    fragments: int = 50
    depth: int = 24
    fields: int = 500
    aliases: int = 50
    directives: int = 50
    cost: int = 10_000


class DocumentRefused(GraphQLError):
    """The document is not looked at any further: an error of the request, which nothing was done for."""

    def __init__(self, message: str, code: str, node: Node | None = None, **more: Any) -> None:
        super().__init__(message, node, extensions={"code": code, **more})


class TooComplex(DocumentRefused):
    """The document exceeds one of the limits."""

    def __init__(self, measure: str, limit: int, found: int, node: Node | None = None) -> None:
        found = min(found, _MOST)
        super().__init__(
            f"The document is too complex: the limit for {measure} is {limit}.",
            "DOCUMENT_TOO_COMPLEX",
            node,
            measure=measure,
            limit=limit,
            found=found,
        )


@dataclass(slots=True)
class Weight:
    """Weight of a definition, without or with the fragments that it spreads. ``visited`` is the work done."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    cost: int = 0
    visited: int = 0
    spreads: list[tuple[FragmentSpreadNode, int, int]] = field(default_factory=list)  # with depth and times

    def add(self, other: "Weight", depth: int = 0, times: int = 1) -> None:
        """Add what is spread ``depth`` levels down, in a place that is there ``times`` times in the answer."""
        self.depth = max(self.depth, depth + other.depth)
        self.fields = min(_MOST, self.fields + other.fields)
        self.aliases = min(_MOST, self.aliases + other.aliases)
        self.directives = min(_MOST, self.directives + other.directives)
        self.cost = min(_MOST, self.cost + times * other.cost)


def measure(
    schema: GraphQLSchema,
    document: DocumentNode,
    limits: DocumentLimits,
    operation_name: str | None = None,
    variables: Mapping[str, Any] | None = None,
) -> Weight:
    """Return the weight of all operations together; the cost is that of the one to be executed.

    The document need not be valid. Raises ``DocumentRefused`` for one that passes a limit, spreads a fragment
    within itself, or asks for more than ``MAX_FIRST`` at a time.
    """
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    if len(fragments) > limits.fragments:
        raise TooComplex("fragments", limits.fragments, len(fragments))
    chosen = next(
        (node for node in operations if operation_name in (None, node.name and node.name.value)), None
    )
    walk = _Walk(schema, limits, _variables(chosen, variables or {}))
    weights = {name: walk.definition(node) for name, node in fragments.items()}
    for name in _inner_first(weights):
        _expand(weights[name], weights, limits)
        _check(weights[name], limits, fragments[name], _VALIDATED)  # also where nothing spreads it
    total = Weight()
    for node in operations:
        weight = walk.definition(node)
        _expand(weight, weights, limits)
        if node is not chosen:
            weight.cost = 0  # it is validated, but not executed
        total.add(weight)
        _check(total, limits, node, (*_VALIDATED, "cost"))
    total.visited = walk.visited
    return total


def _expand(weight: Weight, weights: Mapping[str, Weight], limits: DocumentLimits) -> None:
    """Add the fragments, each of which has been expanded before. One that is not defined is validation's business."""
    for spread, depth, times in weight.spreads:
        if (fragment := weights.get(spread.name.value)) is not None:
            weight.add(fragment, depth, times)
            if weight.depth > limits.depth:
                raise TooComplex("depth", limits.depth, weight.depth, spread)


def _check(weight: Weight, limits: DocumentLimits, node: Node, names: Iterable[str]) -> None:
    for name in names:
        if (found := getattr(weight, name)) > (limit := getattr(limits, name)):
            raise TooComplex(name, limit, found, node)


def _inner_first(weights: Mapping[str, Weight]) -> Iterator[str]:
    """The fragments' names, each after those that it spreads. Refuses a cycle. Without recursion."""
    done: set[str] = set()
    for start in weights:
        path: dict[str, Iterator[tuple[FragmentSpreadNode, int, int]]] = {}
        if start not in done:
            path[start] = iter(weights[start].spreads)
        while path:
            name, spreads = next(reversed(path.items()))
            inner = next((spread for spread, _, _ in spreads if spread.name.value not in done), None)
            if inner is None:
                done.add(name)
                del path[name]
                yield name
            elif inner.name.value in path:
                raise DocumentRefused("A fragment includes itself.", "FRAGMENT_CYCLE", inner)
            elif inner.name.value in weights:
                path[inner.name.value] = iter(weights[inner.name.value].spreads)


class _Walk:
    """Walk over each definition once, without recursion."""

    def __init__(self, schema: GraphQLSchema, limits: DocumentLimits, variables: Mapping[str, Any]) -> None:
        self._schema = schema
        self._limits = limits
        self._variables = variables
        self._heavy = _heavy_fields(schema)
        self.visited = 0

    def definition(self, node: OperationDefinitionNode | FragmentDefinitionNode) -> Weight:
        """Return the weight of the definition itself, and the fragments that it spreads."""
        if isinstance(node, OperationDefinitionNode):
            parent: GraphQLNamedType | None = self._schema.get_root_type(node.operation)
        else:
            parent = self._schema.get_type(node.type_condition.name.value)
        weight = Weight(directives=len(node.directives or ()))
        weight.directives += sum(
            len(variable.directives or ()) for variable in node.variable_definitions or ()
        )
        self.visited += 1 + len(node.variable_definitions or ())
        open_sets: list[tuple[SelectionSetNode, GraphQLNamedType | None, int, int]] = [
            (node.selection_set, parent, 1, 1)
        ]
        while open_sets:
            selection_set, parent, depth, times = open_sets.pop()
            if depth > self._limits.depth:
                raise TooComplex("depth", self._limits.depth, depth, selection_set)
            weight.depth = max(weight.depth, depth)
            for selection in selection_set.selections:
                self.visited += 1
                weight.fields += 1
                weight.directives += len(selection.directives or ())
                if isinstance(selection, FragmentSpreadNode):
                    weight.spreads.append((selection, depth, times))
                elif isinstance(selection, InlineFragmentNode):
                    named = selection.type_condition
                    inner = parent if named is None else self._schema.get_type(named.name.value)
                    open_sets.append((selection.selection_set, inner, depth + 1, times))
                elif isinstance(selection, FieldNode):
                    weight.aliases += selection.alias is not None
                    heavy = self._heavy.get(selection.name.value)
                    each = 1 if heavy is None or parent is None else heavy.get(parent.name, 1)
                    weight.cost = min(_MOST, weight.cost + times * each)
                    if selection.selection_set is not None:
                        definition = self._field(parent, selection.name.value)
                        most = min(_MOST, times * self._amount(parent, definition, selection))
                        inner = None if definition is None else get_named_type(definition.type)
                        open_sets.append((selection.selection_set, inner, depth + 1, most))
        return weight

    def _field(self, parent: GraphQLNamedType | None, name: str) -> GraphQLField | None:
        if not isinstance(parent, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
            return None
        return self._schema.get_field(parent, name)

    def _amount(
        self, parent: GraphQLNamedType | None, definition: GraphQLField | None, node: FieldNode
    ) -> int:
        """Return the largest number of objects that the field may return."""
        if definition is None or parent is None or parent.name.startswith("__"):
            return 1  # what a schema says of itself does not grow with the data
        if "first" in definition.args:
            most = self._first(definition, node)
            paged = self._field(get_named_type(definition.type), "edges") is not None
            return most if paged or is_list_type(get_nullable_type(definition.type)) else 1
        if not is_list_type(get_nullable_type(definition.type)):
            return 1
        paged = node.name.value == "edges" and self._field(parent, "pageInfo") is not None
        return 1 if paged or not is_composite_type(get_named_type(definition.type)) else LIST_LENGTH

    def _first(self, definition: GraphQLField, node: FieldNode) -> int:
        sizes = [self._size(name, definition, node) for name in ("first", "last") if name in definition.args]
        return max((size for size in sizes if size is not None), default=USUAL_FIRST)

    def _size(self, name: str, definition: GraphQLField, node: FieldNode) -> int | None:
        """Return the page size that the argument asks for. None where it is null, and null is its default."""
        argument = next((given for given in node.arguments or () if given.name.value == name), None)
        usual = value = definition.args[name].default_value
        if argument is not None:
            value = _value(argument.value, self._variables, value)
        if value is None and usual is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            return MAX_FIRST  # validation, or the coercion of variables, has the better words
        if value > MAX_FIRST:
            words = f"Must be from 1 to {MAX_FIRST}."
            raise GraphQLError(words, argument, original_error=InvalidInput(name, words))
        return int(value) if value >= 1 else 1  # not a number, too, is less


@lru_cache(8)
def _heavy_fields(schema: GraphQLSchema) -> dict[str, dict[str, int]]:
    """Return the fields that weigh more than one: by their name, then by the type that they are of."""
    heavy: dict[str, dict[str, int]] = {}
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for name, definition in type_.fields.items():
                if (weight := _weight_of(definition)) > 1:
                    heavy.setdefault(name, {})[type_.name] = weight
    return heavy


def _weight_of(definition: GraphQLField) -> int:
    if get_named_type(definition.type).name == "JSON":
        return DOCUMENT_WEIGHT
    declared = definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    weight: int = getattr(declared, "metadata", {}).get(ANSWER_WEIGHT, 1)
    return weight


def _variables(operation: OperationDefinitionNode | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an operation's variables: those given, else their defaults."""
    values: dict[str, Any] = {}
    for definition in operation.variable_definitions or () if operation is not None else ():
        name = definition.variable.name.value
        if name in given:
            values[name] = given[name]
        elif definition.default_value is not None:
            values[name] = _value(definition.default_value, {}, None)
    return values


def _value(node: Node, variables: Mapping[str, Any], default: Any) -> Any:
    """The number that a literal or a variable stands for; None for anything else."""
    if isinstance(node, VariableNode):
        return variables.get(node.name.value, default)
    # A literal of ten thousand digits is no number that anyone wants to have parsed.
    return int(node.value[:12]) if isinstance(node, IntValueNode) else None
