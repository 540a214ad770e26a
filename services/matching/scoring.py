"""Fit of a posting to a person: field of work, times text and skills, times wishes, times years.

Pure and deterministic; the score depends on the profile, the posting and the reference alone, so that no other
posting moves it. The first look and the offline judge use the same score.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from db.matches import MatchTier
from db.opportunities import OpportunityKind, Remote
from db.profiles import ConstraintsRecord, RemotePreference
from services.matching.candidates import Candidate
from services.matching.postings import Alternatives
from services.matching.seeking import Seeking
from services.reference.occupations import alike
from services.reference.reading import Reading

STRONG = 0.65
PROMISING = 0.4

_SEASONED = 0.16
"""Share of what is left to a full score that years beyond those asked for add at most, in the person's own field."""

_CONCEPTS = 0.35
"""Share of the concepts of titles in the likeness of two fields; the rest is of occupations."""
_CLOSING = 2.2
"""Rate at which likeness makes two fields near: 0.1 makes 0.2, 0.3 makes 0.54, 0.55 makes 0.83."""
_UNKNOWN_FIELD = 0.6
"""Nearness of a field that the reference has no words for."""
_FULL_TEXT = 0.3
"""Share of a posting's words, by how much they tell, from which the text fits as well as it can."""
_GROUND = 0.45
"""Share of the field alone in the score: the rest is text and skills."""
_GROUND_WITHOUT_SKILLS = 0.75
_SKILLS = 0.7
"""Share of skills in what text and skills say together, where a posting names skills."""
_FEW = 2.0
"""Skills asked for of which half speaks for the field that the titles leave open: one alone says little."""
_DOUBT = 0.5
"""Skills of doubt: one of one tells less than ten of ten."""
_YEAR = 0.06
_MOST_YEARS = 6.0
_LONG = 3.0
_OPEN_TO_LEARNERS = frozenset({OpportunityKind.TRAINING, OpportunityKind.VOLUNTEER})

_REMOTE_FIT: Mapping[tuple[RemotePreference, Remote | None], float] = {
    (RemotePreference.REMOTE_ONLY, Remote.NONE): 0.5,
    (RemotePreference.REMOTE_ONLY, Remote.HYBRID): 0.7,
    (RemotePreference.REMOTE_PREFERRED, Remote.NONE): 0.9,
    (RemotePreference.ON_SITE_PREFERRED, Remote.FULL): 0.9,
}


def tier_of(score: float) -> MatchTier:
    """Return the tier that a score means: a model's own word for it may contradict its number."""
    if score >= STRONG:
        return MatchTier.STRONG
    return MatchTier.PROMISING if score >= PROMISING else MatchTier.EXPLORATORY


def told(score: float) -> float:
    """Return a score of the rules as matches have it: they are never quite sure."""
    return round(max(_LEAST, min(_MOST, score)), 3)


_LEAST, _MOST = 0.02, 0.98


@dataclass(frozen=True, slots=True)
class Fit:
    """The score, 0 to 1, and its parts. ``near`` is the field, ``coverage`` the share of skills asked for that is
    in the profile, ``skills`` the same by how well they are shown, ``wanted`` how much goals and interests ask for it.
    """

    score: float
    near: float
    text: float
    skills: float
    coverage: float
    wishes: float
    short_years: float
    wanted: float
    shares: bool


def fit(person: Seeking, one: Candidate) -> Fit:
    """Return how well a posting fits a person."""
    form = one.form
    reading = form.reading
    known = bool(person.reading.occupations and reading.occupations)
    occupations = alike(person.reading.occupations, reading.occupations)
    concepts = alike(person.reading.concepts, reading.concepts)
    titled = bool(person.reading.concepts and reading.concepts)
    likeness = (1 - _CONCEPTS) * occupations + _CONCEPTS * concepts if titled else occupations
    text = _text(person, one)
    coverage, skills = _skills(person, form.required, form.desired)
    asks = bool(form.required or form.desired)
    near = 1.0 - (1.0 - min(1.0, likeness)) ** _CLOSING
    number = len(form.required or form.desired) if one.kind is not OpportunityKind.TRAINING else 0
    near += (1.0 - near) * math.sqrt(skills) * number / (number + _FEW)
    if not known:
        near = _UNKNOWN_FIELD * min(1.0, text + coverage)
    wanted = _wanted(person, one, reading)
    wishes = _wishes(person, one)
    short = max(0.0, one.asked_years - person.years)
    if one.kind is OpportunityKind.TRAINING:
        score = _training(near, text, wanted, coverage if asks else 0.4)
    else:
        field = max(near, 0.0) + _TOWARDS * wanted * (1 - near)
        says = _SKILLS * math.sqrt(skills) + (1 - _SKILLS) * text if asks else text
        ground = _GROUND if asks else _GROUND_WITHOUT_SKILLS
        score = field**_FIELD_POWER * (ground + (1 - ground) * says)
        score = _limited(score, near, coverage if asks else 1.0, learner=one.kind in _OPEN_TO_LEARNERS)
    score += (1.0 - score) * _SEASONED * near * min(1.0, max(0.0, person.years - one.asked_years) / _LONG)
    score *= wishes * (_FOREIGN if is_foreign(person, one) else 1.0) * (1.0 - _YEAR * min(short, _MOST_YEARS))
    if short > 3.0:
        score = _below(STRONG, score)
    return Fit(
        score=round(max(0.0, min(1.0, score)), 6),
        near=near,
        text=text,
        skills=skills,
        coverage=coverage,
        wishes=wishes,
        short_years=short,
        wanted=wanted,
        shares=text > 0 or coverage > 0 or near >= _TOUCHES,
    )


