"""Text from people, postings and models, made safe to show and to send on. What it says is not judged."""

import unicodedata

_CONTROLS = frozenset(chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))) - {"\n", "\t"}
# Embeddings, overrides and isolates: they can make a line read otherwise than it is stored (Trojan Source).
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REMOVED = dict.fromkeys(map(ord, _CONTROLS | _BIDI))
# Letters and symbols by their category, yet nothing is drawn for them.
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def clean(text: str) -> str:
    """Normal form NFC, trimmed, without control characters (but newline and tab) and bidirectional controls.

    Empty when nothing of it can be seen.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_REMOVED)
    text = unicodedata.normalize("NFC", text).strip()
    return text if any(map(_seen, text)) else ""


def encodable(text: str) -> bool:
    """False for half a surrogate pair, which neither UTF-8 nor BSON can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _seen(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS" and character not in _BLANK_LETTERS
