"""When the oldest generation is looked through: as the process grows, and at no other time."""

import asyncio
import gc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.server import garbage
from resolvers.server.garbage import LEAST, NEW, Growth, collect_at_growth, resident, settle
from tests.support.patience import within

SIZES = st.integers(0, 4 * 1024**3)


@given(start=SIZES, sizes=st.lists(SIZES))
def test_a_collection_is_due_once_the_process_has_grown(start: int, sizes: list[int]) -> None:
    growth = Growth(start)
    last = whole = start
    for size in sizes:
        assert growth.due(size) == (size - last >= NEW)
        assert growth.due_whole(size) == (size - whole >= max(LEAST, whole))
        if growth.due(size):
            growth.collected(size, whole=growth.due_whole(size))
            last, whole = size, size if size - whole >= max(LEAST, whole) else whole


def test_a_process_that_grows_looks_through_everything_only_when_it_has_doubled() -> None:
    growth = Growth(100 << 20)
    at = []
    for size in range(100 << 20, 2_000 << 20, 1 << 20):
        if growth.due_whole(size):
            growth.collected(size, whole=True)
            at.append(size >> 20)

    assert at == [200, 400, 800, 1600]


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

    size[0] += NEW
    async with within(10):
        while _Cyclic.alive:
            await asyncio.sleep(0)

    collecting.cancel()


@pytest.mark.usefixtures("settled")
async def test_garbage_that_was_set_aside_is_freed_when_the_process_has_doubled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    size = [100 << 20]
    monkeypatch.setattr(garbage, "LOOK_SECONDS", 0)
    monkeypatch.setattr(garbage, "resident", lambda: size[0])
    kept = [_Cyclic() for _ in range(10)]
    gc.freeze()
    collecting = asyncio.create_task(collect_at_growth())
    await asyncio.sleep(0)
    kept.clear()
    size[0] += NEW
    for _ in range(5):
        await asyncio.sleep(0)
    assert _Cyclic.alive == 10

    size[0] *= 2
    async with within(10):
        while _Cyclic.alive:
            await asyncio.sleep(0)

    collecting.cancel()


def test_the_size_of_this_process_is_told() -> None:
    assert resident() > 10 << 20
