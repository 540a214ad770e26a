"""Parts of wiring: each room has a ``build(deps) -> Room``, and finds earlier services by their class."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, TypeAlias, TypeVar, cast

from db.driver.client import Database
from db.driver.collections import Declared, DocumentT, PersonalCollection
from services.llm.port import Model

ServiceT = TypeVar("ServiceT")

Chore: TypeAlias = Callable[[], Awaitable[None]]
"""Work that is repeated, and may be repeated at any time."""
Listener: TypeAlias = Callable[[str, str], None]
"""Called with the topic and the payload of every wake-up."""


class NotBuilt(LookupError):
    """Nothing of this class was built yet: its room has to stand earlier among the features, or is missing."""

    def __init__(self, kind: type[Any]) -> None:
        super().__init__(f"no {kind.__name__} was built yet: put its feature before the one that asks for it")


class Services:
    """Objects found by their class, one of each: ``services[CareerActions]``."""

    def __init__(self, *services: object) -> None:
        self._by_class: dict[type[Any], object] = {}
        self.add(*services)

    def add(self, *services: object) -> None:
        """Take in more. Raises ``ValueError`` for a second one of a class."""
        for service in services:
            if self._by_class.setdefault(type(service), service) is not service:
                raise ValueError(f"two of {type(service).__name__}")

    def __getitem__(self, kind: type[ServiceT]) -> ServiceT:
        """Return the one of exactly this class. Raises ``NotBuilt``."""
        found = self.find(kind)
        if found is None:
            raise NotBuilt(kind)
        return found

    def find(self, kind: type[ServiceT]) -> ServiceT | None:
        """Return the one of exactly this class, None where there is none."""
        return cast("ServiceT | None", self._by_class.get(kind))


class Turn(Enum):
    """Schedules of chores. The values are names of schedules, which all processes share."""

    HEALING = "healing"
    """Every two seconds in every process: look for what this process shows and missed."""
    ANNOUNCING = "announcing"
    """Every two seconds in one process: finish what a process that died had begun to write."""
    FORGETTING = "forgetting"
    """Every ten minutes in one process: delete what has ended."""
    LEARNING = "learning"
    """Every twenty seconds in one process that takes tasks: learn what takes long, for half of that at most."""
    TAKING_OVER = "taking over"
    """Every two seconds in one process that takes tasks: go on with the work of one that died."""


@dataclass(frozen=True, slots=True)
class ExportedList(Generic[DocumentT]):
    """A list of the export of a person's data. ``shown`` turns a document of the collection into items of JSON."""

    name: str
    collection: PersonalCollection[DocumentT]
    shown: Callable[[DocumentT], list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """Dependencies of a room: ``services`` that were built before it, and ``options`` made from the settings."""

    database: Database
    model: Model
    services: Services
    options: Services = field(default_factory=Services)
    collections: Sequence[Declared] = ()
    exports: Sequence[ExportedList[Any]] = ()

    def __getitem__(self, kind: type[ServiceT]) -> ServiceT:
        """Return the service of exactly this class. Raises ``NotBuilt``."""
        return self.services[kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room as built: its services, and the work to be done for as long as they are used.

    ``running`` is entered after all rooms were built, in order, and left in the opposite one. ``first`` is done
    once before anything is served.
    """

    services: Sequence[object] = ()
    listeners: Sequence[Listener] = ()
    first: Sequence[Chore] = ()
    chores: Mapping[Turn, Sequence[Chore]] = field(default_factory=dict)
    running: Sequence[AbstractAsyncContextManager[Any]] = ()


Build: TypeAlias = Callable[[Deps], Room]
