"""Words in one spelling, for comparing what people write in a hurry, in disguise or without accents."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from services.kit.words.text import without_invisible

_APOSTROPHES = dict.fromkeys(map(ord, "'’‘‛`´ʼʹ′＇"))
# Cyrillic and Greek letters that look like Latin ones, and Latin ones that are no accented letters to Unicode.
_ALIKE = str.maketrans(
    {
        **dict(zip("авекмнортсухіјѕԁһ", "abekmhoptcyxijsdh", strict=True)),
        **dict(zip("αβεικνορτυχη", "abeiknoptuxn", strict=True)),
        **dict(zip("ıłøđðɡ", "iloddg", strict=True)),
        "æ": "ae",
        "œ": "oe",
    }
)
_FIGURES = str.maketrans("013457@$", "oieastas")
_TOKEN = re.compile(r"[^\W_]+(?:[@$]+[^\W_]+)*")
_REPEATED = re.compile(r"(\w)\1+")
_SPELLED_OUT = 3
_JOINING = " -\t"


class Token(NamedTuple):
    """A word in its one spelling; ``opens`` at the beginning of a sentence or clause."""

    word: str
    opens: bool


def plain(text: str) -> str:
    """Lower case, without accents, apostrophes and invisible characters, lookalike letters as Latin ones."""
    text = text.translate(_APOSTROPHES).casefold()
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKD", without_invisible(text)).casefold().translate(_ALIKE)
    return "".join(character for character in text if unicodedata.category(character) != "Mn")


def tokens(text: str) -> list[Token]:
    """The words of a ``plain`` text, letters that were spelled out singly put together."""
    return [Token(spelling_of(word), opens) for word, opens in _joined(list(_pieces(text)))]


def squeezed(text: str) -> str:
    """All letters of a ``plain`` text, for scripts that do not separate words."""
    return _REPEATED.sub(r"\1", "".join(filter(str.isalnum, text)))


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Each word and what stands before it."""
    end = 0
    for found in _TOKEN.finditer(text):
        yield found.group(), text[end : found.start()]
        end = found.end()


def _joined(pieces: list[tuple[str, str]]) -> Iterator[tuple[str, bool]]:
    """Words; "k.i.l.l" and "k i l l" are one."""
    at = 0
    while at < len(pieces):
        word, before = pieces[at]
        end = at + 1
        if len(word) == 1:
            while end < len(pieces) and len(pieces[end][0]) == len(pieces[end][1]) == 1:
                end += 1
            end = end if end - at >= _SPELLED_OUT else at + 1
        opens = at == 0 or (before != " " and before.strip(_JOINING) != "")
        yield "".join(piece for piece, _ in pieces[at:end]) if end > at + 1 else word, opens
        at = end


def spelling_of(word: str) -> str:
    """Return a ``plain`` word with letters for figures that look like them, and no letter twice in a row."""
    if not word.isalpha() and not word.isdecimal():
        word = word.translate(_FIGURES)
    return _REPEATED.sub(r"\1", word)
