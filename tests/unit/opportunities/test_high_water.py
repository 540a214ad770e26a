"""Readers of numbered documents read what is new, what may have come late, and now and then everything."""

from services.opportunities.high_water import HighWater


def test_what_may_have_come_late_is_looked_for_again_for_a_while() -> None:
    seconds = 0.0
    water = HighWater(overlap=120, whole=600, time=lambda: seconds)
    assert water.after() is None
    water.read(100, whole=True)
    assert water.after() == 80, "writers may have a number and not have written yet"
    seconds += 60
    water.read(105, whole=False)
    seconds += 60
    assert water.after() == 100
    seconds += 60
    assert water.after() == 105
    water.read(0, whole=False)
    assert water.after() == 105, "there was nothing new"
    seconds += 421
    assert water.after() is None
