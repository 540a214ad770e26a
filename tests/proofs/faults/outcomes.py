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
    FAILOVER = "primary steps down with writes of its own"
    LOST_ANSWERS = "answers of the database lost"
    SILENT_REDIS = "packets to Redis swallowed"
    CLOCK = "clock of a process jumps by 5 h and back"
    CLOCK_WRITTEN = "writer's server killed, its clock 5 h off"
    CLOCK_WORKER = "worker killed in a run, its clock 5 h off"
    RESTORED = "older copy restored under all processes"
    INSTALLATIONS = "second installation on the same Redis"
    DELETED = "account deleted amid its work"
    DELETED_HALF = "account deleted, server killed meanwhile"


_TAKEN_OVER = (Fault.WORKER, Fault.CLOCK_WRITTEN, Fault.CLOCK_WORKER, Fault.DELETED_HALF)


WAITING = ((Fault.WORKER, Fault.CLOCK_WORKER), (Fault.DELETED_HALF,))
"""Their healing is mostly waiting, for a lease or a note to end. One of each may be under way."""
BESIDE = (
    Fault.CLIENT,
    Fault.SUBSCRIBER,
    Fault.WRITER,
    Fault.WRITTEN,
    Fault.NUMBERED,
    Fault.NUMBER,
    Fault.UNMARK,
    Fault.ANNOUNCE,
    Fault.CLOCK_WRITTEN,
)
"""May happen meanwhile: they leave alone the worker, the database and Redis."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds within which a fault must have healed; ``worker`` where the work of a dead process is taken over.

    Longer where more processes want each core than two for ``heal``, and than four for ``worker``: that waits, and
    two more that never pause do not matter to it.
    """

    heal: float = 5.0
    worker: float = 15.0

    def of(self, fault: Fault) -> float:
        seconds, processes = (self.worker, 4) if fault in _TAKEN_OVER else (self.heal, 2)
        return seconds * max(1.0, processes_a_core() / processes)


@dataclass(frozen=True, slots=True)
class Outcome:
    """``healed`` and ``took`` are in seconds; ``late`` if it healed too late; ``wrong`` says what else was wrong."""

    fault: Fault
    acknowledged: int
    healed: float
    took: float
    late: bool
    wrong: list[str]
