"""Root field ``node`` (Relay object identification)."""

from collections.abc import Iterable
from typing import Annotated

import strawberry

from resolvers.execution.feature import Feature, NodeType
from resolvers.execution.permissions.access import SignedIn
from schema.shared.context import Info
from schema.shared.relay import Node, parse_global_id

NodeId = Annotated[strawberry.ID, strawberry.argument(description="Id of any object that implements `Node`.")]


def node_feature(nodes: Iterable[NodeType]) -> Feature:
    """Return the feature that finds any of these types by its global id."""
    fetches = {each.name: each.fetch for each in nodes}

    @strawberry.type
    class NodeQuery:
        @strawberry.field(
            extensions=[SignedIn()],
            description="Any object by its id. Null when it does not exist or belongs to somebody else.",
        )
        async def node(self, info: Info, id: NodeId) -> Node | None:
            try:
                type_name, local = parse_global_id(id)
            except ValueError:
                return None
            fetch = fetches.get(type_name)
            return None if fetch is None else await fetch(info, local)

    return Feature(query=NodeQuery)
