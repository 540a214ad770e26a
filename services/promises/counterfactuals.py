"""The smallest single step by which a match rises a tier, said only where it is true when it is done.

A step is tried on what matching sees of the person; the one that is told was done to a copy of the profile, which was
then read and scored like any other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from db.matches import CounterfactualRecord, MatchTier, StepKind
from db.opportunities import OpportunityRecord
from db.profiles import ProfileRecord, ProjectRecord, RemotePreference, SkillRecord
from services.matching.candidates import Candidate
from services.matching.evidence import skill_keys
from services.matching.judging import Judgement
from services.matching.scoring import PROMISING, STRONG, Fit, fit
from services.matching.seeking import Seeking, seeking

_MOST_SKILLS = 6
_TRIED = 2
"""Steps that are done to a copy of the profile, for one match: each is read in some 5 ms."""
_OTHER_FIELD = 0.35
"""Nearness of a field below which a skill is one of another field, and costs twice."""
_HIGHER: Mapping[MatchTier, tuple[MatchTier, float]] = {
    MatchTier.EXPLORATORY: (MatchTier.PROMISING, PROMISING),
    MatchTier.PROMISING: (MatchTier.STRONG, STRONG),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A change of the profile; ``names`` are skills, or the constraint that gives way."""

    kind: StepKind
    names: tuple[str, ...]
    cost: int


def counterfactual(
    profile: ProfileRecord, person: Seeking, judgement: Judgement, posting: OpportunityRecord
) -> CounterfactualRecord | None:
    """Return the cheapest step that lifts the score beyond the next tier's limit by its band, None if there is none.

    ``person`` is what matching sees of the profile. With a model's judgement it is an estimate by the rules.
    """
    if judgement.tier not in _HIGHER:
        return None
    tier, limit = _HIGHER[judgement.tier]
    one = Candidate.of(posting)
    now = fit(person, one)
    if now.score >= limit:  # the rules hold it for higher already: they cannot say what a model misses
        return None
    enough = limit + judgement.band
    steps = sorted(_steps(profile, person, now, posting), key=lambda step: step.cost)
    likely = (step for step in steps if fit(_imagined(person, step), one).score >= enough)
    for _, step in zip(range(_TRIED), likely, strict=False):
        if fit(_read(profile, person, step), one).score >= enough:
            return CounterfactualRecord(tier=tier, kind=step.kind, names=list(step.names), cost=step.cost)
    return None


def _steps(profile: ProfileRecord, person: Seeking, now: Fit, posting: OpportunityRecord) -> Iterator[Step]:
    lacking = [
        skill
        for skill in dict.fromkeys(posting.required_skills)
        if (keys := skill_keys(skill)) and not person.evidence.shows_any(keys)
    ][:_MOST_SKILLS]
    each = 1 if now.near >= _OTHER_FIELD else 2
    for skill in lacking:
        yield Step(StepKind.SKILLS, (skill,), each)
    if now.wishes < 1.0:
        limits = profile.constraints
        if limits.remote is not RemotePreference.ANY:
            yield Step(StepKind.CONSTRAINT, ("remote",), 1)
        if limits.places:
            yield Step(StepKind.CONSTRAINT, ("places",), 1)
        if limits.salary_minimum is not None:
            yield Step(StepKind.CONSTRAINT, ("salaryMinimum",), 1)
    if now.short_years > 0:
        yield Step(StepKind.YEAR, (), 2)
    for pair in combinations(lacking, 2):
        yield Step(StepKind.SKILLS, pair, 2 * each)


def _imagined(person: Seeking, step: Step) -> Seeking:
    """Return the person after the step, as far as it can be told without reading the profile again."""
    if step.kind is StepKind.YEAR:
        return replace(person, years=person.years + 1)
    if step.kind is StepKind.CONSTRAINT:
        limits = person.constraints.model_copy(update=_GIVEN_WAY[step.names[0]])
        return replace(person, constraints=limits, places=person.places if limits.places else frozenset())
    keys = [key for skill in step.names for key in skill_keys(skill)]
    return replace(person, evidence=person.evidence.showing(keys))


_GIVEN_WAY: Mapping[str, Mapping[str, object]] = {
    "remote": {"remote": RemotePreference.ANY},
    "places": {"places": []},
    "salaryMinimum": {"salary_minimum": None},
}


def _read(profile: ProfileRecord, person: Seeking, step: Step) -> Seeking:
    return seeking(applied(profile, step)) if step.kind is not StepKind.YEAR else _imagined(person, step)


def applied(profile: ProfileRecord, step: Step) -> ProfileRecord:
    """Return the profile after the step: skills are listed, and shown in a project of their own."""
    if step.kind is StepKind.CONSTRAINT:
        limits = profile.constraints.model_copy(update=_GIVEN_WAY[step.names[0]])
        return profile.model_copy(update={"constraints": limits})
    skills = [*profile.skills, *(SkillRecord(name=name) for name in step.names)]
    shown = ProjectRecord(highlights=list(step.names))
    return profile.model_copy(update={"skills": skills, "projects": [*profile.projects, shown]})
