"""Grounds of the offline coach: the parts of a profile that it can build on, each with its wording."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from db.profiles import ProfileRecord
from services.career_actions.generation import names_a_link
from services.career_actions.grounding import Grounds
from services.kit.words.terms import words
from services.offline_coach.fields import BY_NAME, GENERAL, Field, fields_of, weigh
from services.offline_coach.words import article, in_sentence

_LONGEST_TOPIC = 45
_LONGEST_BASIS = 300
_MOST_SKILLS = 60
_WITH_KEYWORDS = 15
"""Every ground is multiplied with every idea: what is listed after so many skills is not built on."""
_LEVELS = (
    (re.compile(r"expert|master|advanced|proficient|senior|strong|fluent|native", re.IGNORECASE), 3),
    (re.compile(r"intermediate|working|competent|good|medium", re.IGNORECASE), 2),
    (re.compile(r"begin|basic|novice|elementary|learning|junior|entry|limited", re.IGNORECASE), 1),
)
# Headings that gather skills without being one.
_HEADINGS = re.compile(
    r"^(?:(?:technical|soft|hard|core|key|other|main|professional|programming|spoken|foreign)\s+)?"
    r"(?:skills?|languages?|tools?|technolog(?:y|ies)|frameworks?|software|front-?end|back-?end|misc\w*|others?"
    r"|general|databases?|libraries|platforms?|infrastructure|methods?|areas?|competenc(?:y|ies))$",
    re.IGNORECASE,
)
_LEARNER = re.compile(r"\b(?:intern|internship|trainee|apprentice|student)\b", re.IGNORECASE)
_TEACHER = re.compile(r"\b(?:teacher|tutor|mentor|facilitator|instructor|coach|trainer)\b", re.IGNORECASE)
_NO_ROLE = re.compile(r"\b(?:position|role|title)\b", re.IGNORECASE)
_PAST_VERB = re.compile(
    r"(?:\w+ed|built|led|wrote|cut|ran|grew|won|taught|made|began|brought|held|kept|set|drove|drew|sold|spoke|took)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Ground:
    """Ground to build on. ``topic`` reads in the middle of a sentence, ``why`` is a sentence about it."""

    kind: str
    topic: str
    basis: tuple[str, ...]
    why: str
    field: Field
    weight: float = 1.0
    strength: int = 2
    mode: str = "area"
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A profile as the coach sees it; ``years`` decide whether to teach or to learn first."""

    grounds: list[Ground]
    anchors: list[tuple[str, str]]
    fields: Mapping[str, float]


def person_of(profile: ProfileRecord) -> Person:
    """Everything in the profile that an action can name without naming an organisation or a paper."""
    held = Grounds(profile)
    fields = fields_of(profile)
    field = BY_NAME[next(iter(fields), GENERAL.name)]
    found = chain(
        _skills(profile, field),
        _roles(profile, field),
        _projects(profile, field),
        _publications(profile, field),
        _volunteering(profile, field),
        _interests(profile, field),
        _goals(profile, field),
        _languages(profile, field),
        _studies(profile, field),
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
            names_a_link(text, held) for text in (ground.topic, ground.quote, ground.why, *ground.basis)
        )
    ]
    unique: dict[tuple[str, str], Ground] = {}
    for ground in safe:
        unique.setdefault((ground.kind, " ".join(words(ground.topic, prose=False)) or ground.topic), ground)
    anchors = [
        anchor for anchor in _anchors(profile) if held.holds(anchor[1]) and not names_a_link(anchor[1], held)
    ]
    return Person(list(unique.values()), anchors, fields)


def _level(text: str | None) -> int:
    return next((value for pattern, value in _LEVELS if pattern.search(text or "")), 2)


