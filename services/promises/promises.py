"""What is promised of matches, worked out for those that are kept: away from the event loop, in bounded pieces."""

from collections.abc import Sequence
from dataclasses import replace

from db.matches import MatchTier
from db.opportunities import OpportunityRecord
from db.profiles import ProfileRecord
from services.kit.offloading import offloaded
from services.matching.judging import Judgement
from services.matching.seeking import seeking
from services.promises.bands import banded, grouped
from services.promises.changes import people, profile_seed
from services.promises.counterfactuals import counterfactual

_PIECE = 10
"""Matches at a time: some 15 ms of the thread that others wait for."""

_STEPS = 12
"""Matches below STRONG, the best first, for which a step to the next tier is looked for: each takes up to 12 ms."""


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
    shown = grouped(found, postings)
    near = [at for at, one in enumerate(shown) if one.tier is not MatchTier.STRONG][:_STEPS]
    for at in near:
        one = shown[at]
        step = await offloaded(counterfactual, profile, persons[-1], one, postings[one.opportunity_id])
        shown[at] = replace(one, counterfactual=step)
    return shown
