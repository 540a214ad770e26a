"""A profile as matching sees it, read once: its field, its words, its skills, its years and its wishes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db.profiles import ConstraintsRecord, ProfileRecord
from services.kit.words.terms import words
from services.matching.evidence import MOST_LISTED, Evidence, segments
from services.matching.levels import is_learner
from services.profiles.dates import newest_first
from services.reference.languages import LANGUAGES
from services.reference.occupations import Likeness
from services.reference.reading import Part, Reading, language_of_texts, read
from services.reference.tables import word_id
from services.reference.tongues import code_of

OCCUPATIONS = 1_200
"""More than O*NET has."""

_MOST_TITLES = 5
_TITLES, _TOLD, _LISTED, _STUDIED = 0.5, 0.25, 0.2, 0.1
"""Shares of a person's field: titles of work, what is told of it, what is listed, and studies."""


@dataclass(frozen=True, slots=True)
class Aim:
    """An interest, as it is written, and the numbers of its words."""

    name: str
    ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Seeking:
    """A profile as the first look and the judge see it. ``dense`` has a place for each occupation; ``languages`` are
    those that the person names or writes in, empty where nothing tells.
    """

    evidence: Evidence
    reading: Reading
    wanted: Likeness
    dense: Sequence[float]
    weights: Mapping[str, float]
    ids: Mapping[int, float]
    constraints: ConstraintsRecord
    places: frozenset[str]
    years: float
    aims: tuple[Aim, ...]
    languages: frozenset[str]

    @property
    def blank(self) -> bool:
        """The profile says nothing to compare."""
        return not (self.weights or self.reading.occupations)


def seeking(profile: ProfileRecord) -> Seeking:
    """Return what matching sees of a profile."""
    weights: dict[str, float] = {}
    evidence = Evidence(profile)
    every = list(segments(profile))
    listed = 0
    for segment in every:
        listed += segment.listed
        if segment.listed and listed > MOST_LISTED:
            continue
        weight = evidence.trust if segment.listed else 1.0
        for word in words(segment.text, prose=segment.prose):
            weights[word] = max(weights.get(word, 0.0), weight)
    code = language_of_texts(segment.text for segment in every)
    goals = [*profile.career_goals, *(interest.name for interest in profile.research_interests)]
    aims = tuple(
        Aim(interest.name, frozenset(map(word_id, found)))
        for interest in profile.research_interests
        if (found := words(interest.name, prose=False))
    )
    reading = read(_parts(profile), code)
    wanted = read([Part("text", sorted(goals), 1.0)], code).occupations
    dense = [0.0] * OCCUPATIONS
    for at, value in reading.occupations.items():
        dense[at] = value
    for at, value in wanted.items():
        dense[at] += _WANTED * value
    return Seeking(
        evidence=evidence,
        reading=reading,
        wanted=wanted,
        dense=dense,
        weights=weights,
        ids=_ids(weights),
        constraints=profile.constraints,
        places=frozenset(word for place in profile.constraints.places for word in words(place)),
        years=years_of_work(profile),
        aims=aims,
        languages=frozenset(filter(None, (code, *(code_of(each.language) for each in profile.languages)))),
    )


_WANTED = 0.3


def _ids(weights: Mapping[str, float]) -> dict[int, float]:
    """Return the numbers of words as they are, and as postings in each language have them, without their endings."""
    found: dict[int, float] = {}
    for word, weight in weights.items():
        for form in dict.fromkeys((word, *(language.stem(word) for language in LANGUAGES.values()))):
            id_ = word_id(form)
            found[id_] = max(found.get(id_, 0.0), weight)
    return found


def _parts(profile: ProfileRecord) -> list[Part]:
    jobs = newest_first(profile.work)
    titles = [job.position for job in jobs if job.position][:_MOST_TITLES]
    if profile.headline:
        titles.insert(min(1, len(titles)), headline_of(profile))
    if not titles:
        titles = [duty.position for duty in profile.volunteer if duty.position]
    told = [text for job in jobs for text in (job.summary, job.description, *job.highlights) if text]
    told += [profile.summary] if profile.summary else []
    told += [
        text for each in profile.projects for text in (each.name, each.description, *each.highlights) if text
    ]
    told += [text for each in profile.volunteer for text in (each.position, each.summary) if text]
    told += [text for each in profile.publications for text in (each.name, each.summary) if text]
    listed = [text for skill in profile.skills for text in (skill.name, *skill.keywords)]
    listed += [text for each in profile.projects for text in each.keywords]
    studied = [text for each in profile.education for text in (each.area, *each.courses) if text]
    studied += [each.name for each in profile.certificates if each.name]
    return [
        Part("title", titles, _TITLES),
        Part("text", told, _TOLD),
        Part("skills", sorted(listed[:MOST_LISTED]), _LISTED),
        Part("text", sorted(studied), _STUDIED),
    ]


def headline_of(profile: ProfileRecord) -> str:
    """Return the headline without what stands in brackets."""
    return re.sub(r"\(.*?\)", "", profile.headline or "")


def years_of_work(profile: ProfileRecord) -> float:
    """Return the years in jobs, overlaps counted once; what goes on is counted up to the profile's last change."""
    spans = []
    for job in profile.work:
        start = _year(job.start_date)
        if start is None or is_learner(job.position or ""):
            continue
        now = profile.updated_at.year + profile.updated_at.month / 12
        spans.append((start, (_year(job.end_date) if job.end_date else now) or start))
    total, reached = 0.0, 0.0
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total


def _year(date: str | None) -> float | None:
    found = re.match(r"(\d{4})(?:-(\d{2}))?", date or "")
    return int(found[1]) + (int(found[2] or 1) - 1) / 12 if found else None
