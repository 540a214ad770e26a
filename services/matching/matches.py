"""Matches: read as one batch, replaced as one batch."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Protocol

import structlog

from db.driver.durable import repeated
from db.driver.errors import DatabaseError
from db.match_inputs import MatchInputsRecord, MatchInputsStore
from db.matches import KIND, AskedRecord, MatchRecord, MatchStore, MatchTier
from db.refresh_runs import RefreshRunRecord
from db.sync.changelog import ChangelogRecord, HeadRecord, PositionRecord
from services.kit import clock
from services.kit.ids import derived_id
from services.matching.judging import Judgement
from services.sync.changelog import Change, Changelogs
from services.sync.emissions import AGAIN_AFTER, LiveList

logger = structlog.get_logger()

_GROWTH_AREAS = 20


class Growing(Protocol):
    """A match, as far as it says what to grow."""

    @property
    def tier(self) -> MatchTier: ...
    @property
    def recommendations(self) -> list[str]: ...


def growth_areas_of(matches: Iterable[Growing]) -> list[str]:
    """Return the recommendations of the matches within reach, the best match's first, each once.

    What a far posting asks for is no reason to learn it.
    """
    near = (match for match in matches if match.tier is not MatchTier.EXPLORATORY)
    return list(dict.fromkeys(area for match in near for area in match.recommendations))[:_GROWTH_AREAS]


def _as_judged(match: MatchRecord, asked: AskedRecord) -> Judgement:
    return Judgement(
        opportunity_id=match.opportunity_id,
        tier=match.tier,
        score=match.score,
        explanation=asked.explanation,
        strengths=match.strengths,
        gaps=match.gaps,
        recommendations=match.recommendations,
        band=asked.band,
        model_version=match.model_version,
        asked=asked,
    )


class Matches:
    """A profile's matches. ``profile_id`` is always the caller's own: the edge has looked."""

    def __init__(self, store: MatchStore, inputs: MatchInputsStore, changelogs: Changelogs) -> None:
        self._store = store
        self._inputs = inputs
        self._changelogs = changelogs
        self.live_list: LiveList[MatchRecord] = LiveList(KIND, self._all, self._some)

    async def page(
        self, profile_id: str, tier: MatchTier | None, limit: int, after: tuple[float, str] | None
    ) -> tuple[list[MatchRecord], PositionRecord]:
        """Return a page, best first, and the changelog's position before it was read."""
        log = await self._changelogs.read(profile_id)
        head = log.heads.get(KIND)
        if head is None:
            return [], log.position
        page = await self._store.page(profile_id, head.batch, tier=tier, limit=limit, after=after)
        return page, log.position

    async def get(self, profile_id: str, match_id: str) -> MatchRecord | None:
        return (await self._some(await self._changelogs.read(profile_id), [match_id])).get(match_id)

    async def growth_areas(self, profile_id: str) -> list[str]:
        """Return ``growth_areas_of`` the present matches."""
        return growth_areas_of(await self._all(await self._changelogs.read(profile_id)))

    async def judged_before(self, profile_id: str) -> dict[str, Judgement]:
        """Return what a model judged of the present matches, by the digest of all that it was told."""
        found = await self._all(await self._changelogs.read(profile_id))
        return {match.asked.key: _as_judged(match, match.asked) for match in found if match.asked is not None}

    async def published(self, run: RefreshRunRecord) -> int | None:
        """Return the number of shown matches if they are of this run, else None."""
        log = await self._changelogs.read(run.profile_id)
        head = log.heads.get(KIND)
        return None if head is None or head.run != run.number else len(await self._all(log))

    async def inputs(self, profile_id: str) -> bytes | None:
        """Return the inputs of the matches that show, None where there are none or of an earlier release."""
        head = (await self._changelogs.read(profile_id)).heads.get(KIND)
        found = None if head is None else await self._inputs.get(profile_id, head.batch)
        return None if found is None else found.data

    async def publish(self, run: RefreshRunRecord, judgements: Sequence[Judgement], inputs: bytes) -> None:
        """Replace what shows, at once. A run that is late, or publishes again, changes nothing.

        ``inputs`` of the judgements are kept for the next refresh.
        """
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
                band=judgement.band,
                tier_firm=judgement.tier_firm,
                rank_group=judgement.rank_group,
                order=judgement.order,
                counterfactual=judgement.counterfactual,
                score_before=judgement.score_before,
                tier_before=judgement.tier_before,
                causes=list(judgement.causes),
                asked=judgement.asked,
                model_version=judgement.model_version or run.model_version,
                created_at=at,
            )
            for judgement in judgements
        ]
        await self._store.insert(matches)
        await self._inputs.insert(
            MatchInputsRecord(
                id=batch, profile_id=run.profile_id, version=run.number, data=inputs, created_at=at
            )
        )
        head = HeadRecord(batch=batch, run=run.number, size=len(matches))
        replacement = self._changelogs.replacement(run.profile_id, KIND, head)
        async with self._changelogs.turn(run.profile_id):
            async for log in replacement:
                shown = await repeated(partial(self._all, log))
                ids = [match.match_id for match in (*matches, *shown)]
                await replacement.write([Change(id_, run.number) for id_ in dict.fromkeys(ids)])
        if replacement.done:
            # Whoever is reading the last batch may finish.
            keep = [batch, *([] if replacement.before is None else [replacement.before.batch])]
            try:
                await self._store.delete_batches(run.profile_id, before=run.number, keep=keep)
                await self._inputs.delete_earlier(run.profile_id, before=run.number)
            except DatabaseError as error:  # they do not show: the next run deletes them
                logger.warning("matches.cleanup_postponed", run_id=run.id, error=type(error).__name__)

    async def _all(self, log: ChangelogRecord) -> list[MatchRecord]:
        head = log.heads.get(KIND)
        return [] if head is None else await self._whole(log.profile_id, head)

    async def _whole(self, profile_id: str, head: HeadRecord) -> list[MatchRecord]:
        """Read a batch, again for a while where some of it is not there yet: a shard may be behind the changelog's."""
        for pause in (*AGAIN_AFTER, 0.0):
            found = await self._store.page(profile_id, head.batch)
            if len(found) >= (head.size or 0):
                break
            await asyncio.sleep(pause)
        return found

    async def _some(self, log: ChangelogRecord, ids: Sequence[str]) -> Mapping[str, MatchRecord]:
        head = log.heads.get(KIND)
        found = [] if head is None else await self._store.some(log.profile_id, head.batch, ids)
        if head is not None and len(found) < len(set(ids)):
            found = [match for match in await self._whole(log.profile_id, head) if match.match_id in ids]
        return {match.match_id: match for match in found}
