"""Points of the sync protocol at which a process can be made to fail once. Only tests put them into the product.

The steps are those of docs/decisions/0006-sync-protocol.md: write, number, announce and unmark.
"""

import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from unittest.mock import patch

from db.accounts import AccountStore
from db.career_actions import CareerActionRecord, CareerActionStore
from db.sync.outbox import MarkedRecord
from services.career_actions.career_actions import CareerActions
from services.kit import clock
from services.refresh_runs.refresh_runs import RefreshRuns
from services.sync.announcer import Announcer
from services.sync.wakeups import Wakeups


class Point(StrEnum):
    """Where, and whether the process dies there (kill -9) or only leaves out the rest."""

    DROP_NUMBER = "written, and left at that"
    DROP_UNMARK = "written and numbered, and left at that"
    DROP_ANNOUNCE = "written, numbered and unmarked, but told to nobody"
    DIE_WRITTEN = "dies when it has written"
    DIE_NUMBERED = "dies when it has numbered"
    DIE_CLAIMED = "dies when it has claimed a run"
    DIE_INSERTED = "dies when a run's actions are written but not shown"
    DIE_PUBLISHED = "dies when a run's actions are shown"
    DIE_DELETING = "dies when it has noted a deletion"


RUN_POINTS = (Point.DIE_CLAIMED, Point.DIE_INSERTED, Point.DIE_PUBLISHED)


class Switch:
    """A file that names one point, and is gone as soon as the process came there."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def set(self, point: Point) -> None:
        part = self._path.with_suffix(".part")
        part.write_text(point)
        part.rename(self._path)

    def is_set(self) -> bool:
        return self._path.exists()

    def take(self, point: Point) -> bool:
        """Return True if it is set to this point; it is not any more."""
        if not self._path.exists() or self._path.read_text() != point:
            return False
        self._path.unlink()
        return True

    def die(self, point: Point) -> None:
        if self.take(point):
            os.kill(os.getpid(), signal.SIGKILL)


class Offset:
    """A file that holds by how many seconds the clock of a process is wrong."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def set(self, seconds: float) -> None:
        part = self._path.with_suffix(".part")
        part.write_text(str(seconds))
        part.rename(self._path)

    def get(self) -> timedelta:
        try:
            return timedelta(seconds=float(self._path.read_text()))
        except FileNotFoundError:
            return timedelta()


def set_clock_by(offset: Offset) -> None:
    """Have the clock of this process be wrong by the offset, from now on and whenever that changes."""
    true = clock.now
    patch.object(clock, "now", lambda: true() + offset.get()).start()


class _LeftOutError(Exception):
    """Stops the rest of an announcement."""


def install(switch: Switch) -> None:
    """Put the points into this process, for good."""
    announce, tell = Announcer.announce, Wakeups.announce
    delete = AccountStore.delete_everything
    work, insert, publish = RefreshRuns._work, CareerActionStore.insert, CareerActions.publish

    async def announcing(self: Announcer[MarkedRecord], *records: MarkedRecord) -> None:
        if any(record.pending for record in records):
            switch.die(Point.DIE_WRITTEN)
            if switch.take(Point.DROP_NUMBER):
                return
        with suppress(_LeftOutError):
            await announce(self, *records)

    async def telling(self: Wakeups, topic: str, payload: str = "") -> None:
        if topic.startswith("stream:"):
            switch.die(Point.DIE_NUMBERED)
            if switch.take(Point.DROP_UNMARK):
                raise _LeftOutError
            if switch.take(Point.DROP_ANNOUNCE):
                return
        await tell(self, topic, payload)

    async def working(self: RefreshRuns, *arguments: Any) -> None:
        switch.die(Point.DIE_CLAIMED)
        await work(self, *arguments)

    async def inserting(self: CareerActionStore, actions: Sequence[CareerActionRecord]) -> None:
        await insert(self, actions)
        switch.die(Point.DIE_INSERTED)

    async def publishing(self: CareerActions, *arguments: Any) -> None:
        await publish(self, *arguments)
        switch.die(Point.DIE_PUBLISHED)

    async def deleting(self: AccountStore, *arguments: Any) -> int:
        switch.die(Point.DIE_DELETING)
        return await delete(self, *arguments)

    patch.object(AccountStore, "delete_everything", deleting).start()
    patch.object(Announcer, "announce", announcing).start()
    patch.object(Wakeups, "announce", telling).start()
    patch.object(RefreshRuns, "_work", working).start()
    patch.object(CareerActionStore, "insert", inserting).start()
    patch.object(CareerActions, "publish", publishing).start()
