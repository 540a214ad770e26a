"""Reading titles, running text and skills as likenesses to occupations, and joining them.

Each part of a document is a vector of length 1 before it is joined with the others by its share: a part that is
stuffed, or only long, says no more than its share.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.kit.words.terms import EVERYDAY_SKILLS, SKILL_WORDS, TRADE_SKILLS, words
from services.reference.languages import RANKS, language_of, plain_title
from services.reference.occupations import (
    KEPT,
    KEPT_CONCEPTS,
    Likeness,
    best,
    by_concepts,
    by_words,
    concepts_by_words,
    folded,
    title_concepts,
    with_pairs,
)

MOST_WORDS = 150
"""Different words of a running text that count: what matters stands at its beginning."""

_CONCEPTS_SHARPENED = 2.0
_TEXT_CONCEPTS = 60


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a document and its share. ``kind``: "title", "text" or "skills"."""

    kind: str
    texts: Sequence[str]
    share: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document is about: its likeness to occupations and, by its titles, to concepts; both may be empty."""

    occupations: Likeness
    concepts: Likeness


def language_of_texts(texts: Iterable[str]) -> str | None:
    """Return the language that the small words of the texts tell, None if they are too few."""
    return language_of(folded(" ".join(texts)))


def read(parts: Sequence[Part], code: str | None) -> Reading:
    """Return what the parts together are about; ``code`` is the language of the whole."""
    occupations: dict[int, float] = {}
    concepts: dict[int, float] = {}
    for part in parts:
        if part.kind == "title":
            found, named = _titles(part.texts, code)
            _join(concepts, best(named, KEPT_CONCEPTS), part.share)
        else:
            found = _running(part.texts, code, prose=part.kind == "text")
        _join(occupations, best(found, KEPT), part.share)
    return Reading(best(occupations, KEPT), best(concepts, KEPT_CONCEPTS))


def _join(into: dict[int, float], found: Likeness, share: float) -> None:
    for key, value in found.items():
        into[key] = into.get(key, 0.0) + share * value


def _titles(texts: Sequence[str], code: str | None) -> tuple[dict[int, float], dict[int, float]]:
    """Return the likenesses of titles, the first of them counting most."""
    occupations: dict[int, float] = {}
    concepts: dict[int, float] = {}
    for at, text in enumerate(texts):
        named, language = title_concepts(text, code)
        sharp = best(named, KEPT_CONCEPTS, _CONCEPTS_SHARPENED)
        sure = min(1.0, max(named.values(), default=0.0))
        fading = 1.0 / (1 + at)
        _join(concepts, sharp, fading * sure)
        _join(occupations, best(by_concepts(sharp), KEPT), fading * sure)
        if language == "en":
            weighted: dict[str, float] = {}
            found = words(plain_title(text))
            with_pairs([word for word in found if word not in RANKS] or found, 1.0, weighted)
            _join(occupations, best(by_words(weighted), KEPT), fading)
    return occupations, concepts


def _running(texts: Iterable[str], code: str | None, *, prose: bool) -> dict[int, float]:
    counts: dict[str, float] = {}
    different = 0
    for text in texts:
        if different >= MOST_WORDS:
            break
        with_pairs(words(text, prose=prose), 1.0, counts)
        different = sum(" " not in word for word in counts)
    if not prose:
        _tell_tools(counts)
    weighted = {word: math.log1p(count) for word, count in counts.items()}
    if code in (None, "en"):
        return by_words(weighted)
    single = {word: weight for word, weight in weighted.items() if " " not in word}
    concepts, _ = concepts_by_words(single, code or "en")
    found = best(by_concepts(best(concepts, _TEXT_CONCEPTS, 1.0)), KEPT)
    # Names of skills have become English words.
    skills = {word: weight for word, weight in weighted.items() if SKILL_WORDS.issuperset(word.split())}
    _join(found, best(by_words(skills), KEPT), _SKILLS)
    return found


_SKILLS = 0.5
"""Share of names of skills in text that is not English."""


def _tell_tools(counts: dict[str, float]) -> None:
    """Replace skills whose names are everyday words ("Go", "Rust"), of which O*NET's texts speak in another sense.

    Beside skills of the trade each of them speaks for software, alone for nothing.
    """
    everyday = [word for word in counts if word in EVERYDAY_SKILLS]
    software = TRADE_SKILLS.intersection(counts)
    for word in everyday:
        del counts[word]
    if software and everyday:
        for word in ("software", "software developer", "computer programmer"):
            counts[word] = counts.get(word, 0.0) + len(everyday)
