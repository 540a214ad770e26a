"""Schedules: what one process does for all, each turn again. One that dies in its turn delays it by that turn."""

from datetime import timedelta

from db.turns import ScheduleStore
from services.kit import clock


class Schedule:
    """Turns of ``seconds`` each. Processes that share a database and a ``name`` share the turns."""

    def __init__(self, store: ScheduleStore, name: str, seconds: float) -> None:
        self._store = store
        self._name = name
        self._turn = timedelta(seconds=seconds)

    async def claim(self) -> tuple[bool, float]:
        """Return True if this turn is ours, and the seconds until the next one begins."""
        present = await self._store.get(self._name)
        at = clock.now()
        # One that ends later than any turn does was written by a clock that is wrong.
        if present is not None and at < present.until <= at + 2 * self._turn:
            return False, (present.until - at).total_seconds()
        mine = await self._store.claim(self._name, present, at + self._turn)
        return mine, self._turn.total_seconds()
