"""The suite's people, postings and grades: invented for this project, graded in two readings."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from db.profiles import ProfileRecord
from services.kit.ids import profile_id_of
from services.opportunities.importing import ParsedPostings, parse_postings
from services.profiles.resumes import parse_resume

DATA = Path(__file__).parent / "data"
TODAY = datetime(2026, 11, 1, tzinfo=UTC)
SOURCE = "quality"
Json = dict[str, Any]
Grades = Mapping[tuple[str, str], float]
"""Grades from 0 to 3 by person and posting; a pair that is not in it has 0."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody to match: ``again`` is the same résumé typed in other words."""

    key: str
    trade: str
    language: str
    senior: bool
    resume: Json
    again: Json

    @property
    def profile(self) -> ProfileRecord:
        return profile_of(self.key, self.resume)


def profile_of(key: str, resume: Json) -> ProfileRecord:
    """The profile that an import of the document makes, at a day that never moves."""
    fields: Json = {**parse_resume(resume).fields}
    return ProfileRecord(
        id=profile_id_of(f"quality-{key}"),
        owner=f"quality-{key}",
        version=1,
        created_at=TODAY,
        updated_at=TODAY,
        **fields,
    )


def people() -> list[Reader]:
    found = []
    for key, one in _json("people.json").items():
        again = {**one["resume"], **one["again"]}
        again["basics"] = {**one["resume"]["basics"], **one["again"]["basics"]}
        found.append(Reader(key, one["trade"], one["language"], one["senior"], one["resume"], again))
    return found


def postings() -> list[Json]:
    """In Foothold's own format; their days say nothing about how good they are."""
    items: list[Json] = _json("postings.json")["opportunities"]
    for item in items:
        days = int.from_bytes(sha256(item["externalId"].encode()).digest()[:2], "big") % 28
        item["postedAt"] = (TODAY - timedelta(days=1 + days)).date().isoformat()
    return items


def parsed(items: list[Json]) -> ParsedPostings:
    """Raises ``AssertionError`` where one is refused."""
    found = parse_postings(json.dumps({"source": SOURCE, "opportunities": items}), default_source=SOURCE)
    assert not found.refused, found.refused
    return found


def readings() -> tuple[Grades, Grades]:
    """The two readings: person by person, and posting by posting."""
    by_person, by_posting = _json("grades_by_person.json"), _json("grades_by_posting.json")
    first = {(who, what): float(grade) for who, row in by_person.items() for what, grade in row.items()}
    second = {(who, what): float(grade) for what, row in by_posting.items() for who, grade in row.items()}
    return first, second


def grades() -> Grades:
    """The mean of both readings."""
    first, second = readings()
    return {pair: (first.get(pair, 0.0) + second.get(pair, 0.0)) / 2 for pair in first.keys() | second.keys()}


def _json(name: str) -> Json:
    found: Json = json.loads((DATA / name).read_text(encoding="utf-8"))
    return found
