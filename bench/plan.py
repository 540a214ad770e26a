"""Plan of the benchmark: cases, sides, sizes, repetitions."""

from dataclasses import dataclass

from bench.sides import FLOOR, FOOTHOLD, NODE

ALL = (FOOTHOLD, FLOOR, NODE)
OTHERS = 1_000
"""Actions of other people, where their number does not matter."""


@dataclass(frozen=True, slots=True)
class Step:
    """``case`` as bench/cases.py calls it; with ``redis`` changes go to one process and subscribers to another.

    ``actions`` is how many the collection holds, where that matters.
    """

    name: str
    case: str
    title: str
    sizes: dict[str, int]
    quick: dict[str, int]
    repeats: int = 1
    sides: tuple[str, ...] = ALL
    redis: bool = False
    actions: int | None = None

    def people(self, quick: bool) -> int:
        """Number that each side has to itself in each repetition, so that none finds what another left."""
        return (self.quick if quick else self.sizes).get("profiles", 0) + 3


_LIST = {"warm": 1500, "queries": 1000}
_LIST_QUICK = {"warm": 100, "queries": 200}
_SIZE = {"warm": 500, "queries": 500}
_FANOUT = {"subscribers": 500, "warm": 30, "changes": 200}
_FANOUT_QUICK = {"subscribers": 500, "warm": 4, "changes": 20}


def steps(largest: int) -> list[Step]:
    """All of them, in order. ``largest``: how many actions the largest collection has."""
    return [
        Step("list", "list", "list query", _LIST, _LIST_QUICK, repeats=2),
        Step("kept", "kept", "list query, nothing changed", _LIST, _LIST_QUICK, repeats=2),
        Step("fanout", "fanout", "one profile, 500 subscribers", _FANOUT, _FANOUT_QUICK, repeats=2),
        Step(
            "many",
            "many",
            "2,000 profiles, a subscriber each",
            {"profiles": 2000, "warm": 400, "changes": 800, "writers": 2},
            {"profiles": 500, "warm": 20, "changes": 100, "writers": 2},
        ),
        Step(
            "idle",
            "idle",
            "10,000 idle subscribers",
            {"profiles": 2000, "subscribers": 10_000},
            {"profiles": 500, "subscribers": 1000},
        ),
        Step(
            "together",
            "together",
            "eight lists in one subscription",
            {"profiles": 900},
            {"profiles": 150},
            sides=(FOOTHOLD,),
        ),
        Step("small", "list", "1,000 actions in all", _SIZE, _LIST_QUICK, actions=1_000),
        Step(
            "large",
            "list",
            f"{largest:,} actions in all",
            _SIZE,
            _LIST_QUICK,
            actions=largest,
        ),
        Step(
            "redis",
            "fanout",
            "two processes and Redis",
            _FANOUT,
            _FANOUT_QUICK,
            sides=(FOOTHOLD, NODE),
            redis=True,
        ),
        Step(
            "first",
            "first",
            "100 first subscribers at once",
            {"subscribers": 100},
            {"subscribers": 100},
            repeats=3,
            sides=(FOOTHOLD,),
        ),
        Step(
            "first-redis",
            "first",
            "100 first subscribers at once, two processes and Redis",
            {"subscribers": 100},
            {"subscribers": 100},
            repeats=3,
            sides=(FOOTHOLD,),
            redis=True,
        ),
        Step(
            "slow",
            "slow",
            "a subscriber that stops reading",
            {"subscribers": 10, "rate": 20, "seconds": 10},
            {"subscribers": 10, "rate": 20, "seconds": 3},
            sides=(FOOTHOLD, NODE),
        ),
    ]
