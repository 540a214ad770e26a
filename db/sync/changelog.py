"""Changelogs, one per profile and group: the numbers and order of changes, and which batch of each list is shown.

Appending is one single-document update, so the order of numbers is the order in which changes become visible,
and a list replaced as a whole changes its batch in the same update that numbers the replacement.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import partial
from typing import Any, Self

from db.accounts import refuse_deleted
from db.driver.client import Database, PlainDatabase
from db.driver.collections import PersonalCollection
from db.driver.durable import Found, compare_and_set, insert_once, repeated
from db.driver.finding import find_each
from db.driver.keyset import Keyset
from db.driver.records import Document, Record

LOG_LENGTH = 384
TRIMMED_LENGTH = 64
_CHUNK = 100
_SEPARATOR = ":"


_BY_ID = Keyset("_id", tie=None)
_POSITION = {"epoch": 1, "seq": 1, "tag": 1}
_HEADS_BEFORE = {"actions": "CAREER_ACTION", "matches": "MATCH"}
"""Fields that held the heads of two lists, until ``heads`` held those of all."""


class Group(StrEnum):
    """Lists that share a changelog. A busy one costs the others of its group their place in it, but no others."""

    MAIN = "main"
    """The profile, its matches and actions, conversations and what they lead to."""
    PREP = "prep"
    """Preparation: roadmaps, skills, applications, interviews."""
    AGENTS = "agents"
    """Events of agents."""
    CONTACT = "contact"
    """Connections with others, and what is said in them."""


class Kind(str):
    """Name of a list's entries in a changelog, and the group that the list is in: ``main`` unless it says so."""

    group: Group

    def __new__(cls, name: str, group: Group = Group.MAIN) -> Self:
        """Return the name, which is a text like any other."""
        kind = super().__new__(cls, name)
        kind.group = group
        return kind


def group_of(kind: str) -> Group:
    """Return the group that a list's declared kind is in."""
    return kind.group if isinstance(kind, Kind) else Group.MAIN


def log_id(profile_id: str, group: Group = Group.MAIN) -> str:
    """Return the id of a group's changelog: that of ``main`` is the profile's own, as it was when there was one."""
    return profile_id if group is Group.MAIN else f"{profile_id}{_SEPARATOR}{group}"


class EntryRecord(Record):
    """A change of entity ``id`` to ``version``. Entries appended together share one ``seq`` and one random ``tag``.

    ``kind`` is the list's, as its feature declares it. A log may hold kinds that this process does not know.
    """

    seq: int
    kind: str
    id: str
    version: int
    mutation_id: str | None = None
    tag: str = ""


class HeadRecord(Record):
    """The batch of a list that is shown, the number of the run that made it, and how much it holds if that is known.

    What is replaced as a whole holds that much until it is.
    """

    batch: str
    run: int
    size: int | None = None


def change_key(id_: str, version: int) -> str:
    """Names an entity's coming to a version."""
    return f"{id_}:{version}"


class PositionRecord(Document):
    """Position of a changelog. ``tag`` is that of the last entry, "" where none has one."""

    epoch: str
    seq: int
    tag: str = ""

    @property
    def profile_id(self) -> str:
        """The profile whose changes it numbers."""
        return self.id.partition(_SEPARATOR)[0]

    @property
    def group(self) -> Group:
        """The group whose changes it numbers."""
        return Group(self.id.partition(_SEPARATOR)[2] or Group.MAIN)


class ChangelogRecord(PositionRecord):
    """``floor`` is the oldest cursor from which the log is whole; ``epoch`` names one history of the database.

    ``trimmed`` are the last changes with a mutation id that are not in the log any more, as ``change_key``: one that
    a dead process left marked must not be numbered again because a large replacement came in between.
    ``heads`` are those of the lists that are replaced as a whole, by kind. ``floor_tag`` is that of the last entry
    that was trimmed.
    """

    floor: int = 0
    floor_tag: str = ""
    entries: list[EntryRecord] = []
    trimmed: list[str] = []
    heads: dict[str, HeadRecord] = {}

    @classmethod
    def from_bson(cls, document: dict[str, Any]) -> Self:
        return super().from_bson({**document, "heads": _heads(document)})

    @property
    def position(self) -> PositionRecord:
        """The position without the log, equal to one that was read alone."""
        return PositionRecord(id=self.id, epoch=self.epoch, seq=self.seq, tag=self.tag)

    def tag_at(self, seq: int) -> str:
        """Return the tag of the last entry up to ``seq``, which must not be below the floor.

        Two histories of one database (a failover, a restored copy) may have the same numbers, but not the same tags.
        """
        for entry in reversed(self.entries):
            if entry.seq <= seq:
                return entry.tag
        return self.floor_tag

    def held(self, kind: str) -> set[str]:
        """Return the changes of a list that are numbered, as ``change_key``: in the log, or trimmed from it."""
        numbered = {change_key(entry.id, entry.version) for entry in self.entries if entry.kind == kind}
        return numbered.union(self.trimmed)


def _heads(document: dict[str, Any]) -> dict[str, Any]:
    """The heads by kind, of a document of today or from before there was one field for all."""
    before = {kind: document[field] for field, kind in _HEADS_BEFORE.items() if document.get(field)}
    return {**before, **document.get("heads", {})}


COLLECTION: PersonalCollection[ChangelogRecord] = PersonalCollection(
    name="streams",
    owner="_id",
    suffixes=[f"{_SEPARATOR}{group}" for group in Group if group is not Group.MAIN],
    export="on the first page, as `stream` and `streams`",
    identity="epoch",
)


