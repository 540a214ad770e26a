"""Exchanges: a person's message and its reply in one document, so that both are saved at once or not at all.

They are numbered without gaps in each conversation: inserting the next number is what makes it the only one.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from db.accounts import refuse_deleted
from db.driver.client import ASC, DESC, Database, DuplicateKey
from db.driver.collections import Index, PersonalCollection, Section
from db.driver.keyset import Keyset
from db.driver.records import Document

_CHUNK = 100


_IN_ORDER = Keyset("number", tie=None)


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


class ExchangeRecord(Document):
    """``text`` is the person's; the fields from ``status`` on are the reply's.

    ``conversation`` is the action's id, or a name of its own for the one about the profile. ``frame_ends[n]`` is
    how many characters the reply has with its frame n + 1. ``partial_text`` is what the last attempt that was
    interrupted had come to. ``sending`` names the send that wrote it, so that a sender who lost the answer
    knows its own. ``lease_until`` is when ``owner`` counts as dead; ``attempt`` counts owners.
    """

    profile_id: str
    action_id: str | None
    conversation: str
    number: int
    text: str
    sending: str
    status: MessageStatus = MessageStatus.PENDING
    active: bool = True
    stop_requested: bool = False
    attempt: int = 0
    owner: str | None = None
    lease_until: datetime
    reply_text: str = ""
    frame_ends: list[int] = []
    partial_text: str | None = None
    should_extract: bool = False
    failure_code: str | None = None
    failure_message: str | None = None
    model_version: str
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None = None
    version: int = 1


COLLECTION = PersonalCollection(
    name="exchanges",
    export=Section(ExchangeRecord, ("conversation", "number")),
    indexes=[
        Index([("profile_id", ASC), ("conversation", ASC), ("number", ASC)], unique=True),
        Index([("active", ASC), ("lease_until", ASC)]),
    ],
)


class ExchangeStore:
    """Exchanges, by profile and conversation."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._exchanges = database[COLLECTION.name]

    async def get(self, profile_id: str, id_: str) -> ExchangeRecord | None:
        document = await self._exchanges.find_one({"_id": id_, "profile_id": profile_id})
        return None if document is None else ExchangeRecord.from_bson(document)

    async def latest(self, profile_id: str, conversation: str) -> ExchangeRecord | None:
        found = await self.newest(profile_id, conversation, 1)
        return found[0] if found else None

    async def newest(self, profile_id: str, conversation: str, limit: int) -> list[ExchangeRecord]:
        """The last ones, oldest first."""
        query = {"profile_id": profile_id, "conversation": conversation}
        cursor = self._exchanges.find(query).sort("number", DESC).limit(limit)
        return [ExchangeRecord.from_bson(document) async for document in cursor][::-1]

    async def conversation(
        self, profile_id: str, conversation: str, *, after: int = 0, limit: int | None = None
    ) -> list[ExchangeRecord]:
        """Return at most ``limit`` exchanges after the number ``after``, oldest first."""
        query = {"profile_id": profile_id, "conversation": conversation}
        found = self._exchanges.aggregate(_IN_ORDER.page(query, (after,), limit))
        return [ExchangeRecord.from_bson(document) async for document in found]

    async def insert(self, exchange: ExchangeRecord) -> bool:
        """False when the conversation has an exchange of this number already. Raises ``AccountDeleted``."""
        try:
            await self._exchanges.insert_one(exchange.to_bson())
        except DuplicateKey:
            return False
        await refuse_deleted(self._database, COLLECTION, exchange.profile_id)
        return True

    async def update(self, exchange: ExchangeRecord, changes: dict[str, Any]) -> ExchangeRecord | None:
        """Apply ``changes`` if the exchange is still as it was read; else None."""
        changed = exchange.model_copy(update={**changes, "version": exchange.version + 1})
        # Whoever begins anew after a deletion comes to the same ids and versions, but not at the same moment.
        as_read = {"_id": exchange.id, "version": exchange.version, "created_at": exchange.created_at}
        result = await self._exchanges.update_one(
            {**as_read, "profile_id": exchange.profile_id}, {"$set": {**changes, "version": changed.version}}
        )
        return changed if result.modified_count == 1 else None

    async def extend_lease(self, exchange: ExchangeRecord, until: datetime) -> bool:
        """Stay alive; False when another owner took it or it is to stop. No version: nobody is shown a lease."""
        result = await self._exchanges.update_one(
            {
                "_id": exchange.id,
                "profile_id": exchange.profile_id,
                "owner": exchange.owner,
                "active": True,
                "stop_requested": False,
            },
            {"$set": {"lease_until": until}},
        )
        return result.matched_count == 1

    async def expired(self, at: datetime, limit: int) -> list[ExchangeRecord]:
        """Active ones whose owner counts as dead."""
        cursor = self._exchanges.find({"active": True, "lease_until": {"$lt": at}}).limit(limit)
        return [ExchangeRecord.from_bson(document) async for document in cursor]

    async def some(self, ids: Sequence[str]) -> list[ExchangeRecord]:
        """Those with these ids, whosever they are: for watches that somebody was let into."""
        found: list[ExchangeRecord] = []
        for start in range(0, len(ids), _CHUNK):
            query = {"_id": {"$in": list(ids[start : start + _CHUNK])}}
            async for document in self._exchanges.find(query):
                found.append(ExchangeRecord.from_bson(document))
        return found
