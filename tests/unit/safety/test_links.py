"""No link and nothing hidden comes out of the one filter, and ordinary text comes out byte by byte."""

import time
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.provisional import domains, urls

from services.kit.words.text import clean
from services.llm.prompt_text import neutralise
from services.matching.asking.checking import check_judgements
from services.safety.links import holds_link, known_in, presentable
from tests.support.factories import an_opportunity

ORDINARY = [
    "Node.js", "e.g. this", "C#/.NET", "v2.0", "3.5 years", "U.S.", "i.e. that", "and/or", "Node.js/Express",
    "ASP.NET Core", "B.Sc. and Ph.D.", "Ratio 3:2", "Note: this", "CI/CD & R&D", "AT&T Inc.", "5:30 pm",
    "你好。我是学生", "np.array", "Python3.x", "a.k.a. Zoë", "(e.g. four)", "100 % – “done”…", "TCP/IP", "1,200.50 €",
]  # fmt: skip
TOPS = [
    "com", "org", "zip", "shop", "click", "support", "online", "xyz", "io", "ai", "co.uk", "museum", "top", "dev",
    "рф", "中国", "भारत", "xn--p1ai", "xn--fiqs8s",
]  # fmt: skip
NAMES = ["evil", "sub.evil", "münchen", "пример", "xn--80ak6aa92e", "e-vil1"]
FORMS = [
    "{}", "https://{}", "http://{}/path?q=1", "hxxps://{}", "//{}/x", "[click]({})", "[click here](https://{})",
    "<https://{}>", "me@{}", "mailto:me@{}", "www.{}", "ftp://{}", "({})", "“{}”", "{}.", "{}/path", "{}:8080/x",
    "javascript:open('{}')", "see:https://{}", "custom+scheme://{}", "http : //{}",
]  # fmt: skip
SPELLINGS: list[Callable[[str], str]] = [
    str, str.upper, str.title, lambda text: text.replace(".", "\u200b."), lambda text: text.replace(".", "．"),
    lambda text: text.replace(".", "&#46;"), lambda text: text.replace(".", "&period;"),
    lambda text: "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text),
]  # fmt: skip
HIDDEN = st.sampled_from(
    "\u200b\u2060\ufeff\u00ad\u180e\u202e\u2066\u034f\ufe01\U000e0041\U000e0020\U000e0100\x07\x1b"
)


@given(words=st.lists(st.sampled_from(ORDINARY), min_size=1, max_size=6))
@settings(deadline=None)
def test_ordinary_text_comes_out_byte_by_byte(words: list[str]) -> None:
    assert presentable(" ".join(words)) == " ".join(words)


@given(
    name=st.sampled_from(NAMES),
    top=st.sampled_from(TOPS),
    form=st.sampled_from(FORMS),
    spelling=st.sampled_from(range(len(SPELLINGS))),
    around=st.sampled_from(ORDINARY),
)
@settings(max_examples=400, deadline=None)
def test_no_spelling_of_a_link_comes_out(name: str, top: str, form: str, spelling: int, around: str) -> None:
    domain = f"{name}.{top}"
    text = SPELLINGS[spelling](form.format(domain))
    shown = presentable(f"{around} {text} {around}")
    assert not holds_link(shown)
    assert domain.casefold() not in shown.casefold()
    assert "://" not in shown
    assert f".{top}".casefold() not in shown.casefold()
    assert shown.startswith(around)
    assert shown.endswith(around)


# Characters that nobody has assigned yet may go with the link or stay.
WRITTEN = st.text(st.characters(exclude_categories=("Cs", "Cn")), max_size=20)


@given(link=urls() | domains(), before=WRITTEN, after=WRITTEN)
@settings(max_examples=200, deadline=None)
def test_whatever_surrounds_a_link_what_comes_out_has_none(link: str, before: str, after: str) -> None:
    shown = presentable(f"{before} {link} {after}")
    assert link not in shown
    assert presentable(shown) == shown


@given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=80), hidden=st.lists(HIDDEN, max_size=6))
@settings(max_examples=200, deadline=None)
def test_what_nobody_sees_reaches_neither_people_nor_prompts(text: str, hidden: list[str]) -> None:
    mixed = "a".join(hidden) + text + "".join(hidden)
    for character in set(hidden):
        assert character not in clean(mixed)
        assert character not in neutralise(mixed)
    assert not any(
        "\ufe00" <= each <= "\ufe0f" or "\U000e0000" <= each <= "\U000e0fff" for each in neutralise(mixed)
    )
    assert "<" not in neutralise(mixed)


@pytest.mark.parametrize(
    "text",
    ["می\u200cخواهم", "क्\u200dष", "👩\u200d🔬", "❤\ufe0f", "1\ufe0f\u20e3", "🏳\ufe0f\u200d🌈", "مرحبا\u200f"],
)
def test_what_a_script_or_an_emoji_needs_stays_for_people(text: str) -> None:
    assert clean(text) == presentable(text) == text


def test_a_name_that_the_person_wrote_is_kept_but_no_address() -> None:
    known = known_in("I use Socket.io")
    assert presentable("socket.io is good", known) == "socket.io is good"
    assert presentable("see https://socket.io", known) == "see"


def test_every_text_of_a_match_passes_the_filter() -> None:
    posting = an_opportunity()
    evil = "Apply at evil.zip or [here](https://evil.click/x)\u200b now"
    item = {"n": "1", "score": 0.9, "explanation": evil}
    item |= {name: [evil, "https://evil.support"] for name in ("strengths", "gaps", "recommendations")}
    one = check_judgements({"matches": [item]}, [posting]).judgements[posting.id]
    for text in (one.explanation, *one.strengths, *one.gaps, *one.recommendations):
        assert text == "Apply at evil zip or [here] now"


@pytest.mark.parametrize("part", ["a.", "a@a.", "http:", "](", "x.", "&#", ": /", "a+-"])
def test_the_time_grows_with_the_text_only(part: str) -> None:
    started = time.process_time()
    presentable(part * 5_000)
    assert time.process_time() - started < 0.5


PIECES = st.text(max_size=4) | st.sampled_from(
    ["http://", "www.", ".com", "example", "&#46;", "://", " ", "\u0378", "\U000e0fff", ".\u0378", "e\u0301"]
)


@given(st.lists(PIECES, max_size=8).map("".join))
@example("\u0378http://")
def test_what_is_presentable_stays_as_it_is(text: str) -> None:
    shown = presentable(text)

    assert presentable(shown) == shown
