"""How much a text reads like each of O*NET's occupations, and like each concept of ESCO's occupations.

Pure and deterministic; nothing depends on other profiles or postings. English is read with O*NET's words; titles and
text in the languages of ``services.reference.languages`` with ESCO's labels, whose concepts have likenesses of their
own.
"""

import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise

from services.kit.words.scripts import without_accents
from services.kit.words.terms import words
from services.reference.languages import LANGUAGES, OTHERS, RANKS, Language, plain_title
from services.reference.tables import Rows, Words, table, word_id

Likeness = Mapping[int, float]
"""Weights of occupations or concepts by their number; the squares add up to 1."""

KEPT = 40
KEPT_CONCEPTS = 12
_PART = 0.6
"""Weight of a part of a compound beside the whole."""
_SHORTEST_PART = 4


def title_of(occupation: int) -> str:
    """Return O*NET's title of an occupation, such as "Registered Nurses"."""
    titles: Sequence[str] = table("onet").facts["titles"]
    return titles[occupation]


def code_of_occupation(occupation: int) -> str:
    """Return O*NET's code of an occupation, such as "29-1141.00"."""
    codes: Sequence[str] = table("onet").facts["codes"]
    return codes[occupation]


def folded(text: str) -> str:
    """Return the text casefolded and without accents."""
    return without_accents(unicodedata.normalize("NFKC", text).casefold())


@cache
def _words(name: str) -> Words:
    return table(name).words


@cache
def _concepts() -> Rows:
    return table("concepts").rows


def stems(found: Iterable[str], language: Language) -> Iterator[str]:
    """Return the words as the labels of a language have them; its small words are left out."""
    for word in found:
        if word not in language.small:
            yield language.stem(word)


def spread(stem: str, language: Language, known: Words) -> Iterator[tuple[str, float]]:
    """Return a stem, and where the language writes compounds the two parts that labels know, with weights."""
    yield stem, 1.0
    if not language.compounds or len(stem) < 2 * _SHORTEST_PART:
        return
    longest = ""
    for at in range(_SHORTEST_PART, len(stem) - _SHORTEST_PART + 1):
        head, tail = stem[:at], stem[at:]
        if known.find(word_id(tail)) < 0:
            continue
        longest = longest or tail
        for joint in ("", "s", "n", "en", "es"):
            bare = head.removesuffix(joint) if head.endswith(joint) else ""
            if len(bare) >= _SHORTEST_PART and known.find(word_id(language.stem(bare))) >= 0:
                yield language.stem(bare), _PART
                yield tail, _PART
                return
    if longest:  # what a compound is, is said by its end
        yield longest, _PART


def by_words(weighted: Mapping[str, float]) -> dict[int, float]:
    """Return the likeness of English words and word pairs to occupations, not yet cut to the best."""
    known = _words("onet")
    found: dict[int, float] = {}
    for word, weight in weighted.items():
        at = known.find(word_id(word))
        if at >= 0:
            factor = weight * known.rarity(at)
            for occupation, share in known.rows.row(at):
                found[occupation] = found.get(occupation, 0.0) + factor * share
    return found


def rarity_of(word: str, code: str | None) -> float:
    """Return how much it tells that a word is in a text: little for one that many occupations have."""
    known = _words("onet")
    at = known.find(word_id(word))
    if at < 0 and code not in (None, "en"):
        language, known = LANGUAGES[code or "en"], _words(f"esco-{code}")
        if word in language.small:
            return 0.0
        at = known.find(word_id(language.stem(word)))
    return known.rarity(at) if at >= 0 else _UNKNOWN


def with_pairs(found: Sequence[str], weight: float, into: dict[str, float]) -> None:
    """Add the words of a text and its pairs of words that follow one another, with their weight."""
    for word in found:
        into[word] = into.get(word, 0.0) + weight
    for one, other in pairwise(found):
        pair = f"{one} {other}"
        into[pair] = into.get(pair, 0.0) + weight


