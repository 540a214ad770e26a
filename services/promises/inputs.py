"""Inputs of a judgement, packed to be kept with a batch of matches and unpacked to be judged again. Pure.

What is kept of a person is what matching reads and nothing else: no name, no address, no document.
"""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from db.matches import MatchTier
from db.opportunities import OpportunityRecord
from db.profiles import ProfileRecord
from services.matching.postings import LONGEST_DESCRIPTION

_FORMAT = 1
PARTS = (
    "headline", "summary", "work", "projects", "skills", "education", "certificates", "publications", "volunteer",
    "languages", "research_interests", "career_goals", "constraints",
)  # fmt: skip
"""Parts of a profile that a score depends on, in the order in which they are exchanged."""
FIELDS = (
    "title", "kind", "required_skills", "desired_skills", "description", "location", "remote", "salary"
)  # fmt: skip
"""Fields of a posting that a score depends on, in the order in which they are exchanged."""
_NOW = "updated_at"
"""Up to when a job that goes on is counted."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A posting as it was judged: its ``fields``, the match's score and tier, and the score by the rules."""

    fields: Mapping[str, Any]
    score: float
    tier: MatchTier
    by_rules: float


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a batch was judged with. ``profile`` has the parts and the time, ``postings`` are found by their ids."""

    model: str
    reference: str
    profile: Mapping[str, Any]
    postings: Mapping[str, Judged]


def profile_inputs(profile: ProfileRecord) -> dict[str, Any]:
    """Return what matching reads of a profile, as JSON can hold it."""
    return profile.model_dump(mode="json", include={*PARTS, _NOW})


def posting_inputs(posting: OpportunityRecord) -> dict[str, Any]:
    """Return what matching reads of a posting, as JSON can hold it."""
    found = posting.model_dump(mode="json", include=set(FIELDS))
    return {**found, "description": posting.description[:LONGEST_DESCRIPTION]}


def packed(inputs: Inputs) -> bytes:
    """Return the inputs as they are kept: a few kilobytes a profile, about one a posting."""
    postings = {id_: [one.fields, one.score, one.tier, one.by_rules] for id_, one in inputs.postings.items()}
    all_ = [_FORMAT, inputs.model, inputs.reference, inputs.profile, postings]
    return zlib.compress(json.dumps(all_, ensure_ascii=False).encode(), level=3)


def unpacked(data: bytes) -> Inputs | None:
    """Return what was ``packed``; None for another release's format."""
    found, *rest = json.loads(zlib.decompress(data))
    if found != _FORMAT:
        return None
    model, reference, profile, postings = rest
    judged = {
        id_: Judged(fields, score, MatchTier(tier), by_rules)
        for id_, (fields, score, tier, by_rules) in postings.items()
    }
    return Inputs(model, reference, profile, judged)


def earlier_profile(profile: ProfileRecord, before: Mapping[str, Any]) -> ProfileRecord | None:
    """Return the profile as it was judged before; None if this release cannot read it any more."""
    try:
        return ProfileRecord.model_validate({**profile.model_dump(), **before})
    except ValidationError:
        return None


def earlier_posting(posting: OpportunityRecord, before: Mapping[str, Any]) -> OpportunityRecord | None:
    """Return the posting as it was judged before; None if this release cannot read it any more."""
    try:
        return OpportunityRecord.model_validate({**posting.model_dump(), **before})
    except ValidationError:
        return None


def exchanged_profiles(
    before: ProfileRecord, after: ProfileRecord
) -> Iterable[tuple[str | None, ProfileRecord]]:
    """Return each part that differs and the profile after it was exchanged too; None stands for the time, the last."""
    at = before
    for part in (*PARTS, _NOW):
        if getattr(at, part) != getattr(after, part):
            at = at.model_copy(update={part: getattr(after, part)})
            yield None if part == _NOW else part, at


def exchanged_postings(
    before: OpportunityRecord, after: OpportunityRecord
) -> Sequence[tuple[str, OpportunityRecord]]:
    """Return each field that differs, with the posting after it was exchanged too."""
    at, found = before, []
    for field in FIELDS:
        if getattr(at, field) != getattr(after, field):
            at = at.model_copy(update={field: getattr(after, field)})
            found.append((field, at))
    return found
