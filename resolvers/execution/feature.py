"""The manifest of a feature: its additions to the API, collected by loops (resolvers/wiring)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias, TypeVar

from strawberry.types.base import get_object_definition
from strawberry.types.field import StrawberryField

from db.driver.collections import Declared
from resolvers.execution.permissions.audience import Audience
from resolvers.settings import Settings
from schema.shared.context import Info
from schema.shared.live_lists import Live
from schema.shared.relay import Node
from services.registry import Build, ExportedList

ExceptionT_contra = TypeVar("ExceptionT_contra", bound=Exception, contravariant=True)
ExceptionT = TypeVar("ExceptionT", bound=Exception)

Policy: TypeAlias = Mapping[Audience, Mapping[str, str]]
"""For each type the names of its fields, separated by spaces, by audience."""


class Converts(Protocol[ExceptionT_contra]):
    """An error type of the schema that is made from an exception."""

    @classmethod
    def from_exception(cls, exception: ExceptionT_contra, /) -> Any:
        """Return the error that says what the exception does."""


class Refusal:
    """Turns an exception into a member of the union that a mutation returns. One of Strawberry's handlers."""

    def __init__(self, exception_type: type[ExceptionT], error_type: type[Converts[ExceptionT]]) -> None:
        self.exception_type = exception_type
        self.error_type = error_type

    def handle(self, exception: Any, *, field: StrawberryField, info: Any) -> Any:
        """Called by Strawberry."""
        return self.error_type.from_exception(exception)


@dataclass(frozen=True, slots=True)
class NodeType:
    """A type with a global id. ``fetch`` returns the caller's one by its local id; None where there is none."""

    type: type[Node]
    fetch: Callable[[Info, str], Awaitable[Node | None]]

    @property
    def name(self) -> str:
        """The type's name in the schema, with which its global ids begin."""
        return get_object_definition(self.type, strict=True).name


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Feature:
    """Additions of one feature to the API.

    ``query``, ``mutation`` and ``subscription`` have its root fields, each with who may call it (access.py).
    ``leads`` names the root types in which they stand before those of features listed earlier.
    ``live`` are its lists that ``changes`` follows together with those of others.
    ``policy`` gives each field of its other types an audience.
    ``numbered`` names types whose fields, all of them, change only with an entry of the owner's changelog.
    ``build`` makes its services, which find what ``options`` returns by class.
    ``collections`` are those that are declared outside of the package ``db``; the others are found by themselves.
    """

    query: type[Any] | None = None
    mutation: type[Any] | None = None
    subscription: type[Any] | None = None
    leads: Sequence[str] = ()
    nodes: Sequence[NodeType] = ()
    live: Sequence[Live] = ()
    refusals: Sequence[Refusal] = ()
    numbered: Sequence[str] = ()
    policy: Policy = field(default_factory=dict)
    build: Build | None = None
    options: Callable[[Settings], object] | None = None
    exports: Sequence[ExportedList[Any]] = ()
    collections: Sequence[Declared] = ()
