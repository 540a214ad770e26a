"""Time limits of tests that wait. A limit is longer on a busy machine, since only a failure reaches it."""

import asyncio
import os

LEAST = 3.0
"""Even an idle machine is shared by the workers of the suite."""
MOST = 12.0
_CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processes_a_core() -> float:
    """Return how many processes want each core, on the average of the last minute."""
    return os.getloadavg()[0] / _CORES


def factor() -> float:
    """Return by how much limits are stretched now: twice the processes that want each core, within bounds."""
    return min(MOST, max(LEAST, 2 * processes_a_core()))


def patient(seconds: float) -> float:
    """Return a limit that an idle machine keeps in ``seconds``, as it is for this one."""
    return seconds * factor()


def within(seconds: float) -> asyncio.Timeout:
    """Raise ``TimeoutError`` for what takes longer than ``patient(seconds)``: ``async with within(5):``."""
    return asyncio.timeout(patient(seconds))
