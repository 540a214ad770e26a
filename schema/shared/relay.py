"""Relay's object identification and cursor connections."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import strawberry
from strawberry.relay import PageInfo, from_base64, to_base64

from services.kit.cursors import PartT, decode_cursor, is_local_id
from services.kit.errors import InvalidInput

MAX_FIRST = 100

NodeT = TypeVar("NodeT")
RecordT = TypeVar("RecordT")


@strawberry.interface(description="An object with an id that is unique over all types.")
class Node:
    id: strawberry.ID


@strawberry.type
class Edge(Generic[NodeT]):
    cursor: str
    node: NodeT


@strawberry.type
class Connection(Generic[NodeT]):
    edges: list[Edge[NodeT]]
    page_info: PageInfo


def global_id(type_name: str, local_id: str) -> strawberry.ID:
    """The Relay id of a thing."""
    return strawberry.ID(to_base64(type_name, local_id))


def parse_global_id(value: str) -> tuple[str, str]:
    """Type name and local id. Raises ``ValueError`` on anything else."""
    type_name, local = from_base64(value)
    if not is_local_id(local):
        raise ValueError("no id of ours")
    return type_name, local


def local_id(value: str, type_name: str, field: str) -> str:
    """The local id in a global id of the given type. Raises ``InvalidInput`` naming ``field``."""
    try:
        found, local = parse_global_id(value)
    except ValueError:
        found, local = "", ""
    if found != type_name:
        raise InvalidInput(field, f"This is not the id of a {type_name}.")
    return local


def page_size(first: int) -> int:
    """Checks ``first``: 1 to 100."""
    if not 1 <= first <= MAX_FIRST:
        raise InvalidInput("first", f"Ask for 1 to {MAX_FIRST} at a time.")
    return first


def after_cursor(cursor: str | None, key: type[PartT]) -> tuple[PartT, str] | None:
    """The place that ``after`` names in a list sorted by ``key`` and id. Raises ``InvalidInput``."""
    return None if cursor is None else decode_cursor(cursor, key)


def connection(
    records: Sequence[RecordT],
    first: int,
    after: str | None,
    node: Callable[[RecordT], NodeT],
    cursor: Callable[[RecordT], str],
) -> Connection[NodeT]:
    """A page out of at most ``first + 1`` records: the one too many says that there is a next page."""
    edges = [Edge(cursor=cursor(record), node=node(record)) for record in records[:first]]
    return Connection(
        edges=edges,
        page_info=PageInfo(
            has_next_page=len(records) > first,
            has_previous_page=after is not None,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
    )
