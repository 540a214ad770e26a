"""Cursors: what was encoded comes back, wire format included, and nothing else is taken for one."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.cursors import decode_cursor, decode_numbered, encode_cursor
from services.kit.errors import InvalidInput

T = TypeVar("T")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SHAPES = ((int, str), (datetime, str), (str, int))

ids = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=80)
numbers = st.integers(0, 2**53 - 1)
scores = st.floats(-(2.0**53), 2.0**53, exclude_min=True, exclude_max=True)
times = st.integers(0, 10**14).map(lambda at: EPOCH + timedelta(milliseconds=at))
parts_of = {int: numbers, float: scores, datetime: times, str: ids}
cursors = st.one_of(*(st.tuples(st.just(kind), parts_of[kind], ids) for kind in (int, float, datetime, str)))
numbered = st.integers(0, len(SHAPES) - 1).flatmap(
    lambda index: st.tuples(st.just(index), st.tuples(*(parts_of[kind] for kind in SHAPES[index])))
)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
)


def refusal_of(decode: Callable[[], T]) -> T | InvalidInput:
    try:
        return decode()
    except InvalidInput as refusal:
        return refusal


def written(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@given(cursors)
def test_a_cursor_gives_back_its_key_and_id(cursor: tuple[type[Any], Any, str]) -> None:
    kind, key, local = cursor
    found = decode_cursor(encode_cursor(key, local), kind)
    assert found == (key, local)
    assert type(found[0]) is kind


@given(numbered)
def test_a_numbered_cursor_gives_back_its_number_and_parts(cursor: tuple[int, tuple[Any, ...]]) -> None:
    index, parts = cursor
    assert decode_numbered(encode_cursor(index, *parts), SHAPES) == (index, parts)
    assert decode_numbered(encode_cursor(index), SHAPES) == (index, ())


def test_cursors_of_earlier_versions_are_read() -> None:
    at = EPOCH + timedelta(milliseconds=1_764_412_157_123)
    assert decode_cursor("WzE3NjQ0MTIxNTcxMjMsICJhYiJd", datetime) == (at, "ab")
    assert decode_cursor("WzAuNSwgImFiIl0", float) == (0.5, "ab")
    assert decode_cursor("WzcsICJhYi1yIl0", int) == (7, "ab-r")
    assert decode_numbered("WzIsICJwcm9maWxlIiwgNF0", SHAPES) == (2, ("profile", 4))
    assert decode_numbered("WzFd", SHAPES) == (1, ())


@given(cursors, st.sampled_from([int, float, datetime, str]))
def test_a_cursor_of_another_type_is_refused(cursor: tuple[type[Any], Any, str], kind: type[Any]) -> None:
    made_for, key, local = cursor
    if kind is made_for or {kind, made_for} == {int, datetime}:
        return  # a time is an integer on the wire
    with pytest.raises(InvalidInput):
        decode_cursor(encode_cursor(key, local), kind)


@given(st.text() | json_values.map(written), st.sampled_from([int, float, datetime, str]))
def test_text_is_either_refused_or_the_very_cursor_that_encoding_makes(text: str, kind: type[Any]) -> None:
    found = refusal_of(lambda: decode_cursor(text, kind, field="from", source="export"))
    if isinstance(found, InvalidInput):
        assert found.field == "from"
        assert found.message == "Invalid cursor for this export."
    else:
        assert encode_cursor(*found) == text


@given(st.text() | json_values.map(written))
def test_text_is_either_refused_or_the_very_numbered_cursor_that_encoding_makes(text: str) -> None:
    found = refusal_of(lambda: decode_numbered(text, SHAPES))
    if isinstance(found, InvalidInput):
        assert found.field == "after"
    else:
        assert encode_cursor(found[0], *found[1]) == text


@pytest.mark.parametrize(
    "value",
    [[3], [-1], [True], [0.0], [0, 1], [0, 1, "a", "b"], [0, "a", 1], [0, 2**53, "a"], [0, -1, "a"],
     [1, 2**53 - 1, "a"],
     [2, "a", 1.0], [2, "a" * 81, 1], [2, "\ud800", 1], [2, "", 1], [], "0", {"0": 1}, None],
)  # fmt: skip
def test_a_number_without_a_shape_or_parts_of_another_are_refused(value: object) -> None:
    with pytest.raises(InvalidInput):
        decode_numbered(written(value), SHAPES)


@pytest.mark.parametrize("spelling", ["WzcsICJhYiJd=", "WzcsI*CJhYiJd", " WzcsICJhYiJd", "Wzcs\nICJhYiJd"])
def test_another_spelling_of_a_cursor_is_refused(spelling: str) -> None:
    assert decode_cursor("WzcsICJhYiJd", int) == (7, "ab")
    with pytest.raises(InvalidInput):
        decode_cursor(spelling, int)


def test_a_cursor_without_end_is_refused_before_it_is_read() -> None:
    with pytest.raises(InvalidInput):
        decode_cursor(urlsafe_b64encode(b"[" * 10_000_000).decode(), int)