def concepts_by_words(weighted: Mapping[str, float], code: str) -> tuple[dict[int, float], float]:
    """Return the likeness of words to concepts by a language's labels, and the share of the words that is known."""
    language, known = LANGUAGES[code], _words(f"esco-{code}")
    found: dict[int, float] = {}
    norm = understood = whole = 0.0
    for stem, weight in _stemmed(weighted, language).items():
        whole += weight
        places = [(known.find(word_id(part)), share) for part, share in spread(stem, language, known)]
        if all(at < 0 for at, _ in places):
            norm += (weight * _UNKNOWN) ** 2
            continue
        understood += weight
        for at, share in places:
            if at >= 0:
                factor = weight * share * known.rarity(at)
                norm += factor * factor
                for concept, likeness in known.rows.row(at):
                    found[concept] = found.get(concept, 0.0) + factor * likeness
    if norm:
        length = math.sqrt(norm)
        found = {concept: value / length for concept, value in found.items()}
    return found, understood / whole if whole else 0.0


_UNKNOWN = 4.0
"""Rarity of a word that no label has: it makes what is known of a title count for less."""


def _stemmed(weighted: Mapping[str, float], language: Language) -> dict[str, float]:
    found: dict[str, float] = {}
    for word, weight in weighted.items():
        for stem in stems((word,), language):
            found[stem] = max(found.get(stem, 0.0), weight)
    return found


def by_concepts(concepts: Mapping[int, float]) -> dict[int, float]:
    """Return the likeness of concepts to occupations."""
    rows = _concepts()
    found: dict[int, float] = {}
    for concept, weight in concepts.items():
        for occupation, share in rows.row(concept):
            found[occupation] = found.get(occupation, 0.0) + weight * share
    return found


def best(likeness: Mapping[int, float], most: int, sharpness: float = 1.0) -> dict[int, float]:
    """Return the ``most`` best, to the power of ``sharpness``, as a vector of length 1."""
    ranked = sorted(likeness.items(), key=lambda entry: (-entry[1], entry[0]))[:most]
    raised = {key: value**sharpness for key, value in ranked if value > 0}
    length = math.sqrt(math.fsum(value * value for value in raised.values()))
    return {key: value / length for key, value in raised.items()} if length else {}


def alike(one: Likeness, other: Likeness) -> float:
    """Return the cosine of two likenesses, 0 to 1."""
    if len(other) < len(one):
        one, other = other, one
    return math.fsum(weight * other.get(key, 0.0) for key, weight in one.items())


def title_concepts(title: str, code: str | None) -> tuple[dict[int, float], str]:
    """Return the concepts that a title reads like, and the language it was read in.

    The language is English or ``code``, whichever has labels that fit better; without ``code`` any.
    """
    found_words = list(filter(None, words(plain_title(title))))
    weighted = {word: 1.0 for word in found_words if word not in RANKS} or dict.fromkeys(found_words, 1.0)
    leading: tuple[float, dict[int, float], str] = (0.0, {}, "en" if code is None else code)
    for option in ("en", *OTHERS) if code is None else dict.fromkeys(("en", code)):
        concepts, _ = concepts_by_words(weighted, option)
        top = max(concepts.values(), default=0.0)
        # A word of English tasks or tools speaks for English, where no label has it.
        fit = top + _ENGLISH * share_known(weighted) if option == "en" else top
        if fit > leading[0] + 0.02:
            leading = (fit, concepts, option)
        if option == "en" and top > _SURE:
            break
    return leading[1], leading[2]


def share_known(found: Iterable[str]) -> float:
    """Return the share of the words that O*NET's English texts have."""
    known = _words("onet")
    each = [known.find(word_id(word)) >= 0 for word in found]
    return sum(each) / len(each) if each else 0.0


_ENGLISH = 0.35

_SURE = 0.9
"""Likeness to a label from which a title is taken to be in that language."""
