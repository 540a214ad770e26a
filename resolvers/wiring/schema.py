"""The schema: the features' root fields, nodes and refusals put together."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import strawberry
from strawberry.extensions import SchemaExtension

from resolvers.execution.documents import Parsing, Validation
from resolvers.execution.errors import Masking
from resolvers.execution.executor import PlanningExecutor
from resolvers.execution.feature import Feature
from resolvers.execution.permissions.policy import policies
from resolvers.execution.schema import Schema
from resolvers.fields.changes import changes_feature
from resolvers.fields.nodes import node_feature
from resolvers.wiring.features import FEATURES

_EXTENSIONS: list[Callable[[], SchemaExtension]] = [Parsing, Validation, Masking]
_DESCRIPTIONS = {
    "Query": "Reads. They need a token; refusals are top-level errors with `extensions.code`.",
    "Mutation": "Changes. They need a token. Each returns a union of its payload and typed errors; an error means "
    "that nothing was changed.",
    "Subscription": "Live data over a websocket (`graphql-transport-ws`). Each event is a union; "
    "`SubscriptionFailed` is terminal.",
}


def with_derived(features: Sequence[Feature]) -> Sequence[Feature]:
    """Return the features, the one that finds their nodes, and the one that follows their lists together."""
    nodes = node_feature(node for each in features for node in each.nodes)
    return (*features, nodes, changes_feature([live for each in features for live in each.live]))


@cache
def schema_of(features: tuple[Feature, ...]) -> Schema:
    """Return the schema of these features. Raises ``Undeclared`` for a root field that does not say who may call it."""
    everything = with_derived(features)
    for _field, _audience in policies(everything):
        pass  # a root field that is open to everybody by mistake must not be served
    return Schema(
        query=_root("Query", everything, [each.query for each in everything]),
        mutation=_root("Mutation", everything, [each.mutation for each in everything]),
        subscription=_root("Subscription", everything, [each.subscription for each in everything]),
        types=[node.type for each in features for node in each.nodes],
        extensions=_EXTENSIONS,
        exception_handlers=[refusal for each in features for refusal in each.refusals],
        execution_context_class=PlanningExecutor,
    )


def _root(name: str, features: Iterable[Feature], parts: Iterable[type[Any] | None]) -> type[Any]:
    """Return the root type: the fields of those that lead, then those of the others."""
    found = [(name not in feature.leads, part) for feature, part in zip(features, parts, strict=True) if part]
    bases = tuple(part for _, part in sorted(found, key=lambda each: each[0]))
    return strawberry.type(type(name, bases, {}), description=_DESCRIPTIONS[name])


schema = schema_of(FEATURES)
