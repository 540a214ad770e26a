"""Letters as they are compared: accents that people leave out, and scripts that do not separate words."""

import re
import unicodedata
from itertools import pairwise

from services.kit.caches import remembered

MARKS = "".join(chr(code) for code in range(0x300, 0x2000) if unicodedata.category(chr(code)) in ("Mn", "Mc"))
"""Vowel signs and accents, which the regular expression's ``\\w`` does not hold."""

# Thai, Lao, Burmese, Khmer, Tai scripts, kana, bopomofo, Han, and Hangul, whose compounds and particles have no space.
_UNSPACED = (
    "\u0e01-\u0e5b\u0e81-\u0edf\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aad\u3005-\u3007\u3041-\u3096"
    "\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7a3\uf900-\ufaff\U00020000-\U000323af"
)
_RUN = re.compile(f"[{_UNSPACED}][{_UNSPACED}{MARKS}]*")
_CHARACTER = re.compile(f"[^{MARKS}][{MARKS}]*|[{MARKS}]+")  # a letter with its vowel signs

_JOINTS = "&'’."  # what joins the parts of a word
_ACCENTS = range(0x300, 0x370)
_VOWEL_POINTS = frozenset(map(chr, (0x640, *range(0x64B, 0x653), 0x670, *range(0x591, 0x5C8))))
_ALEF, _HAMZAS = "\u0627", frozenset("\u0653\u0654\u0655")
_CYRILLIC_VOWELS, _STRESS, _DIAERESIS = frozenset("аеиоуыэюя"), "\u0301", "\u0308"
# Letters that Unicode does not take apart, as people write them without their strokes.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)


@remembered(1 << 16)
def without_accents(word: str) -> str:
    """Return a casefolded word without the accents and vowel points that people leave out.

    Accents of Latin and Greek letters, the diaeresis of Russian "ё", vowel points of Arabic and Hebrew. Marks that
    make another letter, as in "й" and in the scripts of India, stay.
    """
    if word.isascii():
        return word
    kept: list[str] = []
    base = ""
    for letter in unicodedata.normalize("NFD", word):
        if not unicodedata.combining(letter):
            base = letter
        if not _left_out(letter, base):
            kept.append(letter)
    return unicodedata.normalize("NFC", "".join(kept)).translate(_PLAIN)


def _left_out(letter: str, base: str) -> bool:
    if letter in _VOWEL_POINTS:
        return letter == "\u0640" or bool(unicodedata.combining(letter))
    if letter in _HAMZAS:
        return base == _ALEF
    if ord(letter) not in _ACCENTS:
        return False
    if "\u0400" <= base <= "\u052f":
        return (letter == _STRESS and base in _CYRILLIC_VOWELS) or (letter == _DIAERESIS and base == "е")
    return base <= "\u03ff"


def pieces(word: str) -> list[str]:
    """Cut a word where a script that does not separate words begins or ends, and such a script into pairs.

    A word of two letters or more is in such text if all its pairs are; one letter alone is a piece.
    """
    found: list[str] = []
    end = 0
    for run in _RUN.finditer(word):
        found += [word[end : run.start()].strip(_JOINTS), *_pairs(_CHARACTER.findall(run.group()))]
        end = run.end()
    return list(filter(None, [*found, word[end:].lstrip(_JOINTS) if end else word]))


def characters(text: str) -> list[str]:
    """Return the letters of the scripts that do not separate words."""
    return [each for run in _RUN.findall(text) for each in _CHARACTER.findall(run)]


def is_unspaced(term: str) -> bool:
    """Return True for a piece of a script that does not separate words."""
    return _RUN.match(term) is not None


def _pairs(letters: list[str]) -> list[str]:
    if len(letters) == 1:
        return letters
    return [one + other for one, other in pairwise(letters)]
