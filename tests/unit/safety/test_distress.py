"""Signs of distress in the languages people write in, and texts without them."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.llm.port import Turn
from services.safety.distress import (
    _phrases,
    distress_in,
    distress_of,
    may_end_phrase,
    without_distress,
)
from services.safety.spelling import plain, tokens
from tests.support.distress import NOT_MEANT, SAID, UNSPACED

EVERY = [(language, text) for language, texts in SAID.items() for text in texts]
SPACED = [text for language, text in EVERY if language not in UNSPACED]
NEUTRAL = st.sampled_from(
    ["It went well.", "I learned Rust.", "Hello!", "", "ok", "Das Projekt ist fertig.", "👍", "My boss left…"]
)
SEPARATOR = st.sampled_from(["\n", " ", ". ", " – ", "!!! ", "\n\n"])
ACCENTS = {"ą": "a", "ć": "c", "ę": "e", "ł": "l", "ó": "o", "ś": "s", "ź": "z", "ż": "z", "é": "e", "è": "e"}
ACCENTS |= {
    "ê": "e",
    "à": "a",
    "ã": "a",
    "á": "a",
    "í": "i",
    "ì": "i",
    "ù": "u",
    "ñ": "n",
    "ö": "o",
    "ä": "a",
}
LOOKALIKE = str.maketrans("aeocpx", "аеосрх")


@pytest.mark.parametrize(("language", "text"), EVERY)
def test_distress_is_seen_in_each_language(language: str, text: str) -> None:
    assert distress_in(text) == language


@pytest.mark.parametrize("text", NOT_MEANT)
def test_what_only_sounds_like_it_is_no_distress(text: str) -> None:
    assert distress_in(text) is None


@given(said=st.sampled_from(SPACED), before=NEUTRAL, after=NEUTRAL, separator=SEPARATOR)
@settings(max_examples=150, deadline=None)
def test_distress_is_seen_in_any_surroundings_case_and_spelling(
    said: str, before: str, after: str, separator: str
) -> None:
    # In the same clause a word that follows may show that something else is meant.
    ending = separator if separator.strip() or "\n" in separator else ". "
    text = f"{before}{separator}{said}{ending}{after}"
    assert distress_in(text)
    assert distress_in(text.upper())
    assert distress_in(text.replace("'", "’"))
    assert distress_in(text.replace("'", "").replace("’", ""))
    assert distress_in("".join(ACCENTS.get(letter, letter) for letter in text))
    assert distress_in("\u200b".join(text)), "characters that nobody sees"
    assert distress_in(text.replace(" ", "  \u00a0"))


@pytest.mark.parametrize(("language", "said"), [pair for pair in EVERY if pair[1] in SPACED])
def test_a_greeting_without_a_full_stop_hides_nothing(language: str, said: str) -> None:
    for greeting in ("ok", "Okay", "hi", "Hey", "hello"):
        assert distress_in(f"{greeting} {said}") == distress_in(said), (language, greeting)


@given(said=st.sampled_from(SAID["en"]), letter=st.sampled_from("aeocpx"))
@settings(max_examples=60, deadline=None)
def test_letters_of_other_scripts_that_look_alike_hide_nothing(said: str, letter: str) -> None:
    assert distress_in(said.replace(letter, letter.translate(LOOKALIKE)))
    assert distress_in("".join(chr(ord(each) + 0xFEE0) if each.isalpha() else each for each in said))


@pytest.mark.parametrize("text", ["K.I.L.L myself", "I want to diiiie", "k1ll mys3lf", "I want to d-i-e"])
def test_disguised_spellings_are_read(text: str) -> None:
    assert distress_in(text)


@given(said=st.sampled_from(NOT_MEANT), after=NEUTRAL, separator=st.sampled_from([". ", "\n", "! "]))
@settings(max_examples=100, deadline=None)
def test_what_stands_after_it_makes_no_distress_of_a_harmless_sentence(
    said: str, after: str, separator: str
) -> None:
    assert distress_in(f"{said}{separator}{after}") is None
    assert distress_in(said.upper()) is None or any(letter in said for letter in "ßäöü")


@given(text=st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_looked_at(text: str) -> None:
    distress_in(text)
    may_end_phrase(text)


WORDS = [word for said in SAID.values() for text in said for word in text.split()]


@given(word=st.sampled_from(WORDS), ends=st.text(".,:;!?()\"-*'/ ", max_size=3), twice=st.booleans())
@settings(max_examples=300, deadline=None)
def test_a_word_of_letters_is_looked_at_as_any_other(word: str, ends: str, twice: bool) -> None:
    """The short way of ``may_end_phrase`` says what the long one does."""
    text = ends + (word.replace("e", "ee") if twice else word) + ends
    said = {token.word for token in tokens(plain(text))}
    assert may_end_phrase(text) == (not text.isascii() or bool(said & _phrases().last_words))


def test_the_time_grows_with_the_text_only() -> None:
    distress_in("the phrases are read")
    worst = "i dont want to i do not want to i want to " * 500

    def seconds(text: str) -> float:
        started = time.process_time()
        distress_in(text)
        return time.process_time() - started

    assert seconds(worst * 8) < 40 * max(seconds(worst), 0.01)


def test_a_message_of_distress_and_its_reply_are_left_out_of_the_conversation() -> None:
    turns = [
        Turn("user", "I learned Rust.", "1"),
        Turn("assistant", "Good.", "2"),
        Turn("user", "I want to end it all", "3"),
        Turn("assistant", "Please talk to somebody.", "4"),
        Turn("user", "Thank you, I am with a friend now.", "5"),
    ]
    assert [turn.id for turn in without_distress(turns)] == ["1", "2", "5"]
    assert distress_of(turns[:3]) == "en"
    assert distress_of(turns) is None


def test_what_two_messages_say_together_counts() -> None:
    turns = [
        Turn("user", "I don't want to", "1"),
        Turn("assistant", "Go on.", "2"),
        Turn("user", "live", "3"),
    ]
    assert distress_of(turns) == "en"
    assert without_distress(turns) == []
