"""Quotations by which a model shows why a posting fits: whether they are there, and whether they carry anything."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.kit.words.terms import words
from services.profiles.sections import SECTIONS
from services.reference.occupations import alike
from services.reference.reading import Part, read

_MOST = 5
_SHORTEST = 2
_LONGEST = 400  # characters of a quotation that are compared
_SAME_WORK = 0.4
"""Likeness of what two quotations are about from which they speak of the same work, also in two languages."""
_LABELS = frozenset(
    word
    for label in (
        *(section.label for section in SECTIONS),
        "Title Organisation Kind Required desired skills none named place salary deadline description not said",
        "Years of work counted from its dates that its title expects",
        "Headline Summary Location Career goals Constraints work",
    )
    for word in words(label)
)
"""Words by which prompts name the parts of both texts: to quote those shows nothing."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two quotations of a model's: a passage of the profile that meets one of the posting."""

    profile: str
    posting: str

    def stands_in(self, profile: str, posting: str) -> bool:
        """Return True if each is in its text, whatever the case and the blanks."""
        return _stands(self.profile, profile) and _stands(self.posting, posting)


def pairs_of(value: object) -> Sequence[Pair]:
    """Return the pairs that a reply names; what has not their shape is a pair of nothing."""
    pairs = value[:_MOST] if isinstance(value, list) else []
    return [
        Pair(_quote(pair.get("profile_quote")), _quote(pair.get("posting_quote")))
        if isinstance(pair, dict)
        else Pair("", "")
        for pair in pairs
    ]


def says_the_same(pair: Pair) -> bool:
    """Return True if both quotations share a word that says something, or speak of the same work.

    An order to whoever ranks it is in the posting as well, and quoting it beside anything proves nothing.
    """
    ours, theirs = (set(words(text)) - _LABELS for text in (pair.profile, pair.posting))
    if not (ours and theirs) or ours & theirs:
        return bool(ours & theirs)
    one, other = (
        read([Part("title", [text], 1.0)], None).occupations for text in (pair.profile, pair.posting)
    )
    return alike(one, other) >= _SAME_WORK


def _quote(value: object) -> str:
    return " ".join(value[:_LONGEST].split()) if isinstance(value, str) else ""


def _stands(quote: str, text: str) -> bool:
    plain = quote.casefold()
    return len(plain) >= _SHORTEST and plain in " ".join(text.casefold().split())
