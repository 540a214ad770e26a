"""English for the offline coach: articles, lists, and how a heading reads in the middle of a sentence."""

import re
from collections.abc import Sequence
from hashlib import sha256

_SOUNDED_AS_CONSONANT = re.compile(r"(?:uni(?!n)|use|usu|eu|one\b|once\b|ux\b|ui\b)", re.IGNORECASE)
_SILENT_H = re.compile(r"(?:hour|honest|honou?r|heir)", re.IGNORECASE)
_NAMES = re.compile(
    r"(?:\w+ese|english|french|german|spanish|italian|russian|american|european|african|asian|indian|arabic|latin"
    r"|christian|muslim|jewish|greek|turkish|polish|dutch|swedish|finnish|danish|irish|bayesian|kubernetes|docker"
    r"|linux|python|java|rust|google|amazon|microsoft|apple|adobe|oracle|excel|tableau|figma|agile|scrum)$",
    re.IGNORECASE,
)


def article(phrase: str) -> str:
    """The phrase with "a" or "an"."""
    first = phrase.split(maxsplit=1)[0] if phrase.split() else ""
    if len(first) > 1 and first.isupper() and not _SOUNDED_AS_CONSONANT.match(first):
        vowel = first[0] in "AEFHILMNORSX"
    else:
        vowel = bool(_SILENT_H.match(first)) or (
            first[:1].lower() in "aeiou" and not _SOUNDED_AS_CONSONANT.match(first)
        )
    return f"{'an' if vowel else 'a'} {phrase}"


def plural(role: str) -> str:
    """The people who have a role: "heads of department", "registered nurses"."""
    head, of, rest = role.partition(" of ")
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
    """A heading without the capitals that only headings have: "Data Analysis" reads "data analysis"."""
    return " ".join(
        word.lower() if re.fullmatch(r"[A-Z][a-z’'-]*", word) and not _NAMES.fullmatch(word) else word
        for word in re.sub(r"\s*&\s*", " and ", heading).split()
    )


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
