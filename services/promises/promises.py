"""What is promised of matches, worked out for those that are kept: away from the event loop, in bounded pieces."""

from collections.abc import Sequence

from db.opportunities import OpportunityRecord
from db.profiles import ProfileRecord
from services.kit.offloading import offloaded
from services.matching.judging import Judgement
from services.matching.seeking import seeking
from services.promises.bands import banded, grouped
from services.promises.changes import people, profile_seed

_PIECE = 10
"""Matches at a time: some 15 ms of the thread that others wait for."""


async def promised(
    profile: ProfileRecord, opportunities: Sequence[OpportunityRecord], judgements: Sequence[Judgement]
) -> list[Judgement]:
    """Return the judgements with their bands and groups, in the order in which they show."""
    postings = {posting.id: posting for posting in opportunities}
    seed = await offloaded(profile_seed, profile)
    persons = [
        await offloaded(seeking, changed) for changed in await offloaded(lambda: list(people(profile)))
    ]
    found: list[Judgement] = []
    for start in range(0, len(judgements), _PIECE):
        found += await offloaded(banded, seed, persons, judgements[start : start + _PIECE], postings)
    return grouped(found, postings)
