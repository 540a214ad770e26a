"""Words of every script as they are compared."""

import unicodedata
from collections.abc import Callable
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.words.terms import (
    limited_terms,
    search_words,
    skill_key,
    skill_term,
    wanted_skill,
    wanted_words,
    words,
)
from services.reference.languages import LANGUAGES

UNSPACED = {
    "Han": "数据分析师负责与报表医生护士",
    "kana": "データサイエンスのおしごと",
    "Thai": "วิศวกรข้อมูลการขาย",
    "Lao": "ວິສະວະກອນຂໍ້ມູນ",
    "Khmer": "វិស្វករទិន្នន័យ",
    "Burmese": "အချက်အလက်အင်ဂျင်နီယာ",
    "Hangul": "데이터분석간호사",
}


def letters_of(script: str) -> list[str]:
    """The letters with their vowel signs."""
    found: list[str] = []
    for letter in UNSPACED[script]:
        if found and unicodedata.category(letter) in ("Mn", "Mc"):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def is_found(search: str, text: str) -> bool:
    there = set(search_words(text))
    return all(there & set(spellings) for spellings in wanted_words(search))


@given(st.data())
def test_a_word_is_found_inside_text_of_scripts_that_do_not_separate_words(data: st.DataObject) -> None:
    letters = letters_of(data.draw(st.sampled_from(list(UNSPACED))))
    word = "".join(data.draw(st.lists(st.sampled_from(letters), min_size=1, max_size=8)))
    around = st.lists(st.sampled_from([*letters, "Python", "3", " ", "、", "C++"]), max_size=6).map("".join)
    assert wanted_words(word)
    assert is_found(word, data.draw(around) + word + data.draw(around))


@given(st.sampled_from(sorted(UNSPACED)), st.sampled_from(sorted(UNSPACED)))
def test_a_word_that_is_not_there_is_not_found(one: str, other: str) -> None:
    assert is_found("".join(letters_of(one)[:2]), UNSPACED[other]) is (one == other)


PLAIN = [
    ("Köln", "Koln"),
    ("São Paulo", "Sao Paulo"),
    ("Łódź", "Lodz"),
    ("Århus", "Arhus"),
    ("Tromsø", "Tromso"),
    ("Đà Nẵng", "Da Nang"),
    ("İstanbul", "Istanbul"),
    ("ışık", "isik"),
    ("Reykjavík", "Reykjavik"),
    ("Αθήνα", "Αθηνα"),
    ("учёт", "учет"),
    ("مُحَاسِب", "محاسب"),
    ("أخصائي", "اخصائي"),
    ("שָׁלוֹם", "שלום"),
    ("ingénieur", "ingenieur"),
    ("señales", "senales"),
]


@pytest.mark.parametrize(("accented", "plain"), PLAIN)
@pytest.mark.parametrize("decomposed", [False, True])
@pytest.mark.parametrize("case", [str, str.upper])
def test_accents_do_not_separate_words(
    accented: str, plain: str, decomposed: bool, case: Callable[[str], str]
) -> None:
    written = unicodedata.normalize("NFD" if decomposed else "NFC", case(accented))
    assert words(written) == words(plain)
    assert is_found(plain, written)
    assert is_found(written, plain)


@pytest.mark.parametrize(
    ("one", "other"),
    [("май", "маи"), ("हिन्दी", "हनद"), ("thé", "the"), ("Gö", "Go"), ("ざ", "さ"), ("كتاب", "كتب")],
)
def test_marks_that_make_another_letter_stay(one: str, other: str) -> None:
    assert words(one, prose=False) != words(other, prose=False)


@pytest.mark.parametrize(
    ("search", "stored"),
    [
        ("Köln", "köln"),
        ("数据分析师", "数据分析师"),
        ("Señales", "señale"),
    ],
)
def test_postings_that_an_earlier_release_stored_are_still_found(search: str, stored: str) -> None:
    assert all(stored in spellings for spellings in wanted_words(search))
    assert skill_term(stored) in wanted_skill(search)


def test_plain_words_have_one_term() -> None:
    assert wanted_words("Machine learning in Berlin") == [("machine learning",), ("berlin",)]
    assert wanted_skill("PostgreSQL") == ("skill:postgresql",)
    assert wanted_skill("the") == ()


def test_unspaced_terms_have_their_own_limit() -> None:
    terms = ["a", "数据", "b", "据分", "c", "分析", "a"]
    assert limited_terms(terms, 2, 2) == ["a", "数据", "b", "据分"]


@pytest.mark.parametrize(
    ("name", "english"),
    [
        ("Wundversorgung", "wound care"),
        ("soins des plaies", "Wound care"),
        ("Atención al cliente", "customer service"),
        ("księgowość", "Bookkeeping"),
        ("eerste hulp", "First aid"),
        ("maschinelles Lernen", "ML"),
        ("gestión de proyectos", "Project management"),
    ],
)
def test_a_skill_has_one_key_in_all_languages(name: str, english: str) -> None:
    assert skill_key(name) == skill_key(english)


def test_every_skill_is_named_in_every_language() -> None:
    lines = (files("services.kit.words") / "skills.tsv").read_text("utf-8").splitlines()
    assert lines[0].split("\t") == list(LANGUAGES)
    for line in lines:
        assert len(list(filter(None, line.split("\t")))) == len(LANGUAGES), line
