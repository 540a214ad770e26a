"""The marker of a summary is noticed and never shown, however the reply is cut into pieces."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.conversations.summary_signal import MARKER, SummarySignal, without_marker

TEXT = st.text(alphabet=st.sampled_from([*"[]SUMARY ab\n", "é", "👩", "\u200d", "ש", "\u0301"]), max_size=60)
CUTS = st.lists(st.integers(min_value=0, max_value=200), max_size=12)


def shown(pieces: list[str]) -> tuple[str, bool]:
    signal = SummarySignal()
    text = "".join([signal.feed(piece) for piece in pieces] + [signal.finish()])
    return text, signal.signalled


def split(text: str, cuts: list[int]) -> list[str]:
    places = sorted({min(cut, len(text)) for cut in cuts} | {0, len(text)})
    return [text[start:end] for start, end in itertools.pairwise(places)]


def is_plain(text: str) -> bool:
    text = text.upper()
    return MARKER not in text and not text.endswith(tuple(MARKER[:size] for size in range(3, len(MARKER))))


@given(TEXT.filter(is_plain), CUTS)
def test_text_without_a_marker_passes_unchanged(text: str, cuts: list[int]) -> None:
    assert shown(split(text, cuts)) == (text, False)


@given(
    TEXT.filter(is_plain), st.text(alphabet=" \n\t", max_size=4), st.text(alphabet=" \n", max_size=3), CUTS
)
def test_a_marker_at_the_end_is_taken_out_with_the_space_around_it(
    text: str, before: str, after: str, cuts: list[int]
) -> None:
    assert shown(split(text + before + MARKER + after, cuts)) == (text.rstrip(), True)


@given(TEXT, TEXT, CUTS)
def test_the_cuts_make_no_difference_and_no_marker_is_shown(first: str, second: str, cuts: list[int]) -> None:
    whole = f"{first}{MARKER}{second}"
    assert shown(split(whole, cuts)) == shown([whole])
    assert shown([whole])[1]


@given(TEXT.filter(is_plain), st.integers(min_value=3, max_value=len(MARKER) - 1), CUTS)
def test_a_marker_that_the_token_limit_cut_counts(text: str, size: int, cuts: list[int]) -> None:
    assert shown(split(f"{text} {MARKER[:size]}", cuts)) == (text.rstrip(), True)


def test_text_is_shown_at_once_and_only_what_could_be_a_marker_waits() -> None:
    signal = SummarySignal()
    assert [signal.feed(piece) for piece in ("Well ", "done", " [", "x] [", "[SUM", "s]")] == [
        "Well",
        " done",
        "",
        " [x]",
        "",
        " [[SUMs]",
    ]
    assert not signal.signalled


@pytest.mark.parametrize("marker", ["[[summary]]", "[[Summary]]"])
def test_the_marker_is_known_in_any_case(marker: str) -> None:
    assert shown([f"Bye. {marker}"]) == ("Bye.", True)


def test_what_follows_a_marker_is_not_lost() -> None:
    assert shown([f"{MARKER}You did it.", " Well done. "]) == ("You did it. Well done. ", True)
    assert without_marker(f"One {MARKER} two {MARKER}") == "One  two"
