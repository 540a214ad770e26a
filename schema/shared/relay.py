"""Relay's object identification and cursor connections."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

import strawberry
from strawberry.relay import PageInfo, from_base64, to_base64

from services.kit.cursors import PartT, decode_cursor, is_local_id
from services.kit.errors import InvalidInput

ANSWER_WEIGHT = "answer_weight"
"""Key in a field's metadata: its cost in a document, where its text is as long as so many ordinary fields."""
MAX_FIRST = 100
USUAL_FIRST = 20
"""The page size where neither ``first`` nor ``last`` is given."""

NodeT = TypeVar("NodeT")
RecordT = TypeVar("RecordT")


@strawberry.interface(description="Object that `node(id)` can fetch (Relay object identification).")
class Node:
    id: strawberry.ID = strawberry.field(description="Opaque id, unique over all types.")


@strawberry.type(description="One object of a page, with its cursor.")
class Edge(Generic[NodeT]):
    cursor: str = strawberry.field(description="Opaque position in the list, usable as `after`.")
    node: NodeT = strawberry.field(description="The object itself.")


@strawberry.type(description="One page of a list (Relay connection).")
class Connection(Generic[NodeT]):
    edges: list[Edge[NodeT]] = strawberry.field(description="The objects of this page, in the list's order.")
    page_info: PageInfo = strawberry.field(
        description="For the next page, pass `endCursor` as `after` while `hasNextPage` is true; where a list takes "
        "`before`, for the page before this one `startCursor`, while `hasPreviousPage` is true."
    )


def global_id(type_name: str, local_id: str) -> strawberry.ID:
    """Return the Relay id for a local id of the given type."""
    return strawberry.ID(to_base64(type_name, local_id))


def parse_global_id(value: str) -> tuple[str, str]:
    """Split a Relay id into type name and local id. Raises ``ValueError`` for any other text."""
    type_name, local = from_base64(value)
    if not is_local_id(local):
        raise ValueError("not a global id")
    return type_name, local


def local_id(value: str, type_name: str, field: str) -> str:
    """Return the local part of a global id of the given type. Raises ``InvalidInput`` naming ``field``."""
    try:
        found, local = parse_global_id(value)
    except ValueError:
        found, local = "", ""
    if found != type_name:
        raise InvalidInput(field, f"Not an id of type {type_name}.")
    return local


def page_size(first: int, field: str = "first") -> int:
    """Return ``first`` if it is from 1 to 100. Raises ``InvalidInput`` for ``field``."""
    if not 1 <= first <= MAX_FIRST:
        raise InvalidInput(field, f"Must be from 1 to {MAX_FIRST}.")
    return first


def after_cursor(cursor: str | None, key: type[PartT]) -> tuple[PartT, str] | None:
    """The place that ``after`` names in a list sorted by ``key`` and id, None without one. Raises ``InvalidInput``."""
    return decode_cursor(cursor, key) if cursor else None


@dataclass(frozen=True, slots=True)
class Window(Generic[PartT]):
    """A page of a list that can be read from both ends: ``size`` objects after or before a place, or from an end."""

    size: int
    backwards: bool = False
    place: tuple[PartT, str] | None = None

    @classmethod
    def of(
        cls, key: type[PartT], first: int | None, after: str | None, last: int | None, before: str | None
    ) -> Self:
        """Build the page that these arguments ask for. Raises ``InvalidInput``, also for both directions at once."""
        forwards, backwards = first is not None or bool(after), last is not None or bool(before)
        if forwards and backwards:
            raise InvalidInput("last", "Page either forwards (first, after) or backwards (last, before).")
        if backwards:
            size = page_size(USUAL_FIRST if last is None else last, "last")
            return cls(
                size, backwards=True, place=decode_cursor(before, key, field="before") if before else None
            )
        return cls(page_size(USUAL_FIRST if first is None else first), place=after_cursor(after, key))

    def connection(
        self,
        records: Sequence[RecordT],
        node: Callable[[RecordT], NodeT],
        cursor: Callable[[RecordT], str],
    ) -> Connection[NodeT]:
        """Build the page from at most ``size + 1`` records; the extra one only shows that there are more."""
        more, bounded = len(records) > self.size, self.place is not None
        kept = records[-self.size :] if self.backwards else records[: self.size]
        edges = [Edge(cursor=cursor(record), node=node(record)) for record in kept]
        return Connection(
            edges=edges,
            page_info=PageInfo(
                has_next_page=bounded if self.backwards else more,
                has_previous_page=more if self.backwards else bounded,
                start_cursor=edges[0].cursor if edges else None,
                end_cursor=edges[-1].cursor if edges else None,
            ),
        )


def connection(
    records: Sequence[RecordT],
    first: int,
    after: str | None,
    node: Callable[[RecordT], NodeT],
    cursor: Callable[[RecordT], str],
) -> Connection[NodeT]:
    """Build a page from at most ``first + 1`` records; the extra one only shows that there is a next page."""
    edges = [Edge(cursor=cursor(record), node=node(record)) for record in records[:first]]
    return Connection(
        edges=edges,
        page_info=PageInfo(
            has_next_page=len(records) > first,
            has_previous_page=bool(after),
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
    )
