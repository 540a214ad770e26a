"""The audit of one's own matches: what about a person must not count is swapped, and everything scored again.

Swapped are names and pronouns, schools, titles and pronouns in the other gender, and, for postings that are fully
remote, the place of residence. The scores are those of the rules; a model's judgements are not asked for again.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from db.matches import MatchTier
from db.opportunities import Remote
from db.profiles import LocationRecord, ProfileRecord
from services.matching.candidates import Candidate
from services.matching.scoring import fit, tier_of
from services.matching.seeking import seeking

_FIRST = 10
_MOST_WORDS = 12
"""Words that are looked at one by one for the one that moved a tier."""
_NAMES = (
    "Ngozi Eze", "Li Wei", "Fatima al-Sayed", "Piotr Nowak", "Anjali Rao",
    "Lucía Morales", "John Miller", "Leilani Kealoha"
)  # fmt: skip
_SCHOOLS = ("Northern College", "Universidade do Mar", "Technische Schule Ost", "Lycée des Monts")
_CITIES = (("Porto", "PT"), ("Lagos", "NG"), ("Kraków", "PL"), ("Dhaka", "BD"))
_TOLD = ("work", "projects", "education", "volunteer", "publications", "certificates")


class SwapKind(StrEnum):
    """Kind of a swap."""

    NAME = "NAME"
    SCHOOL = "SCHOOL"
    GENDER = "GENDER"
    RESIDENCE = "RESIDENCE"


@dataclass(frozen=True, slots=True)
class SwapResult:
    """What a swap did: the share of the first ten that stayed there, matches whose tier is another, the word if one
    alone does that, and how many matches were compared.
    """

    kind: SwapKind
    swapped: str
    overlap: float
    tier_changes: int
    word: str | None
    compared: int


@dataclass(frozen=True, slots=True)
class _Swap:
    kind: SwapKind
    swapped: str
    profile: ProfileRecord
    words: Sequence[str] = ()
    remote_only: bool = False


class Audit:
    """An audit of one profile and its postings. Each ``result`` reads and scores once more: some 10 ms."""

    def __init__(self, profile: ProfileRecord, candidates: Sequence[Candidate]) -> None:
        self._profile = profile
        self._candidates = candidates
        self._own = self._scores(profile)

    def swaps(self) -> list[_Swap]:
        """Return what is swapped; what the profile does not have is left out."""
        return [
            *_names(self._profile),
            *_schools(self._profile),
            *_genders(self._profile),
            *_places(self._profile),
        ]

    def result(self, swap: _Swap) -> SwapResult:
        """Return what a swap did."""
        kept = [one.id for one in self._candidates if not swap.remote_only or one.remote is Remote.FULL]
        scores = self._scores(swap.profile)
        before, after = (
            sorted(kept, key=lambda id_: (-all_[id_], id_))[:_FIRST] for all_ in (self._own, scores)
        )
        changed = [id_ for id_ in kept if _tier(self._own[id_]) is not _tier(scores[id_])]
        return SwapResult(
            kind=swap.kind,
            swapped=swap.swapped,
            overlap=round(len(set(before) & set(after)) / len(before), 3) if before else 1.0,
            tier_changes=len(changed),
            word=None,
            compared=len(kept),
        )

    def moves(self, word: str) -> bool:
        """Return True if this word alone, in its other gender, moves a match to another tier."""
        scores = self._scores(_rewritten(self._profile, {word: other_gender()[word]}))
        return any(_tier(self._own[id_]) is not _tier(score) for id_, score in scores.items())

    def _scores(self, profile: ProfileRecord) -> dict[str, float]:
        person = seeking(profile)
        return {one.id: fit(person, one).score for one in self._candidates}


def _tier(score: float) -> MatchTier:
    return tier_of(round(score, 3))


def _names(profile: ProfileRecord) -> Iterator[_Swap]:
    own = (profile.name or "").split()
    for name in _NAMES:
        new = name.split()
        words = {word: new[min(at, len(new) - 1)] for at, word in enumerate(own)}
        yield _Swap(SwapKind.NAME, name, _rewritten(profile.model_copy(update={"name": name}), words))


def _schools(profile: ProfileRecord) -> Iterator[_Swap]:
    own = [study.institution for study in profile.education if study.institution]
    for school in _SCHOOLS if own else ():
        yield _Swap(SwapKind.SCHOOL, school, _rewritten(profile, dict.fromkeys(own, school)))


def _places(profile: ProfileRecord) -> Iterator[_Swap]:
    for city, country in _CITIES:
        moved = profile.model_copy(update={"location": LocationRecord(city=city, country_code=country)})
        own = profile.location.city
        changed = _rewritten(moved, {own: city}) if own else moved
        yield _Swap(SwapKind.RESIDENCE, f"{city}, {country}", changed, remote_only=True)


def _genders(profile: ProfileRecord) -> Iterator[_Swap]:
    pairs, found = other_gender(), dict[str, None]()

    def noted(word: str) -> str:
        found[word] = None
        return pairs[word]

    changed = _mapped(profile, _pattern(pairs), noted)
    if found:
        words = list(found)[:_MOST_WORDS]
        yield _Swap(SwapKind.GENDER, ", ".join(pairs[word] for word in words), changed, words)


def _rewritten(profile: ProfileRecord, words: Mapping[str, str]) -> ProfileRecord:
    return _mapped(profile, _pattern(words), words.__getitem__) if words else profile


def _pattern(words: Mapping[str, str]) -> "re.Pattern[str]":
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


def _mapped(profile: ProfileRecord, pattern: "re.Pattern[str]", word: Callable[[str], str]) -> ProfileRecord:
    """Return the profile with each word that the pattern finds in its texts replaced."""

    def told(value: object) -> object:
        if isinstance(value, str):
            return pattern.sub(lambda found: word(found.group()), value)
        if isinstance(value, list):
            return [told(each) for each in value]
        return {key: told(each) for key, each in value.items()} if isinstance(value, dict) else value

    texts = profile.model_dump(include={"headline", "summary", *_TOLD})
    return ProfileRecord.model_validate(
        {**profile.model_dump(), **{key: told(text) for key, text in texts.items()}}
    )


@cache
def other_gender() -> Mapping[str, str]:
    """Return the forms of words for people in the other gender, also as they begin a sentence."""
    pairs: dict[str, str] = {}
    for line in (Path(__file__).parent / "genders.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        for pair in line.split()[1:]:
            one, other = pair.split("/")
            for first, second in ((one, other), (other, one)):
                pairs.setdefault(first, second)
                pairs.setdefault(first.capitalize(), second.capitalize())
    return pairs
