"""Judging of opportunities by the offline coach: skills, kind of work, level, and the person's constraints."""

from collections.abc import Iterator
from typing import Any

from db.opportunities import OpportunityRecord, Remote
from db.profiles import ProfileRecord, RemotePreference
from services.kit.words.terms import words
from services.llm.port import MatchSubject
from services.matching.candidates import Candidate
from services.matching.scoring import Fit, fit, pays_too_little, tier_of, told
from services.matching.seeking import headline_of, seeking
from services.offline_coach.explanations import Wording
from services.offline_coach.views import Seeker, View
from services.profiles.dates import newest_first
from services.reference.languages import RANKS
from services.reference.tables import word_id

# Words that half of all titles share: alone they make no two of them alike.
_COMMON = frozenset(
    words(
        "manager engineer engineering director officer specialist coordinator assistant developer associate"
    )
)


def judge_matches(subject: MatchSubject) -> dict[str, Any]:
    """The input of the tool ``judge_matches``."""
    person = _person(subject.profile)
    wording = Wording(person)
    return {
        "matches": [
            {"n": number, **_judged(person, wording, opportunity, subject.scores.get(opportunity.id))}
            for number, opportunity in enumerate(subject.opportunities, start=1)
        ]
    }


def _person(profile: ProfileRecord) -> Seeker:
    roles = [job.position for job in newest_first(profile.work) if job.position]
    if profile.headline:
        roles.append(headline_of(profile))
    return Seeker(profile, seeking(profile), roles)


def _judged(
    person: Seeker, wording: Wording, opportunity: OpportunityRecord, given: float | None
) -> dict[str, Any]:
    found = fit(person.seeking, Candidate.of(opportunity))
    view = _view(person, opportunity, found)
    score = told(found.score) if given is None else given
    tier = tier_of(score)
    return {
        "tier": tier.value,
        "score": score,
        **wording.of(opportunity, view, tier),
    }


def _view(person: Seeker, opportunity: OpportunityRecord, found: Fit) -> View:
    matched, missing = person.evidence.overlap(opportunity)
    if opportunity.required_skills:
        # What is only desired, or explains a skill, is nothing that is lacking.
        missing = [skill for skill in missing if skill in opportunity.required_skills]
    topics = set(words(f"{opportunity.title}. {opportunity.description}"))
    topics.update(word for skill in (*matched, *missing) for word in words(skill, prose=False))
    numbers = frozenset(map(word_id, topics))
    asked = found.short_years + person.years
    return View(
        matched=matched,
        missing=missing,
        coverage=found.coverage,
        kinship=found.near,
        role=_closest_role(person, opportunity),
        aim=next((aim.name for aim in person.seeking.aims if aim.ids <= numbers), None),
        short_years=found.short_years,
        seasoned=person.years >= max(3.0, asked) and found.near >= 0.5,
        hindrances=list(_hindrances(person.profile, opportunity)),
    )


def _title_words(title: str) -> set[str]:
    return set(words(title)) - RANKS


def _closest_role(person: Seeker, opportunity: OpportunityRecord) -> str | None:
    """The person's title that shares most words with the posting's, if it shares half of its own."""
    wanted = _title_words(opportunity.title)
    best, found = 0.49, None
    for role in person.roles:
        own = _title_words(role)
        shared = own & wanted
        share = len(shared) / len(own) if shared - _COMMON or (own and shared == own) else 0.0
        if share > best:
            best, found = share, role
    return found


def _hindrances(profile: ProfileRecord, opportunity: OpportunityRecord) -> Iterator[str]:
    """Return the person's constraints that the posting does not meet."""
    limits = profile.constraints
    if limits.remote is RemotePreference.REMOTE_ONLY and opportunity.remote in (Remote.NONE, Remote.HYBRID):
        how = "on site" if opportunity.remote is Remote.NONE else "partly on site"
        yield f"You want to work remotely only, and this is {how}"
    if limits.places and opportunity.location and opportunity.remote is not Remote.FULL:
        here = set(words(opportunity.location))
        if not any(set(words(place)) & here for place in limits.places):
            yield f"It is in {opportunity.location}, which is not among your places"
    salary = opportunity.salary
    if salary is not None and pays_too_little(limits, salary.maximum, salary.currency):
        yield "It pays less than the least you named"
