"""Choice of career actions by the offline coach: every idea on every ground, then the best that differ."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from db.career_actions import ActionType
from services.career_actions.grounding import repeats
from services.kit.words.terms import skill_key, words
from services.llm.port import GenerationSubject
from services.offline_coach.ideas.idea import Idea
from services.offline_coach.ideas.own import OWN_IDEAS
from services.offline_coach.ideas.shared import SHARED_IDEAS
from services.offline_coach.ideas.starters import STARTERS
from services.offline_coach.people.grounds import SEASONED, Ground, Person, person_of
from services.offline_coach.people.licences import is_licence
from services.offline_coach.people.topics import is_topic
from services.offline_coach.words import article, choose, draw, in_sentence, plural

_LEADING = re.compile(
    r"^(?:(?:learn|study|practi[sc]e|develop|improve|deepen|grow|build|gain|get|more|some|basic|stronger|strong|your|the"
    r"|an?|skills?|experience|knowledge|familiarity|proficiency|expertise|understanding|hands-on|practical|in|with|of"
    r"|about)\s+)+",
    re.IGNORECASE,
)
_FEWEST = 3
_NOT_SKILLS = ("your profile", "first-hand knowledge", "responsibility")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An idea on a ground, worded."""

    type: ActionType
    title: str
    description: str
    rationale: str
    basis: tuple[str, ...]
    key: str
    kind: str
    score: float

    def as_reply(self) -> dict[str, Any]:
        """In the tool's shape."""
        return {
            "type": self.type.value,
            "title": self.title,
            "description": self.description,
            "rationale": self.rationale,
            "profile_basis": list(self.basis),
        }


def generate_career_actions(subject: GenerationSubject) -> dict[str, Any]:
    """The input of the tool ``generate_career_actions``: 3 to 5 actions, as long as ideas are left."""
    person = person_of(subject.profile)
    seed = subject.profile.id
    told = [(action.type, action.title) for action in (*subject.preserved, *subject.dismissed)]
    candidates = [one for one in _candidates(person, subject.growth_areas, seed) if not _told(one, told)]
    chosen: list[_Candidate] = []
    _add(chosen, candidates, told, 5 if len(person.grounds) > 4 else 4, _same_work_or_ground)
    # Where that leaves fewer than three, the ground may be shared, and at the very end the kind of work.
    _add(chosen, candidates, told, _FEWEST, _same_work)
    if len(chosen) < _FEWEST:
        starters = [one for one in _starters(person, seed) if not _told(one, told)]
        _add(chosen, starters, told, _FEWEST, _same_work)
        _add(chosen, [*candidates, *starters], told, _FEWEST, _same_idea)
    return {"actions": [one.as_reply() for one in chosen]}


def _candidates(person: Person, growth_areas: Sequence[str], seed: str) -> Iterator[_Candidate]:
    grounds = [(ground, "") for ground in person.grounds]
    grounds += _growth(person, growth_areas)
    for ground, growth in grounds:
        for idea in (*OWN_IDEAS, *SHARED_IDEAS):
            if not idea.fits(ground):
                continue
            first = choose(idea.titles, seed, idea.titles[0], *ground.basis, growth)
            for title in sorted(idea.titles, key=lambda title: title != first):
                yield _worded(idea, title, ground, growth, seed)


def _growth(person: Person, areas: Sequence[str]) -> Iterator[tuple[Ground, str]]:
    """Each growth area with the ground that is closest to it: the area itself is not in the profile."""
    bases = [ground for ground in person.grounds if ground.kind == "skill"] or [
        ground for ground in person.grounds if ground.kind in ("role", "study", "project")
    ]
    if not bases:
        return
    learning = "stretch" if person.years >= SEASONED else "growth"
    seen: set[str] = set()
    for area in areas:
        topic = re.split(r"[:;,(]|\.\s|\s[–—-]\s", area.strip(), maxsplit=1)[0].strip(" .")
        if topic.casefold().startswith(_NOT_SKILLS):
            continue
        topic = in_sentence(_LEADING.sub("", topic))
        key = skill_key(topic)
        if not key or key in seen or key in person.known or not is_topic(topic) or len(topic.split()) > 4:
            continue
        seen.add(key)
        named = set(words(area, prose=False))
        # The recommendation may name what to build on; else what the person is best at.
        base = max(
            bases,
            key=lambda ground: (
                bool(set(words(ground.topic, prose=False)) & named),
                ground.strength,
                ground.weight,
            ),
        )
        kind = "licence" if is_licence(topic) else learning
        yield replace(base, kind=kind, weight=1.2 - 0.1 * len(seen)), topic


