"""Meetings of a person and a posting: each skill that it names, with its place in both."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from db.opportunities import OpportunityRecord
from db.profiles import ProfileRecord
from services.kit.words.terms import implied, words
from services.matching.evidence import skill_keys
from services.offline_coach.people.tongues import spelling_of
from services.offline_coach.words import article, plain_role
from services.profiles.dates import newest_first

_LONGEST_PHRASE = 5
_TOGETHER_WORDS = 40
_LONGEST_PASSAGE = 2_000
_MOST_TEXT = 60_000
"""Characters of a profile that are looked through: what a résumé of usual length has ten times over."""
_LONGEST_QUOTE = 120
_NAME = 60


class How(Enum):
    """Way in which the profile shows a skill."""

    SAID = "said"
    TOGETHER = "together"
    IMPLIED = "implied"


@dataclass(frozen=True, slots=True)
class Meeting:
    """A skill as the posting spells it, and what of the profile meets it, as it is written and where it stands.

    ``done`` is a line about work that shows it, ``doing`` where that stands.
    """

    skill: str
    required: bool
    how: How
    own: str = ""
    where: str = ""
    done: str = ""
    doing: str = ""

    @property
    def asked(self) -> str:
        return "which it requires" if self.required else "which it would like"


@dataclass(frozen=True, slots=True)
class _Passage:
    text: str
    where: str
    told: bool
    found: frozenset[str]


class Places:
    """The places of a profile's words."""

    def __init__(self, profile: ProfileRecord) -> None:
        self._passages: list[_Passage] = []
        self._said: dict[str, list[int]] = {}
        left = _MOST_TEXT
        for text, where, told, prose in _texts(profile):
            cut = text[: min(_LONGEST_PASSAGE, left)]
            left -= len(cut)
            found = words(cut, prose=prose)
            at = len(self._passages)
            self._passages.append(_Passage(text, where, told, frozenset(found[:_TOGETHER_WORDS])))
            for size in range(1, _LONGEST_PHRASE + 1):
                for start in range(len(found) - size + 1):
                    places = self._said.setdefault(" ".join(found[start : start + size]), [])
                    if not places or places[-1] != at:
                        places.append(at)
        self._implied: dict[str, str] = {}
        for phrase in self._said:
            for other in sorted(implied([phrase])):
                self._implied.setdefault(other, phrase)

    def meetings(self, opportunity: OpportunityRecord, matched: Sequence[str]) -> list[Meeting]:
        """Return a meeting for each matched skill: those that are required and shown in work first."""
        required = set(opportunity.required_skills)
        met = [self._meeting(skill, skill in required) for skill in matched]
        return sorted(met, key=lambda one: (not one.required, one.how is How.IMPLIED, not one.done))

    def _meeting(self, skill: str, required: bool) -> Meeting:
        keys = skill_keys(skill)
        for key in keys:
            if places := self._said.get(key):
                return self._said_in(skill, required, How.SAID, places)
        for key in keys:
            parts = set(key.split())
            if len(parts) > 1 and (
                places := [at for at, one in enumerate(self._passages) if parts <= one.found]
            ):
                return self._said_in(skill, required, How.TOGETHER, places)
        for key in keys:
            if phrase := self._implied.get(key):
                passage = self._passages[self._said[phrase][0]]
                return Meeting(skill, required, How.IMPLIED, _quote(passage.text, phrase), passage.where)
        return Meeting(skill, required, How.IMPLIED)

    def _said_in(self, skill: str, required: bool, how: How, places: Sequence[int]) -> Meeting:
        named = next((self._passages[at] for at in places if not self._passages[at].told), None)
        told = next(
            (
                self._passages[at]
                for at in places
                if self._passages[at].told and len(self._passages[at].text) <= _LONGEST_QUOTE
            ),
            None,
        )
        first = named or told or self._passages[places[0]]
        return Meeting(
            skill,
            required,
            how,
            own=_quote(first.text, skill),
            where=first.where,
            done=told.text.strip().rstrip(".") if told and told is not first else "",
            doing=told.where if told else "",
        )


def _quote(text: str, part: str) -> str:
    """The part as the person writes it, else the whole text where it is short, else nothing."""
    plain = " ".join(text.split())
    if len(plain) <= _NAME:
        return plain.rstrip(".")
    if found := re.search(rf"(?<!\w){re.escape(part)}(?!\w)", plain, re.IGNORECASE):
        return found.group()
    return plain.rstrip(".") if len(plain) <= _LONGEST_QUOTE else ""


class _Text(NamedTuple):
    """A text, its place in words, whether it tells of work, and whether it is prose."""

    text: str
    where: str
    told: bool
    prose: bool


def _texts(profile: ProfileRecord) -> Iterator[_Text]:
    """Return what the person names before what the person tells, and what is newest first."""
    named: list[tuple[str, Iterable[str | None]]] = [
        ("among your skills", [name for one in profile.skills for name in (one.name, *one.keywords)]),
        ("among your certificates", [one.name for one in profile.certificates]),
        ("among your languages", [one.language for one in profile.languages]),
        (
            "among your interests",
            [name for one in profile.research_interests for name in (one.name, *one.keywords)],
        ),
    ]
    for where, texts in named:
        yield from (_Text(text, where, told=False, prose=False) for text in texts if text)
    yield from _work(profile)
    for project in newest_first(profile.projects):
        place = f"in your project {project.name}" if project.name else "in a project of yours"
        yield from _given(place, [project.name, *project.keywords, *project.roles], told=False, prose=False)
        yield from _given(place, [*project.highlights, project.description])
    for duty in newest_first(profile.volunteer):
        yield from _given("in your volunteering", [duty.position, *duty.highlights, duty.summary])
    for study in profile.education:
        yield from _given("in your studies", [study.area, study.study_type, *study.courses], told=False)
    for paper in profile.publications:
        yield from _given("in a publication of yours", [paper.name, paper.summary])
    yield from _given("in your headline", [profile.headline], told=False)
    yield from _given("in your summary", [profile.summary])


def _work(profile: ProfileRecord) -> Iterator[_Text]:
    spelled = spelling_of(profile)
    for job in newest_first(profile.work):
        role = spelled(plain_role(job.position or ""))
        place = f"in your work as {article(role)}" if role else "in your work"
        yield from _given("among your positions", [job.position], told=False)
        yield from _given(place, [*job.highlights, job.summary, job.description])


def _given(
    where: str, texts: Iterable[str | None], *, told: bool = True, prose: bool = True
) -> Iterator[_Text]:
    yield from (_Text(text, where, told, prose) for text in texts if text)
