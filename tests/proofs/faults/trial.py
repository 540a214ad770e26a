"""A subscriber and writers, and what can happen to them and to all that serves them, fault by fault."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Self

from db.refresh_runs import RefreshRunRecord
from schema.shared.relay import parse_global_id
from services.kit import clock
from services.kit.ids import profile_id_of
from tests.proofs.faults import deletions
from tests.proofs.faults.cluster import USER, Cluster
from tests.proofs.faults.happenings import HAPPENINGS
from tests.proofs.faults.ledger import Ledger, Witness, Writer, some_of
from tests.proofs.faults.outcomes import Fault, Limits, Outcome
from tests.support.client import profile_of

PROFILE = profile_of(USER)
SETTLED, SETTLED_LAG = 8, 0.5
FUTURE = timedelta(days=1)


class Trial:
    """Enter it to have everything run and the writers write; then ``undergo`` faults.

    Each of the ``writers`` pauses for ``pause`` seconds between its changes; Redis is stopped for ``stopped``.
    """

    def __init__(
        self,
        directory: Path,
        chance: random.Random,
        *,
        writers: int,
        pause: float,
        stopped: float,
        limits: Limits,
    ) -> None:
        self.chance = chance
        self._pause = pause
        self.stopped = stopped
        self._limits = limits
        self.patience = 2 * limits.heal
        self._run: RefreshRunRecord | None = None
        self.ledger = Ledger()
        self.wrong: list[str] = []
        """Found by the faults themselves."""
        self.gone: list[str] = []
        """People whose accounts were deleted."""
        self.cluster = Cluster(directory)
        self._hands = [asyncio.Lock() for _ in range(writers)]
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            cluster = await stack.enter_async_context(self.cluster)
            token = cluster.token()
            self.person = await stack.enter_async_context(
                Writer(cluster.writer.address, token, self.ledger, "w")
            )
            self.neighbour = await stack.enter_async_context(
                Writer(cluster.subscriber.address, token, self.ledger, "s")
            )
            await self._end_of(await self.refresh())
            witness = Witness(cluster.subscriber.address, token, PROFILE, self.ledger)
            self.witness = await stack.enter_async_context(witness)
            self._writing = [asyncio.create_task(self._write(hand)) for hand in self._hands]
            stack.push_async_callback(deletions.cancelled, self._writing)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _write(self, hand: asyncio.Lock) -> None:
        while True:
            async with hand:
                await self.change(self.chance.choice((self.person, self.person, self.neighbour)))
            await asyncio.sleep(self._pause)

    async def change(self, writer: Writer) -> str | None:
        """Have the writer change an action that the subscriber holds; None if it could not be."""
        action = some_of(self.witness.held, self.chance)
        return None if action is None else await writer.change(action)

    @asynccontextmanager
    async def stillness(self) -> AsyncIterator[None]:
        """Nobody writes; all answers have come."""
        async with AsyncExitStack() as stack:
            for hand in self._hands:
                await stack.enter_async_context(hand)
            yield

    async def undergo(self, fault: Fault) -> Outcome:
        """Have it happen, and look at everything that must be true afterwards."""
        before, noted = len(self.ledger.acknowledged), len(self.wrong)
        doubled, disordered = len(self.ledger.doubled), len(self.ledger.disordered)
        healed = await HAPPENINGS[fault](self) or 0.0
        healed = max(healed, await self._next_seen())
        async with self.stillness():
            wrong = await self._differences()
            if fault in (Fault.WORKER, Fault.CLOCK_WORKER) and self._run is not None:
                wrong += await self._made_once(self._run)
        happened = list(self.ledger.acknowledged)[before:]
        healed = max(healed, self.ledger.lag(happened))
        if healed > self._limits.of(fault):
            wrong.append(f"healed after {healed:.1f} s")
        wrong += self.wrong[noted:]
        wrong += [f"doubled: {id_}" for id_ in self.ledger.doubled[doubled:]]
        wrong += self.ledger.disordered[disordered:]
        for writing in self._writing:
            if writing.done():
                writing.result()
        return Outcome(fault, len(happened), healed, wrong)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for the condition, or for twice the time that healing may take."""
        deadline = monotonic() + self.patience
        while not condition() and monotonic() < deadline:
            await asyncio.sleep(0.005)

    async def acknowledged(self, number: int) -> None:
        """Wait until so many more changes were acknowledged."""
        number += len(self.ledger.acknowledged)
        await self.until(lambda: len(self.ledger.acknowledged) >= number)

    async def _next_seen(self) -> float:
        """Return the seconds until a change acknowledged from now on is seen; too long if it never is."""
        began, before = monotonic(), len(self.ledger.acknowledged)
        ids = self.ledger.acknowledged
        await self.until(lambda: any(self.ledger.seen_at(id_) for id_ in list(ids)[before:]))
        return monotonic() - began

    async def settled(self) -> None:
        """Wait until changes are told at once again, so that what comes next is not measured with what was."""
        began = monotonic()
        while monotonic() - began < self.patience:
            ids = list(self.ledger.acknowledged)[-SETTLED:]
            if not self.ledger.missed_of(ids) and self.ledger.lag(ids) < SETTLED_LAG:
                break
            await asyncio.sleep(0.05)

    async def _differences(self) -> list[str]:
        """Return the differences between subscriber and database after time enough to heal."""
        deadline = monotonic() + self.patience
        while True:
            there = await self.person.actions(PROFILE)
            missed = self.ledger.missed()
            if there == self.witness.states() and not missed:
                return []
            if monotonic() > deadline:
                return (
                    [f"missed: {len(missed)}, such as {missed[:5]}"]
                    if missed
                    else ["what is held is not what is there"]
                )
            await asyncio.sleep(0.05)

    @contextmanager
    def deafness(self) -> Iterator[None]:
        """The subscriber cannot be told of what is acknowledged now."""
        began = monotonic()
        yield
        self.ledger.excuses.append((began, monotonic()))

    async def end_well(self, run_id: str) -> None:
        """Wait for the end of a run, which must be a success."""
        try:
            run = self._run = await self._end_of(run_id)
        except TimeoutError:
            self.wrong.append("the run has not ended")
            return
        if {run.matching.status, run.generation.status} != {"SUCCEEDED"}:
            self.wrong.append(f"the run: matching {run.matching.status}, generation {run.generation.status}")

    async def _made_once(self, run: RefreshRunRecord) -> list[str]:
        """A run's actions are there, and there once, whichever of its attempts showed them."""
        ids = [parse_global_id(id_)[1] for id_ in self.witness.held]
        made = [
            action
            for action in await self.cluster.actions.some(run.profile_id, ids)
            if action.run_id == run.id
        ]
        titles = {action.title for action in made}
        return [] if 0 < len(made) == len(titles) <= 5 else [f"the run made {len(made)} of {len(titles)}"]

    async def refresh(self) -> str:
        """Start a refresh; the run's id."""
        answer = await self.person.ask("RefreshMatches", profileId=PROFILE)
        return parse_global_id(answer["refreshRun"]["id"])[1]

    async def _end_of(self, run_id: str) -> RefreshRunRecord:
        async with asyncio.timeout(60):
            while True:
                run = await self.cluster.runs.get(profile_id_of(USER), run_id)
                if run is not None and not run.active:
                    return run
                await asyncio.sleep(0.02)

    async def finish(self) -> list[str]:
        """Return the faults found in the end, when nobody writes any more."""
        async with self.stillness():
            wrong = await self._differences()
            left = [action.id for action in await self.cluster.actions.unannounced(clock.now() + FUTURE, 10)]
            wrong += [f"still marked: {id_}" for id_ in left]
            wrong += await deletions.traces(self, self.gone)
            return [*wrong, *self.ledger.order_of_ids()]
