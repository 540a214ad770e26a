"""Budgets of tokens against a real database: whatever happens at once or dies in between, nobody spends more."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest

from db.budgets import BudgetRecord, BudgetStore, ReservationRecord
from db.driver.client import Database
from db.driver.errors import DatabaseUnreachable
from services.identity.budgets import LEASE, BudgetExhausted, Budgets
from services.identity.metered import Metered, most_tokens
from services.kit import clock
from services.kit.ids import new_id
from services.llm.port import ModelBusy, ModelError, Tally, ToolRequest
from services.llm.scripted import Gate, Outcome, ScriptedModel
from tests.support.factories import a_profile, a_tool_request

T = TypeVar("T")

ADA = new_id()
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
CALL = (60, 40)  # tokens that go in and come out at most


class Watch:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def budgets(database: Database, watch: Watch) -> Budgets:
    """Budgets of ten calls."""
    return Budgets(BudgetStore(database), 1_000, now=watch)


async def spend(budgets: Budgets, spent: tuple[int, int] | None = CALL, who: str = ADA) -> bool:
    """A call that costs this; None is a call that does not tell. Whether it was let through."""
    try:
        async with budgets.spending(who, *CALL) as tally:
            await asyncio.sleep(0)
            if spent is not None:
                tally.input_tokens, tally.output_tokens = spent
    except BudgetExhausted:
        return False
    return True


async def left(budgets: Budgets, who: str = ADA) -> int:
    return (await budgets.allowance(who)).left


async def test_a_call_costs_what_it_turned_out_to_cost(budgets: Budgets) -> None:
    async with budgets.spending(ADA, *CALL) as tally:
        assert await left(budgets) == 900  # as long as nobody knows
        tally.input_tokens, tally.output_tokens = 30, 5
    found = await budgets.allowance(ADA)
    assert (found.daily, found.left, found.resets_at) == (1_000, 965, NOON + timedelta(hours=12))


async def test_a_call_that_does_not_tell_costs_all_that_it_may_have_cost(budgets: Budgets) -> None:
    assert await spend(budgets, None)
    assert await left(budgets) == 900
    async with budgets.spending(ADA, *CALL) as tally:
        tally.input_tokens = 25  # and then it was cut
    assert await left(budgets) == 900 - 25 - 40


async def test_calls_at_once_in_several_processes_cannot_spend_the_same_tokens(database: Database) -> None:
    processes = [Budgets(BudgetStore(database), 1_000) for _ in range(3)]
    calls = [spend(process, spent) for process in processes for spent in [CALL, (1, 1), None] * 20]
    let_through = sum(await asyncio.gather(*calls))
    assert let_through >= 10
    while await spend(processes[0]):  # what was only in use
        pass
    budget = await only_budget(database)
    assert budget.reservations == []
    assert 900 < budget.spent <= 1_000


async def test_one_person_s_calls_leave_the_others_theirs(budgets: Budgets) -> None:
    while await spend(budgets):
        pass
    assert await left(budgets) == 0
    assert await spend(budgets, who=new_id())


async def test_a_budget_comes_back_at_midnight_utc(budgets: Budgets, watch: Watch) -> None:
    watch.at = datetime(2026, 11, 21, 23, 59, 30, 500_000, tzinfo=UTC)
    while await spend(budgets):
        pass
    with pytest.raises(BudgetExhausted) as refused:
        await budgets.spending(ADA, *CALL).__aenter__()
    assert (refused.value.code, refused.value.retry_after) == ("BUDGET_EXHAUSTED", 30)
    watch.at += timedelta(seconds=30)
    assert await left(budgets) == 1_000
    assert await spend(budgets)


async def test_a_call_belongs_to_the_day_it_began_in(budgets: Budgets, watch: Watch) -> None:
    async with budgets.spending(ADA, *CALL):
        watch.at += timedelta(hours=12)
    assert await left(budgets) == 1_000


async def test_what_is_only_in_use_is_worth_waiting_for_a_minute(budgets: Budgets) -> None:
    async with budgets.spending(ADA, 900, 0) as tally:
        tally.input_tokens = 1
        with pytest.raises(BudgetExhausted) as refused:
            await budgets.spending(ADA, 101, 0).__aenter__()
        assert refused.value.retry_after == 60
    assert await spend(budgets)


async def test_a_budget_of_nothing_allows_nothing(database: Database) -> None:
    assert not await spend(Budgets(BudgetStore(database), 0))
    assert [found async for found in database["budgets"].find()] == []


async def test_what_a_dead_process_had_reserved_is_spent_for_good(
    database: Database, budgets: Budgets, watch: Watch
) -> None:
    slow = budgets.spending(ADA, *CALL)
    tally = await slow.__aenter__()
    watch.at += LEASE + timedelta(seconds=1)
    assert await left(budgets) == 900
    assert await spend(budgets, (1, 1))
    budget = await only_budget(database)
    assert (budget.spent, budget.reservations) == (102, [])
    # It was only slow: what it says now comes too late to give money back, and is not counted twice.
    tally.input_tokens, tally.output_tokens = 0, 0
    await slow.__aexit__(None, None, None)
    assert await left(budgets) == 898


async def test_a_cancelled_call_is_settled(budgets: Budgets) -> None:
    gate = Gate()

    async def call() -> None:
        async with budgets.spending(ADA, *CALL) as tally:
            tally.input_tokens = 7
            await gate.wait()

    calling = asyncio.create_task(call())
    await gate.reached.wait()
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    assert await left(budgets) == 1_000 - 7 - 40


class LosesAnswers(BudgetStore):
    """Every write is done, and its answer is lost the first time."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._answering = False

    async def insert(self, budget: BudgetRecord) -> bool:
        return self._lost(await super().insert(budget))

    async def update(
        self,
        budget: BudgetRecord,
        *,
        spent: int,
        reservations: Sequence[ReservationRecord],
        mark: Mapping[str, Any],
    ) -> BudgetRecord | None:
        return self._lost(await super().update(budget, spent=spent, reservations=reservations, mark=mark))

    def _lost(self, written: T) -> T:
        self._answering = not self._answering
        if self._answering:
            raise DatabaseUnreachable("the answer was lost")
        return written


