"""Drives every subscription: each item of its source becomes one encoded event, made once for all who see the same.

All that differs between the subscribers of one list is their documents, the variables in them, and their rights.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator, Mapping
from contextlib import aclosing
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    Node,
    OperationDefinitionNode,
    VariableNode,
    parse,
)
from graphql.execution import ExecutionResult, Executor, execute_subscription_event

from resolvers.execution.live import Following
from resolvers.execution.permissions.access import failed_by
from schema.shared.context import Context
from services.kit.caches import remembered
from services.sync.emissions import Emission

Build = Callable[[], Executor[Context]]
ShownErrors = Callable[[list[GraphQLError]], list[GraphQLError]]


class Delivery:
    """The events of one subscriber, as what it follows gives them.

    ``sees`` tells apart those to whom an event does not look the same (``what_is_seen``). ``build`` makes an
    executor of the subscriber's operation, ``shown_errors`` what a client is told of errors in it.
    """

    def __init__(
        self, following: Following[Any], *, sees: object, build: Build, shown_errors: ShownErrors
    ) -> None:
        self._following = following
        self._sees = sees
        self._build = build
        self._shown_errors = shown_errors
        self._executor: Executor[Context] | None = None

    async def payloads(self) -> AsyncGenerator[bytes, None]:
        """The payloads of ``next`` messages, to the end. A refusal or a fault is the last one, and says so."""
        following = self._following
        opening = True
        try:
            async with aclosing(following.source) as items:
                async for item in items:
                    payload = await self._payload(item)
                    del item  # a snapshot may be large, and the next item may be days away
                    following.check_rights()  # what was a right then need not be one now
                    yield payload
                    del payload
                    if opening:
                        # The first event may be this subscriber's alone; the others are made by one for many.
                        self._executor, opening = None, False
        except Exception as fault:
            yield await _finished(self._render(failed_by(fault, following.field_name)))

    async def _payload(self, item: Any) -> bytes:
        """Return the payload for this subscriber, made once for all who see the same."""
        if not isinstance(item, Emission):
            return await _finished(self._render(self._following.view(item)))
        made: bytes | asyncio.Task[bytes] | None = item.renderings.get(self._sees)
        if made is None:
            rendered = self._render(self._following.view(item))
            made = rendered if isinstance(rendered, bytes) else asyncio.create_task(rendered)
            item.renderings[self._sees] = made
        return made if isinstance(made, bytes) else await asyncio.shield(made)  # whoever began it may leave

    def _render(self, event: object) -> bytes | Coroutine[Any, Any, bytes]:
        if self._executor is None:
            self._executor = self._build()
        result = execute_subscription_event(self._executor.build_per_event_executor(event))
        if isinstance(result, ExecutionResult):
            return _encoded(result, self._shown_errors)

        async def finished() -> bytes:
            return _encoded(await result, self._shown_errors)

        return finished()


def what_is_seen(
    context: Context, query: str, operation_name: str | None, variables: Mapping[str, Any]
) -> object:
    """A key that is the same for those who see the same of one event: document, variables in it, and person."""
    shown = sorted(_shown_variables(query, operation_name) & variables.keys())
    values = json.dumps([(variable, variables[variable]) for variable in shown])
    return query, operation_name, values, None if context.caller is None else context.caller.user_id


async def _finished(rendered: bytes | Coroutine[Any, Any, bytes]) -> bytes:
    return rendered if isinstance(rendered, bytes) else await rendered


def _encoded(result: ExecutionResult, shown_errors: ShownErrors) -> bytes:
    payload: dict[str, Any] = {"data": result.data}
    if result.errors:
        payload["errors"] = [error.formatted for error in shown_errors(result.errors)]
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
