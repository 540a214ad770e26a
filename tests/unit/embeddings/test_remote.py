"""A server of vectors that misbehaves: each fault has its own error, and no vector of it is taken."""

import math
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing

import pytest

from services.embeddings.port import values_of
from services.embeddings.remote import RemoteEmbedder
from services.llm.port import ModelBusy, ModelError, ModelRefusedKey, ModelReplyInvalid
from tests.support.embeddings_server import EmbeddingsServer, Rows, changed, embeddings_server, refused

TEXTS = ["a nurse", "a cook"]


@pytest.fixture
async def server() -> AsyncIterator[EmbeddingsServer]:
    async with embeddings_server() as server:
        yield server


@pytest.fixture
async def embedder(server: EmbeddingsServer) -> AsyncIterator[RemoteEmbedder]:
    async with aclosing(RemoteEmbedder(f"{server.url}/", "a-key", "small")) as embedder:
        yield embedder


async def test_vectors_come_in_the_order_of_the_texts_and_have_length_one(
    server: EmbeddingsServer, embedder: RemoteEmbedder
) -> None:
    server.replies.append(changed(lambda rows: rows.reverse()))
    first, second = await embedder.embed(TEXTS)
    assert await embedder.embed(TEXTS[1:], question=True) == [second]
    assert first != second
    assert math.isclose(sum(value * value for value in values_of(first)), 1, abs_tol=1e-6)
    assert server.requests[0] == {"model": "small", "input": TEXTS, "encoding_format": "float"}
    assert set(server.keys) == {"Bearer a-key"}
    assert embedder.model == "127.0.0.1/small"


def spoilt(value: object) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        rows[1]["embedding"][3] = value

    return change


def shorter(rows: Rows) -> None:
    rows[1]["embedding"].pop()


def twice(rows: Rows) -> None:
    rows[1]["index"] = 0


def fewer(rows: Rows) -> None:
    rows.pop()


def more(rows: Rows) -> None:
    rows.append({**rows[0], "index": 2})


def of_nothing(rows: Rows) -> None:
    rows[1]["embedding"] = [0.0] * 64


CHANGES: Mapping[str, Callable[[Rows], object]] = {
    "NaN": spoilt(math.nan), "infinite": spoilt(math.inf), "too large": spoilt(1e300), "text": spoilt("1"),
    "null": spoilt(None), "shorter": shorter, "twice": twice, "fewer": fewer, "more": more, "zero": of_nothing,
    "no rows": lambda _: {}, "no row": lambda _: [1, 2], "no vector": lambda _: [{"index": 0}, {"index": 1}],
    "empty": lambda _: [{"index": at, "embedding": []} for at in (0, 1)],
    "very long": lambda _: [{"index": at, "embedding": [1.0] * 5000} for at in (0, 1)],
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_a_reply_of_another_shape_is_refused_as_a_whole(
    server: EmbeddingsServer, embedder: RemoteEmbedder, change: Callable[[Rows], object]
) -> None:
    server.replies.append(changed(change))
    with pytest.raises(ModelReplyInvalid):
        await embedder.embed(TEXTS)


@pytest.mark.parametrize(
    ("status", "error"),
    [(429, ModelBusy), (500, ModelBusy), (503, ModelBusy), (401, ModelRefusedKey), (404, ModelReplyInvalid)],
)
async def test_a_refusal_says_whether_to_try_again_and_nothing_of_the_provider_s(
    server: EmbeddingsServer, embedder: RemoteEmbedder, status: int, error: type[ModelError]
) -> None:
    server.replies.append(refused(status, retry_after="7"))
    with pytest.raises(error) as refusal:
        await embedder.embed(TEXTS)
    assert "secret" not in refusal.value.reason
    assert getattr(refusal.value, "retry_after", 7.0) == 7.0


async def test_one_that_is_silent_or_away_is_busy(server: EmbeddingsServer) -> None:
    server.speaks.clear()
    async with aclosing(RemoteEmbedder(server.url, None, "small", seconds=0.2)) as embedder:
        with pytest.raises(ModelBusy, match="Timeout"):
            await embedder.embed(TEXTS)
    assert server.keys == [None]
    async with aclosing(RemoteEmbedder("http://127.0.0.1:1/v1", None, "small")) as embedder:
        with pytest.raises(ModelBusy, match="ConnectError"):
            await embedder.embed(TEXTS)
