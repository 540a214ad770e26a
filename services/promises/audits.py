"""Audits of people's own matches, on request."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from db.matches import MatchRecord
from db.opportunities import OpportunityRecord, OpportunityStore
from db.profiles import ProfileRecord
from services.kit.errors import NotFound
from services.kit.offloading import offloaded
from services.matching.candidates import Candidate
from services.matching.matches import Matches
from services.promises.auditing import Audit, SwapResult

_MOST = 100


class Audits:
    """Audits the matches that a person has. ``profile_id`` is always the caller's own: the edge has looked."""

    def __init__(
        self,
        profile_of: Callable[[str], Awaitable[ProfileRecord | None]],
        matches: Matches,
        store: OpportunityStore,
    ) -> None:
        self._profile_of = profile_of
        self._matches = matches
        self._store = store

    async def audit(self, profile_id: str) -> list[SwapResult]:
        """Return what each swap did to the first matches, one piece of work at a time. Raises ``NotFound``."""
        profile = await self._profile_of(profile_id)
        if profile is None:
            raise NotFound("profile")
        shown: list[MatchRecord]
        shown, _ = await self._matches.page(profile_id, None, _MOST, None)
        postings = await self._store.get_many([match.opportunity_id for match in shown])
        audit = await offloaded(_begun, profile, postings)
        results = []
        for swap in await offloaded(audit.swaps):
            result = await offloaded(audit.result, swap)
            if result.tier_changes:
                for word in swap.words:
                    if await offloaded(audit.moves, word):
                        result = replace(result, word=word)
                        break
            results.append(result)
        return results


def _begun(profile: ProfileRecord, postings: list[OpportunityRecord]) -> Audit:
    return Audit(profile, [Candidate.of(posting) for posting in postings])
