"""What moved a match since the last refresh: the inputs are exchanged one at a time, and each time it is judged again.

The way leads from the inputs of the last refresh to the present ones, so that the parts add up to the whole: rules and
reference first, which are exchanged by judging the old inputs now, then the posting's fields, then the profile's parts,
then the time. What two changes do only together counts for the later one. Judged is by the rules; where a model has
judged, they say how much an input is, and the rest is the model's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from db.matches import CauseKind, CauseRecord
from db.opportunities import OpportunityRecord
from db.profiles import ProfileRecord
from services.kit.offloading import offloaded
from services.matching.candidates import Candidate
from services.matching.judging import Judgement
from services.matching.scoring import fit, told
from services.matching.seeking import Seeking, seeking
from services.profiles.fields import camel
from services.promises.inputs import (
    Inputs,
    Judged,
    earlier_posting,
    earlier_profile,
    exchanged_postings,
    exchanged_profiles,
    packed,
    posting_inputs,
    profile_inputs,
    unpacked,
)
from services.reference import tables

_PIECE = 10
"""Matches at a time whose posting has not changed: some milliseconds. One that has changed is a piece of its own."""


@dataclass(frozen=True, slots=True)
class _Before:
    """The inputs of the last refresh, with the persons on the way from the earlier profile to the present one."""

    inputs: Inputs
    person: Seeking
    persons: Sequence[tuple[str | None, Seeking]]
    model: str
    reference: str


async def with_causes(
    profile: ProfileRecord,
    opportunities: Sequence[OpportunityRecord],
    judgements: Sequence[Judgement],
    *,
    model: str,
    before: bytes | None,
) -> tuple[list[Judgement], bytes]:
    """Return the judgements with what moved them since ``before``, the inputs of the last refresh, and their own.

    Away from the event loop, in bounded pieces: a reading of the profile for each part of it that changed, and one of a
    posting for each field of it that did.
    """
    postings = {posting.id: posting for posting in opportunities}
    now = await offloaded(seeking, profile)
    found: list[Judgement] = list(judgements)
    past = None if before is None else await _past(profile, before, now, model)
    if past is not None:
        found = []
        for piece in await offloaded(lambda: list(_pieces(judgements, past.inputs, postings))):
            found += await offloaded(_moved, past, piece, postings)
    judged: dict[str, Judged] = {}
    for start in range(0, len(found), _PIECE):
        judged |= await offloaded(_judged, now, found[start : start + _PIECE], postings)
    inputs = Inputs(model, tables.version(), profile_inputs(profile), judged)
    return found, await offloaded(packed, inputs)


async def _past(profile: ProfileRecord, data: bytes, now: Seeking, model: str) -> _Before | None:
    inputs = await offloaded(unpacked, data)
    earlier = None if inputs is None else await offloaded(earlier_profile, profile, inputs.profile)
    if inputs is None or earlier is None:
        return None
    way = await offloaded(lambda: list(exchanged_profiles(earlier, profile)))
    person = await offloaded(seeking, earlier) if way else now
    persons = [(part, await offloaded(seeking, at)) for part, at in way]
    return _Before(inputs, person, persons, model, tables.version())


def _pieces(
    judgements: Sequence[Judgement], inputs: Inputs, postings: Mapping[str, OpportunityRecord]
) -> Iterator[Sequence[Judgement]]:
    """Return the judgements in their order, in pieces."""
    piece: list[Judgement] = []
    for one in judgements:
        before = inputs.postings.get(one.opportunity_id)
        piece.append(one)
        same = before is None or before.fields == posting_inputs(postings[one.opportunity_id])
        if len(piece) == _PIECE or not same:
            yield piece
            piece = []
    yield piece


def _judged(
    person: Seeking, judgements: Sequence[Judgement], postings: Mapping[str, OpportunityRecord]
) -> dict[str, Judged]:
    found = {}
    for one in judgements:
        posting = postings[one.opportunity_id]
        by_rules = _score(person, posting)
        found[posting.id] = Judged(posting_inputs(posting), one.score, one.tier, by_rules)
    return found


def _moved(
    past: _Before, judgements: Sequence[Judgement], postings: Mapping[str, OpportunityRecord]
) -> list[Judgement]:
    return [_with_cause(past, one, postings[one.opportunity_id]) for one in judgements]


def _with_cause(past: _Before, one: Judgement, posting: OpportunityRecord) -> Judgement:
    before = past.inputs.postings.get(posting.id)
    if before is None:
        return one
    known = replace(one, score_before=before.score, tier_before=before.tier)
    if before.fields == posting_inputs(posting):
        earlier = posting
    else:
        found = earlier_posting(posting, before.fields)
        if found is None:
            return known
        earlier = found
    causes = _causes(past, before, one, earlier, posting)
    return replace(known, causes=sorted(causes, key=lambda cause: -abs(cause.change)))


def _causes(
    past: _Before, before: Judged, one: Judgement, earlier: OpportunityRecord, posting: OpportunityRecord
) -> Iterator[CauseRecord]:
    score = _score(past.person, earlier)
    rules = round(score - before.by_rules, 3)
    steps: list[tuple[CauseKind, str | None, float]] = []
    for field, at in exchanged_postings(earlier, posting):
        after = _score(past.person, at)
        steps.append((CauseKind.POSTING_CHANGED, camel(field), round(after - score, 3)))
        score = after
    for part, person in past.persons:
        after = _score(person, posting)
        kind = CauseKind.DATE_PASSED if part is None else CauseKind.PROFILE_CHANGED
        steps.append((kind, None if part is None else camel(part), round(after - score, 3)))
        score = after
    # A match that has the score of the rules was judged by them.
    modelled = before.score != before.by_rules or one.score != score
    whole = round(one.score - before.score, 3)
    if modelled and not whole:
        return  # a model's judgement that stands: the rules' opinion moved nothing
    if modelled:
        kind = CauseKind.JUDGED_AGAIN if past.inputs.model == past.model else CauseKind.MODEL_CHANGED
        steps.append((kind, None, round(whole - sum(change for _, _, change in steps), 3)))
    else:
        same = past.inputs.reference == past.reference
        steps.append((CauseKind.RULES_CHANGED if same else CauseKind.REFERENCE_CHANGED, None, rules))
    for kind, part, change in steps:
        if change:
            yield CauseRecord(kind=kind, part=part, change=change, estimated=modelled)


def _score(person: Seeking, posting: OpportunityRecord) -> float:
    return told(fit(person, Candidate.of(posting)).score)
