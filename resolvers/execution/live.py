"""Subscriptions to lists, as resolvers write them: one line, whoever delivers what comes after the first event."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from graphql import FragmentDefinitionNode, OperationDefinitionNode

from resolvers.execution.schema import Schema
from schema.shared.context import Context, Info
from services.sync.emissions import Emission
from services.sync.subscriptions import Subscription

EventT = TypeVar("EventT")


@dataclass(frozen=True, slots=True)
class Live:
    """A subscription whose first event is there. All that follows is ``subscription.next()``, shown by ``view``."""

    subscription: Subscription[Any]
    view: Callable[[Emission[Any]], object]
    field_name: str
    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    context: Context
    schema: Schema


class Handover:
    """Where a subscription leaves itself for its transport, which may go on with it by itself."""

    live: Live | None = None


handover: ContextVar[Handover | None] = ContextVar("handover", default=None)


async def live_events(
    info: Info, subscription: Subscription[Any], view: Callable[[Emission[Any]], EventT]
) -> AsyncGenerator[EventT, None]:
    """The events of a subscription to a list, without end."""
    with subscription:
        first = view(await subscription.open())
        transport = handover.get()
        if transport is not None:
            raw = info._raw_info  # upstream has no public name for it
            transport.live = Live(
                subscription,
                view,
                info.field_name,
                raw.operation,
                raw.fragments,
                info.context,
                cast("Schema", info.schema),
            )
        yield first
        while True:
            yield view(await subscription.next())