async def test_a_write_whose_answer_was_lost_is_not_made_twice(database: Database) -> None:
    budgets = Budgets(LosesAnswers(database), 1_000)
    for spent in ((1, 2), (3, 4)):
        assert await spend(budgets, spent)
    budget = await only_budget(database)
    assert (budget.spent, budget.reservations) == (10, [])


async def test_days_that_are_over_are_forgotten(database: Database, budgets: Budgets, watch: Watch) -> None:
    for _ in range(4):
        assert await spend(budgets)
        watch.at += timedelta(days=1)
    await budgets.sweep()
    assert {found["day"] async for found in database["budgets"].find()} == {"2026-11-23", "2026-11-24"}


async def test_a_budget_says_nothing_of_whose_it_is(database: Database, budgets: Budgets) -> None:
    assert await spend(budgets)
    (found,) = [document async for document in database["budgets"].find()]
    assert ADA not in str(found)
    assert set(found) == set(BudgetRecord.model_fields) - {"id"} | {"_id"}


async def test_a_refused_call_does_not_reach_the_model(database: Database) -> None:
    model = ScriptedModel()
    with pytest.raises(BudgetExhausted):
        await Metered(model, Budgets(BudgetStore(database), 1_000)).call_tool(a_tool_request())
    assert model.requests == []


@pytest.mark.parametrize(
    ("outcome", "spent"),
    [({"actions": []}, None), (ModelError("broken"), None), (ModelBusy("busy"), (0, 0)), ({}, (12, 3))],
)
async def test_each_call_of_a_model_is_paid_for_once(
    database: Database, outcome: Outcome, spent: tuple[int, int] | None
) -> None:
    budgets = Budgets(BudgetStore(database), 10_000)
    seen: list[Tally] = []

    def answer(request: ToolRequest) -> Outcome:
        assert request.tally is not None
        seen.append(request.tally)
        if spent is not None:
            request.tally.input_tokens, request.tally.output_tokens = spent
        return outcome

    model = Metered(ScriptedModel({"generate_career_actions": answer}), budgets)
    request = replace(a_tool_request(), context="Ünder one roof.")
    with pytest.raises(type(outcome)) if isinstance(outcome, ModelError) else nullcontext():
        await model.call_tool(request)
    most = (
        1_000
        + 100
        + most_tokens("Be brief.", "Ünder one roof.", "œuvre", "generate_career_actions", "Gives actions.")
    )
    most += len(repr({"type": "object"}))
    assert await left(budgets, a_profile().id) == 10_000 - (most if spent is None else sum(spent))


def test_a_text_has_no_more_tokens_than_bytes() -> None:
    assert most_tokens("a", "ü", "語", "🙂", "\ud800") == 1 + 2 + 3 + 4 + 1


async def only_budget(database: Database) -> BudgetRecord:
    (found,) = [BudgetRecord.from_bson(document) async for document in database["budgets"].find()]
    return found


@pytest.mark.parametrize("hours", [-29, -5, 5, 29])
async def test_a_process_whose_clock_is_wrong_has_no_days_of_its_own_and_gives_up_nobody_for_dead(
    database: Database, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    right = clock.now
    one, other = (Budgets(BudgetStore(database), 1_000) for _ in range(2))
    async with one.spending("ada", 300, 0) as tally:
        with monkeypatch.context() as patch:
            patch.setattr(clock, "now", lambda: right() + timedelta(hours=hours))
            assert (await other.allowance("ada")).left == 700
            async with other.spending("ada", 500, 0):
                assert (await one.allowance("ada")).left == 200
            await other.sweep()
        tally.input_tokens = 100
        tally.output_tokens = 0
    assert (await one.allowance("ada")).left == 400
