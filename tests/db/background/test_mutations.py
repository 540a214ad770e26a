"""Mutations made once, whatever halts or dies between any two calls of the database; what is kept, and for how long."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from inspect import getsource
from time import monotonic
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from db.career_actions import ActionStatus, CareerActionRecord, CareerActionStore
from db.driver.client import Database
from db.messages import MessageStatus
from db.sync.changelog import ChangelogStore
from db.sync.mutations import COLLECTION, MutationRecord, MutationStore
from db.sync.outcomes import OutcomeRecord, OutcomeStore
from services.background import mutations
from services.background.leases import Lease, LostLease
from services.background.mutations import KEPT, Asked, Claim, Made, MutationIdReused, Mutations
from services.career_actions.career_actions import CareerActions, InvalidTransition, Transition
from services.conversations.messages import ReplyNotRunning
from services.kit import clock
from services.kit.errors import Conflict, FootholdError, InvalidInput, Limited, NotFound, Problem
from services.kit.ids import profile_id_of
from services.kit.refusals import plain_refusal, refusal_of
from services.learnings.proposals import CannotRetract
from services.sync.changelog import Changelogs
from services.sync.wakeups import Wakeups
from tests.support.factories import an_action
from tests.support.halting import Dead, Halting
from tests.support.patience import within

PROFILE = profile_id_of("ada")
SHORT = timedelta(seconds=0.04)


class Process:
    """One that makes mutations of career actions."""

    def __init__(self, database: Any, wakeups: Wakeups) -> None:
        self.actions = CareerActions(
            CareerActionStore(database), Changelogs(ChangelogStore(database), wakeups)
        )
        self.mutations = Mutations(MutationStore(database), OutcomeStore(database))

    async def make(self, action_id: str, transition: Transition, mutation_id: str) -> str:
        """Return the status after the mutation, or the code of its refusal."""
        asked = Asked(PROFILE, transition.name, mutation_id, action_id)

        async def perform(claim: Claim) -> CareerActionRecord:
            return await self.actions.transition(PROFILE, action_id, transition, mutation_id, claim)

        try:
            await self.mutations.once(
                asked,
                perform,
                lambda action: OutcomeRecord(id=action.id, version=action.version),
                lambda made: self.actions.get(PROFILE, made.id),
            )
        except FootholdError as refusal:
            return refusal.code
        return "made"


@pytest.fixture
async def wakeups() -> AsyncIterator[Wakeups]:
    async with Wakeups() as them:
        yield them


CALL = st.none() | st.integers(0, 9)
ASKED = st.lists(
    st.tuples(
        st.sampled_from([Transition.SAVE, Transition.UNSAVE, Transition.DISMISS]), CALL, CALL, st.booleans()
    ),
    min_size=2,
    max_size=6,
)


@given(asked=ASKED)
@example(
    asked=[
        (Transition.SAVE, 2, None, False),  # halted between its claim and its first look at the action
        (Transition.SAVE, None, None, False),
        (Transition.UNSAVE, None, None, False),
    ]
)
@example(asked=[(Transition.SAVE, None, 4, False), (Transition.SAVE, None, None, False)])
@example(asked=[(Transition.SAVE, None, 7, False), (Transition.UNSAVE, None, None, False)])
@settings(max_examples=20, suppress_health_check=list(HealthCheck))
async def test_each_is_made_once_whatever_halts_or_dies(
    database: Database, wakeups: Wakeups, asked: list[tuple[Transition, int | None, int | None, bool]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mutations, "LEASE", SHORT)
        action = an_action(PROFILE, status=ActionStatus.SUGGESTED)
        await CareerActionStore(database).insert([action])
        names = {transition: f"{transition.name} {action.id}" for transition in Transition}
        given: dict[Transition, set[str]] = defaultdict(set)

        async def ask(process: Process, transition: Transition) -> None:
            with suppress(Dead):
                given[transition].add(await process.make(action.id, transition, names[transition]))

        halting: list[Halting] = []
        under_way: list[asyncio.Task[None]] = []
        last = Process(database, wakeups)
        async with within(60):
            for transition, halts_at, dies_at, at_once in asked:
                halting.append(Halting(database, halts_at=halts_at, dies_at=dies_at))
                under_way.append(asyncio.create_task(ask(Process(halting[-1], wakeups), transition)))
                if not at_once:
                    halted = asyncio.create_task(halting[-1].halted.wait())
                    await asyncio.wait({under_way[-1], halted}, return_when=asyncio.FIRST_COMPLETED)
                    halted.cancel()
            for transition, *_ in asked:
                await ask(last, transition)
            for each in halting:
                each.release.set()
            await asyncio.gather(*under_way)
            for transition, *_ in asked:
                await ask(last, transition)
        await last.actions.sweep()
        present = await last.actions.get(PROFILE, action.id)
        log = await ChangelogStore(database).ensure(PROFILE, "none")
        told = [str(entry.mutation_id) for entry in log.entries if entry.id == action.id]
        assert all(len(answers) == 1 for answers in given.values()), given
        made = [names[transition] for transition, answers in given.items() if answers == {"made"}]
        assert present.version == 1 + len(made)
        assert sorted(told) == sorted(made)


def asked_by(mutation_id: str, digest: str = "one") -> Asked:
    return Asked(PROFILE, "saveAction", mutation_id, digest)


class Counted:
    """A mutation that only counts, and is refused as it is told to."""

    def __init__(self, refusal: FootholdError | None = None) -> None:
        self.refusal = refusal
        self.made = 0

    async def perform(self, _claim: Claim) -> str:
        self.made += 1
        if self.refusal is not None:
            raise self.refusal
        return "made"

    async def recall(self, made: Made) -> str:
        return f"recalled {made.id}"

    async def by(self, process: Mutations, asked: Asked) -> str:
        return await process.once(asked, self.perform, lambda _: OutcomeRecord(id="thing"), self.recall)


def a_process(database: Database) -> Mutations:
    return Mutations(MutationStore(database), OutcomeStore(database))


REFUSALS: list[Callable[[], FootholdError]] = [
    partial(NotFound, "profile"),
    partial(InvalidInput, "resume", "No.", [Problem("resume.work[0]", "No.")]),
    partial(InvalidTransition, "saved", ActionStatus.DONE),
    partial(ReplyNotRunning, MessageStatus.STOPPED),
    partial(CannotRetract, "It has changed."),
]


@pytest.mark.parametrize("refuse", REFUSALS)
async def test_a_refusal_is_given_again_and_nothing_is_tried(
    database: Database, refuse: Callable[[], FootholdError]
) -> None:
    refusal = refuse()
    counted = Counted(refusal)
    for _ in range(2):
        with pytest.raises(type(refusal)) as given:
            await counted.by(a_process(database), asked_by("m"))
        assert vars(given.value) == vars(refusal)
    assert counted.made == 1


@pytest.mark.parametrize("refuse", [partial(Conflict, "profile"), partial(Limited, "Later.", 3)])
async def test_a_refusal_that_passes_is_not_kept(
    database: Database, refuse: Callable[[], FootholdError]
) -> None:
    counted = Counted(refuse())
    with pytest.raises(FootholdError):
        await counted.by(a_process(database), asked_by("m"))
    counted.refusal = None
    assert await counted.by(a_process(database), asked_by("m")) == "made"
    assert await counted.by(a_process(database), asked_by("m")) == "recalled thing"
    assert counted.made == 2


def _refusals() -> Iterator[type[FootholdError]]:
    kinds: list[type[FootholdError]] = [FootholdError]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        if not kind.passing and kind.__module__.startswith("services."):
            yield kind


def test_every_refusal_that_is_kept_declares_its_attributes() -> None:
    kinds = list(_refusals())
    assert len(kinds) > 8
    for kind in kinds:
        known = {name for each in kind.__mro__ for name in getattr(each, "__annotations__", {})}
        code = kind.__init__.__code__
        assert {name for name in code.co_names if f"self.{name} =" in getsource(kind)} <= known, kind


def _source(kind: type[Any]) -> str:
    import inspect

    return inspect.getsource(kind)


def test_a_refusal_of_a_later_version_keeps_its_words() -> None:
    plain = {**plain_refusal(NotFound("profile")), "type": "FromTomorrow"}
    assert refusal_of(plain).message == "Profile not found."


async def test_of_many_at_once_one_works_and_the_others_wait_for_it(database: Database) -> None:
    counted, reached, release = Counted(), asyncio.Event(), asyncio.Event()

    async def slowly(claim: Claim) -> str:
        reached.set()
        await release.wait()
        return await counted.perform(claim)

    async def ask(process: Mutations) -> str:
        return await process.once(asked_by("m"), slowly, lambda _: OutcomeRecord(id="thing"), counted.recall)

    asking = [asyncio.create_task(ask(a_process(database))) for _ in range(5)]
    async with within(20):
        await reached.wait()
        release.set()
        assert sorted(await asyncio.gather(*asking)) == ["made", *["recalled thing"] * 4]
    assert counted.made == 1


async def test_who_is_cancelled_leaves_it_to_the_next_at_once(database: Database) -> None:
    reached = asyncio.Event()

    async def never(_claim: Claim) -> str:
        reached.set()
        await asyncio.Event().wait()
        return ""

    counted = Counted()
    begun = asyncio.create_task(
        a_process(database).once(asked_by("m"), never, lambda _: OutcomeRecord(), counted.recall)
    )
    async with within(20):
        await reached.wait()
        begun.cancel()
        await asyncio.gather(begun, return_exceptions=True)
        record = await MutationStore(database).get(PROFILE, asked_by("m").key)
        assert record is not None
        assert record.owner is None
        assert await counted.by(a_process(database), asked_by("m")) == "made"


async def test_an_id_means_one_mutation_for_each_person_and_operation(database: Database) -> None:
    counted, process = Counted(), a_process(database)
    await counted.by(process, asked_by("m"))
    with pytest.raises(MutationIdReused):
        await counted.by(process, asked_by("m", "two"))
    for other in (
        Asked(PROFILE, "dismissAction", "m", "two"),
        Asked(profile_id_of("eve"), "saveAction", "m", "two"),
        asked_by("n", "two"),
    ):
        assert await counted.by(process, other) == "made"


async def test_a_person_has_so_many_and_no_more(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutations, "MOST", 12)
    monkeypatch.setattr(mutations, "_COUNTED_EACH", 5)
    process, counted = a_process(database), Counted()

    async def make_many() -> None:
        for number in range(100):
            await counted.by(process, asked_by(f"{number}"))

    with pytest.raises(Limited) as refused:
        await make_many()
    assert 12 <= counted.made < 12 + 5
    assert 0 < refused.value.retry_after <= KEPT.total_seconds()
    assert await counted.by(process, Asked(profile_id_of("eve"), "saveAction", "m", "one")) == "made"


async def test_what_is_older_than_is_promised_is_forgotten(database: Database) -> None:
    store, counted = MutationStore(database), Counted()
    await counted.by(a_process(database), asked_by("young"))
    await counted.by(a_process(database), asked_by("old"))
    old = {"_id": asked_by("old").key}
    await database[COLLECTION.name].update_one(old, {"$set": {"created_at": clock.now() - KEPT}})
    await a_process(database).sweep()
    assert await store.get(PROFILE, asked_by("old").key) is None
    assert await counted.by(a_process(database), asked_by("young")) == "recalled thing"
    assert timedelta(hours=24) * 2 <= KEPT


async def a_claim(database: Database) -> MutationRecord:
    at = clock.now()
    record = MutationRecord(
        id=asked_by("m").key, profile_id=PROFILE, operation="saveAction", mutation_id="m", digest="one", nonce="n",
        attempt=1, owner="me", lease_until=at, created_at=at, updated_at=at,
    )  # fmt: skip
    await MutationStore(database).insert(record)
    return record


async def test_a_claim_that_may_have_been_taken_over_is_looked_at(database: Database) -> None:
    store, record = MutationStore(database), await a_claim(database)
    length = mutations.LEASE
    old = Lease(record, store, length, since=monotonic() - length.total_seconds())
    await old.confirm()
    taken = await store.claim(record, "you", clock.now(), {})
    assert taken is not None
    with pytest.raises(LostLease):
        await old.confirm()
    await Lease(record, store, length).confirm()  # nobody can have taken it over yet
    await OutcomeStore(database).settle(PROFILE, record.id, OutcomeRecord(id="thing"))
    with pytest.raises(LostLease):
        await Lease(taken, store, length, since=0).confirm()


async def test_nothing_is_written_by_a_claim_that_was_taken_over(
    database: Database, wakeups: Wakeups
) -> None:
    record = await a_claim(database)
    await MutationStore(database).claim(record, "you", clock.now(), {})
    action = an_action(PROFILE, status=ActionStatus.SUGGESTED)
    await CareerActionStore(database).insert([action])
    claim = Claim(Lease(record, MutationStore(database), mutations.LEASE, since=0))
    process = Process(database, wakeups)
    with pytest.raises(LostLease):
        await process.actions.transition(PROFILE, action.id, Transition.SAVE, "m", claim)
    assert await process.actions.get(PROFILE, action.id) == action
