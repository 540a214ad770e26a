"""The suite's figures mean what they say, and its data are complete."""

import json

import pytest

from tests.proofs.quality.__main__ import FLOORS, broken, raised
from tests.proofs.quality.changes import reordered, stuffed, swapped
from tests.proofs.quality.corpus import grades, parsed, people, postings, profile_of, readings
from tests.proofs.quality.figures import kappa, kept_groups, kept_order, ndcg, precision
from tests.proofs.quality.measuring import CEILINGS


def test_at_least_twelve_trades_in_four_languages_each_person_with_two_fits() -> None:
    readers, found = people(), grades()
    assert len({reader.trade for reader in readers}) >= 12
    assert {"en", "de", "fr", "es"} <= {reader.language for reader in readers}
    for reader in readers:
        assert sum(grade >= 1.5 for (who, _), grade in found.items() if who == reader.key) >= 2, reader.key


def test_both_readings_speak_of_people_and_postings_that_there_are() -> None:
    keys = {reader.key for reader in people()}
    ids = {item["externalId"] for item in postings()}
    for reading in readings():
        assert {who for who, _ in reading} <= keys
        assert {what for _, what in reading} <= ids
        assert set(reading.values()) <= {1.0, 2.0, 3.0}


def test_every_posting_is_taken_as_it_is() -> None:
    assert len(parsed(postings()).postings) == len(postings())


def test_the_best_order_has_an_ndcg_of_one_and_a_worse_one_less() -> None:
    gains = {"a": 3.0, "b": 2.0, "c": 0.0}
    assert ndcg(["a", "b", "c"], gains) == pytest.approx(1.0)
    assert ndcg(["c", "b", "a"], gains) < ndcg(["b", "a", "c"], gains) < 1.0


def test_precision_is_of_what_could_be_there() -> None:
    assert precision(["a", "x", "y", "z", "b"], {"a": 3.0, "b": 2.0}) == 1.0
    assert precision(["x", "y", "z", "w", "a", "b"], {"a": 3.0, "b": 2.0}) == 0.5


def test_kappa_is_one_for_the_same_grades_and_less_for_others() -> None:
    pairs = [("p", str(number)) for number in range(8)]
    one = {pair: float(at % 4) for at, pair in enumerate(pairs)}
    assert kappa(one, one, pairs) == pytest.approx(1.0)
    assert kappa(one, {pair: 3.0 - grade for pair, grade in one.items()}, pairs) < 0


def test_only_pairs_that_are_told_apart_count_as_turned() -> None:
    before = {"a": 0.9, "b": 0.89, "c": 0.2}
    assert kept_order(before, {"a": 0.8, "b": 0.9, "c": 0.3}, 0.02) == (2, 2)
    assert kept_order(before, {"a": 0.2, "b": 0.9, "c": 0.3}, 0.02) == (1, 2)


def test_pairs_of_one_group_count_for_nothing() -> None:
    before = {"a": 0.9, "b": 0.89, "c": 0.2}
    groups = {"a": 1, "b": 1, "c": 2}
    assert kept_groups(groups, before, {"a": 0.1, "b": 0.9, "c": 0.3}) == (1, 2)


def test_a_figure_below_its_floor_or_missing_is_broken_and_costs_are_ceilings() -> None:
    floors = {"order: P@5": 0.6, "robustness: places a stuffed posting gains": 1.0, "gone": 1.0}
    said = broken({"order: P@5": 0.5, "robustness: places a stuffed posting gains": 3.0}, floors)
    assert [line.split(":")[0] for line in said] == ["order", "robustness", "gone"]
    assert not broken(
        {"order: P@5": 0.7, "robustness: places a stuffed posting gains": 0.0, "gone": 1.0}, floors
    )


def test_floors_only_rise() -> None:
    floors = {"order: P@5": 0.6, "robustness: places a stuffed posting gains": 1.0}
    assert raised({"order: P@5": 0.5, "robustness: places a stuffed posting gains": 3.0}, floors) == floors


def test_every_floor_is_committed_and_every_ceiling_is_one_of_them() -> None:
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    assert set(floors) >= CEILINGS


def test_changes_of_a_person_change_what_they_say_and_nothing_else() -> None:
    (reader, *_) = people()
    own = reader.profile
    for _, resume in swapped(reader):
        other = profile_of(reader.key, resume)
        assert other != own
        assert other.skills == own.skills
    full = profile_of(reader.key, stuffed(reader.resume, ["Knitting"])).skills
    assert sum(1 + len(skill.keywords) for skill in full) == len(own.skills) + 300
    turned = profile_of(reader.key, reordered(reader.resume))
    assert [job.start_date for job in turned.work] == [job.start_date for job in reversed(own.work)]
