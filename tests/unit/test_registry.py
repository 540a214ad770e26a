"""Services are found by their class, and a room that asks too early is told so."""

import pytest

from services.registry import NotBuilt, Services


class Clock:
    pass


class LoudClock(Clock):
    pass


def test_a_service_is_found_by_exactly_its_class() -> None:
    clock, loud = Clock(), LoudClock()
    services = Services(clock)
    assert services[Clock] is clock
    assert services.find(LoudClock) is None
    services.add(loud)
    assert services[LoudClock] is loud
    assert services[Clock] is clock


def test_who_asks_for_what_is_not_built_learns_what_is_missing() -> None:
    with pytest.raises(NotBuilt, match="no Clock was built yet: put its feature before"):
        Services()[Clock]


def test_there_is_one_of_each_class() -> None:
    with pytest.raises(ValueError, match="two of Clock"):
        Services(Clock(), Clock())
