"""Digests of all that a judgement rests on: while one stays the same, its posting is not judged again."""

import hashlib
import json
from collections.abc import Sequence

from db.opportunities import OpportunityRecord
from db.profiles import ProfileRecord
from services.matching.asking.prompts import person_text, wording

_TOLD = {
    "title", "organization", "kind", "required_skills", "desired_skills", "location", "remote", "salary", "deadline_at",
    "description",
}  # fmt: skip
"""Fields of a posting that prompts tell; as they are, since making them harmless takes some milliseconds each."""
_CHECKS = "1"
"""Version of the checks: raised where they would now take what they refused, or the other way round."""


def keys_of(
    model_version: str, profile: ProfileRecord, opportunities: Sequence[OpportunityRecord]
) -> dict[str, str]:
    """Return the digest for each opportunity, by id: of the model, the prompt, the person and the posting."""
    shared = digest(_CHECKS, model_version, wording(), person_text(profile))
    return {one.id: digest(shared, one.model_dump_json(include=_TOLD)) for one in opportunities}


def digest(*parts: str) -> str:
    """Return the SHA-256 of these parts in hexadecimal digits."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def shuffled(opportunities: Sequence[OpportunityRecord], seed: str) -> list[OpportunityRecord]:
    """Return the opportunities in an order that says nothing of them, the same for the same seed."""
    return sorted(opportunities, key=lambda one: digest(seed, one.id))
