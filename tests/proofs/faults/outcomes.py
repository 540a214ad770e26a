"""Faults and their outcomes."""

from dataclasses import dataclass
from enum import Enum


class Fault(Enum):
    """Kind of fault. The value is for reading."""

    WORKER = "worker killed in a run"
    CLIENT = "client cut"
    SUBSCRIBER = "subscriber's server killed"
    WRITER = "writer's server killed"
    WRITTEN = "writer's server killed after a write"
    NUMBERED = "writer's server killed after numbering"
    NUMBER = "numbering left out"
    UNMARK = "announcing and unmarking left out"
    ANNOUNCE = "announcement lost"
    REDIS = "Redis killed"
    REDIS_STOPPED = "Redis stopped"
    DATABASE = "database killed"


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds within which a fault must have healed."""

    heal: float = 5.0
    worker: float = 15.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """``healed`` is in seconds; ``wrong`` says what was not as it must be."""

    fault: Fault
    acknowledged: int
    healed: float
    wrong: list[str]
