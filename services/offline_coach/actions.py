"""Choice of career actions by the offline coach: every idea on every ground, then the best that differ."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from db.career_actions import ActionType
from services.career_actions.grounding import repeats
from services.kit.words.terms import words
from services.llm.port import GenerationSubject
from services.offline_coach.fields import weigh
from services.offline_coach.grounds import Ground, Person, person_of
from services.offline_coach.ideas.idea import Idea
from services.offline_coach.ideas.own import OWN_IDEAS
from services.offline_coach.ideas.shared import SHARED_IDEAS
from services.offline_coach.ideas.starters import STARTERS
from services.offline_coach.words import article, choose, draw, in_sentence, plural

_LEADING = re.compile(
    r"^(?:(?:learn|study|practi[sc]e|develop|improve|deepen|grow|build|gain|get|more|some|basic|stronger|strong|your|the"
    r"|an?|skills?|experience|knowledge|familiarity|proficiency|expertise|understanding|hands-on|practical|in|with|of"
    r"|about)\s+)+",
    re.IGNORECASE,
)
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
    ground: str
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
    chosen = _choose(candidates, 5 if len(person.grounds) > 4 else 4, told)
    if len(chosen) < 3:
        starters = [one for one in _starters(person, seed) if not _told(one, told)]
        chosen += _choose(starters, 3 - len(chosen), [*told, *((one.type, one.title) for one in chosen)])
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
    seen: set[str] = set()
    for area in areas:
        topic = re.split(r"[:;,(]|\.\s|\s[–—-]\s", area.strip(), maxsplit=1)[0].strip(" .")
        if topic.casefold().startswith(_NOT_SKILLS):
            continue
        topic = _LEADING.sub("", topic)
        field = next(iter(weigh([(topic, 1.0)])), "")
        if field and person.fields.get(field, 0.0) < 0.1:
            # Asked for by postings that are far from this person.
            continue
        if " " in topic and field not in ("software", "data"):
            topic = in_sentence(topic)
        key = " ".join(words(topic, prose=False))
        if not key or key in seen or len(topic) > 40 or len(topic.split()) > 4:
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
        yield replace(base, kind="growth", weight=(1.2 if field else 0.6) - 0.05 * len(seen)), topic


def _worded(idea: Idea, title: str, ground: Ground, growth: str, seed: str) -> _Candidate:
    field = ground.field
    parts = {
        "t": ground.topic,
        "a": article(ground.topic),
        "s": plural(ground.topic),
        "g": growth,
        "quote": ground.quote,
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
        ground=" ".join(ground.basis) + growth,
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
                ground=idea.titles[0],
                kind="starter",
                score=idea.weight + 0.25 * draw(seed, title),
            )


def _told(one: _Candidate, told: Sequence[tuple[ActionType, str]]) -> bool:
    return any(repeats(one.type, one.title, kind, title) for kind, title in told)


def _choose(
    candidates: Sequence[_Candidate], most: int, told: Sequence[tuple[ActionType, str]]
) -> list[_Candidate]:
    """Greedy: the best each time, less what would make it like one that is chosen or was dismissed."""
    heard = [(kind, set(words(title, prose=False))) for kind, title in told]
    likeness = [_likeness(one, heard) for one in candidates]
    chosen: list[_Candidate] = []

    def worth(at: int) -> float:
        one = candidates[at]
        value = one.score - 0.6 * likeness[at]
        for other in chosen:
            value -= 1.5 * (one.type is other.type) + 1.2 * (one.ground == other.ground)
            value -= 0.25 * (one.kind == other.kind) + 0.6 * bool(set(one.basis) & set(other.basis))
        return value

    open_ones = set(range(len(candidates)))
    while open_ones and len(chosen) < most:
        best = max(open_ones, key=lambda at: (worth(at), -at))
        one = candidates[best]
        # Comparing is dear, so only the best of each round is compared.
        if any(repeats(one.type, one.title, other.type, other.title) for other in chosen):
            open_ones.discard(best)
            continue
        chosen.append(one)
        open_ones = {at for at in open_ones if candidates[at].key != one.key}
    return chosen


def _likeness(one: _Candidate, heard: Sequence[tuple[ActionType, set[str]]]) -> float:
    """The share of words with the most similar title that was kept or dismissed."""
    own = set(words(one.title, prose=False))
    return max((len(own & other) / max(1, len(own | other)) for _, other in heard), default=0.0)
