"""Description of what a subscription follows: its root field returns one, and delivery.py drives it."""

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable
from typing import Any, Generic, Protocol, TypeVar

from schema.shared.context import Info
from schema.shared.emissions import ListChange
from services.sync.emissions import Emission, LiveList, Selection
from services.sync.subscriptions import Subscriptions

ItemT = TypeVar("ItemT")
ItemT_co = TypeVar("ItemT_co", covariant=True)
EventT_co = TypeVar("EventT_co", covariant=True)
ChangeT = TypeVar("ChangeT", bound=ListChange[Any])


class Source(Protocol[ItemT_co]):
    """Items to be followed, and what lets go of them. Async generators are such."""

    def __aiter__(self) -> AsyncIterator[ItemT_co]:
        """Return the items, in order, until there are no more."""

    async def aclose(self) -> None:
        """End it, wherever it is."""


class Following(AsyncIterable[EventT_co], Generic[EventT_co]):
    """A source, the view that makes an event of each item, and the check of rights before each event."""

    def __init__(self, source: Source[ItemT], view: Callable[[ItemT], EventT_co]) -> None:
        self.source: Source[Any] = source
        self.view: Callable[[Any], EventT_co] = view
        self.field_name = ""
        self.check_rights: Callable[[], object] = _nothing_to_check

    def __aiter__(self) -> AsyncIterator[EventT_co]:
        # graphql-core asks whether a root field's result has this; only delivery.py may follow it.
        raise TypeError("a subscription is driven by its Delivery")

    def allow(self, field_name: str, check_rights: Callable[[], object]) -> "Following[EventT_co]":
        """Note that ``field_name`` may be followed for as long as ``check_rights`` raises nothing."""
        self.field_name, self.check_rights = field_name, check_rights
        return self


def follow_list(
    info: Info, live_list: LiveList[Any], after: str | None, change: type[ChangeT]
) -> Following[ChangeT]:
    """Follow one of the caller's own lists. Raises ``InvalidInput`` for a malformed cursor."""
    return follow(info, Selection([live_list]), after, change.from_emission)


def follow(
    info: Info, selection: Selection[Any], after: str | None, view: Callable[[Emission[Any]], EventT_co]
) -> Following[EventT_co]:
    """Follow some of the caller's own lists. Raises ``InvalidInput`` for a malformed cursor."""
    profile_id = info.context.signed_in().profile_id
    return Following(info.context.services[Subscriptions].follow(profile_id, selection, after), view)


def only(event: ItemT) -> Following[ItemT]:
    """Describe a subscription that ends with its first event."""

    async def source() -> AsyncGenerator[ItemT, None]:
        yield event

    return Following(source(), lambda item: item)


def _nothing_to_check() -> None:
    """Stand for the check of a subscription that nobody may be refused."""
