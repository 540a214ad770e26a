"""Languages that titles and fields of work are read in. docs/reference.md says how one is added.

A language is an entry of ``LANGUAGES`` and a table of labels (``data/esco-CODE.table``), nothing else.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

_CLEAR_LEAD = 2
"""Small words by which a text must be nearer to a language than to English to be in it."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language: its code (ISO 639-1), the small words that a text in it has, without accents, the endings that make
    another gender, case or number, the longest first, and whether it writes compounds in one word.
    """

    code: str
    small: frozenset[str]
    endings: tuple[str, ...] = ()
    compounds: bool = False

    def stem(self, word: str) -> str:
        """Return the word without its ending, at least four letters of it."""
        for ending in self.endings:
            if word.endswith(ending) and len(word) - len(ending) >= 4:
                return word[: -len(ending)]
        return word


def _language(code: str, small: str, endings: str = "", *, compounds: bool = False) -> Language:
    ordered = sorted(endings.split(), key=lambda ending: (-len(ending), ending))
    return Language(code, frozenset(small.split()), tuple(ordered), compounds)


LANGUAGES: Mapping[str, Language] = MappingProxyType(
    {
        each.code: each
        for each in (
            _language(
                "en",
                "the a an and of to in for with on at by from or as is are was were be been we you i my our your their"
                " this that it have has had not will who what which into over",
            ),
            _language(
                "de",
                "der die das und ein eine einer eines einem einen den dem des mit fur von im zum zur bei auf als ich"
                " wir sie ist sind war nicht oder auch nach uber unter sowie durch wird werden haben hat am an aus in"
                " zu m w d",
                "innen erinnen erin ern in en er es em e n s",
                compounds=True,
            ),
            _language(
                "fr",
                "le la les un une des du de et en au aux pour dans par sur avec je nous vous il elle est sont etait ne"
                " pas ou qui que ce cette son sa ses leur mon ma mes d l h f",
                "trices trice teurs teur euses euse eurs eur ieres iere iers ier ennes enne iens ien elles elle els el"
                " es e s",
            ),
            _language(
                "es",
                "el la los las un una unos unas y de del en al para por con sobre que se su sus es son fue no o como"
                " mas mi mis nuestro lo a e",
                "adoras adora adores ador oras ora ores or eras era eros ero icas ica icos ico as a os o es e s",
            ),
            _language(
                "nl",
                "de het een en van in voor met op aan bij als is zijn was niet of ook naar door over uit tot te ik wij"
                " we u je die dat wordt worden heeft hebben m v x",
                "sters ster ers er en e s",
                compounds=True,
            ),
            _language(
                "pl",
                "i w z na do o od po za przez dla oraz jest sa byl byla sie nie to ze jak lub przy u ze we k m",
                "iczka iczki iczek icz owych owego owej owy owa owe ych ego iej ej ymi ami ach owi om em ow ie ia ii ka"
                " ki y a e i o u",
            ),
        )
    }
)
OTHERS = tuple(code for code in LANGUAGES if code != "en")

_RANKS = """
senior junior lead staff principal intern internship trainee apprentice graduate multiple open opening position various
sr jr mid entry level i ii iii iv founding deputy interim
"""
RANKS = frozenset(_RANKS.split())
"""Words of titles that tell rank or number, and nothing of the kind of work."""

_SMALL_WORD = re.compile(r"[^\W\d_]+")
_SMALL: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        word: tuple(code for code, language in LANGUAGES.items() if word in language.small)
        for word in sorted(set().union(*(language.small for language in LANGUAGES.values())))
    }
)


def language_of(folded: str) -> str | None:
    """Return the language of a text (casefolded, without accents) by its small words; None if they are too few."""
    counts: dict[str, int] = {}
    for word in _SMALL_WORD.findall(folded):
        for code in _SMALL.get(word, ()):
            counts[code] = counts.get(code, 0) + 1
    return _leading(counts)


def _leading(counts: Mapping[str, int]) -> str | None:
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0] != "en", entry[0]))
    if not ranked:
        return None
    first, most = ranked[0]
    others = max((count for code, count in ranked[1:]), default=0)
    return first if most - others >= _CLEAR_LEAD or (most >= 2 and others == 0) else None


_MARKS = re.compile(
    r"\((?:[a-z]\s*[/|*.,]\s*){1,3}[a-z]\)|(?<=\w)(?:[:*_]|/-?)(?:innen|in|ne|trice|euse|a|o|re|ka|frau)\b|\(in\)"
    r"|(?<=[a-zß-ÿ])In(?:nen)?\b|·e\b|\(e\)",
)


def plain_title(title: str) -> str:
    """Return a title without marks of gender: "(m/w/d)", "/in", ":in", "In"."""
    return _MARKS.sub("", title.replace("(M/W/D)", ""))


def alternatives(label: str) -> Iterable[str]:
    """Return the titles that a label names: "Krankenpfleger/Krankenpflegerin" names two."""
    parts = [part.strip() for part in re.split(r"\s*/\s*", plain_title(label))]
    return parts if all(len(part) > 3 for part in parts) else [plain_title(label)]
