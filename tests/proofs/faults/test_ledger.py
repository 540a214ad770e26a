"""What a ledger calls wrong: only what the changelog shows to be."""

from random import Random
from typing import Any

from schema.shared.relay import global_id
from tests.proofs.faults.ledger import Change, Ledger, some_of

ACTION = global_id("CareerAction", "1")
LATE = ["w2: version 2 came late"]


def ledger(made: dict[str, int], told: dict[str, int]) -> Ledger:
    """Return that of a subscriber who saw these mutations in this order."""
    ledger = Ledger(("CareerAction",), made)
    for mutation_id, version in told.items():
        ledger.see(mutation_id, 0.0)
        ledger.acknowledge(mutation_id, Change(ACTION, version, 0.0, history=0))
    return ledger


def test_a_version_that_comes_after_a_later_one_is_late() -> None:
    assert ledger({"w2": 2, "w3": 3}, {"w3": 3, "w2": 2}).order_of_ids() == LATE


def test_an_answer_may_tell_of_a_version_that_others_made_since() -> None:
    assert ledger({"w1": 1, "w2": 2, "w3": 3}, {"w1": 3, "w2": 2, "w3": 3}).order_of_ids() == []


def test_no_answer_may_tell_of_a_version_before_its_own() -> None:
    assert ledger({"w1": 2}, {"w1": 1}).order_of_ids() == ["w1: made version 2, and was told 1"]


def test_where_only_actions_are_followed_there_is_always_one_to_change() -> None:
    """Other lists that a person has, the installation beside does not follow."""
    shown: dict[str, dict[str, Any]] = {global_id("CareerAction", "a"): {"status": "SAVED"}}
    chance = Random(1)  # noqa: S311
    assert {some_of(shown, chance) for _ in range(200)} == shown.keys()
