"""Text from people, postings and models, made safe to show and to send on. What it says is not judged."""

import re
import unicodedata

_CONTROLS = frozenset(chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))) - {"\n", "\t"}
# Embeddings, overrides and isolates: they can make a line read otherwise than it is stored (Trojan Source).
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REMOVED = dict.fromkeys(map(ord, _CONTROLS | _BIDI))
# Letters and symbols by their category, yet nothing is drawn for them.
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# Unicode's default ignorable characters and annotations: fillers, joiners, marks of direction, variation selectors,
# tag characters. Text can be hidden in them. (The characters of _BIDI are removed before.)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
_NON_JOINER, _JOINER, _AS_EMOJI = "\u200c", "\u200d", "\ufe0f"
_MARKS_OF_DIRECTION = ("\u200e", "\u200f", "\u061c")
_KEYCAP = "\u20e3"


def clean(text: str) -> str:
    """Normal form NFC, trimmed, without control characters (but newline and tab) and bidirectional controls.

    Of invisible characters only those stay that a script or an emoji needs. Empty when nothing of it can be seen.
    """
    text = without_hidden(text.replace("\r\n", "\n").replace("\r", "\n"))
    text = unicodedata.normalize("NFC", text).strip()
    return text if any(map(_seen, text)) else ""


def without_hidden(text: str) -> str:
    """The text without control characters, bidirectional controls, and invisible ones that nothing needs."""
    return _INVISIBLE.sub(_needed, text.translate(_REMOVED))


def without_invisible(text: str) -> str:
    """The text without any character that is not drawn, those that scripts need included."""
    return _INVISIBLE.sub("", text)


def encodable(text: str) -> bool:
    """False for half a surrogate pair, which neither UTF-8 nor BSON can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _seen(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS" and character not in _BLANK_LETTERS


def _needed(found: re.Match[str]) -> str:
    """Return the part of a run of invisible characters that is kept.

    That is one joiner within a word of a script that joins letters, one mark of direction beside a script that is
    read from the right, and what makes one emoji out of several. More would be room for a hidden message.
    """
    run, text = found.group(), found.string
    before, after = text[max(found.start() - 1, 0) : found.start()], text[found.end() : found.end() + 1]
    if run in (_JOINER, _NON_JOINER) and _joins(before) and _joins(after):
        return run
    if run in _MARKS_OF_DIRECTION and (_right_to_left(before) or _right_to_left(after)):
        return run
    kept = _AS_EMOJI if run[0] == _AS_EMOJI and (_pictured(before) or after == _KEYCAP) else ""
    return kept + (_JOINER if run[-1] == _JOINER and _pictured(before) and _pictured(after) else "")


def _joins(character: str) -> bool:
    """A letter or mark of a script from Arabic to those of India and South-East Asia."""
    return (
        bool(character) and "\u0600" <= character <= "\u1cff" and unicodedata.category(character)[0] in "LM"
    )


def _right_to_left(character: str) -> bool:
    return bool(character) and unicodedata.bidirectional(character) in ("R", "AL")


def _pictured(character: str) -> bool:
    return bool(character) and unicodedata.category(character) in ("So", "Sm", "Sk")
