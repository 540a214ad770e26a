"""English for the offline coach: articles, lists, and how a heading reads in the middle of a sentence."""

import re
from collections.abc import Sequence
from hashlib import sha256

from services.reference.ordinary import is_ordinary

_SOUNDED_AS_CONSONANT = re.compile(r"(?:uni(?!n)|use|usu|eu|one\b|once\b|ux\b|ui\b)", re.IGNORECASE)
_LATIN = re.compile(r"[A-Za-zÀ-ɏ0-9]")
_PARTS = re.compile(r"[^\W\d_]+")
_LONGEST_ACRONYM = 5
_SILENT_H = re.compile(r"(?:hour|honest|honou?r|heir)", re.IGNORECASE)


def article(phrase: str) -> str:
    """The phrase with "a" or "an"; without one where it is in a script that has no such sounds."""
    first = phrase.split(maxsplit=1)[0] if phrase.split() else ""
    if not _LATIN.match(first):
        return phrase
    spelled = 1 < len(first) <= _LONGEST_ACRONYM and first.isupper() and not is_ordinary(first)
    if spelled and not _SOUNDED_AS_CONSONANT.match(first):
        vowel = first[0] in "AEFHILMNORSX"
    else:
        vowel = bool(_SILENT_H.match(first)) or (
            first[:1].lower() in "aeiouäöü" and not _SOUNDED_AS_CONSONANT.match(first)
        )
    return f"{'an' if vowel else 'a'} {phrase}"


def plain_role(role: str) -> str:
    """Return the first of several roles, without what is added to it: "Nurse (part-time)" reads "Nurse"."""
    return re.split(r"\s*[/(,|–—]", role)[0].strip() or role.strip()


def plural(role: str) -> str:
    """The people who have a role: "heads of department", "registered nurses", "people who work as Erzieherin"."""
    head, of, rest = role.partition(" of ")
    if not is_ordinary(head.split()[-1] if head.split() else ""):
        return f"people who work as {role}"
    if head.endswith(("s", "x", "ch", "sh")):
        ending = "es"
    elif head.endswith("y") and head[-2:-1] not in "aeiou":
        head, ending = head[:-1], "ies"
    elif head.endswith("man"):
        head, ending = head[:-3], "men"
    else:
        ending = "s"
    return f"{head}{ending}{of}{rest}"


def in_sentence(heading: str) -> str:
    """The heading as it reads in the middle of a sentence: "Data Analysis" reads "data analysis".

    What is not known to be ordinary English keeps its capitals, and so does everything beside a name: "Adobe
    Illustrator", "Sprachförderung", "GitHub Actions".
    """
    told = heading.split()
    shouted = (
        len(told) > 1 and heading.isupper() and any(len(word) > 3 and is_ordinary(word) for word in told)
    )
    raised = [word for word in told if word[:1].isupper() and (shouted or not _is_acronym(word))]
    names = [word for word in raised if not all(map(is_ordinary, _PARTS.findall(word)))]
    if names and not shouted:
        return heading
    lowered = set(raised) - set(names)
    return " ".join(word.lower() if word in lowered else word for word in told)


def _is_acronym(word: str) -> bool:
    """Return True for "AI", "SQL" and "R&D", which tell nothing about the words beside them."""
    return word.isupper() and len(word) <= _LONGEST_ACRONYM


def listed(items: Sequence[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def draw(*seed: str) -> float:
    """A number from 0 to 1 that is always the same for the same words."""
    return int.from_bytes(sha256("\x1f".join(seed).encode()).digest()[:6], "big") / 2**48


def choose(options: Sequence[str], *seed: str) -> str:
    """Return one of the options, always the same for the same words."""
    return options[int(draw(*seed) * len(options))]
