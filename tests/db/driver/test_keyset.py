"""Keyset pages: walking them gives the sorted whole, each document once, whatever ties there are."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.driver.client import ASC, DESC, Collection, Database
from db.driver.collections import Index, KeptCollection
from db.driver.indexes import ensure_indexes
from db.driver.keyset import Keyset

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NUMBERS: list[st.SearchStrategy[Any]] = [
    st.integers(0, 3).map(lambda at: EPOCH + timedelta(milliseconds=at)),
    st.sampled_from([0.0, 0.25, 0.5, 1.0]),
    st.integers(0, 2**53),
]
some_keys = st.sampled_from(NUMBERS).flatmap(lambda keys: st.lists(keys, max_size=12))
few = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(params=[ASC, DESC], ids=["ascending index", "descending index"])
async def collection(database: Database, request: pytest.FixtureRequest) -> Collection:
    """A collection with an index that runs with or against the pages."""
    index = Index([("list", ASC), ("key", request.param), ("_id", request.param)])
    await ensure_indexes(database, [KeptCollection("pages", "made by a test", [index])])
    return database["pages"]


async def written(collection: Collection, keys: Sequence[Any]) -> tuple[str, list[dict[str, Any]]]:
    """A list with these keys, beside another with the same."""
    name, other = uuid4().hex, uuid4().hex
    documents = [
        {"_id": uuid4().hex, "list": list_, "key": key, "even": number % 2 == 0}
        for list_ in (name, other)
        for number, key in enumerate(keys)
    ]
    if documents:
        await collection.insert_many(documents)
    return name, documents[: len(keys)]


async def walked(
    collection: Collection,
    keyset: Keyset,
    match: dict[str, Any],
    size: int,
    where: Sequence[dict[str, Any]] = (),
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    place: tuple[Any, ...] | None = None
    while True:
        page = await collection.aggregate(keyset.page(match, place, size, where=where)).to_list(None)
        assert len(page) <= size
        found += page
        if len(page) < size:
            return found
        fields = [keyset.key] if keyset.tie is None else [keyset.key, keyset.tie]
        place = tuple(page[-1][field] for field in fields)


@few
@given(some_keys, st.integers(1, 5), st.sampled_from([ASC, DESC]), st.booleans())
async def test_all_pages_are_the_sorted_whole(
    collection: Collection, keys: list[Any], size: int, direction: int, only_even: bool
) -> None:
    name, documents = await written(collection, keys)
    where = [{"even": True}] if only_even else []
    found = await walked(collection, Keyset("key", "_id", direction), {"list": name}, size, where)
    wanted = [document for document in documents if document["even"] or not only_even]
    assert found == sorted(wanted, key=lambda one: (one["key"], one["_id"]), reverse=direction == DESC)


@few
@given(
    st.lists(st.integers(0, 100), unique=True, max_size=12), st.integers(1, 5), st.sampled_from([ASC, DESC])
)
async def test_a_key_that_is_unique_needs_no_tie_break(
    collection: Collection, keys: list[int], size: int, direction: int
) -> None:
    name, documents = await written(collection, keys)
    found = await walked(collection, Keyset("key", None, direction), {"list": name}, size)
    assert found == sorted(documents, key=lambda one: one["key"], reverse=direction == DESC)


async def test_a_bound_of_the_key_holds_on_every_page(collection: Collection) -> None:
    name, _ = await written(collection, [0, 1, 1, 2, 2, 3])
    match = {"list": name, "key": {"$gt": 0, "$lt": 3}}
    found = await walked(collection, Keyset("key", direction=DESC), match, 2)
    assert [one["key"] for one in found] == [2, 2, 1, 1]
    assert match == {"list": name, "key": {"$gt": 0, "$lt": 3}}
    (stage, *_) = Keyset("key", direction=DESC).page(match, (7, "x"), 2)
    assert stage == {"$match": match}, "a place outside of the bound does not widen it"


async def test_without_a_limit_a_page_is_the_rest(collection: Collection) -> None:
    name, documents = await written(collection, [1, 1, 2])
    (first, *rest) = sorted(documents, key=lambda one: (one["key"], one["_id"]))
    pipeline = Keyset("key").page({"list": name}, (first["key"], first["_id"]), None)
    assert await collection.aggregate(pipeline).to_list(None) == rest


def test_what_an_index_serves_comes_first_and_the_tie_break_after_it() -> None:
    first, second, *_ = Keyset("at", direction=DESC).page({"list": "a"}, (5, "x"), 10)
    assert first == {"$match": {"list": "a", "at": {"$lt": 6}}}
    assert second == {"$match": {"$or": [{"at": {"$lt": 5}}, {"_id": {"$lt": "x"}}]}}
