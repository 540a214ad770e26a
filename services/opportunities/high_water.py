"""The position of a reader in documents that their writers number. No wall clock is asked."""

from collections import deque
from collections.abc import Callable
from time import monotonic

_AT_ONCE = 20
"""Writers that may have a number and not have written yet, when everything is read."""


class HighWater:
    """Numbers that were read. ``overlap`` and ``whole`` are seconds by ``time``.

    A number is taken before its documents are written, so that a lower one may show after a higher one: for
    ``overlap`` seconds it is looked for again. Every ``whole`` seconds everything is to be read.
    """

    def __init__(self, overlap: float, whole: float, time: Callable[[], float] = monotonic) -> None:
        self._overlap = overlap
        self._whole = whole
        self._time = time
        self._whole_at: float | None = None
        self._highest = self._settled = 0
        self._marks: deque[tuple[float, int]] = deque()

    def after(self) -> int | None:
        """Return the number after which to read; None if everything is to be read."""
        now = self._time()
        if self._whole_at is None or now - self._whole_at >= self._whole:
            return None
        while self._marks and now - self._marks[0][0] >= self._overlap:
            self._settled = self._marks.popleft()[1]
        return self._settled

    def read(self, highest: int, *, whole: bool) -> None:
        """Take down that what there was has been read, up to the number ``highest``."""
        now = self._time()
        if highest > self._highest:
            self._highest = highest
            self._marks.append((now, highest))
        if whole:
            self._whole_at = now
            self._settled = max(self._settled, self._highest - _AT_ONCE)
