"""Grounds of the offline coach: the parts of a profile that it can build on, each with its wording."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from db.profiles import ProfileRecord
from services.career_actions.generation import names_a_link
from services.career_actions.grounding import Grounds
from services.kit.words.terms import KNOWN_SKILLS, implied, skill_key, words
from services.matching.seeking import seeking
from services.offline_coach.fields import GENERAL, Field, field_of, field_of_text
from services.offline_coach.people.licences import is_licence
from services.offline_coach.people.tongues import is_rare_gift, language_of_profile, spelling_of
from services.offline_coach.people.topics import is_heading, is_topic, topics_in
from services.offline_coach.words import article
from services.profiles.dates import newest_first
from services.reference.languages import language_of
from services.reference.occupations import folded

_LONGEST_BASIS = 300
SEASONED = 5.0
"""Years of work after which nothing of one's own trade is begun."""
_MOST_ROLES = 3
_FADED = 8
"""Years after which an earlier role is no ground any more."""
_ROLE_WEIGHTS = (1.3, 0.9, 0.6)
_STUDIED = ("software", "data", "research")
_QUESTIONS = ("research", "policy", "health", "data", "software")
"""Fields whose topics have open questions; other interests are pastimes."""
_MOST_IN_A_LIST = 4
_MOST_SKILLS = 60
_WITH_KEYWORDS = 15
"""Every ground is multiplied with every idea: what is listed after so many skills is not built on."""
_LEVELS = (
    (
        re.compile(
            r"expert|master|advanced|proficient|senior|strong|fluent|native|sehr gut|fortgeschritten|lange|confirm"
            r"|avanc|maîtris|avanzad|alto",
            re.IGNORECASE,
        ),
        3,
    ),
    (
        re.compile(
            r"intermedi|working|competent|good|medium|\bgut|mittel|moyen|\bmedio|\bbien", re.IGNORECASE
        ),
        2,
    ),
    (
        re.compile(
            r"begin|basic|novice|elementary|learning|junior|entry|limited|anfänger|grundkennt|débutant|notions|básic"
            r"|principiante",
            re.IGNORECASE,
        ),
        1,
    ),
)
_LEARNER = re.compile(
    r"\b(?:intern|internship|trainee|apprentice|student|praktikant\w*|auszubildende\w*|azubi|lehrling|stagiaire"
    r"|apprentie?|alternante?|becari[oa]|aprendiz)\b",
    re.IGNORECASE,
)
_TEACHER = re.compile(
    r"\b(?:teacher|tutor\w*|mentor\w*|facilitator|instructor|coach|trainer\w*|lehrer\w*|professeure?|enseignante?"
    r"|format(?:eur|rice)|profesora?|maestr[oa]|docente)\b",
    re.IGNORECASE,
)
_NO_ROLE = re.compile(r"\b(?:position|role|title)\b", re.IGNORECASE)
_PAST_VERB = re.compile(
    r"(?:\w+ed|built|led|wrote|cut|ran|grew|won|taught|made|began|brought|held|kept|set|drove|drew|sold|spoke|took)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Ground:
    """Ground to build on. ``topic`` reads in the middle of a sentence, ``why`` is a sentence about it.

    ``told`` is a sentence that tells a result.
    """

    kind: str
    topic: str
    basis: tuple[str, ...]
    why: str
    field: Field
    weight: float = 1.0
    strength: int = 2
    mode: str = "area"
    told: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A profile as the coach sees it; ``years`` of work decide whether to teach or to learn first.

    ``spelled`` is how a heading of this profile reads in a sentence.
    """

    grounds: list[Ground]
    anchors: list[tuple[str, str]]
    years: float
    known: frozenset[str]
    spelled: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class _Telling:
    """Facts that every ground of a profile is made with."""

    profile: ProfileRecord
    home: Field
    years: float
    spelled: Callable[[str], str]
    language: str | None

    def field(self, text: str) -> Field:
        return field_of_text(text, "title", self.language) or self.home

    def strength(self, level: str | None) -> int:
        """From 1 for a beginner to 3; whoever has worked for years and names no level is no beginner."""
        return next(
            (value for pattern, value in _LEVELS if pattern.search(level or "")),
            3 if self.years >= SEASONED else 2,
        )

    def role(self, position: str) -> str:
        plain = re.split(r"\s*[/(,|–—]|\s+-\s+|\s+(?:at|for|bei|chez)\s+", position.strip())[0].strip()
        return self.spelled(re.sub(r"^(?:the|an?)\s+", "", plain, flags=re.IGNORECASE))


def person_of(profile: ProfileRecord) -> Person:
    """Everything in the profile that an action can name without naming an organisation or a paper."""
    held = Grounds(profile)
    seen = seeking(profile)
    told = _Telling(
        profile,
        field_of(seen.reading.occupations) or GENERAL,
        seen.years,
        spelling_of(profile),
        language_of_profile(profile),
    )
    found = chain(
        _skills(told),
        _roles(told),
        _projects(told),
        _publications(told),
        _volunteering(told),
        _interests(told),
        _goals(told),
        _languages(told),
        _studies(told),
    )
    grounds = [
        ground
        for ground in found
        if all(len(text) <= _LONGEST_BASIS and held.holds(text) for text in ground.basis)
    ]
    safe = [
        ground
        for ground in grounds
        if not any(
            names_a_link(text, held) for text in (ground.topic, ground.told, ground.why, *ground.basis)
        )
    ]
    unique: dict[tuple[str, str], Ground] = {}
    for ground in safe:
        unique.setdefault((ground.kind, " ".join(words(ground.topic, prose=False)) or ground.topic), ground)
    anchors = [
        anchor for anchor in _anchors(profile) if held.holds(anchor[1]) and not names_a_link(anchor[1], held)
    ]
    named = [
        key for skill in profile.skills for name in (skill.name, *skill.keywords) if (key := skill_key(name))
    ]
    known = frozenset([*named, *implied(named)])
    return Person(list(unique.values()), anchors, told.years, known, told.spelled)


def _skills(told: _Telling) -> Iterator[Ground]:
    """Return what the person can do; a heading is none, its keywords are, and a list is several."""
    for at, skill in enumerate(told.profile.skills[:_MOST_SKILLS]):
        weight = 1.0 - min(at, 8) * 0.04
        level = f" at the level “{skill.level}”" if skill.level else ""
        strength = told.strength(skill.level)
        heading = is_heading(skill.name, len(skill.keywords))
        for name in [] if heading else _crafts(skill.name)[:_MOST_IN_A_LIST]:
            topic, field, mode = _spoken(name, told)
            why = f"You name {topic} among your skills{level}."
            yield Ground("skill", topic, (name,), why, field, weight, strength, mode)
        named = not heading and topics_in(skill.name) == [skill.name]
        under = f"under {told.spelled(skill.name)}" if named else "among your skills"
        for place, keyword in enumerate(skill.keywords[:6] if at < _WITH_KEYWORDS else ()):
            for name in _crafts(keyword)[:1]:
                topic, field, mode = _spoken(name, told)
                why = f"You name {topic} {under}{level}."
                yield Ground("skill", topic, (name,), why, field, weight - 0.06 * place, strength, mode)


def _crafts(name: str) -> list[str]:
    """Return what one can do, teach or build with; a licence is held, and nothing else."""
    return [topic for topic in topics_in(name) if not is_licence(topic)]


def _spoken(skill: str, told: _Telling) -> tuple[str, Field, str]:
    """Return the wording of a skill, its field, and its kind: a tool, an area of study or a practice."""
    at_home = told.home.name in _STUDIED and skill_key(skill) in KNOWN_SKILLS
    own = told.home if at_home else field_of_text(skill, "skills", told.language)
    field = own or told.home
    topic = told.spelled(skill.strip())
    if field.name not in _STUDIED:
        return topic, field, "practice"
    named = skill_key(skill) in KNOWN_SKILLS or topic != topic.lower()
    return topic, field, "tool" if own and named and len(topic.split()) <= 3 else "area"


def _roles(told: _Telling) -> Iterator[Ground]:
    """Return the newest roles first, wherever they stand in the document."""
    profile = told.profile
    jobs = newest_first([job for job in profile.work if job.position])
    recent = str(profile.updated_at.year - _FADED)
    jobs = [job for at, job in enumerate(jobs) if at == 0 or (job.end_date or recent) >= recent]
    for at, job in enumerate(jobs[:_MOST_ROLES]):
        role = told.role(job.position or "")
        if not is_topic(role) or _NO_ROLE.search(role):
            continue
        field = told.field(f"{job.position} {job.summary or ''}")
        strength = 1 if _LEARNER.search(role) else 3
        now = not job.end_date and (at == 0 or bool(job.start_date))
        why = f"You {'work' if now else 'have worked'} as {article(role)}."
        basis = tuple(part for part in (job.position, job.name) if part)
        fading = _ROLE_WEIGHTS[at]
        yield Ground("role", role, basis, why, field, fading, strength)
        for number, highlight in enumerate(job.highlights[:4]):
            if sentence := _as_sentence(highlight):
                weight = fading - 0.1 * number + (0.2 if re.search(r"\d", highlight) else 0.0)
                yield Ground("result", role, (highlight, *basis), why, field, weight, strength, told=sentence)
    if not jobs and profile.headline:
        role = told.role(profile.headline)
        if is_topic(role) and not _NO_ROLE.search(role):
            why = f"You describe yourself as {article(role)}."
            yield Ground("role", role, (profile.headline,), why, told.home, 1.0, 3)


def _as_sentence(highlight: str) -> str:
    """A line of a résumé as a sentence: in the second person where it is a past tense in English, else quoted.

    Without names of organisations, as far as capitals tell.
    """
    text = highlight.strip().rstrip(".")
    first, *rest = text.split() or [""]
    if len(text) > 140 or len(rest) < 3:
        return ""
    if _PAST_VERB.match(first):
        named = any(word[:1].isupper() and not word.isupper() for word in rest)
        return "" if named else f"You {first.lower()} {' '.join(rest)}."
    return f"You write: “{text}”." if language_of(folded(text)) not in (None, "en") else ""


def _projects(told: _Telling) -> Iterator[Ground]:
    employers = {
        word
        for name in (*(job.name for job in told.profile.work), *(one.entity for one in told.profile.projects))
        for word in words(name or "", prose=False)
    }
    for at, project in enumerate(newest_first(told.profile.projects)[:4]):
        name = (project.name or "").strip()
        # What has its organisation's name is the organisation's, and would name it.
        if not is_topic(name) or employers & set(words(name, prose=False)):
            continue
        field = told.field(f"{project.description or ''} {' '.join(project.keywords)}")
        what = (project.description or "").strip()
        why = f"You describe it as “{what.rstrip('.')}”." if 0 < len(what) <= 160 else "It is your own work."
        mode = "tool" if field.name in ("software", "data") else "practice"
        yield Ground("project", name, (name,), why, field, 1.1 - 0.1 * at, 3, mode)


def _publications(told: _Telling) -> Iterator[Ground]:
    dated = sorted(told.profile.publications, key=lambda paper: paper.release_date or "", reverse=True)
    for at, paper in enumerate(dated[:2]):
        if not paper.name:
            continue
        year = (paper.release_date or "")[:4]
        topic = f"{year} publication" if year.isdigit() else "publication"
        yield Ground(
            "paper", topic, (paper.name,), "You have published before.", told.home, 1.1 - 0.1 * at, 3
        )


def _volunteering(told: _Telling) -> Iterator[Ground]:
    for at, duty in enumerate(newest_first(told.profile.volunteer)[:3]):
        role = told.role(duty.position or "")
        if not is_topic(role) or _NO_ROLE.search(role):
            continue
        basis = tuple(part for part in (duty.position, duty.organization) if part)
        kind = "taught" if _TEACHER.search(role) else "duty"
        why = f"You have volunteered as {article(role)}."
        yield Ground(kind, role, basis, why, told.field(f"{role} {duty.summary or ''}"), 1.0 - 0.1 * at, 2)


def _interests(told: _Telling) -> Iterator[Ground]:
    for at, interest in enumerate(told.profile.research_interests[:5]):
        topic = told.spelled(interest.name.strip())
        if not is_topic(topic) or len(topic.split()) > 4:
            continue
        own = field_of_text(interest.name, "text", told.language)
        studied = own is not None and own.name in _QUESTIONS
        why = f"You name {topic} as an interest."
        kind = "question" if studied else "pastime"
        field = own or told.home
        yield Ground(kind, topic, (interest.name,), why, field, (1.2 if studied else 0.8) - 0.1 * at, 2)


def _goals(told: _Telling) -> Iterator[Ground]:
    for at, goal in enumerate(told.profile.career_goals[:3]):
        text = goal.strip().rstrip(".")
        if 0 < len(text) <= 160:
            why = f"You set yourself this goal: “{text}”."
            yield Ground("goal", text, (goal.strip(),), why, told.home, 1.3 - 0.2 * at)


def _languages(told: _Telling) -> Iterator[Ground]:
    """Return the languages that the person speaks well and that are rare where the person lives."""
    for at, spoken in enumerate(told.profile.languages):
        name = (spoken.language or "").strip()
        if is_topic(name) and is_rare_gift(spoken, told.profile):
            why = f"You name {name} among your languages."
            yield Ground("tongue", name, (name,), why, told.home, 0.85 - 0.1 * at)


def _studies(told: _Telling) -> Iterator[Ground]:
    """Return what was studied, while it is not yet what the person does every day."""
    profile = told.profile
    worked = {word for job in profile.work for word in words(job.position or "", prose=False)}
    for at, study in enumerate(newest_first(profile.education)[:2]):
        area = told.spelled((study.area or "").strip())
        daily = told.years >= SEASONED or bool(worked & set(words(area, prose=False)))
        if is_topic(area) and study.area and not daily:
            why = f"You studied {area}."
            yield Ground("study", area, (study.area,), why, told.field(area), 0.75 - 0.1 * at)


def _anchors(profile: ProfileRecord) -> Iterator[tuple[str, str]]:
    """For a profile that says almost nothing: what it does say, and the text it stands in."""
    told: list[tuple[str, Iterable[str | None]]] = [
        ("your headline", [profile.headline and profile.headline[:200]]),
        ("your studies", [text for study in profile.education for text in (study.area, study.institution)]),
        ("your courses", [course for study in profile.education for course in study.courses[:1]]),
        ("your skills", [skill.name for skill in profile.skills]),
        ("where you have worked", [job.name for job in profile.work]),
        ("what you have published", [paper.name for paper in profile.publications]),
        ("your languages", [spoken.language for spoken in profile.languages]),
        ("where you are", [profile.location.city, profile.location.region, *profile.constraints.places]),
        ("your summary", [profile.summary and profile.summary[:200]]),
    ]
    for name, texts in told:
        yield from ((name, text) for text in texts if text)
