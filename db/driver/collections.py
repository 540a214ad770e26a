"""Declarations of collections: name, indexes, owner and place in the export. ``db.collections`` finds them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar, cast

from db.driver.records import Document

DocumentT = TypeVar("DocumentT", bound=Document)
Place: TypeAlias = tuple[Any, Any]
"""A document's values in the two fields that its section of the export is sorted by."""


@dataclass(frozen=True, slots=True)
class Index:
    """One index; ``keys`` in order. Unique ones hold a rule, the others serve a query."""

    keys: Sequence[tuple[str, int]]
    unique: bool = False


@dataclass(frozen=True, slots=True)
class KeptCollection:
    """A collection that deleting an account does not touch. ``not_personal`` is the reason."""

    name: str
    not_personal: str
    indexes: Sequence[Index] = ()


@dataclass(frozen=True, slots=True)
class Section(Generic[DocumentT]):
    """A list of the export: one person's documents, sorted by two fields that together are unique among them."""

    record: type[DocumentT]
    order: tuple[str, str]

    @property
    def kinds(self) -> tuple[type[Any], ...]:
        """The types of the two fields."""
        names = ("id" if name == "_id" else name for name in self.order)
        return tuple(cast("type[Any]", self.record.model_fields[name].annotation) for name in names)

    def place(self, record: DocumentT) -> Place:
        """The record's place in the section."""
        first, second = (getattr(record, "id" if name == "_id" else name) for name in self.order)
        return first, second


@dataclass(frozen=True, slots=True)
class PersonalCollection(Generic[DocumentT]):
    """A collection whose documents are deleted with the account they belong to.

    ``owner`` is the field with the profile's id. ``export`` is its section of the export, or where else in the
    export its documents are. ``deleted_last``: after all others, so that a deletion that was cut still finds it.
    ``identity`` is the field that tells a document from one made later under the same id. ``suffixes`` may follow the
    profile's id in ``owner``.
    """

    name: str
    export: Section[DocumentT] | str
    owner: str = "profile_id"
    indexes: Sequence[Index] = ()
    deleted_last: bool = False
    identity: str = "created_at"
    suffixes: Sequence[str] = ()

    def owned_by(self, profile_id: str) -> dict[str, Any]:
        """Return the filter of one person's documents."""
        if not self.suffixes:
            return {self.owner: profile_id}
        return {self.owner: {"$in": [profile_id, *(profile_id + suffix for suffix in self.suffixes)]}}

    @property
    def section(self) -> Section[DocumentT]:
        """Its section of the export. Raises ``TypeError`` for a collection that is elsewhere in it."""
        if isinstance(self.export, str):
            raise TypeError(f"{self.name} has no section of the export: {self.export}")
        return self.export


Declared: TypeAlias = PersonalCollection[Any] | KeptCollection


def personal(collections: Iterable[Declared]) -> Sequence[PersonalCollection[Any]]:
    """Return those with documents of people, in the order in which an account's are deleted."""
    found = [each for each in collections if isinstance(each, PersonalCollection)]
    return sorted(found, key=lambda each: each.deleted_last)
