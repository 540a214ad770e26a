"""The page of benchmarks: what is judged and written by code. Nothing here is timed."""

from pathlib import Path

import pytest

from bench import page
from bench.__main__ import difference
from bench.comparison import GOALS, ROWS, verdict
from bench.plan import steps
from bench.sides import FLOOR, FOOTHOLD, NODE


def _line(text: str, name: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(f"| {name} "))


def test_a_goal_is_met_up_to_its_limit_and_not_beyond() -> None:
    results = {"list": {FOOTHOLD: {"cpu": 3.0}, FLOOR: {"cpu": 1.0}, NODE: {"cpu": 2.9}}}

    found = verdict(results)

    assert _line(found, "processor per list query, the answer made, ours ÷ floor").endswith("| 3.00 | met |")
    assert _line(found, "processor per list query, the answer made, ours ÷ Node").endswith(
        "| 1.03 | **not met** |"
    )


def test_a_goal_without_a_figure_says_that_it_was_not_measured() -> None:
    assert verdict({}).count("not measured") == len(GOALS)


def test_a_slow_reader_who_is_never_dropped_misses_the_goal() -> None:
    results = {"slow": {FOOTHOLD: {"dropped": -1.0, "memory": 1.0, "alone_p99": 1.0, "beside_p99": 1.0}}}

    assert "**not met**" in _line(verdict(results), "a subscriber that stops reading: dropped after")


def test_every_figure_names_a_step_and_only_sizes_that_the_step_has() -> None:
    known = {step.name: step for step in steps(100_000)}
    for row in ROWS:
        row.name.format(**known[row.step].sizes, actions=0)


def test_a_section_takes_the_place_of_its_predecessor_and_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "benchmarks.md"
    monkeypatch.setattr(page, "PAGE", path)

    page.write("## One", "## One\n\nfirst\n")
    page.write("## Two", "## Two\n\nsecond\n")
    page.write("## One", "## One\n\nanew\n")

    assert path.read_text() == "# Benchmarks\n\n## One\n\nanew\n\n## Two\n\nsecond\n"


def test_the_first_difference_of_two_answers_is_named() -> None:
    ours = {"list": [{"id": 1, "at": None}, {"id": 2, "at": "now"}]}
    theirs = {"list": [{"id": 1, "at": None}, {"id": 2, "at": "later"}]}

    assert difference(ours, theirs) == 'answer.list[1].at: "now" and "later"'
    assert difference(ours, {"list": []}).startswith("answer.list: [{")
