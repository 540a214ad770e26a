"""Base of all records: strict pydantic models that write every field, null included."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """An immutable part of a document; changes are made with ``model_copy(update=…)``."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Document(Record):
    """A whole document. ``id`` is stored as ``_id``; times are timezone-aware UTC, milliseconds precise."""

    id: str

    @classmethod
    def from_bson(cls, document: dict[str, Any]) -> Self:
        """Read a document as the driver returns it."""
        return cls.model_validate({**document, "id": document["_id"]})

    def to_bson(self) -> dict[str, Any]:
        """The document to write: every field, null included, under the names of the model."""
        document = self.model_dump()
        return {"_id": document.pop("id"), **document}
