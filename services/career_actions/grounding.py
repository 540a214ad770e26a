"""Checks that suggestions rest on the profile and do not repeat each other."""

import re
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from db.career_actions import ActionType
from db.driver.records import Record
from db.profiles import ProfileRecord
from services.kit.caches import remembered
from services.kit.words.terms import words
from services.profiles.sections import SECTIONS, Section

# What an entry of a basis is often introduced with.
_SECTIONS = set(
    words(
        "action area background basis career certificate company constraint course current currently education employer"
        " entry former formerly goal headline highlight institution interest job keyword language level"
        " location name organisation past position prior profile project publication published research section"
        " skill study summary title volunteer volunteering",
        prose=False,
    )
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_PARTS = re.compile(r"[,;/|•]|\s(?:and|&|–|—|-|at|in|from|with|as)\s|:\s")
_ENOUGH = 0.8
_SAME_TYPE = 0.6
_ANY_TYPE = 0.85
_UNLIKE = 0.4


class Grounds:
    """The parts of a profile that an action may name, each as the words in it."""

    def __init__(self, profile: ProfileRecord) -> None:
        texts = list(_texts(profile))
        self._parts = [set(_key_words(text)) for text in texts]
        self._text = " \n ".join(_plain(text) for text in texts)

    @property
    def empty(self) -> bool:
        """The profile says nothing that an action could rest on."""
        return not any(self._parts)

    def holds(self, entry: str) -> bool:
        """Return True if a part of the profile has nearly all words of ``entry``, or of each piece of a list."""
        pieces = [piece for piece in _PARTS.split(entry) if _key_words(piece)]
        return self._has(entry) or (len(pieces) > 1 and all(map(self._has, pieces)))

    def mentions(self, text: str) -> bool:
        """The profile has these characters, whatever their case."""
        return _plain(text) in self._text

    def _has(self, entry: str) -> bool:
        every = {word for word in _key_words(entry) if not _YEAR.fullmatch(word)}
        # A skill may be called "Research": such words count when there are no others.
        wanted = every - _SECTIONS or every
        return bool(wanted) and any(len(wanted & part) >= _ENOUGH * len(wanted) for part in self._parts)


def repeats(kind: ActionType, title: str, other_kind: ActionType, other_title: str) -> bool:
    """Two titles suggest the same thing: more alike than two things of one type usually are."""
    ours, theirs = _key_words(title), _key_words(other_title)
    if ours == theirs:
        return True
    limit = _SAME_TYPE if kind is other_kind else _ANY_TYPE
    shared, all_words = set(ours) & set(theirs), set(ours) | set(theirs)
    alike = len(shared) / (len(all_words) or 1)
    if alike > limit or alike < _UNLIKE:
        return alike > limit
    return SequenceMatcher(None, " ".join(ours), " ".join(theirs), autojunk=False).ratio() > 0.9


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@remembered(4096)
def _key_words(text: str) -> tuple[str, ...]:
    return tuple(words(text, prose=False))


def _joined(*parts: str | None) -> str:
    return " \n ".join(part for part in parts if part)


def _texts(profile: ProfileRecord) -> Iterator[str]:
    """Each part that a person would point to as one thing. Dates and links are no grounds."""
    yield _joined(profile.headline)
    yield _joined(profile.summary)
    place = profile.location
    yield _joined(place.city, place.region, place.country_code)
    for section in SECTIONS:
        for entry in getattr(profile, section.name):
            yield _joined(*_grounds(section, entry))
    yield from profile.career_goals
    limits = profile.constraints
    yield _joined(*limits.places, *limits.work_permits)


def _grounds(section: Section[Any], entry: Record) -> Iterator[str | None]:
    for field in section.fields:
        if field.grounds:
            value = getattr(entry, field.name)
            yield from value if field.many else (value,)
