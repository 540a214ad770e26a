"""One stream document a profile: the numbers and order of its changes, and which batch of each list is shown.

Appending is one single-document update, so the order of numbers is the order in which changes become visible,
and a list replaced as a whole changes its batch in the same update that numbers the replacement.
"""

from collections.abc import Sequence
from contextlib import suppress
from enum import StrEnum
from typing import Any, Literal

from db.accounts import refuse_deleted
from db.driver.client import Database, DuplicateKey, PlainDatabase
from db.driver.collections import PersonalCollection
from db.driver.keyset import Keyset
from db.driver.records import Document, Record

LOG_LENGTH = 256
TRIMMED_LENGTH = 64
_CHUNK = 100


_BY_ID = Keyset("_id", tie=None)


class EntryKind(StrEnum):
    """Which list a change belongs to."""

    CAREER_ACTION = "CAREER_ACTION"
    MATCH = "MATCH"
    LEARNING = "LEARNING"


class EntryRecord(Record):
    """A change of entity ``id`` to ``version``. Entries appended together share one ``seq``."""

    seq: int
    kind: EntryKind
    id: str
    version: int
    mutation_id: str | None = None


class HeadRecord(Record):
    """The batch of a list that is shown, and the number of the run that made it."""

    batch: str
    run: int


def change_key(id_: str, version: int) -> str:
    """Names an entity's coming to a version."""
    return f"{id_}:{version}"


class PositionRecord(Document):
    """Where a stream stands."""

    epoch: str
    seq: int


class ChangelogRecord(PositionRecord):
    """``floor`` is the oldest cursor from which the log is whole; ``epoch`` names one history of the database.

    ``trimmed`` are the last changes with a mutation id that are not in the log any more, as ``change_key``: one that
    a dead process left marked must not be numbered again because a large replacement came in between.
    """

    floor: int = 0
    entries: list[EntryRecord] = []
    trimmed: list[str] = []
    actions: HeadRecord | None = None
    matches: HeadRecord | None = None


COLLECTION: PersonalCollection[ChangelogRecord] = PersonalCollection(
    name="streams",
    owner="_id",
    export="on the first page, as `stream`",
)


class ChangelogStore:
    """Changelogs, by profile id."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._changelogs = database[COLLECTION.name]

    async def get(self, profile_id: str) -> ChangelogRecord | None:
        document = await self._changelogs.find_one({"_id": profile_id})
        return None if document is None else ChangelogRecord.from_bson(document)

    async def ensure(self, profile_id: str, epoch: str) -> ChangelogRecord:
        """The stream, made under ``epoch`` where there is none. Raises ``AccountDeleted``."""
        stream = await self.get(profile_id)
        if stream is not None:
            return stream
        await refuse_deleted(self._database, COLLECTION, profile_id)
        with suppress(DuplicateKey):  # another process made it first, or an earlier try of this very insert
            await self._changelogs.insert_one(ChangelogRecord(id=profile_id, epoch=epoch, seq=0).to_bson())
        stream = await self.get(profile_id)
        await refuse_deleted(self._database, COLLECTION, profile_id)
        if stream is None:
            raise LookupError(f"stream {profile_id} vanished while it was made")
        return stream

    async def append(
        self,
        stream: ChangelogRecord,
        entries: Sequence[EntryRecord],
        *,
        actions: HeadRecord | None = None,
        matches: HeadRecord | None = None,
    ) -> ChangelogRecord | None:
        """Append ``entries``, all numbered ``stream.seq + 1``, if the stream is still as it was read; else None."""
        kept = len(stream.entries) + len(entries) - LOG_LENGTH
        dropped = [*stream.entries, *entries][: max(kept, 0)]
        trimmed = [change_key(entry.id, entry.version) for entry in dropped if entry.mutation_id is not None]
        heads = {"actions": actions, "matches": matches}
        changed = {name: head for name, head in heads.items() if head is not None}
        moved = {
            "seq": stream.seq + 1,
            "floor": dropped[-1].seq if dropped else stream.floor,
            "trimmed": [*stream.trimmed, *trimmed][-TRIMMED_LENGTH:],
        }
        result = await self._changelogs.update_one(
            {"_id": stream.id, "epoch": stream.epoch, "seq": stream.seq},
            {
                "$set": {**moved, **{name: head.model_dump() for name, head in changed.items()}},
                "$push": {
                    "entries": {"$each": [entry.model_dump() for entry in entries], "$slice": -LOG_LENGTH}
                },
            },
        )
        if result.modified_count != 1:
            return None
        entries = [*stream.entries, *entries][-LOG_LENGTH:]
        return stream.model_copy(update={**moved, **changed, "entries": entries})

    async def page(self, after: str) -> list[PositionRecord]:
        """Return where the next changelogs by id stand, ``after`` being the last id before them."""
        pipeline = [*_BY_ID.page({}, (after,), _CHUNK), {"$project": {"epoch": 1, "seq": 1}}]
        return [PositionRecord.from_bson(document) async for document in self._changelogs.aggregate(pipeline)]

    async def renew(self, position: PositionRecord, epoch: str) -> bool:
        """Name the stream's history anew, if it is still as it was read."""
        result = await self._changelogs.update_one(
            {"_id": position.id, "epoch": position.epoch, "seq": position.seq}, {"$set": {"epoch": epoch}}
        )
        return result.modified_count == 1

    async def positions(self, profile_ids: Sequence[str]) -> list[PositionRecord]:
        """Where the streams of many profiles stand, one query for each hundred."""
        found: list[PositionRecord] = []
        for start in range(0, len(profile_ids), _CHUNK):
            query: dict[str, Any] = {"_id": {"$in": list(profile_ids[start : start + _CHUNK])}}
            async for document in self._changelogs.find(query, {"epoch": 1, "seq": 1}):
                found.append(PositionRecord.from_bson(document))
        return found


def shown_batch(database: PlainDatabase, profile_id: str, head: Literal["actions", "matches"]) -> str | None:
    """The batch of a list that is shown, without the log: all that a query needs. For ``in_one_go``."""
    document = database[COLLECTION.name].find_one({"_id": profile_id}, {f"{head}.batch": 1})
    shown = None if document is None else document.get(head)
    return None if shown is None else str(shown["batch"])
