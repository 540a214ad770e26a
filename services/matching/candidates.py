"""Candidates: the opportunities that share most words with a profile, a first, cheap selection.

Pure and deterministic. The score is BM25 over weighted fields, times the share of required skills
that the profile gives evidence of, times what its constraints leave.
"""

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from db.opportunities import OpportunityRecord, Remote
from db.profiles import ConstraintsRecord, ProfileRecord, RemotePreference
from services.kit.words.terms import implied, skill_key, words
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

_SATURATION = 1.2
_LONGEST_PHRASE = 5
_LONGEST_DESCRIPTION = 4000  # characters; what matters stands at the beginning
_SEGMENT_WORDS = 40  # in more text than this, the words of a skill stand together by chance

_REMOTE_FIT: Mapping[tuple[RemotePreference, Remote | None], float] = {
    (RemotePreference.REMOTE_ONLY, Remote.NONE): 0.5,
    (RemotePreference.REMOTE_ONLY, Remote.HYBRID): 0.7,
    (RemotePreference.REMOTE_PREFERRED, Remote.NONE): 0.9,
    (RemotePreference.ON_SITE_PREFERRED, Remote.FULL): 0.9,
}


class Overlap(NamedTuple):
    """Skills as the opportunity spells them, the required ones first."""

    matched: list[str]
    missing: list[str]


class Evidence:
    """Terms of a profile: skills, and words in work, projects, education and the rest."""

    def __init__(self, profile: ProfileRecord) -> None:
        self._phrases: set[str] = set()
        self._segments: list[frozenset[str]] = []
        for text, _, prose in _segments(profile):
            found = words(text, prose=prose)
            self._segments.append(frozenset(found[:_SEGMENT_WORDS]))
            for size in range(1, _LONGEST_PHRASE + 1):
                self._phrases.update(" ".join(found[at : at + size]) for at in range(len(found) - size + 1))
        self._phrases |= implied(self._phrases)

    def shows(self, key: str) -> bool:
        """Return True if the skill with this key (``services.kit.words.terms.skill_key``) is in the profile."""
        if key in self._phrases:
            return True
        parts = frozenset(key.split())
        return len(parts) > 1 and any(parts <= segment for segment in self._segments)

    def shows_any(self, keys: Iterable[str]) -> bool:
        return any(map(self.shows, keys))

    def overlap(self, opportunity: OpportunityRecord) -> Overlap:
        """The opportunity's skills, those in the profile and those that are not."""
        result = Overlap([], [])
        for skill in dict.fromkeys([*opportunity.required_skills, *opportunity.desired_skills]):
            if keys := _keys(skill):
                (result.matched if self.shows_any(keys) else result.missing).append(skill)
        return result


def _keys(skill: str) -> tuple[str, ...]:
    """The skill's own key, and of "C/C++" also those of its parts: either will do."""
    keys = map(skill_key, (skill, *skill.split("/")) if "/" in skill else (skill,))
    return tuple(key for key in dict.fromkeys(keys) if key)


