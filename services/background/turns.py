"""Schedules: what one process does for all, each turn again. One that dies in its turn delays it by that turn."""

from collections.abc import Callable
from datetime import timedelta
from time import monotonic

from db.turns import ScheduleStore
from services.kit import clock

_LOOK_AGAIN = 2.0


class Schedule:
    """Turns of ``seconds`` each. Processes that share a database and a ``name`` share the turns.

    ``time`` is in seconds, of this process alone.
    """

    def __init__(
        self, store: ScheduleStore, name: str, seconds: float, *, time: Callable[[], float] = monotonic
    ) -> None:
        self._store = store
        self._name = name
        self._turn = timedelta(seconds=seconds)
        self._time = time
        self._seen: tuple[int, float] | None = None

    async def claim(self) -> tuple[bool, float]:
        """Return True if this turn is ours, and the seconds until the next one begins."""
        present = await self._store.get(self._name)
        at = clock.now()
        left = 0.0 if present is None else self._left(present.turn)
        # One that ends later than any turn does was written by a clock that is wrong.
        if present is not None and left > 0 and at < present.until <= at + 2 * self._turn:
            return False, min(left, (present.until - at).total_seconds())
        mine = await self._store.claim(self._name, present, at + self._turn)
        return mine, self._turn.total_seconds()

    def _left(self, turn: int) -> float:
        """Return the seconds that the turn may last yet, by how long this process has seen it."""
        now = self._time()
        if self._seen is None or self._seen[0] != turn:
            self._seen = (turn, now)
        return self._turn.total_seconds() - (now - self._seen[1])
