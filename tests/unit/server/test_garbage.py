"""When the oldest generation is looked through: as the process grows, and at no other time."""

import asyncio
import gc
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.server import garbage
from resolvers.server.garbage import LEAST, SHARE, Growth, collect_at_growth, resident, settle
from tests.support.patience import within

SIZES = st.integers(0, 4 * 1024**3)


@given(start=SIZES, sizes=st.lists(SIZES))
def test_a_collection_is_due_once_the_process_has_grown_by_a_share(start: int, sizes: list[int]) -> None:
    growth = Growth(start)
    least = start
    for size in sizes:
        due = growth.due(size)
        assert due == (size - least >= max(LEAST, least // SHARE))
        if due:
            growth.collected(size)
            least = size


def test_a_process_that_grows_collects_the_seldomer_the_larger_it_is() -> None:
    growth = Growth(100 << 20)
    at = []
    for size in range(100 << 20, 2_000 << 20, 1 << 20):
        if growth.due(size):
            growth.collected(size)
            at.append(size)

    assert len(at) < 15
    assert all(later - sooner >= LEAST for sooner, later in pairwise(at))


class _Cyclic:
    alive = 0

    def __init__(self) -> None:
        self.itself = self
        type(self).alive += 1

    def __del__(self) -> None:
        type(self).alive -= 1


@pytest.fixture
def settled() -> Iterator[None]:
    thresholds = gc.get_threshold()
    settle()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


@pytest.mark.usefixtures("settled")
async def test_old_garbage_is_freed_when_the_process_has_grown(monkeypatch: pytest.MonkeyPatch) -> None:
    size = [100 << 20]
    monkeypatch.setattr(garbage, "LOOK_SECONDS", 0)
    monkeypatch.setattr(garbage, "resident", lambda: size[0])
    collecting = asyncio.create_task(collect_at_growth())
    kept = [_Cyclic() for _ in range(10)]
    gc.collect(1)  # into the oldest generation
    gc.collect(1)
    kept.clear()
    for _ in range(5):
        await asyncio.sleep(0)
    gc.collect(1)
    assert _Cyclic.alive == 10

    size[0] += LEAST
    async with within(10):
        while _Cyclic.alive:
            await asyncio.sleep(0)

    collecting.cancel()


def test_the_size_of_this_process_is_told() -> None:
    assert resident() > 10 << 20
