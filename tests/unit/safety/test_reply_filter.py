"""A reply that is cut into pieces anywhere comes out as whole: without links, and ended by distress."""

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.provisional import domains, urls

from services.safety.links import holds_link
from services.safety.reply_filter import ReplyFilter

PLAIN = [
    "Well done.",
    "Node.js",
    "e.g.",
    "漢字，",
    "👩‍🔬",
    "o\u0302\u0323",
    "مرحبا\u200f",
    "3.5",
    "\n\n-",
    "“so”",
    "你好。我",
]


def filtered(pieces: list[str]) -> tuple[str, str | None]:
    checked = ReplyFilter(lambda _name: False)
    shown = "".join(checked.feed(piece) for piece in pieces) + checked.finish()
    return shown, checked.distress


def cut(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


@given(words=st.lists(st.sampled_from(PLAIN), min_size=1), size=st.integers(1, 9))
@settings(deadline=None)
def test_text_without_links_arrives_to_the_character(words: list[str], size: int) -> None:
    assert filtered(cut(" ".join(words), size)) == (" ".join(words), None)


@given(
    link=urls() | domains(),
    before=st.sampled_from(PLAIN),
    after=st.sampled_from(PLAIN),
    size=st.integers(1, 9),
)
@settings(max_examples=200, deadline=None)
def test_no_link_comes_out_however_it_is_cut(link: str, before: str, after: str, size: int) -> None:
    shown, _ = filtered(cut(f"{before} {link} {after}", size))
    assert not holds_link(shown)
    assert link not in shown


def test_a_word_is_shown_before_it_ends() -> None:
    checked = ReplyFilter(lambda _name: False)
    assert [checked.feed(piece) for piece in ("Hel", "lo.", " You")] == ["Hel", "lo.", " You"]
    assert [checked.feed(piece) for piece in (" evil", ".com", "/x", " ok")] == [" evil", "", "", " ok"]


def test_a_name_that_the_person_wrote_stays() -> None:
    checked = ReplyFilter(lambda name: name == "Socket.io")
    assert checked.feed("Socket.io and other.io ") == "Socket.io and other io "


def test_distress_is_seen_across_pieces_and_what_only_sounds_so_is_not() -> None:
    assert filtered(cut("You said that I want to die. And then? What is next for you?", 3))[1] == "en"
    assert filtered(cut("I want to die laughing, you said, in this very office.", 3))[1] is None
    assert filtered(["I want to ", "die"])[1] == "en"
