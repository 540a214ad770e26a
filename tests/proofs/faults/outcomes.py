"""Faults and their outcomes."""

from dataclasses import dataclass
from enum import Enum

from tests.support.patience import processes_a_core


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
    SILENT_DATABASE = "packets to the database swallowed"
    SILENT_REDIS = "packets to Redis swallowed"
    CLOCK = "clock of a process jumps by 5 h and back"
    CLOCK_WRITTEN = "writer's server killed, its clock 5 h off"
    CLOCK_WORKER = "worker killed in a run, its clock 5 h off"
    RESTORED = "older copy restored under all processes"
    INSTALLATIONS = "second installation on the same Redis"
    DELETED = "account deleted amid its work"
    DELETED_HALF = "account deleted, server killed meanwhile"


_TAKEN_OVER = (Fault.WORKER, Fault.CLOCK_WRITTEN, Fault.CLOCK_WORKER, Fault.DELETED_HALF)


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds within which a fault must have healed; ``worker`` where the work of a dead process is taken over.

    They are for a machine with a core for each process that wants one, and longer by as much as there are too few.
    """

    heal: float = 5.0
    worker: float = 15.0

    def of(self, fault: Fault) -> float:
        seconds = self.worker if fault in _TAKEN_OVER else self.heal
        return seconds * max(1.0, processes_a_core())


@dataclass(frozen=True, slots=True)
class Outcome:
    """``healed`` is in seconds; ``wrong`` says what was not as it must be."""

    fault: Fault
    acknowledged: int
    healed: float
    wrong: list[str]
