"""Judging of opportunities by the offline coach: skills, kind of work, level, and the person's constraints."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from db.matches import MatchTier
from db.opportunities import OpportunityKind, OpportunityRecord, Remote
from db.profiles import ProfileRecord, RemotePreference
from services.kit.words.terms import skill_key, words
from services.llm.port import MatchSubject
from services.matching.candidates import Evidence
from services.offline_coach.fields import fields_of, fields_of_opportunity, kinship
from services.offline_coach.words import article, in_sentence, listed

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
# Whoever has worked in a field for years has picked these up, named or not.
_EVERYDAY = frozenset(
    {"git", "github", "jira", "slack", "html", "css", "rest", "json", "markdown", "linux", "excel"}
)
_RANKS = frozenset(
    words("senior junior lead staff principal head chief intern multiple open position various")
)


@dataclass(frozen=True, slots=True)
class _Person:
    """Facts about the person that every posting is compared with."""

    profile: ProfileRecord
    evidence: Evidence
    fields: dict[str, float]
    roles: list[str]
    years: float
    aims: list[tuple[str, set[str]]]

    @property
    def blank(self) -> bool:
        """Nothing to judge by."""
        profile = self.profile
        return not (
            self.roles or profile.skills or profile.projects or profile.education or profile.volunteer
        )


@dataclass(frozen=True, slots=True)
class _View:
    """Posting, seen by this person."""

    matched: list[str]
    missing: list[str]
    coverage: float
    kinship: float
    role: str | None
    aim: str | None
    short_years: float
    seasoned: bool
    hindrances: list[str]


def judge_matches(subject: MatchSubject) -> dict[str, Any]:
    """The input of the tool ``judge_matches``."""
    person = _person(subject.profile)
    return {
        "matches": [
            {"opportunity": str(number), **_judged(person, opportunity)}
            for number, opportunity in enumerate(subject.opportunities, start=1)
        ]
    }


def _person(profile: ProfileRecord) -> _Person:
    roles = [job.position for job in profile.work if job.position]
    if profile.headline:
        roles.append(re.sub(r"\(.*?\)", "", profile.headline))
    aims = [
        (interest.name, set(words(interest.name, prose=False))) for interest in profile.research_interests
    ]
    return _Person(profile, Evidence(profile), fields_of(profile), roles, years_of_work(profile), aims)


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


def _judged(person: _Person, opportunity: OpportunityRecord) -> dict[str, Any]:
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
        "explanation": _explanation(person, view, tier),
        "strengths": list(_strengths(person, view))[:5],
        "gaps": [] if person.blank else list(_gaps(view))[:5],
        "recommendations": list(_recommendations(person, opportunity, view))[:4],
    }


def _view(person: _Person, opportunity: OpportunityRecord) -> _View:
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
    return _View(
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


def _closest_role(person: _Person, opportunity: OpportunityRecord) -> str | None:
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


def _score(view: _View, opportunity: OpportunityRecord) -> float:
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


def _explanation(person: _Person, view: _View, tier: MatchTier) -> str:
    if person.blank:
        return (
            "Your profile says too little yet to judge this. Add your skills and past work, refresh, and this "
            "judgement will mean something."
        )
    last = {
        MatchTier.STRONG: "You could apply as you are.",
        MatchTier.PROMISING: "It is within reach: see what to grow first.",
        MatchTier.EXPLORATORY: "Take it as a direction to look at rather than a next step.",
    }[tier]
    if view.short_years > 2.0:
        last = f"Its title asks for more years than your work history shows. {last}"
    elif view.hindrances and tier is not MatchTier.EXPLORATORY:
        last = "Check what does not fit your wishes before you apply."
    return f"{_skills_found(view)} {_kind_of_work(person, view)} {last}"


def _skills_found(view: _View) -> str:
    found, asked = len(view.matched), len(view.matched) + len(view.missing)
    if not asked:
        return "It names no skills, so this rests on the kind of work alone."
    if not found:
        return (
            f"Your profile shows none of the {asked} skills it names."
            if asked > 1
            else f"Your profile does not show the one skill it names, {view.missing[0]}."
        )
    if asked == 1:
        return f"Your profile shows the one skill it names, {view.matched[0]}."
    share = f"all {asked} skills it names" if found == asked else f"{found} of the {asked} skills it names"
    return f"Your profile shows {share}{', among them ' if found > 3 else ': '}{listed(view.matched[:3])}."


def _kind_of_work(person: _Person, view: _View) -> str:
    if view.role and view.role in [job.position for job in person.profile.work]:
        return f"You have worked as {article(in_sentence(_plain_role(view.role)))}, which is close to this."
    if view.role:
        return "Your headline describes work close to this."
    if view.kinship >= 0.5:
        return "It lies in a field you know."
    if view.kinship >= 0.15:
        return "It touches your field, without being at its centre."
    towards = f", towards {in_sentence(view.aim)}, which you are interested in" if view.aim else ""
    return f"It would be a change of field{towards}."


def _plain_role(role: str) -> str:
    return re.split(r"\s*[/(,|–—]", role)[0].strip() or role


def _strengths(person: _Person, view: _View) -> Iterator[str]:
    if view.matched:
        shown, rest = view.matched[:5], len(view.matched) - 5
        names = listed(shown) if rest <= 0 else f"{', '.join(shown)} and {rest} more"
        yield f"{names} {'is' if len(view.matched) == 1 else 'are'} asked for and in your profile"
    if view.role and view.role in [job.position for job in person.profile.work]:
        yield f"Experience as {article(in_sentence(_plain_role(view.role)))}"
    if view.aim:
        yield f"It is about {in_sentence(view.aim)}, which you name as an interest"
    asked = {word for skill in view.matched for word in words(skill, prose=False)}
    for project in person.profile.projects:
        shared = [keyword for keyword in project.keywords if asked & set(words(keyword, prose=False))]
        if project.name and shared:
            yield f"Your project {project.name} shows {listed(shared[:2])} at work"
            break
    if view.seasoned and (view.role or view.matched):
        yield f"About {round(person.years)} years of work behind you"


def _gaps(view: _View) -> Iterator[str]:
    yield from view.hindrances[:2]
    if view.missing:
        shown, rest = view.missing[:4], len(view.missing) - 4
        names = listed(shown) if rest <= 0 else f"{', '.join(shown)} and {rest} more"
        yield f"{names} {'is' if len(view.missing) == 1 else 'are'} not in your profile"
    if view.short_years > 2.0:
        yield "Its title asks for more years of experience than your work history shows"
    if view.kinship < 0.15:
        yield "Nothing in your profile is from this field yet"


def _recommendations(person: _Person, opportunity: OpportunityRecord, view: _View) -> Iterator[str]:
    """Each begins with what to grow, so that it can be read as a growth area."""
    if person.blank:
        yield "Your profile: add skills and past work, so that this can be judged properly"
        return
    if view.kinship < 0.15 and not view.matched:
        yield "First-hand knowledge of the field: talk with two people who do this work before investing in it"
    technical = {"software", "data"} & fields_of_opportunity(opportunity).keys()
    bridge = next(iter(view.matched), None)
    ways = [
        "finish an introductory course and keep what you made in it",
        "ask someone who uses it to look over a first attempt",
        "use it once for something real, however small",
    ]
    if person.years >= 5 and view.kinship >= 0.35:
        ways[0] = "use it for one real task and write down what surprised you"
        ways[2] = "ask a colleague who relies on it where it hurts, and try that part"
    if bridge:
        ways[0] = (
            f"build one small thing that joins it with {bridge}, which you know"
            if technical
            else f"take on one task that needs it beside {bridge}, which you know"
        )
    worth = [skill for skill in view.missing if person.years < 3 or skill_key(skill) not in _EVERYDAY]
    for skill, way in zip(worth[: 3 if view.kinship >= 0.15 else 1], ways, strict=False):
        yield f"{skill}: {way}"
    if view.short_years > 2.0:
        yield "Responsibility: lead one piece of work from plan to result, and add it to your profile"
