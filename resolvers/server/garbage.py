"""The collector of garbage in a process that serves: what was loaded is not looked through, and old objects rarely.

Nearly everything is freed as soon as the last reference goes (tests/api/edge/test_garbage.py). What is in cycles waits
for a collection. One of the oldest generation holds everything up, and takes the longer the more there is: the
interpreter would begin it by counts of objects, in the midst of a request, and again and again with many connections.
It is begun here, whenever the process has grown by some MiB, and looks at what is new: what it leaves is set aside.
Everything is looked through once the process has doubled: garbage is at most half of it, and a process that does not
grow has no such pause.
"""

import asyncio
import gc
import os
import resource
import sys
from pathlib import Path
from time import perf_counter

import structlog

log = structlog.get_logger()

LOOK_SECONDS = 1.0
NEW = 8 * 1024 * 1024
"""Bytes that the process has grown by when what is new is looked through."""
LEAST = 32 * 1024 * 1024
"""Bytes that it has grown by at least when everything is: it has doubled as well."""
_NEVER = 1_000_000_000
_STATM = Path("/proc/self/statm")


def settle() -> None:
    """Take everything there is for loaded. To be called when the start is over."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, _NEVER)


class Growth:
    """The bytes of a process, and whether it has grown enough since the last collection for another one."""

    def __init__(self, size: int) -> None:
        self.collected(size, whole=True)

    def due(self, size: int) -> bool:
        return size >= self._next

    def due_whole(self, size: int) -> bool:
        """Return True if everything is to be looked through."""
        return size >= self._doubled

    def collected(self, size: int, *, whole: bool) -> None:
        """Count from ``size``, which is what was left."""
        self._next = size + NEW
        if whole:
            self._doubled = size + max(LEAST, size)


async def collect_at_growth() -> None:
    """Collect whenever it is due, until cancelled."""
    growth = Growth(resident())
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        before = resident()
        if growth.due(before):
            began, whole = perf_counter(), growth.due_whole(before)
            if whole:
                gc.unfreeze()
            objects = gc.collect()
            gc.freeze()
            after = resident()
            growth.collected(after, whole=whole)
            log.info(
                "garbage.collected",
                objects=objects,
                whole=whole,
                ms=round((perf_counter() - began) * 1000),
                bytes=max(0, before - after),
            )


def resident() -> int:
    """Return the bytes in memory; where the system tells no more, the most there ever were."""
    try:
        return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024
