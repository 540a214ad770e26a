"""Vectors of postings: made once for all processes, anew for what changed, and never compared across models."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import pytest

from db.driver.client import Database
from db.learnt_postings import LearntPostingStore
from db.opportunities import OpportunityRecord, OpportunityStatus, OpportunityStore
from db.posting_vectors import COLLECTION
from services.embeddings.remote import RemoteEmbedder
from services.embeddings.similar import LONGEST_TEXT, EmbeddingFailed, SimilarSearch
from services.kit.errors import InvalidInput, NotConfigured
from services.llm.retrying import Backoff
from services.matching.shortlist import Shortlist
from tests.support.embeddings_server import EmbeddingsServer, changed, embeddings_server, refused
from tests.support.factories import an_opportunity

NURSE, COOK, PILOT = (
    an_opportunity(number, title=title, description=described, digest=str(number))
    for number, title, described in (
        (1, "Ward nurse", "You dress wounds."),
        (2, "Cook", "You cost menus."),
        (3, "Pilot", "You fly gliders."),
    )
)


@pytest.fixture
async def server() -> AsyncIterator[EmbeddingsServer]:
    async with embeddings_server() as server:
        yield server


@asynccontextmanager
async def a_process(
    database: Database, server: EmbeddingsServer, model: str = "one"
) -> AsyncIterator[SimilarSearch]:
    store = OpportunityStore(database)
    shortlist = Shortlist(store, LearntPostingStore(database))
    vectors = LearntPostingStore(database, COLLECTION)
    patient = Backoff(tries=3, first=0.01, longest=0.02)
    async with aclosing(RemoteEmbedder(server.url, None, model)) as embedder:
        yield SimilarSearch(embedder, shortlist, store, vectors, backoff=patient)


async def write(database: Database, *postings: OpportunityRecord, new: bool = True) -> None:
    await OpportunityStore(database).write(*((postings, []) if new else ([], postings)))


async def titles(similar: SimilarSearch, text: str, most: int = 10) -> list[str]:
    return [record.title for record, _ in (await similar.search(text, most)).found]


async def models(database: Database) -> set[str]:
    return {each["version"] async for each in database[COLLECTION.name].find()}


async def test_what_is_about_the_same_comes_first_and_what_has_no_vector_is_left_out(
    database: Database, server: EmbeddingsServer
) -> None:
    await write(database, NURSE, COOK)
    async with a_process(database, server) as similar:
        before = await similar.search("wounds", 10)
        assert (before.found, before.pending, before.model) == ([], 2, "127.0.0.1/one")
        await similar.catch_up()
        assert await titles(similar, "who dresses wounds as a nurse?") == ["Ward nurse", "Cook"]
        ((best, likeness),) = (await similar.search("cost the menus", 1)).found
        assert (best.title, 0 < likeness < 1) == ("Cook", True)
        await write(database, PILOT)
        assert await titles(similar, "gliders", 1) != ["Pilot"]
        await similar.catch_up()
        assert await titles(similar, "gliders", 1) == ["Pilot"]


async def test_one_process_asks_for_all_and_repeats_nothing(
    database: Database, server: EmbeddingsServer
) -> None:
    await write(database, NURSE, COOK)
    async with a_process(database, server) as first, a_process(database, server) as second:
        await first.catch_up()
        await first.catch_up()
        await second.catch_up()
        assert server.asked == 2
        assert await titles(second, "menus", 1) == ["Cook"]


async def test_a_posting_that_changed_is_embedded_anew_and_one_that_closed_is_not_found(
    database: Database, server: EmbeddingsServer
) -> None:
    await write(database, NURSE, COOK)
    async with a_process(database, server) as similar:
        await similar.catch_up()
        await write(
            database,
            COOK.model_copy(update={"title": "Glazier", "description": "Windows.", "digest": "new"}),
            NURSE.model_copy(update={"status": OpportunityStatus.CLOSED}),
            new=False,
        )
        assert await titles(similar, "menus") == []
        await similar.catch_up()
        assert await titles(similar, "windows") == ["Glazier"]
        assert server.asked == 2 + 1 + 2, "the two searches"


async def test_after_a_change_of_model_only_the_new_one_s_vectors_are_compared(
    database: Database, server: EmbeddingsServer
) -> None:
    await write(database, NURSE, COOK)
    async with a_process(database, server) as old:
        await old.catch_up()
    server.dimensions = 32
    async with a_process(database, server, "two") as similar:
        assert await titles(similar, "nurse") == []
        await similar.catch_up()
        assert await titles(similar, "nurse", 1) == ["Ward nurse"]
    assert await models(database) == {"127.0.0.1/two"}


async def test_vectors_of_another_length_are_refused_and_those_before_stay(
    database: Database, server: EmbeddingsServer
) -> None:
    await write(database, NURSE)
    async with a_process(database, server) as similar:
        await similar.catch_up()
        await write(database, COOK)
        server.dimensions = 32
        await similar.catch_up()
        assert len(await database[COLLECTION.name].find().to_list(None)) == 1
        server.dimensions = 64
        assert await titles(similar, "nurse") == ["Ward nurse"]
        await similar.catch_up()
        assert set(await titles(similar, "nurse")) == {"Ward nurse", "Cook"}


async def test_a_busy_server_is_asked_again_and_what_fails_is_left_to_the_next_turn(
    database: Database, server: EmbeddingsServer
) -> None:
    await write(database, NURSE, COOK)
    async with a_process(database, server) as similar:
        server.replies += [refused(429, retry_after="0"), refused(500)]
        await similar.catch_up()
        assert len(server.requests) == 3
        assert await titles(similar, "nurse", 1) == ["Ward nurse"]
        for replies in ([refused(500)] * 3, [changed(lambda rows: rows.clear())], [refused(401)]):
            server.replies += replies
            with pytest.raises(EmbeddingFailed) as failed:
                await similar.search("nurse", 1)
            assert "secret" not in failed.value.message
        await write(database, PILOT)
        server.replies += [refused(503)] * 3
        await similar.catch_up()
        assert await titles(similar, "gliders", 1) != ["Pilot"]
        await similar.catch_up()
        assert await titles(similar, "gliders", 1) == ["Pilot"]


async def test_without_a_server_and_the_extra_the_setting_is_named(
    database: Database, server: EmbeddingsServer
) -> None:
    store = OpportunityStore(database)
    shortlist, vectors = (
        Shortlist(store, LearntPostingStore(database)),
        LearntPostingStore(database, COLLECTION),
    )
    similar = SimilarSearch(None, shortlist, store, vectors)
    await similar.catch_up()
    with pytest.raises(NotConfigured) as refused_:
        await similar.search("nurse", 1)
    assert refused_.value.setting == "FOOTHOLD_EMBEDDINGS_URL"
    async with a_process(database, server) as able:
        for text in ("", " \n", "\ud800", "x" * (LONGEST_TEXT + 1)):
            with pytest.raises(InvalidInput):
                await able.search(text, 1)
    assert server.requests == []
