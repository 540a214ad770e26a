"""A change of one record in a list that subscribers follow: written by compare-and-set, numbered, announced."""

from collections.abc import Awaitable, Callable
from functools import partial
from time import monotonic
from typing import Any, Generic, Protocol, Self, TypeVar

from db.driver.errors import DatabaseError
from db.sync.changelog import ChangelogRecord, group_of
from db.sync.outbox import OutboxStore, OutboxT
from services.kit import clock
from services.kit.compare_and_set import Attempts
from services.kit.errors import NotFound
from services.kit.ids import new_id
from services.sync.announcer import Announcer
from services.sync.changelog import Changelogs

T = TypeVar("T")


class Claim(Protocol):
    """The right of one process to make a mutation once (services/background/mutations.py)."""

    settled: bool

    @property
    def key(self) -> str:
        """The id of the mutation's record: in the document it tells that the change was made."""

    async def confirm(self) -> None:
        """Raise if another process has taken the mutation over, or may have, before what was read last."""


class ListWriter(Announcer[OutboxT]):
    """Changes the records of one list by the steps of docs/decisions/0006-sync-protocol.md.

    ``noun`` names such a record to a person: "career action".
    """

    def __init__(self, store: OutboxStore[OutboxT], changelogs: Changelogs, kind: str, noun: str) -> None:
        super().__init__(store, changelogs, kind)
        self.store = store
        self.noun = noun

    async def get(self, profile_id: str, id_: str) -> OutboxT:
        """Raises ``NotFound``."""
        record = await self.store.get(profile_id, id_)
        if record is None:
            raise NotFound(self.noun)
        return record

    async def read_log(self, profile_id: str) -> ChangelogRecord:
        """Return the changelog that its changes are numbered in."""
        return await self.changelogs.read(profile_id, group_of(self._kind))

    def change(
        self, profile_id: str, id_: str, mutation_id: str | None, claim: Claim | None = None
    ) -> "ListChange[OutboxT]":
        """Begin to change a record. Nothing is read before the iteration begins."""
        return ListChange(self, profile_id, id_, mutation_id, claim)

    async def announce_made(self, record: OutboxT, claim: Claim | None) -> bool:
        """``announce_or_leave`` for what the mutation of ``claim`` made, by which that has its outcome."""
        made = claim is not None and any(mark.key == claim.key for mark in record.pending)
        announced = await self.announce_or_leave(record)
        if claim is not None and announced and made:
            claim.settled = True
        return announced

    def hold(self, record: OutboxT, begun: float) -> None:
        """Have what was just written at hand for the subscribers of this process."""
        followed = self.changelogs.followed.get(record.profile_id)
        if followed is not None:
            followed.hold(self._kind, record, begun)


class ListChange(Generic[OutboxT]):
    """Change of one record by one person. Iterating gives the record as it is now, until it is changed::

        change = writer.change(profile_id, action_id, mutation_id)
        async for action in change:
            if action.status not in allowed:
                raise InvalidTransition(action.status)
            await change.write({"status": ActionStatus.SAVED})
        await change.announce_or_leave()

    It is given again when somebody else changed it meanwhile, or the database did not answer. A pass that writes
    nothing leaves the record as it is. Nothing is given where the record shows that the mutation of ``claim`` made the
    change before. Raises ``NotFound``, and ``Conflict`` after too many lost races.
    """

    record: OutboxT
    """The record as it was read last, or as it was written."""

    def __init__(
        self,
        writer: ListWriter[OutboxT],
        profile_id: str,
        id_: str,
        mutation_id: str | None,
        claim: Claim | None = None,
    ) -> None:
        self._writer = writer
        self._read = partial(writer.get, profile_id, id_)
        self._mutation_id = mutation_id
        self._claim = claim
        self._key = None if claim is None else claim.key
        self._write_id = new_id()
        self._attempts = Attempts(writer.noun)
        self._again = True
        self._unanswered: int | None = None  # the version that such a write made, if it did anything at all

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> OutboxT:
        while self._again:
            await self._attempts.next()
            try:
                self.record = await self._read()
                self._again = False
                if await self._is_written():
                    break
                if self._claim is not None:
                    # After the read: whoever took over since has not changed what was read, or the write will fail.
                    await self._claim.confirm()
            except DatabaseError as error:
                self._again = True
                await self._attempts.unanswered(error)
            else:
                return self.record
        raise StopAsyncIteration

    async def write(self, changes: dict[str, Any]) -> None:
        """Write ``changes`` if the record is still as it was given, marked as not yet announced."""
        version = self.record.version + 1
        changes["touched_at"] = clock.now()
        begun = monotonic()
        try:
            written = await self._writer.store.update(
                self.record, changes, self._mutation_id, self._write_id, self._key
            )
        except DatabaseError as error:
            self._again, self._unanswered = True, version
            await self._attempts.unanswered(error)
            return
        if written is None:
            self._again = True
        else:
            self.record = written
            self._writer.hold(written, begun)

    async def announce_or_leave(self) -> bool:
        """``ListWriter.announce_or_leave``, by which the mutation has its outcome."""
        return await self._writer.announce_made(self.record, self._claim)

    async def patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask the database until it answers, for as long as a change waits. ``ask`` may be repeated."""
        return await self._attempts.patiently(ask)

    async def _is_written(self) -> bool:
        """Return True if an earlier attempt, whose answer was lost, has made the change.

        The record names the last write. If somebody has changed it since, its mark names the mutation until it is
        numbered, the log from then on. Without a mutation id nobody can tell.
        """
        record, version = self.record, self._unanswered
        if record.last_write == self._write_id:
            return True
        if self._key is not None and any(mark.key == self._key for mark in record.pending):
            return True
        if version is None or self._mutation_id is None or record.version <= version:
            return False
        if any((mark.version, mark.mutation_id) == (version, self._mutation_id) for mark in record.pending):
            return True
        changelog = await self._writer.read_log(record.profile_id)
        return any(
            (entry.id, entry.version, entry.mutation_id) == (record.id, version, self._mutation_id)
            for entry in changelog.entries
        )