class ChangelogStore:
    """Changelogs, by ``log_id``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._changelogs = database[COLLECTION.name]

    async def get(self, id_: str) -> ChangelogRecord | None:
        document = await self._changelogs.find_one({"_id": id_})
        return None if document is None else ChangelogRecord.from_bson(document)

    async def all(self, profile_id: str) -> list[ChangelogRecord]:
        """Return those of one profile, of all groups that there is one of, ``main`` first."""
        ids = [log_id(profile_id, group) for group in Group]
        found = {document["_id"]: document async for document in self._changelogs.find({"_id": {"$in": ids}})}
        return [ChangelogRecord.from_bson(found[id_]) for id_ in ids if id_ in found]

    async def position(self, id_: str) -> PositionRecord | None:
        """Return the position only, without the log."""
        document = await self._changelogs.find_one({"_id": id_}, _POSITION)
        return None if document is None else PositionRecord.from_bson(document)

    async def ensure(self, id_: str, epoch: str) -> ChangelogRecord:
        """Return the changelog, made under ``epoch`` where there is none. Raises ``AccountDeleted``."""
        log = await self.get(id_)
        if log is not None:
            return log
        new = ChangelogRecord(id=id_, epoch=epoch, seq=0)
        await refuse_deleted(self._database, COLLECTION, new.profile_id)
        # False when another process made it first.
        await insert_once(self._changelogs, new.to_bson(), identity=["epoch"])
        log = await repeated(partial(self.get, id_))
        await refuse_deleted(self._database, COLLECTION, new.profile_id)
        if log is None:
            raise LookupError(f"changelog {id_} vanished while it was made")
        return log

    async def append(
        self,
        log: ChangelogRecord,
        entries: Sequence[EntryRecord],
        heads: Mapping[str, HeadRecord] | None = None,
    ) -> ChangelogRecord | None:
        """Append ``entries``, all numbered ``log.seq + 1``, and show ``heads`` of their lists.

        Returns None, and changes nothing, if the changelog is not as it was read any more.
        """
        excess = len(log.entries) + len(entries) - LOG_LENGTH
        dropped = [*log.entries, *entries][: max(excess, 0)]
        trimmed = [change_key(entry.id, entry.version) for entry in dropped if entry.mutation_id is not None]
        shown = {**log.heads, **(heads or {})}
        moved: dict[str, Any] = {
            "seq": log.seq + 1,
            "tag": entries[-1].tag if entries else log.tag,
            "floor": dropped[-1].seq if dropped else log.floor,
            "floor_tag": dropped[-1].tag if dropped else log.floor_tag,
            "trimmed": [*log.trimmed, *trimmed][-TRIMMED_LENGTH:],
        }
        written = {"heads": {kind: head.model_dump() for kind, head in shown.items()}} if heads else {}
        plain = [entry.model_dump() for entry in entries]
        push = {"$push": {"entries": {"$each": plain, "$slice": -LOG_LENGTH}}}

        def holds_them(found: Found) -> bool | None:
            if found["seq"] > log.seq + 1 and found["floor"] > log.seq:
                return None
            there = [entry for entry in found["entries"] if entry["seq"] == log.seq + 1]
            return bool(there == plain[-LOG_LENGTH:])

        if not await compare_and_set(
            self._changelogs,
            {"_id": log.id, "epoch": log.epoch, "seq": log.seq, **({"tag": log.tag} if log.tag else {})},
            {"$set": {**moved, **written}, **push},
            holds_them,
        ):
            return None
        entries = [*log.entries, *entries][-LOG_LENGTH:]
        return log.model_copy(update={**moved, "heads": shown, "entries": entries})

    async def page(self, after: str) -> list[PositionRecord]:
        """Return where the next changelogs by id stand, ``after`` being the last id before them."""
        pipeline = [*_BY_ID.page({}, (after,), _CHUNK), {"$project": _POSITION}]
        return [PositionRecord.from_bson(document) async for document in self._changelogs.aggregate(pipeline)]

    async def renew(self, position: PositionRecord, epoch: str) -> bool:
        """Begin the changelog's history anew, without what the old one had told, if it is still as it was read.

        Else a change would count as told already where the entities are from before it and the log is not: a copy
        that was not taken in one moment.
        """
        as_read = {"_id": position.id, "epoch": position.epoch, "seq": position.seq}
        begun = {"entries": [], "trimmed": [], "floor": position.seq, "floor_tag": position.tag}
        renamed = {"$set": {"epoch": epoch, **begun}}
        return await compare_and_set(
            self._changelogs, as_read, renamed, lambda found: found["epoch"] == epoch
        )

    async def positions(self, ids: Sequence[str]) -> list[PositionRecord]:
        """Return where many changelogs stand, one query for each hundred."""
        found = find_each(self._changelogs, "_id", ids, projection=_POSITION)
        return [PositionRecord.from_bson(document) async for document in found]


def shown_batch(
    database: PlainDatabase, profile_id: str, kind: str
) -> tuple[str | None, PositionRecord | None]:
    """Return the batch of a list that is shown, and the position at which it is, without reading the log.

    None of both where there is no changelog. For ``in_one_go``.
    """
    fields = {**_POSITION, "heads": 1, **dict.fromkeys(_HEADS_BEFORE, 1)}
    document = database[COLLECTION.name].find_one({"_id": profile_id}, fields)
    if document is None:
        return None, None
    head = _heads(document).get(kind)
    return None if head is None else str(head["batch"]), PositionRecord.from_bson(document)
