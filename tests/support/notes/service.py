"""The rules of notes, and how they are built."""

from collections.abc import Mapping, Sequence

from db.sync.changelog import ChangelogRecord
from db.sync.outbox import PendingRecord
from services.kit import clock
from services.kit.errors import FootholdError
from services.kit.ids import new_id
from services.registry import Deps, Room, Turn
from services.sync.changelog import Changelogs
from services.sync.emissions import LiveList
from services.sync.list_writer import ListWriter
from tests.support.notes.records import KIND, NoteRecord, NoteStore


class EmptyNote(FootholdError):
    """A note has no text."""

    code = "EMPTY_NOTE"

    def __init__(self) -> None:
        super().__init__("Write something first.")


class Notes:
    """A profile's notes."""

    def __init__(self, store: NoteStore, changelogs: Changelogs) -> None:
        self._store = store
        self._writer = ListWriter(store, changelogs, KIND, "note")
        self.sweep = self._writer.sweep
        self.live_list: LiveList[NoteRecord] = LiveList(KIND, self._all, self._some, lambda _log, _note: True)

    async def all(self, profile_id: str) -> list[NoteRecord]:
        """Oldest first."""
        return await self._store.all(profile_id)

    async def get(self, profile_id: str, id_: str) -> NoteRecord | None:
        return await self._store.get(profile_id, id_)

    async def add(self, profile_id: str, text: str) -> NoteRecord:
        """Raises ``EmptyNote``."""
        if not text:
            raise EmptyNote
        at = clock.now()
        note = NoteRecord(
            id=new_id(), profile_id=profile_id, version=1, pending=[PendingRecord(version=1)], unannounced=True,
            touched_at=at, last_write=new_id(), text=text, created_at=at,
        )  # fmt: skip
        await self._store.insert(note)
        await self._writer.announce_or_leave(note)
        return note

    async def _all(self, changelog: ChangelogRecord) -> list[NoteRecord]:
        return await self._store.all(changelog.profile_id)

    async def _some(self, changelog: ChangelogRecord, ids: Sequence[str]) -> Mapping[str, NoteRecord]:
        return {note.id: note for note in await self._store.some(changelog.profile_id, ids)}


def build(deps: Deps) -> Room:
    """Return ``Notes``."""
    notes = Notes(NoteStore(deps.database), deps[Changelogs])
    return Room(services=[notes], chores={Turn.ANNOUNCING: [notes.sweep]})