def _worded(idea: Idea, title: str, ground: Ground, growth: str, seed: str) -> _Candidate:
    field = ground.field
    parts = {
        "t": ground.topic,
        "a": article(ground.topic),
        "s": plural(ground.topic),
        "g": growth,
        "told": ground.told,
        "peers": field.peers,
        "served": field.served,
        "resource": field.resource,
        "trial": field.trial,
    }
    reason = idea.reason.format_map(parts)
    return _Candidate(
        type=idea.type,
        title=title.format_map(parts),
        description=idea.description.format_map(parts),
        rationale=f"{ground.why} {reason}",
        basis=ground.basis,
        key=idea.titles[0],
        kind=ground.kind,
        score=idea.weight * ground.weight + 0.25 * draw(seed, title, *ground.basis, growth),
    )


def _starters(person: Person, seed: str) -> Iterator[_Candidate]:
    """For a profile that says almost nothing: what it does say is the basis, and an empty one has none."""
    for at, idea in enumerate(STARTERS):
        if person.anchors:
            name, text = person.anchors[at % len(person.anchors)]
            why = f"Your profile says little yet beyond {name}, so this starts from there."
            basis: tuple[str, ...] = (text,)
        else:
            why = "Your profile is still empty, so this needs nothing from it."
            basis = ()
        for title in idea.titles:
            yield _Candidate(
                type=idea.type,
                title=title,
                description=idea.description,
                rationale=f"{why} {idea.reason}",
                basis=basis,
                key=idea.titles[0],
                kind="starter",
                score=idea.weight + 0.25 * draw(seed, title),
            )


def _told(one: _Candidate, told: Sequence[tuple[ActionType, str]]) -> bool:
    return any(repeats(one.type, one.title, kind, title) for kind, title in told)


def _add(
    chosen: list[_Candidate],
    candidates: Sequence[_Candidate],
    told: Sequence[tuple[ActionType, str]],
    goal: int,
    clashes: Callable[[_Candidate, _Candidate], bool],
) -> None:
    """Add up to ``goal`` in all: the best each time of those that clash with none that is chosen."""
    if len(chosen) >= goal:
        return
    heard = [(kind, set(words(title, prose=False))) for kind, title in told]
    worth = [one.score - 0.6 * _likeness(one, heard) for one in candidates]

    def free(at: int) -> bool:
        return not any(clashes(candidates[at], other) for other in chosen)

    open_ones = {at for at in range(len(candidates)) if free(at)}
    while open_ones and len(chosen) < goal:
        kinds = [other.kind for other in chosen]
        best = max(open_ones, key=lambda at: (worth[at] - 0.25 * kinds.count(candidates[at].kind), -at))
        one = candidates[best]
        # Comparing is dear, so only the best of each round is compared.
        if any(repeats(one.type, one.title, other.type, other.title) for other in chosen):
            open_ones.discard(best)
            continue
        chosen.append(one)
        open_ones = {at for at in open_ones if not clashes(candidates[at], one)}


def _same_idea(one: _Candidate, other: _Candidate) -> bool:
    return one.key == other.key


def _same_work(one: _Candidate, other: _Candidate) -> bool:
    return one.type is other.type


def _same_work_or_ground(one: _Candidate, other: _Candidate) -> bool:
    return one.type is other.type or bool(set(one.basis) & set(other.basis))


def _likeness(one: _Candidate, heard: Sequence[tuple[ActionType, set[str]]]) -> float:
    """The share of words with the most similar title that was kept or dismissed."""
    own = set(words(one.title, prose=False))
    return max((len(own & other) / max(1, len(own | other)) for _, other in heard), default=0.0)
