"""A subscriber and writers, and what can happen to them and to all that serves them, fault by fault."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from itertools import count, islice
from time import monotonic
from typing import Self

from db.driver.errors import DatabaseError
from db.profiles import KIND as PROFILE_KIND
from db.refresh_runs import RefreshRunRecord
from schema.shared.relay import parse_global_id
from services.kit import clock
from services.kit.ids import profile_id_of
from tests.proofs.faults import deletions
from tests.proofs.faults.cluster import USER, Cluster, arrange_learnings
from tests.proofs.faults.happenings import HAPPENINGS
from tests.proofs.faults.ledger import DECISION, Ledger, Witness, Writer, some_of
from tests.proofs.faults.outcomes import Fault, Limits, Outcome
from tests.support.client import profile_of
from tests.support.follower import Follower

PROFILE = profile_of(USER)
ALL = "Changes"
LISTS = {
    ALL: ("CareerAction", "Match", "Learning", "Profile", "Message", "RefreshRun", "Application"),
    "CareerActionsLive": ("CareerAction",),
    "MatchesLive": ("Match",),
    "LearningsLive": ("Learning",),
    "ProfileLive": ("Profile",),
    "MessagesLive": ("Message",),
    "ApplicationsLive": ("Application",),
}
"""The types of what each subscription is about."""
QUERIES = ("CareerActions", "Matches", "Learnings", "Applications")
ONLY_LATEST = ("Message", "RefreshRun")
"""Types of which a new subscriber gets the latest; one that stays holds more."""
PROFILES, MESSAGES = 0.05, 0.01
"""Share of changes that are made to the profile, and that are messages."""
LOOKS = 3
SETTLED, SETTLED_LAG = 8, 0.5
FUTURE = timedelta(days=1)


class Trial:
    """Enter it to have everything run and the writers write; then ``undergo`` faults, side by side if they allow it.

    Each of the ``writers`` pauses for ``pause`` seconds between its changes; Redis is stopped for ``stopped``.
    """

    def __init__(
        self,
        cluster: Cluster,
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
        self._made: dict[str, int] = {}
        self.ledgers = {name: Ledger(kinds, self._made) for name, kinds in LISTS.items()}
        """By the subscription whose subscriber it is about."""
        self.ledger = self.ledgers[ALL]
        self.wrong: list[str] = []
        """Found by the faults themselves."""
        self._told = 0
        self.gone: list[str] = []
        """People whose accounts were deleted."""
        self.cluster = cluster
        self.armed = asyncio.Lock()
        """Held by a fault that has the writer's server die or fail, until it runs again."""
        self._hands = [asyncio.Lock() for _ in range(writers)]
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            cluster = await stack.enter_async_context(self.cluster)
            token, ledgers = cluster.token(), list(self.ledgers.values())
            self.person, self.neighbour = [
                await stack.enter_async_context(Writer(server.address, token, ledgers, name, self.chance))
                for server, name in ((cluster.writer, "w"), (cluster.subscriber, "s"))
            ]
            await self._end_of(await self.refresh())
            self.witnesses = [
                await stack.enter_async_context(
                    Witness(cluster.subscriber.address, token, PROFILE, ledger, name)
                )
                for name, ledger in self.ledgers.items()
            ]
            self.witness = self.witnesses[list(self.ledgers).index(ALL)]
            self._writing = [asyncio.create_task(self._write(hand)) for hand in self._hands]
            stack.push_async_callback(deletions.cancelled, self._writing)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _write(self, hand: asyncio.Lock) -> None:
        while True:
            async with hand:
                writer, dice = (
                    self.chance.choice((self.person, self.person, self.neighbour)),
                    self.chance.random(),
                )
                if dice < MESSAGES:
                    await writer.say(PROFILE)
                elif dice < MESSAGES + PROFILES:
                    await writer.change_profile()
                else:
                    await self.change(writer)
            await asyncio.sleep(self._pause)

    async def change(self, writer: Writer) -> str | None:
        """Have the writer change something that the subscriber holds; None if it could not be."""
        some = some_of(self.witness.held, self.chance)
        return None if some is None else await writer.change(some, self.witness.held[some])

    @asynccontextmanager
    async def stillness(self) -> AsyncIterator[None]:
        """Nobody writes; all answers have come."""
        async with AsyncExitStack() as stack:
            for hand in self._hands:
                await stack.enter_async_context(hand)
            with suppress(DatabaseError):  # another fault may be under way
                await self._read_log()
            yield

    async def _read_log(self) -> None:
        """Keep which version each mutation made, before the log is too short to tell."""
        logs = await self.cluster.changelogs.all(profile_id_of(USER))
        for entry in [entry for log in logs for entry in log.entries]:
            followed = entry.kind == PROFILE_KIND and (entry.mutation_id or "").endswith(DECISION)
            if entry.mutation_id is not None and not followed:
                self._made[entry.mutation_id] = entry.version

    async def undergo(self, fault: Fault) -> Outcome:
        """Have it happen, and look at everything that must be true afterwards."""
        before = {name: len(ledger.acknowledged) for name, ledger in self.ledgers.items()}
        began = monotonic()
        await arrange_learnings(self.cluster.records, self.witness.held)
        healed = await HAPPENINGS[fault](self) or 0.0
        healed = max(healed, await self._next_seen())
        async with self.stillness():
            wrong = await self._differences()
        for name, ledger in self.ledgers.items():
            healed = max(healed, ledger.lag(islice(ledger.acknowledged, before[name], None)))
        late = healed > self._limits.of(fault)
        wrong += self._news()
        for writing in self._writing:
            if writing.done():
                writing.result()
        number = len(self.ledger.acknowledged) - before[ALL]
        return Outcome(fault, number, healed, monotonic() - began, late, wrong)

    def _news(self) -> list[str]:
        """Return what was found since the last time."""
        found = [*self.wrong]
        self.wrong.clear()
        seen = [what for ledger in self.ledgers.values() for what in ledger.wrong]
        told, self._told = self._told, len(seen)
        return [*found, *seen[told:]]

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
        ledger, began = self.ledger, monotonic()
        before = len(ledger.acknowledged)
        await self.until(
            lambda: any(ledger.seen_at(id_) for id_ in islice(ledger.acknowledged, before, None))
        )
        return monotonic() - began

    async def settled(self) -> None:
        """Wait until changes are told at once again, so that what comes next is not measured with what was."""
        began = monotonic()
        while monotonic() - began < self.patience:
            ids = list(self.ledger.acknowledged)[-SETTLED:]
            if not self.ledger.unseen and self.ledger.lag(ids) < SETTLED_LAG:
                break
            await asyncio.sleep(0.05)

    async def _differences(self) -> list[str]:
        """Return the differences between subscribers and database after time enough to heal."""
        deadline = monotonic() + self.patience
        for looks in count(1):
            wrong = [
                f"missed by {name}: {len(ledger.unseen)}, such as {list(ledger.unseen)[:5]}"
                for name, ledger in self.ledgers.items()
                if ledger.unseen
            ]
            wrong += [what async for what in self._other_than_there()]
            # A run beside may replace a list in the middle of a look, which takes seconds on a busy machine.
            if not wrong or (monotonic() > deadline and looks >= LOOKS):
                return wrong
            await asyncio.sleep(0.05)
        raise AssertionError

    async def _other_than_there(self) -> AsyncIterator[str]:
        """Say what subscribers hold that is not in the database, by the lists' queries and by new subscriptions."""
        there = {query: await self._there(query) for query in QUERIES}
        for name, witness in zip(self.ledgers, self.witnesses, strict=True):
            if (query := name.removesuffix("Live")) in QUERIES:
                held = {id_: entity["version"] for id_, entity in witness.held.items()}
                if odd := sorted(set(held.items()) ^ set(there[query].items())):
                    yield f"what {name} holds is not what is there: {odd[:4]}"
            async with Follower(self.cluster.writer.address, self.cluster.token(), PROFILE, name) as new:
                kinds = [kind for kind in LISTS[name] if kind not in ONLY_LATEST]
                extra = [
                    id_ for id_ in witness.held.keys() - new.held.keys() if parse_global_id(id_)[0] in kinds
                ]
                other = [id_ for id_, entity in new.held.items() if witness.held.get(id_) != entity]
                if extra or other:
                    yield f"what {name} holds is not what a new one gets: {[*extra, *other][:4]}"

    async def _there(self, query: str) -> dict[str, int]:
        # A match never changes: another takes its place.
        return {node["id"]: node.get("version", 1) for node in await self.person.nodes(query, PROFILE)}

    @contextmanager
    def deafness(self) -> Iterator[None]:
        """The subscribers cannot be told of what is acknowledged now."""
        began = monotonic()
        yield
        for ledger in self.ledgers.values():
            ledger.excuses.append((began, monotonic()))

    async def end_well(self, run_id: str) -> None:
        """Wait for the end of a run, which must be a success."""
        try:
            run = await self._end_of(run_id)
        except TimeoutError:
            self.wrong.append("the run has not ended")
            return
        async with self.stillness():
            self.wrong += await self._made_once(run)
        if {run.matching.status, run.generation.status} != {"SUCCEEDED"}:
            self.wrong.append(f"the run: matching {run.matching.status}, generation {run.generation.status}")

    async def _made_once(self, run: RefreshRunRecord) -> list[str]:
        """A run's actions are there, and there once, whichever of its attempts showed them."""
        ids = [parse_global_id(id_)[1] for id_ in await self._there("CareerActions")]
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
            return [*wrong, *(what for ledger in self.ledgers.values() for what in ledger.order_of_ids())]
