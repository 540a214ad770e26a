"""The learnt form of a posting: what it is about, its words with their weight, and the skills that it asks for.

It depends on the posting and on the reference only, and is kept beside the posting (``db.learnt_postings``) until
one of them changes.
"""

import json
import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from db.opportunities import OpportunityRecord
from services.kit.caches import remembered
from services.kit.words.terms import words
from services.matching.evidence import skill_keys, without_lists
from services.reference import tables
from services.reference.languages import LANGUAGES, plain_title
from services.reference.occupations import rarity_of
from services.reference.reading import Part, Reading, language_of_texts, read
from services.reference.tables import word_id

VERSION = 2
"""Version of this form: raised when the same posting and tables are learnt in another way."""
MOST_SKILLS = 25
"""Skills that count of what a posting asks for: who names more does not mean them."""

LONGEST_DESCRIPTION = 4000  # characters; what matters stands at the beginning
_MOST_WORDS = 150
_TITLE_WORD = 2.5
_TITLES, _TOLD, _LISTED = 0.45, 0.3, 0.25
"""Shares of a posting's field: its title, its description, and the skills it asks for."""

Alternatives = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LearntPosting:
    """A posting as the ranking sees it. ``language`` is that of its text, None where
    too little tells. ``ids`` and ``weights`` are its words and how much each tells;
    those of skills tell nothing here, since skills are compared by themselves.
    """

    columns: "array[int]"
    likeness: "array[float]"
    concepts: tuple[tuple[int, float], ...]
    ids: "array[int]"
    weights: "array[float]"
    required: tuple[Alternatives, ...]
    desired: tuple[Alternatives, ...]
    language: str | None

    @property
    def reading(self) -> Reading:
        return Reading(dict(zip(self.columns, self.likeness, strict=True)), dict(self.concepts))


def form_version() -> str:
    """Return what a kept form must have been learnt with."""
    return f"{VERSION}/{tables.version()}"


def learnt(record: OpportunityRecord) -> LearntPosting:
    """Return the form of a posting."""
    return _learnt(
        record.title,
        record.description[:LONGEST_DESCRIPTION],
        tuple(record.required_skills),
        tuple(record.desired_skills),
    )


@remembered(512)
def _learnt(
    title: str, description: str, required: tuple[str, ...], desired: tuple[str, ...]
) -> LearntPosting:
    description = without_lists(description)
    code = language_of_texts((title, description))
    parts = [
        Part("title", [title], _TITLES),
        Part("text", [description], _TOLD),
        Part("skills", list(required[:MOST_SKILLS]), _LISTED),
    ]
    reading = read(parts, code)
    asked = _asked(required)
    known = set(asked)
    wished = tuple(keys for keys in _asked(desired) if keys not in known)
    weights: dict[int, float] = {}
    language = LANGUAGES[code or "en"]
    for word in words(plain_title(title)):
        weights[word_id(language.stem(word))] = _TITLE_WORD * rarity_of(word, code)
    for word in _first_different(words(description)):
        weights.setdefault(word_id(language.stem(word)), rarity_of(word, code))
    for skill in (*required[:MOST_SKILLS], *desired[:MOST_SKILLS]):
        for word in words(skill, prose=False):
            weights.setdefault(word_id(word), 0.0)
    ordered = sorted(weights)
    return LearntPosting(
        columns=array("H", reading.occupations),
        likeness=array("f", reading.occupations.values()),
        concepts=tuple((key, _short(value)) for key, value in reading.concepts.items()),
        ids=array("I", ordered),
        weights=array("f", [weights[id_] for id_ in ordered]),
        required=asked[:MOST_SKILLS],
        desired=wished[:MOST_SKILLS],
        language=code,
    )


def _short(value: float) -> float:
    """A number as it is after it was kept."""
    return array("f", [value])[0]


def _first_different(found: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(found))[:_MOST_WORDS]


def _asked(skills: Sequence[str]) -> tuple[Alternatives, ...]:
    return tuple(filter(None, dict.fromkeys(map(skill_keys, skills))))


def as_bytes(form: LearntPosting, facts: Sequence[Any]) -> bytes:
    """Return a form, and facts that JSON can hold, in the shape in which they are kept."""
    lengths = [len(form.columns), len(form.ids)]
    head = json.dumps(
        [facts, form.language, lengths, form.concepts, form.required, form.desired], ensure_ascii=False
    )
    arrays = (form.columns, form.likeness, form.ids, form.weights)
    return head.encode() + b"\n" + b"".join(tables.little(each).tobytes() for each in arrays)


def from_bytes(data: bytes) -> tuple[LearntPosting, list[Any]]:
    """Return the form and the facts that ``as_bytes`` was given."""
    head, _, body = data.partition(b"\n")
    facts, language, (occupations, number), concepts, required, desired = json.loads(head)
    columns, at = _numbers(array("H"), body, 0, occupations)
    likeness, at = _numbers(array("f"), body, at, occupations)
    ids, at = _numbers(array("I"), body, at, number)
    weights, at = _numbers(array("f"), body, at, number)
    form = LearntPosting(
        columns=columns,
        likeness=likeness,
        concepts=tuple((key, value) for key, value in concepts),
        ids=ids,
        weights=weights,
        required=tuple(map(tuple, required)),
        desired=tuple(map(tuple, desired)),
        language=language,
    )
    return form, facts


def _numbers(
    into: "array[tables.NumberT]", body: bytes, at: int, length: int
) -> tuple["array[tables.NumberT]", int]:
    end = at + length * into.itemsize
    into.frombytes(body[at:end])
    return tables.little(into), end


def mass_of(form: LearntPosting) -> float:
    """Return how much all words of a posting tell together."""
    return math.fsum(form.weights)
