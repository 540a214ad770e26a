"""Root fields of notes, and their manifest."""

from collections.abc import AsyncIterable
from typing import Any

import strawberry

from resolvers.execution.feature import Feature, NodeType, Refusal
from resolvers.execution.live import follow_list
from resolvers.execution.permissions.access import OwnerOf
from resolvers.execution.permissions.audience import Audience
from schema.shared.context import Info
from schema.shared.live_lists import Live
from schema.shared.plain import plain
from services.registry import ExportedList
from tests.support.notes.records import COLLECTION, NoteRecord
from tests.support.notes.service import EmptyNote, Notes, build
from tests.support.notes.types import EmptyNoteError, Note, NotePayload, NoteResult, NotesChange, NotesEvent


@strawberry.type
class NoteQuery:
    @strawberry.field(extensions=[OwnerOf("profile_id")])
    async def notes(self, info: Info, profile_id: strawberry.ID) -> list[Note]:
        records = await info.context.services[Notes].all(info.context.signed_in().profile_id)
        return [Note.from_record(record) for record in records]


@strawberry.type
class NoteMutation:
    @strawberry.mutation(extensions=[OwnerOf("profile_id")])
    async def add_note(self, info: Info, profile_id: strawberry.ID, text: str) -> NoteResult:
        note = await info.context.services[Notes].add(info.context.signed_in().profile_id, text)
        return NotePayload(note=Note.from_record(note))


@strawberry.type
class NoteSubscription:
    @strawberry.subscription(extensions=[OwnerOf("profile_id")])
    def notes(
        self, info: Info, profile_id: strawberry.ID, after: str | None = None
    ) -> AsyncIterable[NotesEvent]:
        return follow_list(info, info.context.services[Notes].live_list, after, NotesChange)


async def _node(info: Info, local: str) -> Note | None:
    record = await info.context.services[Notes].get(info.context.signed_in().profile_id, local)
    return None if record is None else Note.from_record(record)


def _exported(record: NoteRecord) -> list[Any]:
    return [plain(Note.from_record(record))]


FEATURE = Feature(
    query=NoteQuery,
    mutation=NoteMutation,
    subscription=NoteSubscription,
    nodes=[NodeType(Note, _node)],
    live=[Live("NOTES", "Notes.", NotesChange, lambda services: services[Notes].live_list)],
    refusals=[Refusal(EmptyNote, EmptyNoteError)],
    build=build,
    exports=[ExportedList("notes", COLLECTION, _exported)],
    collections=[COLLECTION],
    policy={
        Audience.OWNER: {
            "Note": "id text",
            "NotePayload": "note",
            "NotesChange": "reason resyncReason cursor upserts removed mutationIds",
            "EmptyNoteError": "message",
        }
    },
)
