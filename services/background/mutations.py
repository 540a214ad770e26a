"""Mutations made once: asked for again under the client's own id, one gives its first answer and changes nothing.

A record of the mutation is written first, then the change, then the outcome. One process at a time has the mutation,
under a lease; who takes it over finds in the documents whether the change was made. See
docs/decisions/0025-mutations-once.md.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from math import ceil
from time import monotonic
from typing import Any, Final, TypeVar

import structlog

from db.driver.durable import repeated
from db.driver.errors import DatabaseError
from db.sync.mutations import MutationRecord, MutationStore
from db.sync.outcomes import OutcomeRecord, OutcomeStore
from services.background.leases import Lease, LostLease, mark_of
from services.kit import clock
from services.kit.errors import FootholdError, Limited
from services.kit.ids import derived_id, new_id
from services.kit.refusals import plain_refusal, refusal_of

log = structlog.get_logger()

LEASE = timedelta(seconds=5)
KEPT = timedelta(hours=48)
"""Twice what is promised, so that a clock that is hours behind does not break the promise."""
MOST = 10_000
"""Mutations that are kept of a person. They are counted each time that a process has made ``_COUNTED_EACH``."""
_COUNTED_EACH = 100
_PEOPLE_COUNTED = 10_000
_FIRST_PAUSE = 0.02
_LONGEST_PAUSE = 0.25

T = TypeVar("T")


class MutationIdReused(FootholdError):
    """The id belongs to the same operation with other arguments."""

    code = "MUTATION_ID_REUSED"

    def __init__(self) -> None:
        super().__init__(
            "This mutationId was used before, with other arguments. Use another for another change."
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """A person's request: an operation, the client's id of it, and a digest of its arguments."""

    profile_id: str
    operation: str
    mutation_id: str
    digest: str

    @property
    def key(self) -> str:
        """The id of its record."""
        return derived_id("mutation", self.profile_id, self.operation, self.mutation_id)


@dataclass(frozen=True, slots=True)
class Made:
    """A mutation that was made before: the ids of its record and of the object it changed, and its plan."""

    key: str
    id: str
    plan: dict[str, Any] | None


class Claim:
    """The right of this process to make a mutation."""

    def __init__(self, lease: Lease[MutationRecord]) -> None:
        record = lease.record
        self.key: Final = record.id
        self.nonce: Final = record.nonce
        self.taken_over: Final = record.attempt > 1
        """An earlier process may have made the change."""
        self.settled = False
        """The outcome is kept already."""
        self._lease = lease

    @property
    def plan(self) -> dict[str, Any] | None:
        """The last plan, also of an earlier process."""
        return self._lease.record.plan

    async def confirm(self) -> None:
        """Raise ``LostLease`` if another process has taken the mutation over, or may have, before this was called."""
        await self._lease.confirm()

    async def write_plan(self, plan: dict[str, Any]) -> None:
        """Keep the part of the answer that no object holds, before the change. Raises ``LostLease``."""
        await self._lease.write(lambda _record: {"plan": plan})


class Mutations:
    """Makes each mutation that has a client's id once."""

    def __init__(self, store: MutationStore, outcomes: OutcomeStore) -> None:
        self._store = store
        self._outcomes = outcomes
        self._made: Counter[str] = Counter()

    async def once(
        self,
        asked: Asked,
        perform: Callable[[Claim], Awaitable[T]],
        outcome_of: Callable[[T], OutcomeRecord],
        recall: Callable[[Made], Awaitable[T]],
    ) -> T:
        """Return what ``perform`` does; of a mutation that was made before, what ``recall`` finds of it.

        ``perform`` looks whether the change was made already, and else raises the refusals that are kept. While
        another process has the mutation, this waits for it. Raises ``MutationIdReused``.
        """
        while True:
            lease = await self._claim(asked)
            if isinstance(lease, Made):
                return await recall(lease)
            try:
                done = await self._perform(lease, perform, outcome_of)
            except LostLease:
                continue
            if done:
                return done[0]

    async def sweep(self) -> None:
        """Forget what is older than is kept."""
        await self._store.delete_before(clock.now() - KEPT)

    async def _perform(
        self,
        lease: Lease[MutationRecord],
        perform: Callable[[Claim], Awaitable[T]],
        outcome_of: Callable[[T], OutcomeRecord],
    ) -> tuple[T] | None:
        """Return the result; None if another outcome was kept meanwhile. Raises ``LostLease``, and refusals."""
        claim, results = Claim(lease), list[T]()

        async def work() -> None:
            results.append(await perform(claim))

        try:
            await lease.during(work(), lease.hand_over)
        except LostLease:
            raise
        except FootholdError as refusal:
            if refusal.passing:
                await _give_back(lease)
                raise
            if await self._settle(lease, OutcomeRecord(refusal=plain_refusal(refusal)), lease.record.owner):
                raise
            return None
        except Exception:
            await _give_back(lease)
            raise
        if claim.settled or await self._settle(lease, outcome_of(results[0])):
            return (results[0],)
        return None

    async def _settle(
        self, lease: Lease[MutationRecord], outcome: OutcomeRecord, owner: str | None = None
    ) -> bool:
        """Keep the outcome. False if there is another; True also when the database does not answer.

        Whoever repeats the mutation then finds out by the documents.
        """
        record = lease.record
        try:
            return await self._outcomes.settle(record.profile_id, record.id, outcome, owner)
        except DatabaseError as error:
            log.warning("mutation.outcome_postponed", operation=record.operation, error=type(error).__name__)
            return True

    async def _claim(self, asked: Asked) -> Lease[MutationRecord] | Made:
        """Return the lease of the mutation, or what was made. Waits while another process has it.

        Raises the refusal that was kept, and ``MutationIdReused``.
        """
        await self._refuse_too_many(asked.profile_id)
        wait = _Wait()
        while True:
            mine, began = _new(asked), monotonic()
            if await self._store.insert(mine):
                self._made[asked.profile_id] += 1
                return self._lease(mine, began)
            present = await repeated(partial(self._store.get, asked.profile_id, asked.key))
            if present is None:
                continue  # its time was over, or the account is
            if present.digest != asked.digest:
                raise MutationIdReused
            if present.outcome is not None:
                return _made(present, present.outcome)
            if present.owner is None or wait.is_over(present):
                until = clock.now() + LEASE
                taken = await self._store.claim(present, new_id(), until, {"updated_at": clock.now()})
                if taken is not None:
                    return self._lease(taken, began)
            await wait.pause()

    def _lease(self, record: MutationRecord, since: float) -> Lease[MutationRecord]:
        return Lease(record, self._store, LEASE, "change", since=since)

    async def _refuse_too_many(self, profile_id: str) -> None:
        """Raises ``Limited`` when a person has more mutations kept than that."""
        if self._made[profile_id] < _COUNTED_EACH:
            return
        if await repeated(partial(self._store.count, profile_id, MOST)) >= MOST:
            oldest = await repeated(partial(self._store.oldest, profile_id)) or clock.now()
            seconds = ceil((oldest + KEPT - clock.now()).total_seconds())
            raise Limited("Too many changes in two days. Try again later.", max(1, seconds))
        if len(self._made) > _PEOPLE_COUNTED:
            self._made.clear()
        self._made[profile_id] = 0


