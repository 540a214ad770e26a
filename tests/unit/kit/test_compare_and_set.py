"""The attempts of a change: bounded when it is overtaken, patient when the database does not answer."""

import pytest

from db.driver import durable
from db.driver.errors import DatabaseUnreachable
from services.kit import compare_and_set
from services.kit.compare_and_set import TRIES, Attempts
from services.kit.errors import Conflict


class _Cell:
    """A value with a version, overtaken by somebody else at the first ``rivals`` writes."""

    def __init__(self, rivals: int) -> None:
        self.version = 0
        self._rivals = rivals

    def write(self, expected: int) -> bool:
        if self._rivals:
            self._rivals -= 1
            self.version += 1
        if self.version != expected:
            return False
        self.version += 1
        return True


async def _increment(cell: _Cell) -> int:
    attempts = Attempts("cell")
    while True:
        await attempts.next()
        read = cell.version
        if cell.write(read):
            return read + 1


async def test_a_change_that_is_overtaken_decides_anew_from_what_is_there_now() -> None:
    assert await _increment(_Cell(rivals=3)) == 4


async def test_a_change_that_is_always_overtaken_ends_with_a_conflict(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compare_and_set, "_LONGEST_PAUSE", 0.0)
    with pytest.raises(Conflict, match="cell"):
        await _increment(_Cell(rivals=TRIES))
    assert await _increment(_Cell(rivals=TRIES - 1)) == TRIES


async def test_an_unanswered_attempt_does_not_use_up_the_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable, "_FIRST_PAUSE", 0.0)
    attempts = Attempts("cell")
    for _ in range(2 * TRIES):
        await attempts.next()
        await attempts.unanswered(DatabaseUnreachable("gone"))
    await attempts.next()


async def test_a_database_that_stays_away_is_reported_once_patience_has_passed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(durable, "PATIENCE", -1.0)
    attempts = Attempts("cell")
    await attempts.next()
    with pytest.raises(DatabaseUnreachable, match="gone"):
        await attempts.unanswered(DatabaseUnreachable("gone"))