def _short(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_TOPIC and bool(words(text, prose=False))


def _field(text: str, fallback: Field) -> Field:
    return BY_NAME[next(iter(weigh([(text, 1.0)])), fallback.name)]


def _skills(profile: ProfileRecord, home: Field) -> Iterator[Ground]:
    for at, skill in enumerate(profile.skills[:_MOST_SKILLS]):
        weight = 1.0 - min(at, 8) * 0.04
        level = f" at the level “{skill.level}”" if skill.level else ""
        strength = _level(skill.level)
        if _short(skill.name) and not _HEADINGS.match(skill.name.strip()):
            topic, field, mode = _spoken(skill.name, home)
            why = f"You name {topic} among your skills{level}."
            yield Ground("skill", topic, (skill.name,), why, field, weight, strength, mode)
        for place, keyword in enumerate(skill.keywords[:6] if at < _WITH_KEYWORDS else ()):
            if _short(keyword):
                topic, field, mode = _spoken(keyword, home)
                why = f"You name {topic} under {in_sentence(skill.name)}{level}."
                yield Ground("skill", topic, (keyword,), why, field, weight - 0.06 * place, strength, mode)


def _spoken(skill: str, home: Field) -> tuple[str, Field, str]:
    """Return the wording of a skill, its field, and its kind: a tool, an area of study or a practice."""
    own = BY_NAME.get(next(iter(weigh([(skill, 1.0)])), ""))
    field = own or home
    topic = skill.strip()
    studied = field.name in ("software", "data", "research")
    if not (own and studied and len(topic.split()) == 1):
        topic = in_sentence(topic)
    if not studied:
        return topic, field, "practice"
    return topic, field, "tool" if topic != topic.lower() or (own and len(topic.split()) == 1) else "area"


def _role_name(position: str) -> str:
    plain = re.split(r"\s*[/(,|–—]|\s+-\s+|\s+(?:at|for)\s+", position.strip())[0].strip()
    return in_sentence(re.sub(r"^(?:the|an?)\s+", "", plain, flags=re.IGNORECASE))


def _roles(profile: ProfileRecord, home: Field) -> Iterator[Ground]:
    jobs = [job for job in profile.work if job.position]
    for at, job in enumerate(jobs[:4]):
        role = _role_name(job.position or "")
        if not _short(role) or _NO_ROLE.search(role):
            continue
        field = _field(f"{job.position} {job.summary or ''}", home)
        strength = 1 if _LEARNER.search(role) else 3
        why = f"You {'work' if at == 0 and not job.end_date else 'have worked'} as {article(role)}."
        basis = tuple(part for part in (job.position, job.name) if part)
        yield Ground("role", role, basis, why, field, 1.1 - 0.15 * at, strength)
        for number, highlight in enumerate(job.highlights[:4]):
            if quote := _quotable(highlight):
                weight = 1.1 - 0.15 * at - 0.1 * number + (0.2 if re.search(r"\d", highlight) else 0.0)
                yield Ground("result", role, (highlight, *basis), why, field, weight, strength, quote=quote)
    if not jobs and profile.headline:
        role = _role_name(profile.headline)
        if _short(role) and not _NO_ROLE.search(role):
            why = f"You describe yourself as {article(role)}."
            yield Ground("role", role, (profile.headline,), why, home, 1.0, 3)


def _quotable(highlight: str) -> str:
    """A past-tense line as it reads after "you": no names of organisations in it, as far as capitals tell."""
    text = highlight.strip().rstrip(".")
    first, *rest = text.split() or [""]
    named = any(word[:1].isupper() and not word.isupper() for word in rest)
    if named or len(text) > 140 or len(rest) < 3 or not _PAST_VERB.match(first):
        return ""
    return f"{first.lower()} {' '.join(rest)}"


def _projects(profile: ProfileRecord, home: Field) -> Iterator[Ground]:
    for at, project in enumerate(profile.projects[:4]):
        name = (project.name or "").strip()
        # A project with its organisation's name would name an organisation.
        if not _short(name) or name.casefold() == (project.entity or "").strip().casefold():
            continue
        field = _field(f"{project.description or ''} {' '.join(project.keywords)}", home)
        what = (project.description or "").strip()
        why = f"You describe it as “{what.rstrip('.')}”." if 0 < len(what) <= 160 else "It is your own work."
        mode = "tool" if field.name in ("software", "data") else "practice"
        yield Ground("project", name, (name,), why, field, 1.1 - 0.1 * at, 3, mode)


def _publications(profile: ProfileRecord, home: Field) -> Iterator[Ground]:
    dated = sorted(profile.publications, key=lambda paper: paper.release_date or "", reverse=True)
    for at, paper in enumerate(dated[:2]):
        if not paper.name:
            continue
        year = (paper.release_date or "")[:4]
        topic = f"{year} publication" if year.isdigit() else "publication"
        yield Ground("paper", topic, (paper.name,), "You have published before.", home, 1.1 - 0.1 * at, 3)


def _volunteering(profile: ProfileRecord, home: Field) -> Iterator[Ground]:
    for at, duty in enumerate(profile.volunteer[:3]):
        role = _role_name(duty.position or "")
        if not _short(role) or _NO_ROLE.search(role):
            continue
        basis = tuple(part for part in (duty.position, duty.organization) if part)
        kind = "taught" if _TEACHER.search(role) else "duty"
        why = f"You have volunteered as {article(role)}."
        yield Ground(kind, role, basis, why, _field(f"{role} {duty.summary or ''}", home), 1.0 - 0.1 * at, 2)


def _interests(profile: ProfileRecord, home: Field) -> Iterator[Ground]:
    for at, interest in enumerate(profile.research_interests[:5]):
        topic = in_sentence(interest.name.strip())
        if not _short(topic) or len(topic.split()) > 4:
            continue
        fields = weigh([(interest.name, 1.0)])
        studied = next(iter(fields), "") in ("research", "policy", "health", "data", "software")
        why = f"You name {topic} as an interest."
        kind = "question" if studied else "pastime"
        field = BY_NAME[next(iter(fields), home.name)]
        yield Ground(kind, topic, (interest.name,), why, field, (1.2 if studied else 0.8) - 0.1 * at, 2)


def _goals(profile: ProfileRecord, home: Field) -> Iterator[Ground]:
    for at, goal in enumerate(profile.career_goals[:3]):
        text = goal.strip().rstrip(".")
        if 0 < len(text) <= 160:
            yield Ground(
                "goal", text, (goal.strip(),), f"You set yourself this goal: “{text}”.", home, 1.3 - 0.2 * at
            )


def _languages(profile: ProfileRecord, home: Field) -> Iterator[Ground]:
    named = [spoken for spoken in profile.languages if spoken.language]
    if len(named) < 2:
        return
    for at, spoken in enumerate(named):
        if (spoken.language or "").casefold() != "english":
            name = (spoken.language or "").strip()
            yield Ground(
                "tongue", name, (name,), f"You name {name} among your languages.", home, 0.85 - 0.1 * at
            )


def _studies(profile: ProfileRecord, home: Field) -> Iterator[Ground]:
    for at, study in enumerate(profile.education[:2]):
        area = in_sentence((study.area or "").strip())
        if _short(area) and study.area:
            why = f"You studied {area}."
            yield Ground("study", area, (study.area,), why, _field(area, home), 0.75 - 0.1 * at)


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
