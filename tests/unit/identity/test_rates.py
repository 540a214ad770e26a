"""A window of a rate ends after its length, however the clock is set meanwhile."""

import time

import pytest

from services.identity.rates import RateLimits, Rates
from services.kit.errors import Limited


@pytest.mark.parametrize("hours", [-5, 5])
async def test_a_clock_that_jumps_neither_holds_a_rate_nor_frees_it(
    monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    wall, steady = time.time(), time.monotonic()
    monkeypatch.setattr(time, "time", lambda: wall)
    monkeypatch.setattr(time, "monotonic", lambda: steady)
    rates = Rates(RateLimits(person="1/minute"))
    await rates.root_field("ada")
    wall += hours * 3600
    with pytest.raises(Limited) as refused:
        await rates.root_field("ada")
    assert refused.value.retry_after == 60
    steady += 61
    await rates.root_field("ada")