@dataclass(frozen=True, slots=True)
class ProfileTerms:
    """A profile as the ranking sees it."""

    weights: Mapping[str, float]
    evidence: Evidence
    constraints: ConstraintsRecord
    places: frozenset[str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An opportunity as the ranking sees it; in ``weights`` one mention in the description is 1."""

    id: str
    weights: Mapping[str, float]
    required: tuple[tuple[str, ...], ...]
    remote: Remote | None
    places: frozenset[str]
    salary_maximum: int | None
    salary_currency: str | None
    posted_at: datetime
    deadline_at: datetime | None

    @classmethod
    def of(cls, record: OpportunityRecord) -> "Candidate":
        weights: dict[str, float] = {}
        fields = [(skill, 3.0, False) for skill in record.required_skills]
        fields += [(skill, 1.5, False) for skill in record.desired_skills]
        fields += [(record.title, 2.5, True), (record.description[:_LONGEST_DESCRIPTION], 1.0, True)]
        for text, weight, prose in fields:
            for word in words(text, prose=prose):
                weights[word] = weights.get(word, 0.0) + weight
        salary = record.salary
        keys = dict.fromkeys(map(_keys, record.required_skills))
        return cls(
            id=record.id,
            weights=weights,
            required=tuple(alternatives for alternatives in keys if alternatives),
            remote=record.remote,
            places=frozenset(words(record.location or "")),
            salary_maximum=salary.maximum if salary else None,
            salary_currency=salary.currency if salary else None,
            posted_at=record.posted_at,
            deadline_at=record.deadline_at,
        )


def profile_terms(profile: ProfileRecord) -> ProfileTerms:
    """Return the terms of a profile that count for the ranking."""
    weights: dict[str, float] = {}
    for text, weight, prose in _segments(profile):
        for word in words(text, prose=prose):
            # The same word again says a little more, not twice as much.
            weights[word] = max(weights.get(word, 0.0), weight) + (0.1 if word in weights else 0.0)
    for skill in implied(weights):
        weights.setdefault(skill, 1.0)
    location = profile.location
    places = [*profile.constraints.places, location.city or "", location.country_code or ""]
    return ProfileTerms(
        weights=weights,
        evidence=Evidence(profile),
        constraints=profile.constraints,
        places=frozenset(word for place in places for word in words(place)),
    )


def rank(
    profile: ProfileTerms, candidates: Iterable[Candidate], limit: int, *, now: datetime
) -> list[tuple[str, float]]:
    """The best ``limit`` as ``(opportunity id, score)``, best first; equal ones newest first, then by id.

    Left out: those whose deadline has passed, and those that share no word with the profile.
    """
    open_ones = [one for one in candidates if one.deadline_at is None or one.deadline_at > now]
    shared = [(one, profile.weights.keys() & one.weights.keys()) for one in open_ones]
    frequency: dict[str, int] = {}
    for _, common in shared:
        for word in common:
            frequency[word] = frequency.get(word, 0) + 1
    total = len(open_ones)
    rarity = {word: math.log(1 + (total - n + 0.5) / (n + 0.5)) for word, n in frequency.items()}
    scored: list[tuple[float, float, str]] = []
    for one, common in shared:
        if not common:
            continue
        length = 0.5 + 0.5 * min(math.sqrt(len(one.weights) / 80), 2.0)
        words_score = math.fsum(
            rarity[word]
            * profile.weights[word]
            * one.weights[word]
            / (one.weights[word] + _SATURATION * length)
            for word in common
        )
        score = words_score * _coverage(profile.evidence, one) * _fit(profile, one)
        scored.append((-round(score, 6), -one.posted_at.timestamp(), one.id))
    return [(one_id, -score) for score, _, one_id in heapq.nsmallest(limit, scored)]


def _coverage(evidence: Evidence, one: Candidate) -> float:
    if not one.required:
        return 0.75
    # One of one is less telling than ten of ten, none of one less than none of ten.
    shown = sum(map(evidence.shows_any, one.required))
    return 0.4 + 0.9 * (shown + 0.5) / (len(one.required) + 1.5)


def _fit(profile: ProfileTerms, one: Candidate) -> float:
    """1 when no constraint speaks against it; never 0, for a person may bend."""
    wants = profile.constraints
    near = not one.places or not profile.places or bool(one.places & profile.places)
    fit = _REMOTE_FIT.get((wants.remote, one.remote), 1.0)
    if one.remote is not Remote.FULL and not near:
        fit *= 0.75
    if (
        wants.salary_minimum is not None
        and one.salary_maximum is not None
        and one.salary_currency == wants.salary_currency
        and one.salary_maximum < wants.salary_minimum
    ):
        fit *= 0.7
    return fit


_NAMED: tuple[Section[Any], ...] = (SKILLS, INTERESTS)
_TOLD: tuple[Section[Any], ...] = (WORK, PROJECTS, EDUCATION, CERTIFICATES, PUBLICATIONS, VOLUNTEERING)


def _segments(profile: ProfileRecord) -> Iterator[tuple[str, float, bool]]:
    """Return every text of the profile that says something about the person: text, weight, whether it is prose."""
    for section in _NAMED:
        yield from _entries(section, profile)
    for goal in profile.career_goals:
        yield goal, 2.0, True
    yield profile.headline or "", 2.0, True
    yield profile.summary or "", 1.0, True
    for section in _TOLD:
        yield from _entries(section, profile)


def _entries(section: Section[Any], profile: ProfileRecord) -> Iterator[tuple[str, float, bool]]:
    fields = sorted((field for field in section.fields if field.weight), key=lambda field: -field.weight)
    for entry in getattr(profile, section.name):
        for field in fields:
            value = getattr(entry, field.name)
            texts = value if field.many else [value]
            yield from ((text, field.weight, field.prose) for text in texts if text)
