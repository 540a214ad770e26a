"""Evidence of skills in a profile: shown in what the person did, or only listed.

Limits against stuffing: of what is listed the first 80 count, half as much as what is shown, and in a list that is
longer than most people's less and less; a line of very many commas is a list, wherever it stands.
"""

import re
from collections.abc import Iterable, Iterator
from copy import copy
from typing import Any, NamedTuple

from db.opportunities import OpportunityRecord
from db.profiles import ProfileRecord
from services.kit.words.terms import EVERYDAY_SKILLS, TRADE_SKILLS, implied, skill_key, words
from services.profiles.fields import ITEM, LONG
from services.profiles.sections import (
    CERTIFICATES,
    EDUCATION,
    INTERESTS,
    PROJECTS,
    PUBLICATIONS,
    SKILLS,
    VOLUNTEERING,
    WORK,
    Section,
)

LISTED = 0.5
"""Weight of a skill that is only listed, beside one that is shown."""
MOST_LISTED = 80
USUAL_LISTED = 45
"""Listed skills and keywords up to which each counts as much as one alone: few people list more."""
_MOST_COMMAS = 12
_LONGEST_PHRASE = 5
_SEGMENT_WORDS = 40  # in more text than this, the words of a skill stand together by chance


class Overlap(NamedTuple):
    """Skills as the opportunity spells them, the required ones first."""

    matched: list[str]
    missing: list[str]


class Segment(NamedTuple):
    """A text of the profile. ``listed``: a name in a list; ``running``: sentences, in which any word may stand;
    ``wished``: of an interest, which is no evidence that the person can do it.
    """

    text: str
    weight: float
    prose: bool
    listed: bool
    running: bool
    wished: bool = False


class Evidence:
    """Terms of a profile: skills, and words in work, projects, education and the rest."""

    def __init__(self, profile: ProfileRecord) -> None:
        self._shown: set[str] = set()
        self._listed: set[str] = set()
        self._segments: list[tuple[frozenset[str], bool]] = []
        everyday: set[str] = set()
        all_ = [segment for segment in segments(profile) if not segment.wished]
        listed = [segment for segment in all_ if segment.listed]
        self.trust = LISTED * min(1.0, USUAL_LISTED / max(1, len(listed)))
        for segment in listed[:MOST_LISTED]:
            self._take(words(segment.text, prose=segment.prose), self._listed, listed=True)
        self._listed |= implied(self._listed)
        for segment in all_:
            if not segment.listed:
                found = words(segment.text, prose=segment.prose)
                if segment.running:
                    everyday.update(EVERYDAY_SKILLS.intersection(found))
                    found = [word for word in found if word not in EVERYDAY_SKILLS]
                self._take(found, self._shown, listed=False)
        self._shown |= implied(self._shown)
        # A word of every day proves a skill only beside others of its trade, and implies nothing further.
        if TRADE_SKILLS & (self._shown | self._listed):
            self._shown |= everyday

    def _take(self, found: list[str], phrases: set[str], *, listed: bool) -> None:
        self._segments.append((frozenset(found[:_SEGMENT_WORDS]), listed))
        for size in range(1, _LONGEST_PHRASE + 1):
            phrases.update(" ".join(found[at : at + size]) for at in range(len(found) - size + 1))

    def strength(self, key: str) -> float:
        """Return 1 for a skill (``services.kit.words.terms.skill_key``) that is shown, less for one that is listed."""
        if key in self._shown:
            return 1.0
        parts = frozenset(key.split())
        together = (
            [listed for segment, listed in self._segments if parts <= segment] if len(parts) > 1 else []
        )
        if not all(together):
            return 1.0
        return self.trust if together or key in self._listed else 0.0

    def showing(self, keys: Iterable[str]) -> "Evidence":
        """Return this evidence with skills of these keys shown as well."""
        other = copy(self)
        other.show(set(keys))
        return other

    def show(self, more: set[str]) -> None:
        """Take skills of these keys, and what they imply, as shown."""
        self._shown = self._shown | more | implied(more)

    def shows(self, key: str) -> bool:
        """Return True if the skill with this key is in the profile."""
        return self.strength(key) > 0

    def shows_any(self, keys: Iterable[str]) -> bool:
        return any(map(self.shows, keys))

    def best(self, keys: Iterable[str]) -> float:
        """Return the strength of the alternative that is best shown."""
        return max(map(self.strength, keys), default=0.0)

    def overlap(self, opportunity: OpportunityRecord) -> Overlap:
        """The opportunity's skills, those in the profile and those that are not."""
        result = Overlap([], [])
        for skill in dict.fromkeys([*opportunity.required_skills, *opportunity.desired_skills]):
            if keys := skill_keys(skill):
                (result.matched if self.shows_any(keys) else result.missing).append(skill)
        return result


def skill_keys(skill: str) -> tuple[str, ...]:
    """The skill's own key, and of "C/C++" also those of its parts: either will do."""
    keys = map(skill_key, (skill, *skill.split("/")) if "/" in skill else (skill,))
    return tuple(key for key in dict.fromkeys(keys) if key)


_NAMED: tuple[Section[Any], ...] = (SKILLS, INTERESTS)
_TOLD: tuple[Section[Any], ...] = (WORK, PROJECTS, EDUCATION, CERTIFICATES, PUBLICATIONS, VOLUNTEERING)


def segments(profile: ProfileRecord) -> Iterator[Segment]:
    """Return every text of the profile that says something about what the person can do or wants to."""
    for section in _NAMED:
        yield from _entries(section, profile, listed=True)
    yield Segment(profile.headline or "", 2.0, prose=True, listed=False, running=False)
    yield Segment(profile.summary or "", 1.0, prose=True, listed=_is_list(profile.summary), running=True)
    for section in _TOLD:
        yield from _entries(section, profile, listed=False)


def _entries(section: Section[Any], profile: ProfileRecord, *, listed: bool) -> Iterator[Segment]:
    fields = sorted((field for field in section.fields if field.weight), key=lambda field: -field.weight)
    for entry in getattr(profile, section.name):
        for field in fields:
            value = getattr(entry, field.name)
            for text in value if field.many else [value]:
                if text:
                    running = field.rule in (LONG, ITEM)
                    yield Segment(
                        text,
                        field.weight,
                        field.prose,
                        listed or _is_list(text),
                        running,
                        section is INTERESTS,
                    )


def _is_list(text: str | None) -> bool:
    """A line with a comma after every few words, and very many of them, is a list and tells of no work."""
    commas = (text or "").count(",")
    return commas > _MOST_COMMAS and len((text or "").split()) < 4 * commas


def without_lists(text: str) -> str:
    """Return a text without its sentences that only list: what is named there is not told of."""
    if text.count(",") <= _MOST_COMMAS:
        return text
    return " ".join(sentence for sentence in _SENTENCE.split(text) if not _is_list(sentence))


_SENTENCE = re.compile(r"(?<=[.!?:;])\s+|\n+")
