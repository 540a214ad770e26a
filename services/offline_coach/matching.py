"""Judging of opportunities by the offline coach: skills, kind of work, level, and the person's constraints."""

import math
import re
from collections.abc import Iterator
from typing import Any

from db.matches import MatchTier
from db.opportunities import OpportunityKind, OpportunityRecord, Remote
from db.profiles import ProfileRecord, RemotePreference
from services.kit.words.terms import skill_key, words
from services.llm.port import MatchSubject
from services.matching.candidates import Evidence
from services.offline_coach.explanations import explanation, gaps, recommendations, strengths
from services.offline_coach.fields import fields_of, fields_of_opportunity, kinship
from services.offline_coach.views import Seeker, View

STRONG = 0.65
PROMISING = 0.4

# What a title says about how much experience a post expects, in years.
_LEVELS = (
    (re.compile(r"\b(?:intern|internship|trainee|apprentice|entry|graduate)\b"), 0.0),
    (re.compile(r"\b(?:junior|jr|assistant|associate)\b"), 1.0),
    (re.compile(r"\b(?:principal|staff|distinguished|director|vp|chief|cto|ceo|head)\b"), 9.0),
    (re.compile(r"\b(?:lead|manager|co-founder|founder|architect)\b"), 6.0),
    (re.compile(r"\b(?:senior|sr)\b"), 5.0),
    (re.compile(r"\bfounding\b"), 4.0),
)
_USUAL_YEARS = {
    OpportunityKind.JOB: 2.0,
    OpportunityKind.FELLOWSHIP: 1.0,
    OpportunityKind.GRANT: 1.0,
    OpportunityKind.TRAINING: 0.0,
    OpportunityKind.VOLUNTEER: 0.0,
}
_OPEN_TO_LEARNERS = frozenset({OpportunityKind.TRAINING, OpportunityKind.VOLUNTEER})
_NOT_OWN_WORK = re.compile(r"\b(?:intern|internship|trainee|apprentice|student)\b", re.IGNORECASE)
# Words that half of all titles share: alone they make no two of them alike.
_COMMON = frozenset(
    words(
        "manager engineer engineering director officer specialist coordinator assistant developer associate"
    )
)
_RANKS = frozenset(
    words("senior junior lead staff principal head chief intern multiple open position various")
)


def judge_matches(subject: MatchSubject) -> dict[str, Any]:
    """The input of the tool ``judge_matches``."""
    person = _person(subject.profile)
    return {
        "matches": [
            {"opportunity": str(number), **_judged(person, opportunity)}
            for number, opportunity in enumerate(subject.opportunities, start=1)
        ]
    }


def _person(profile: ProfileRecord) -> Seeker:
    roles = [job.position for job in profile.work if job.position]
    if profile.headline:
        roles.append(re.sub(r"\(.*?\)", "", profile.headline))
    aims = [
        (interest.name, set(words(interest.name, prose=False))) for interest in profile.research_interests
    ]
    return Seeker(profile, Evidence(profile), fields_of(profile), roles, years_of_work(profile), aims)


def years_of_work(profile: ProfileRecord) -> float:
    """Years in jobs, overlaps counted once; what goes on is counted up to the profile's last change."""
    spans = []
    for job in profile.work:
        start = _year(job.start_date)
        if start is None or _NOT_OWN_WORK.search(job.position or ""):
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


def _judged(person: Seeker, opportunity: OpportunityRecord) -> dict[str, Any]:
    view = _view(person, opportunity)
    score = _score(view, opportunity)
    tier = MatchTier.EXPLORATORY
    if score >= STRONG:
        tier = MatchTier.STRONG
    elif score >= PROMISING:
        tier = MatchTier.PROMISING
    return {
        "tier": tier.value,
        "score": score,
        "explanation": explanation(person, view, tier),
        "strengths": list(strengths(person, view))[:5],
        "gaps": [] if person.blank else list(gaps(view))[:5],
        "recommendations": list(recommendations(person, opportunity, view))[:4],
    }


def _view(person: Seeker, opportunity: OpportunityRecord) -> View:
    matched, missing = person.evidence.overlap(opportunity)
    required = {skill_key(skill) for skill in opportunity.required_skills}

    def weight(skills: list[str]) -> float:
        return sum(1.0 if skill_key(skill) in required else 0.5 for skill in skills)

    # Half a skill of doubt: one of one tells less than ten of ten.
    coverage = weight(matched) / (weight(matched) + weight(missing) + 0.5) if matched else 0.0
    asked = _asked_years(opportunity)
    role = _closest_role(person, opportunity)
    theirs = fields_of_opportunity(opportunity)
    near = kinship(person.fields, theirs)
    if not person.fields or not theirs:
        # A field that the coach has no words for: what the two have in common has to tell.
        near = 1.0 if role else coverage
    topics = set(words(f"{opportunity.title}. {opportunity.description}"))
    topics.update(word for skill in (*matched, *missing) for word in words(skill, prose=False))
    return View(
        matched=matched,
        missing=missing,
        coverage=coverage,
        kinship=near,
        role=role,
        aim=next((name for name, wanted in person.aims if wanted and wanted <= topics), None),
        short_years=max(0.0, asked - person.years),
        seasoned=person.years >= max(3.0, asked) and near >= 0.5,
        hindrances=list(_hindrances(person.profile, opportunity)),
    )


def _asked_years(opportunity: OpportunityRecord) -> float:
    title = opportunity.title.casefold()
    for pattern, years in _LEVELS:
        if pattern.search(title):
            return years
    return _USUAL_YEARS[opportunity.kind]


def _title_words(title: str) -> set[str]:
    return set(words(title)) - _RANKS


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


def _score(view: View, opportunity: OpportunityRecord) -> float:
    learner = opportunity.kind in _OPEN_TO_LEARNERS
    asks = bool(view.matched or view.missing)
    if asks:
        depth = math.sqrt(view.coverage)
        score = 0.06 + 0.5 * depth + 0.24 * view.kinship + (0.06 + 0.1 * depth if view.role else 0.0)
    else:
        # The posting names no skills: the kind of work has to speak.
        score = 0.05 + 0.5 * view.kinship + (0.2 if view.role else 0.0)
    score += (
        (0.05 if view.seasoned else 0.0)
        + (0.06 if view.aim else 0.0)
        + (0.1 * view.kinship if learner else 0.0)
    )
    score -= 0.05 * min(view.short_years, 6.0)
    score *= 0.85 ** len(view.hindrances)
    if view.kinship < 0.35 or view.short_years > 3.0 or (asks and view.coverage < 0.4 and not learner):
        score = _below(STRONG, score)
    if not learner and asks and view.coverage < (0.22 if view.kinship >= 0.15 else 0.5):
        score = _below(PROMISING, score)
    return round(max(0.02, min(0.98, score)), 3)


def _below(limit: float, score: float) -> float:
    """Pressed under the limit, in the order that the scores had."""
    knee = limit - 0.12
    return score if score <= knee else knee + 0.11 * (score - knee) / (1.1 - knee)


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
    if (
        salary is not None
        and salary.maximum is not None
        and limits.salary_minimum is not None
        and salary.currency == limits.salary_currency
        and salary.maximum < limits.salary_minimum
    ):
        yield "It pays less than the least you named"
