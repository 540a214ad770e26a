"""Small changes that keep the meaning: of a profile and of a posting's learnt form. Pure and seeded.

What is left out is picked by the text itself and a seed, so that the order of entries decides nothing.
"""

import hashlib
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import replace

from db.profiles import ProfileRecord
from services.matching.candidates import Candidate
from services.matching.postings import Alternatives

_TENTH = 0x1_0000_0000 // 10
_SPREAD = 2_654_435_761  # an odd number near 2^32 times the golden ratio


def seed_of(*parts: str) -> str:
    """Return the digest of the inputs, from which everything is picked."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def profile_seed(profile: ProfileRecord) -> str:
    """Return a seed that depends on what a profile says, in whatever order its entries stand."""
    return seed_of(*sorted(_highlights(profile)), *sorted(_listed(profile)))


def people(profile: ProfileRecord) -> Iterator[ProfileRecord]:
    """Return six of the same person: without a highlight, without a listed skill, without both, and as they are."""
    seed = profile_seed(profile)
    told = _picked(_highlights(profile), seed)
    listed = _picked(_listed(profile), seed)
    for first, second in ((0, None), (1, None), (None, 0), (None, 1), (2, 2)):
        left_out = {*told[first : first + 1]} if first is not None else set()
        unlisted = {*listed[second : second + 1]} if second is not None else set()
        yield without(profile, left_out, unlisted)
    yield profile


def without(profile: ProfileRecord, highlights: set[str], listed: set[str]) -> ProfileRecord:
    """Return the profile without these highlights of work, projects and volunteering, and these skills and keywords."""
    if not (highlights or listed):
        return profile
    kept = {
        section: [
            entry.model_copy(
                update={"highlights": [one for one in entry.highlights if one not in highlights]}
            )
            for entry in getattr(profile, section)
        ]
        for section in ("work", "projects", "volunteer")
    }
    skills = [
        skill.model_copy(update={"keywords": [word for word in skill.keywords if word not in listed]})
        for skill in profile.skills
        if skill.name not in listed
    ]
    return profile.model_copy(update={**kept, "skills": skills})


def postings(one: Candidate, seed: str) -> list[Candidate]:
    """Return four of the same posting: as it is, with a skill less, with a tenth of its words less, with both."""
    fewer = _with_fewer_skills(one, seed)
    return [one, fewer, _with_fewer_words(one, seed), _with_fewer_words(fewer, seed)]


def _with_fewer_skills(one: Candidate, seed: str) -> Candidate:
    form = one.form
    asked = form.required or form.desired
    if len(asked) < 2:
        return one
    dropped = min(asked, key=lambda keys: seed_of(seed, *keys))

    def kept(given: tuple[Alternatives, ...]) -> tuple[Alternatives, ...]:
        return tuple(keys for keys in given if keys != dropped)

    changed = replace(form, required=kept(form.required), desired=kept(form.desired))
    return replace(one, form=changed)


def _with_fewer_words(one: Candidate, seed: str) -> Candidate:
    form, mixed = one.form, int(seed[:8], 16)
    kept = [
        (id_, weight)
        for id_, weight in zip(form.ids, form.weights, strict=True)
        if ((id_ ^ mixed) * _SPREAD & 0xFFFF_FFFF) >= _TENTH
    ]
    ids, weights = array("I", [id_ for id_, _ in kept]), array("f", [weight for _, weight in kept])
    changed = replace(form, ids=ids, weights=weights)
    return replace(one, form=changed)


def _highlights(profile: ProfileRecord) -> Iterator[str]:
    for section in (profile.work, profile.projects, profile.volunteer):
        for entry in section:
            yield from entry.highlights


def _listed(profile: ProfileRecord) -> Iterator[str]:
    for skill in profile.skills:
        yield skill.name
        yield from skill.keywords


def _picked(texts: Iterable[str], seed: str) -> list[str]:
    return sorted(set(texts), key=lambda text: seed_of(seed, text))[:3]
