"""Matches: read as one batch, replaced as one batch."""

from collections.abc import Mapping, Sequence

from db.matches import MatchRecord, MatchStore, MatchTier
from db.refresh_runs import RefreshRunRecord
from db.sync.changelog import ChangelogRecord, EntryKind, HeadRecord
from services.kit import clock
from services.kit.ids import derived_id
from services.matching.judging import Judgement
from services.sync.changelog import Change, Changelogs, Replacement
from services.sync.emissions import LiveList

_GROWTH_AREAS = 20


class Matches:
    """A profile's matches. ``profile_id`` is always the caller's own: the edge has looked."""

    def __init__(self, store: MatchStore, changelogs: Changelogs) -> None:
        self._store = store
        self._changelogs = changelogs
        self.live_list: LiveList[MatchRecord] = LiveList(EntryKind.MATCH, self._all, self._some)

    async def page(
        self, profile_id: str, tier: MatchTier | None, limit: int, after: tuple[float, str] | None
    ) -> list[MatchRecord]:
        """Best first."""
        stream = await self._changelogs.read(profile_id)
        if stream.matches is None:
            return []
        return await self._store.page(profile_id, stream.matches.batch, tier=tier, limit=limit, after=after)

    async def get(self, profile_id: str, match_id: str) -> MatchRecord | None:
        return (await self._some(await self._changelogs.read(profile_id), [match_id])).get(match_id)

    async def growth_areas(self, profile_id: str) -> list[str]:
        """What the present matches recommend to grow, the best match's first, each once."""
        matches = await self._all(await self._changelogs.read(profile_id))
        areas = dict.fromkeys(area for match in matches for area in match.recommendations)
        return list(areas)[:_GROWTH_AREAS]

    async def published(self, run: RefreshRunRecord) -> int | None:
        """How many matches show if they are this run's, else None."""
        stream = await self._changelogs.read(run.profile_id)
        if stream.matches is None or stream.matches.run != run.number:
            return None
        return len(await self._all(stream))

    async def publish(self, run: RefreshRunRecord, judgements: Sequence[Judgement]) -> None:
        """Replace what shows, at once. A run that is late, or publishes again, changes nothing."""
        batch = derived_id("matches", run.id, str(run.attempt))
        at = clock.now()
        matches = [
            MatchRecord(
                id=derived_id(batch, judgement.opportunity_id),
                match_id=derived_id("match", run.profile_id, judgement.opportunity_id),
                profile_id=run.profile_id,
                opportunity_id=judgement.opportunity_id,
                run_id=run.id,
                batch=batch,
                version=run.number,
                tier=judgement.tier,
                score=judgement.score,
                explanation=judgement.explanation,
                strengths=list(judgement.strengths),
                gaps=list(judgement.gaps),
                recommendations=list(judgement.recommendations),
                model_version=run.model_version,
                created_at=at,
            )
            for judgement in judgements
        ]
        await self._store.insert(matches)
        keep = [batch]

        async def plan(stream: ChangelogRecord) -> Replacement | None:
            if stream.matches is not None and stream.matches.run >= run.number:
                return None
            if stream.matches is not None:
                keep[1:] = [stream.matches.batch]  # whoever is reading it may finish
            ids = [match.match_id for match in (*matches, *await self._all(stream))]
            changes = [Change(id_, run.number) for id_ in dict.fromkeys(ids)]
            return Replacement(HeadRecord(batch=batch, run=run.number), changes)

        if await self._changelogs.replace(run.profile_id, EntryKind.MATCH, plan):
            await self._store.delete_batches(run.profile_id, before=run.number, keep=keep)

    async def _all(self, stream: ChangelogRecord) -> list[MatchRecord]:
        if stream.matches is None:
            return []
        return await self._store.page(stream.id, stream.matches.batch)

    async def _some(self, stream: ChangelogRecord, ids: Sequence[str]) -> Mapping[str, MatchRecord]:
        if stream.matches is None:
            return {}
        found = await self._store.some(stream.id, stream.matches.batch, ids)
        return {match.match_id: match for match in found}
