"""Notes in the schema."""

from typing import Annotated, Self

import strawberry

from schema.shared.emissions import ListChange, SubscriptionFailed
from schema.shared.errors import Error, NotFoundError
from schema.shared.relay import Node, global_id
from tests.support.notes.records import NoteRecord
from tests.support.notes.service import EmptyNote

TYPE_NAME = "Note"


@strawberry.type
class Note(Node):
    text: str

    @classmethod
    def from_record(cls, record: NoteRecord) -> Self:
        return cls(id=global_id(TYPE_NAME, record.id), text=record.text)


@strawberry.type
class EmptyNoteError(Error):
    @classmethod
    def from_exception(cls, exception: EmptyNote) -> Self:
        return cls(message=exception.message)


@strawberry.type
class NotePayload:
    note: Note


NoteResult = Annotated[NotePayload | EmptyNoteError | NotFoundError, strawberry.union("NoteResult")]


@strawberry.type
class NotesChange(ListChange[Note]):
    node = Note


NotesEvent = Annotated[NotesChange | SubscriptionFailed, strawberry.union("NotesEvent")]
