"""Exchanges: a person's message and its reply in one document, so that both are saved at once or not at all.

They are numbered without gaps in each conversation: inserting the next number is what makes it the only one.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, ClassVar

from db.driver.client import ASC, DESC, Database
from db.driver.collections import Index, PersonalCollection, Section
from db.driver.finding import find_each
from db.driver.keyset import Keyset
from db.sync.leased import LeasedRecord, LeasedStore
from db.sync.outbox import UNANNOUNCED

KIND = "MESSAGE"
"""Name in the changelog of the lists of messages."""

PROFILE_CONVERSATION = "profile"


_IN_ORDER = Keyset("number", tie=None)
_FROM_THE_END = Keyset("number", tie=None, direction=DESC)


class MessageRole(StrEnum):
    USER = "USER"
    ASSISTANT = "ASSISTANT"


class MessageStatus(StrEnum):
    PENDING = "PENDING"
    STREAMING = "STREAMING"
    COMPLETED = "COMPLETED"
    STOPPED = "STOPPED"
    INTERRUPTED = "INTERRUPTED"
    FAILED = "FAILED"


class ExchangeRecord(LeasedRecord):
    """``text`` is the person's; the fields from ``status`` on are the reply's.

    ``conversation`` is the action's id, or a name of its own for the one about the profile. ``frame_ends[n]`` is
    how many characters the reply has with its frame n + 1. ``partial_text`` is what the last attempt that was
    interrupted had come to. ``sending`` names the send that wrote it, so that a sender who lost the answer
    knows its own. ``stopped_by`` is the id of the record of the mutation that stopped it, where there is one.
    """

    action_id: str | None
    conversation: str
    number: int
    text: str
    sending: str
    status: MessageStatus = MessageStatus.PENDING
    stop_requested: bool = False
    stopped_by: str | None = None
    reply_text: str = ""
    frame_ends: list[int] = []
    partial_text: str | None = None
    should_extract: bool = False
    failure_code: str | None = None
    failure_message: str | None = None
    model_version: str


COLLECTION = PersonalCollection(
    name="exchanges",
    export=Section(ExchangeRecord, ("conversation", "number")),
    indexes=[
        Index([("profile_id", ASC), ("conversation", ASC), ("number", ASC)], unique=True),
        Index([("profile_id", ASC), ("created_at", DESC)]),
        Index([("active", ASC), ("lease_until", ASC)]),
        UNANNOUNCED,
    ],
)


class ExchangeStore(LeasedStore[ExchangeRecord]):
    """Exchanges, by profile and conversation."""

    extendable: ClassVar[Mapping[str, Any]] = {"stop_requested": False}
    identity: ClassVar[Sequence[str]] = ("sending",)

    def __init__(self, database: Database) -> None:
        super().__init__(database, COLLECTION, ExchangeRecord)
        self._exchanges = database[COLLECTION.name]

    async def latest(self, profile_id: str, conversation: str) -> ExchangeRecord | None:
        found = await self.newest(profile_id, conversation, 1)
        return found[0] if found else None

    async def newest(self, profile_id: str, conversation: str, limit: int) -> list[ExchangeRecord]:
        """The last ones, oldest first."""
        query = {"profile_id": profile_id, "conversation": conversation}
        cursor = self._exchanges.find(query).sort("number", DESC).limit(limit)
        return [ExchangeRecord.from_bson(document) async for document in cursor][::-1]

    async def newest_about_actions(self, profile_id: str, limit: int) -> list[ExchangeRecord]:
        """The last ones of all conversations about actions, oldest first."""
        query = {"profile_id": profile_id, "conversation": {"$ne": PROFILE_CONVERSATION}}
        cursor = self._exchanges.find(query).sort("created_at", DESC).limit(limit)
        return [ExchangeRecord.from_bson(document) async for document in cursor][::-1]

    async def conversation(
        self, profile_id: str, conversation: str, *, after: int = 0, limit: int | None = None
    ) -> list[ExchangeRecord]:
        """Return at most ``limit`` exchanges after the number ``after``, oldest first."""
        query = {"profile_id": profile_id, "conversation": conversation}
        found = self._exchanges.aggregate(_IN_ORDER.page(query, (after,), limit))
        return [ExchangeRecord.from_bson(document) async for document in found]

    async def conversation_before(
        self, profile_id: str, conversation: str, number: int | None, limit: int
    ) -> list[ExchangeRecord]:
        """Return the last ``limit`` exchanges before the number, None being the end, oldest first."""
        query = {"profile_id": profile_id, "conversation": conversation}
        place = None if number is None else (number,)
        found = self._exchanges.aggregate(_FROM_THE_END.page(query, place, limit))
        return [ExchangeRecord.from_bson(document) async for document in found][::-1]

    async def under_way(self, profile_id: str) -> list[str]:
        """Return the ids of those whose reply has not ended."""
        cursor = self._exchanges.find({"profile_id": profile_id, "active": True}, {"_id": 1})
        return [found["_id"] async for found in cursor]

    async def some(self, ids: Sequence[str]) -> list[ExchangeRecord]:
        """Return the exchanges with these ids, of any person: permission was checked when the watch began."""
        return [ExchangeRecord.from_bson(found) async for found in find_each(self._exchanges, "_id", ids)]
