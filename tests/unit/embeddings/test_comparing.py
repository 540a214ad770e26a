"""Comparing: the same with numpy and without, the best first, and never with a vector of another length."""

import random

import pytest

from services.embeddings import comparing
from services.embeddings.bundled import BundledEmbedder, bundled_version
from services.embeddings.comparing import nearest
from services.embeddings.port import vector_of

_random = random.Random(7)  # noqa: S311 - the same vectors each time
ROWS = [(str(at), vector_of([_random.uniform(-1, 1) for _ in range(24)])) for at in range(2_500)]


async def test_the_nearest_come_first_over_all_pieces() -> None:
    found = await nearest(ROWS[2_345][1], ROWS, 5)
    assert found[0] == ("2345", 1.0)
    likenesses = [likeness for _, likeness in found]
    assert likenesses == sorted(likenesses, reverse=True)
    assert len(set(dict(found))) == 5
    assert await nearest(ROWS[0][1], [], 5) == []


async def test_without_numpy_it_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numpy", reason="it comes with the extra `semantic`")
    fast = await nearest(ROWS[0][1], ROWS, 20)
    monkeypatch.setattr(comparing, "_numpy", lambda: None)
    slow = await nearest(ROWS[0][1], ROWS, 20)
    assert [name for name, _ in fast] == [name for name, _ in slow]
    assert [likeness for _, likeness in fast] == pytest.approx([likeness for _, likeness in slow], abs=1e-5)


async def test_vectors_of_another_length_are_never_compared() -> None:
    other = vector_of([1.0] * 12)
    assert await nearest(ROWS[0][1], [("other", other)], 5) == []


@pytest.mark.skipif(bundled_version() is None, reason="the extra `semantic` is not installed")
async def test_the_model_of_the_extra_reads_several_languages() -> None:
    embedder = BundledEmbedder(str(bundled_version()))
    titles = ["Krankenpfleger Intensivstation", "Python developer", "Chef de cuisine"]
    rows = list(zip(titles, await embedder.embed(titles), strict=True))
    (question,) = await embedder.embed(["intensive care nurse\0"], question=True)
    assert (await nearest(question, rows, 1))[0][0] == titles[0]
    await embedder.aclose()
