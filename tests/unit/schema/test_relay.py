"""Global ids and cursors: what they say comes back, and nothing else is taken for one."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.shared.relay import (
    after_cursor,
    connection,
    global_id,
    local_id,
    page_size,
    parse_global_id,
)
from services.kit.cursors import decode_cursor, encode_cursor
from services.kit.errors import InvalidInput

PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=80)


def cursor(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@given(PRINTABLE)
def test_a_global_id_gives_back_what_it_was_made_of(local: str) -> None:
    assert parse_global_id(global_id("CareerAction", local)) == ("CareerAction", local)
    assert local_id(global_id("CareerAction", local), "CareerAction", "id") == local


@given(st.text())
def test_no_text_breaks_the_reading_of_ids_and_cursors(text: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        local_id(text, "CareerAction", "actionId")
    assert refusal.value.field == "actionId"
    for kind in (datetime, float, int):
        with pytest.raises(InvalidInput):
            decode_cursor(text, kind)


@pytest.mark.parametrize("local", ["", "x" * 81, "é", "a\x00", "a\nb", "\x7f"])
def test_what_is_no_local_id_is_refused(local: str) -> None:
    with pytest.raises(ValueError, match="not a global id"):
        parse_global_id(global_id("Match", local))
    with pytest.raises(InvalidInput):
        decode_cursor(cursor([1, local]), int)


def test_an_id_of_another_type_is_refused() -> None:
    with pytest.raises(InvalidInput):
        local_id(global_id("Match", "a"), "CareerAction", "id")


@pytest.mark.parametrize(
    "value",
    [1, None, "ab", [], [1], [1, "a", "b"], {"a": 1}, {"1": "a", "b": "c"}, [True, "a"], [None, "a"], ["1", "a"],
     [1, 1], [1, None], [1, "\ud800"], [10**400, "a"], [10**22, "a"], [float("nan"), "a"], [float("inf"), "a"],
     [-(10**22), "a"], "[" * 5000],
)  # fmt: skip
def test_a_cursor_that_no_list_made_is_refused(value: object) -> None:
    for kind in (datetime, float, int):
        with pytest.raises(InvalidInput) as refusal:
            decode_cursor(cursor(value), kind)
        assert refusal.value.field == "after"


def test_a_cursor_that_nests_without_end_is_refused() -> None:
    with pytest.raises(InvalidInput):
        decode_cursor(urlsafe_b64encode(b"[" * 100_000).decode(), float)


@given(st.timedeltas(timedelta(0), timedelta(days=365 * 8000)), PRINTABLE)
def test_a_time_survives_its_cursor_to_the_millisecond(since: timedelta, local: str) -> None:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=since // timedelta(milliseconds=1))
    assert after_cursor(encode_cursor(at, local), datetime) == (at, local)


def test_a_time_elsewhere_is_the_same_moment() -> None:
    at = datetime(2026, 11, 21, 12, tzinfo=timezone(timedelta(hours=5)))
    assert after_cursor(encode_cursor(at, "a"), datetime) == (at.astimezone(UTC), "a")


@given(st.floats(0, 1), PRINTABLE)
def test_a_score_survives_its_cursor_exactly(score: float, local: str) -> None:
    assert decode_cursor(encode_cursor(score, local), float) == (score, local)


def test_no_cursor_is_the_beginning() -> None:
    assert after_cursor(None, datetime) is None


@pytest.mark.parametrize("first", [-1, 0, 101])
def test_a_page_holds_1_to_100(first: int) -> None:
    assert (page_size(1), page_size(100)) == (1, 100)
    with pytest.raises(InvalidInput):
        page_size(first)


@pytest.mark.parametrize(("found", "more"), [(0, False), (2, False), (3, True)])
def test_one_record_too_many_says_that_there_are_more(found: int, more: bool) -> None:
    page = connection(list(range(found)), 2, None, str, lambda number: f"c{number}")
    assert [edge.node for edge in page.edges] == ["0", "1"][:found]
    assert (page.page_info.has_next_page, page.page_info.has_previous_page) == (more, False)
    assert page.page_info.end_cursor == ("c1" if found else None)
