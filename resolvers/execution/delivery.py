"""The steady part of a subscription to a list: executed and encoded once for all subscribers who see the same.

The first event goes the way of every operation, with its checks and extensions. From then on all that differs
between the subscribers of a profile is their documents, the variables in them, and their rights.
"""

import asyncio
import json
from collections.abc import Coroutine, Iterator
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    Node,
    OperationDefinitionNode,
    VariableNode,
    parse,
)
from graphql.execution import ExecutionResult, Executor, execute_subscription_event

from resolvers.execution.access import failed_by
from resolvers.execution.live import Live
from resolvers.execution.schema import Schema
from schema.shared.context import Context
from services.kit.caches import remembered
from services.sync.emissions import Emission


class Delivery:
    """What one subscriber is sent after its first event: ``next`` messages of graphql-transport-ws."""

    def __init__(self, live: Live, operation_id: str, query: str, variables: dict[str, Any] | None) -> None:
        self.ended = False
        self._live = live
        self._head = f'{{"id":{json.dumps(operation_id)},"type":"next","payload":'.encode()
        self._variables = variables or {}
        self._executor: Executor[Context] | None = None
        name = live.operation.name.value if live.operation.name is not None else None
        shown = sorted(_shown_variables(query, name) & self._variables.keys())
        values = json.dumps([(variable, self._variables[variable]) for variable in shown])
        self._sees = (query, name, values, live.context.signed_in().user_id)

    async def next(self) -> bytes:
        """The next message, whenever it comes. After a fault it says so, and is the last."""
        try:
            payload = await self._payload(await self._live.subscription.next())
        except Exception as fault:
            self.ended = True
            rendered = self._render(failed_by(fault, self._live.field_name))
            payload = rendered if isinstance(rendered, bytes) else await rendered
        return b"%b%b}" % (self._head, payload)

    async def _payload(self, emission: Emission[Any]) -> bytes:
        """What this subscriber sees of it, made by the first of those who see the same."""
        made: bytes | asyncio.Task[bytes] | None = emission.renderings.get(self._sees)
        if made is None:
            rendered = self._render(self._live.view(emission))
            made = rendered if isinstance(rendered, bytes) else asyncio.create_task(rendered)
            emission.renderings[self._sees] = made
        return made if isinstance(made, bytes) else await asyncio.shield(made)  # whoever began it may leave

    def _render(self, event: object) -> bytes | Coroutine[Any, Any, bytes]:
        if self._executor is None:
            live = self._live
            document = DocumentNode(definitions=(live.operation, *live.fragments.values()))
            self._executor = live.schema.executor(document, live.context, self._variables)
        executor = self._executor.build_per_event_executor(event)
        result = execute_subscription_event(executor)
        if isinstance(result, ExecutionResult):
            return _encoded(result, self._live.schema)

        async def finished() -> bytes:
            return _encoded(await result, self._live.schema)

        return finished()


def _encoded(result: ExecutionResult, schema: Schema) -> bytes:
    payload: dict[str, Any] = {"data": result.data}
    if result.errors:
        payload["errors"] = [error.formatted for error in schema.shown_errors(result.errors)]
    return json.dumps(payload, separators=(",", ":")).encode()


@remembered(256)
def _shown_variables(query: str, operation_name: str | None) -> frozenset[str]:
    """The variables that decide what an event looks like: all but those that only say what is subscribed to."""
    names: set[str] = set()
    nodes: list[Node] = []
    for definition in parse(query).definitions:
        if isinstance(definition, FragmentDefinitionNode):
            nodes.append(definition)
        elif isinstance(definition, OperationDefinitionNode):
            name = definition.name.value if definition.name is not None else None
            if operation_name in (None, name):
                for root in definition.selection_set.selections:
                    nodes += _parts(root, without="arguments" if isinstance(root, FieldNode) else None)
    while nodes:
        node = nodes.pop()
        if isinstance(node, VariableNode):
            names.add(node.name.value)
        nodes += _parts(node)
    return frozenset(names)


def _parts(node: Node, without: str | None = None) -> Iterator[Node]:
    for key in node.keys:
        value = getattr(node, key) if key != without else None
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple | list):
            yield from (part for part in value if isinstance(part, Node))