class _Wait:
    """Waiting for a process, until it has not extended its lease for the length of one, by this process's time."""

    def __init__(self) -> None:
        self._seen: tuple[object, float] | None = None
        self._pause = _FIRST_PAUSE

    def is_over(self, record: MutationRecord) -> bool:
        mark, now = mark_of(record), monotonic()
        if self._seen is None or self._seen[0] != mark:
            self._seen = (mark, now)
        return now - self._seen[1] >= LEASE.total_seconds()

    async def pause(self) -> None:
        await asyncio.sleep(self._pause)
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)


def _new(asked: Asked) -> MutationRecord:
    at = clock.now()
    return MutationRecord(
        id=asked.key,
        profile_id=asked.profile_id,
        operation=asked.operation,
        mutation_id=asked.mutation_id,
        digest=asked.digest,
        nonce=new_id(),
        attempt=1,
        owner=new_id(),
        lease_until=at + LEASE,
        created_at=at,
        updated_at=at,
    )


def _made(record: MutationRecord, outcome: OutcomeRecord) -> Made:
    if outcome.refusal is not None:
        raise refusal_of(outcome.refusal)
    return Made(record.id, outcome.id or "", record.plan)


async def _give_back(lease: Lease[MutationRecord]) -> None:
    """Let who repeats the mutation have it at once."""
    with suppress(DatabaseError, LostLease):
        await lease.hand_over()
