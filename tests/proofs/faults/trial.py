"""A subscriber and writers, and what can happen to them and to all that serves them, fault by fault."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from time import monotonic
from typing import Self

from db.refresh_runs import RefreshRunRecord
from schema.shared.relay import parse_global_id
from services.kit import clock
from services.kit.ids import profile_id_of
from tests.proofs.faults.cluster import USER, Cluster
from tests.proofs.faults.ledger import Ledger, Witness, Writer, some_of
from tests.proofs.faults.outcomes import Fault, Limits, Outcome
from tests.proofs.faults.switches import RUN_POINTS, Point
from tests.support.client import profile_of

PROFILE = profile_of(USER)
SETTLED, SETTLED_LAG = 8, 0.5


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
        self._random = chance
        self._pause = pause
        self._stopped = stopped
        self._limits = limits
        self._patience = 2 * limits.heal
        self._run: RefreshRunRecord | None = None
        self.ledger = Ledger()
        self._cluster = Cluster(directory)
        self._hands = [asyncio.Lock() for _ in range(writers)]
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            cluster = await stack.enter_async_context(self._cluster)
            token = cluster.token()
            self._person = await stack.enter_async_context(
                Writer(cluster.writer.address, token, self.ledger, "w")
            )
            self._neighbour = await stack.enter_async_context(
                Writer(cluster.subscriber.address, token, self.ledger, "s")
            )
            await self._end_of(await self._refresh())
            witness = Witness(cluster.subscriber.address, token, PROFILE, self.ledger)
            self.witness = await stack.enter_async_context(witness)
            self._writing = [asyncio.create_task(self._write(hand)) for hand in self._hands]
            stack.push_async_callback(_cancelled, self._writing)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _write(self, hand: asyncio.Lock) -> None:
        while True:
            async with hand:
                await self._change(self._random.choice((self._person, self._person, self._neighbour)))
            await asyncio.sleep(self._pause)

    async def _change(self, writer: Writer) -> str | None:
        action = some_of(self.witness.held, self._random)
        return None if action is None else await writer.change(action)

    @asynccontextmanager
    async def _stillness(self) -> AsyncIterator[None]:
        """Nobody writes; all answers have come."""
        async with AsyncExitStack() as stack:
            for hand in self._hands:
                await stack.enter_async_context(hand)
            yield

    async def undergo(self, fault: Fault) -> Outcome:
        """Have it happen, and look at everything that must be true afterwards."""
        before = len(self.ledger.acknowledged)
        doubled, disordered = len(self.ledger.doubled), len(self.ledger.disordered)
        wrong: list[str] = []
        limit = self._limits.worker if fault is Fault.WORKER else self._limits.heal
        healed = await self._happen(fault, wrong)
        healed = max(healed, await self._next_seen())
        async with self._stillness():
            wrong += await self._differences()
            if fault is Fault.WORKER and self._run is not None:
                wrong += await self._made_once(self._run)
        happened = list(self.ledger.acknowledged)[before:]
        healed = max(healed, self.ledger.lag(happened))
        if healed > limit:
            wrong.append(f"healed after {healed:.1f} s")
        wrong += [f"doubled: {id_}" for id_ in self.ledger.doubled[doubled:]]
        wrong += self.ledger.disordered[disordered:]
        for writing in self._writing:
            if writing.done():
                writing.result()
        return Outcome(fault, len(happened), healed, wrong)

    async def _next_seen(self) -> float:
        """Return the seconds until a change acknowledged from now on is seen; too long if it never is."""
        began, before = monotonic(), len(self.ledger.acknowledged)
        ids = self.ledger.acknowledged
        while monotonic() - began < self._patience:
            if any(self.ledger.seen_at(id_) for id_ in list(ids)[before:]):
                break
            await asyncio.sleep(0.005)
        return monotonic() - began

    async def settled(self) -> None:
        """Wait until changes are told at once again, so that what comes next is not measured with what was."""
        began = monotonic()
        while monotonic() - began < self._patience:
            ids = list(self.ledger.acknowledged)[-SETTLED:]
            if not self.ledger.missed_of(ids) and self.ledger.lag(ids) < SETTLED_LAG:
                break
            await asyncio.sleep(0.05)

    async def _differences(self) -> list[str]:
        """Return the differences between subscriber and database after time enough to heal."""
        deadline = monotonic() + self._patience
        while True:
            there = await self._person.actions(PROFILE)
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

    async def _happen(self, fault: Fault, wrong: list[str]) -> float:
        """Returns when the fault is over: seconds of healing that the fault has measured itself, else 0."""
        match fault:
            case Fault.WORKER:
                return await self._lose_the_worker(wrong)
            case Fault.CLIENT:
                self.witness.cut()
            case Fault.SUBSCRIBER:
                with self._deafness():
                    self._cluster.subscriber.kill()
                    await self._cluster.subscriber.start()
            case Fault.WRITER:
                self._cluster.writer.kill()
                await self._cluster.writer.start()
            case Fault.WRITTEN:
                await self._die(Point.DIE_WRITTEN)
            case Fault.NUMBERED:
                await self._die(Point.DIE_NUMBERED)
            case Fault.NUMBER:
                await self._leave_out(Point.DROP_NUMBER)
            case Fault.UNMARK:
                await self._leave_out(Point.DROP_UNMARK)
            case Fault.ANNOUNCE:
                await self._leave_out(Point.DROP_ANNOUNCE)
            case Fault.REDIS:
                self._cluster.redis.kill()
                await asyncio.sleep(self._stopped / 4)
                self._cluster.redis.start()
            case Fault.REDIS_STOPPED:
                assert self._cluster.redis.process is not None
                self._cluster.redis.process.send_signal(signal.SIGSTOP)
                await asyncio.sleep(self._stopped)
                self._cluster.redis.process.send_signal(signal.SIGCONT)
            case Fault.DATABASE:
                with self._deafness():
                    self._cluster.database.kill()
                    await self._cluster.database.start()
        return 0.0

    @contextmanager
    def _deafness(self) -> Iterator[None]:
        """The subscriber cannot be told of what is acknowledged now."""
        began = monotonic()
        yield
        self.ledger.excuses.append((began, monotonic()))

    async def _die(self, point: Point) -> None:
        self._cluster.writer.arm(point)
        await self._cluster.writer.killed(30)
        await self._cluster.writer.start()

    async def _leave_out(self, point: Point) -> None:
        """Among others' changes, or with nobody whose next change would make up for it."""
        if self._random.random() < 0.3:
            self._cluster.writer.arm(point)
            await self._cluster.writer.fired(30)
            return
        async with self._stillness():
            self._cluster.writer.arm(point)
            while (id_ := await self._change(self._person)) is None:
                await asyncio.sleep(0.05)
            await self._cluster.writer.fired(30)
            deadline = monotonic() + self._patience
            while self.ledger.seen_at(id_) is None and monotonic() < deadline:
                await asyncio.sleep(0.005)

    async def _lose_the_worker(self, wrong: list[str]) -> float:
        self._cluster.worker.arm(self._random.choice(RUN_POINTS))
        run = await self._refresh()
        await self._cluster.worker.killed(30)
        died = monotonic()
        await self._cluster.worker.start()
        try:
            ended = await self._end_of(run)
        except TimeoutError:
            wrong.append("the run has not ended")
            return monotonic() - died
        if {ended.matching.status, ended.generation.status} != {"SUCCEEDED"}:
            wrong.append(f"the run: matching {ended.matching.status}, generation {ended.generation.status}")
        self._run = ended
        return monotonic() - died

    async def _made_once(self, run: RefreshRunRecord) -> list[str]:
        """A run's actions are there, and there once, whichever of its attempts showed them."""
        ids = [parse_global_id(id_)[1] for id_ in self.witness.held]
        made = [
            action
            for action in await self._cluster.actions.some(run.profile_id, ids)
            if action.run_id == run.id
        ]
        titles = {action.title for action in made}
        return [] if 0 < len(made) == len(titles) <= 5 else [f"the run made {len(made)} of {len(titles)}"]

    async def _refresh(self) -> str:
        answer = await self._person.ask("RefreshMatches", profileId=PROFILE)
        return parse_global_id(answer["refreshRun"]["id"])[1]

    async def _end_of(self, run_id: str) -> RefreshRunRecord:
        async with asyncio.timeout(60):
            while True:
                run = await self._cluster.runs.get(profile_id_of(USER), run_id)
                if run is not None and not run.active:
                    return run
                await asyncio.sleep(0.02)

    async def finish(self) -> list[str]:
        """Return the faults found in the end, when nobody writes any more."""
        async with self._stillness():
            wrong = await self._differences()
            left = [action.id for action in await self._cluster.actions.unannounced(clock.now(), 10)]
            return [*wrong, *self.ledger.order_of_ids(), *(f"still marked: {id_}" for id_ in left)]


async def _cancelled(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