_FIELD_POWER = 1.2
_TOWARDS = 0.35
"""Share of the distance between two fields that a goal or an interest covers."""
_TOUCHES = 0.15


def _text(person: Seeking, one: Candidate) -> float:
    """Return the share of a posting's words that the profile has, by how much they tell, 0 to 1."""
    ids = person.ids
    shared = math.fsum(
        weight * ids[id_] for id_, weight in zip(one.form.ids, one.form.weights, strict=True) if id_ in ids
    )
    return math.sqrt(min(1.0, shared / one.mass / _FULL_TEXT)) if one.mass else 0.0


def _skills(
    person: Seeking, required: tuple[Alternatives, ...], desired: tuple[Alternatives, ...]
) -> tuple[float, float]:
    """Return the share of the skills that is in the profile, and the same by how well they are shown.

    Desired skills only raise what required ones have begun: details that a posting adds never lower its score.
    """
    asked = required or desired
    if not asked:
        return 0.0, 0.0
    strengths = [person.evidence.best(keys) for keys in asked]
    skills = sum(strengths) / (len(strengths) + _DOUBT)
    if required:
        wished = sum(person.evidence.best(keys) > 0 for keys in desired)
        skills *= 1.0 + _WISHED * min(1.0, wished / _ENOUGH_WISHED)
    return sum(value > 0 for value in strengths) / len(strengths), min(1.0, skills)


_WISHED = 0.2
_ENOUGH_WISHED = 3
"""Desired skills that raise a match as far as such skills can: naming more of them gains nothing."""


def _wanted(person: Seeking, one: Candidate, reading: Reading) -> float:
    """Return how much the person's goals and interests ask for such work, 0 to 1."""
    likeness = alike(person.wanted, reading.occupations) if person.wanted else 0.0
    return 1.0 if _aimed(person, one) else min(1.0, likeness)


def _aimed(person: Seeking, one: Candidate) -> bool:
    topics = frozenset(one.form.ids) if person.aims else frozenset()
    return any(aim.ids <= topics for aim in person.aims)


_TAUGHT = 0.6
"""Nearness of a course in the person's own field: whoever teaches a subject need not learn it."""


def _training(near: float, text: float, wanted: float, known: float) -> float:
    """Score a course by what it teaches: near what the person does or wants, and not known already."""
    drawn = max(_TAUGHT * near, wanted)
    lacking = 1.0 - 0.8 * known
    return (0.1 + 0.5 * drawn + 0.2 * wanted + 0.1 * text) * lacking


def _limited(score: float, near: float, coverage: float, *, learner: bool) -> float:
    """Keep a match whose field is another, or that lacks most of what is asked for, below the tiers it has no ground
    for.
    """
    if near < 0.35 or coverage < (0.34 if learner else 0.5):
        score = _below(STRONG, score)
    if not learner and coverage < (0.2 if near >= 0.5 else 0.5):
        score = _below(PROMISING, score)
    return score


def _below(limit: float, score: float) -> float:
    """Press a score under the limit, in the order that the scores had."""
    knee = limit - 0.12
    return score if score <= knee else knee + 0.11 * (score - knee) / (1.1 - knee)


_FOREIGN = 0.75


def is_foreign(person: Seeking, one: Candidate) -> bool:
    """Return True for a posting in a language that the person neither names nor writes in."""
    language = one.form.language
    return language is not None and bool(person.languages) and language not in person.languages


def _wishes(person: Seeking, one: Candidate) -> float:
    """1 when no constraint speaks against it; never 0, for a person may bend."""
    wants = person.constraints
    near = not one.places or not person.places or bool(one.places & person.places)
    wishes = _REMOTE_FIT.get((wants.remote, one.remote), 1.0)
    if one.remote is not Remote.FULL and not near:
        wishes *= 0.85
    if pays_too_little(wants, one.salary_maximum, one.salary_currency):
        wishes *= 0.8
    return wishes


def pays_too_little(wants: ConstraintsRecord, maximum: int | None, currency: str | None) -> bool:
    """Return True if a posting pays less than the least that the person named, in the same currency."""
    least = wants.salary_minimum
    return maximum is not None and least is not None and currency == wants.salary_currency and maximum < least
