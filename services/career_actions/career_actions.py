"""Career actions: a table of transitions, each a compare-and-set, told to others after the write."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import partial
from typing import Any

import structlog

from db.career_actions import (
    KIND,
    ActionPlanRecord,
    ActionStatus,
    CareerActionRecord,
    CareerActionStore,
)
from db.driver.durable import repeated
from db.driver.errors import DatabaseError
from db.refresh_runs import RefreshRunRecord
from db.sync.changelog import ChangelogRecord, HeadRecord, PositionRecord
from services.career_actions.generation import ActionDraft
from services.career_actions.plans import ANSWERED_IN, PLANNED_IN, answered
from services.kit import clock
from services.kit.errors import FootholdError, NotFound
from services.kit.ids import derived_id
from services.sync.announcer import changes_of
from services.sync.changelog import Changelogs
from services.sync.emissions import LiveList
from services.sync.list_writer import Claim, ListWriter

logger = structlog.get_logger()

_DONE_BY = {
    ActionStatus.SAVED: "saved",
    ActionStatus.DISMISSED: "dismissed",
    ActionStatus.IN_PROGRESS: "started",
    ActionStatus.DONE: "completed",
}
"""Statuses, each with the participle of the transition that leads to it."""


class InvalidTransition(FootholdError):
    """The action's status does not allow the transition. ``attempted`` is a participle such as ``saved``."""

    code = "INVALID_TRANSITION"
    current: ActionStatus

    def __init__(self, attempted: str, current: ActionStatus) -> None:
        status = current.value.lower().replace("_", " ")
        again = _DONE_BY.get(current) == attempted
        super().__init__(
            f"Already {attempted}." if again else f"Cannot be {attempted}: the action is {status}."
        )
        self.current = current


@dataclass(frozen=True, slots=True)
class _Row:
    attempted: str
    sources: frozenset[ActionStatus]
    target: ActionStatus
    times: Callable[[datetime], dict[str, datetime | None]]


_S = ActionStatus


class Transition(Enum):
    """Transitions of an action. Every pair of status and transition not here is refused."""

    SAVE = _Row("saved", frozenset({_S.SUGGESTED}), _S.SAVED, lambda at: {"saved_at": at})
    DISMISS = _Row(
        "dismissed", frozenset({_S.SUGGESTED, _S.SAVED}), _S.DISMISSED, lambda at: {"dismissed_at": at}
    )
    START = _Row(
        "started", frozenset({_S.SUGGESTED, _S.SAVED}), _S.IN_PROGRESS, lambda at: {"started_at": at}
    )
    UNSAVE = _Row("unsaved", frozenset({_S.SAVED}), _S.SUGGESTED, lambda at: {"saved_at": None})
    COMPLETE = _Row("completed", frozenset({_S.IN_PROGRESS}), _S.DONE, lambda at: {"completed_at": at})
    CANCEL = _Row("cancelled", frozenset({_S.IN_PROGRESS}), _S.SUGGESTED, lambda at: {"started_at": None})


class CareerActions:
    """A profile's actions. ``profile_id`` is always the caller's own: the edge has looked."""

    def __init__(self, store: CareerActionStore, changelogs: Changelogs) -> None:
        self._store = store
        self._changelogs = changelogs
        self._writer = ListWriter(store, changelogs, KIND, "career action")
        self.sweep = self._writer.sweep
        self.live_list: LiveList[CareerActionRecord] = LiveList(KIND, self._all, self._some, _shows)

    async def get(self, profile_id: str, action_id: str) -> CareerActionRecord:
        """Raises ``NotFound``."""
        return await self._writer.get(profile_id, action_id)

    async def page(
        self,
        profile_id: str,
        statuses: Sequence[ActionStatus] | None,
        limit: int,
        after: tuple[datetime, str] | None,
    ) -> tuple[list[CareerActionRecord], PositionRecord | None]:
        """Return a page, newest first, and the changelog's position before it was read."""
        return await self._store.shown_page(profile_id, statuses=statuses, limit=limit, after=after)

    async def transition(
        self,
        profile_id: str,
        action_id: str,
        transition: Transition,
        mutation_id: str | None = None,
        claim: Claim | None = None,
    ) -> CareerActionRecord:
        """Exactly one of any number of concurrent transitions wins; the others see the status it left."""
        row = transition.value
        change = self._writer.change(profile_id, action_id, mutation_id, claim)
        async for action in change:
            if action.status not in row.sources:
                raise InvalidTransition(row.attempted, action.status)
            changes: dict[str, Any] = {"status": row.target, **row.times(clock.now())}
            if row.target is ActionStatus.SUGGESTED:
                # It comes back among the suggestions that show now, whichever generation it came from.
                shown = _batch(await change.patiently(partial(self._changelogs.read, profile_id)))
                changes["batch"] = action.batch if shown is None else shown
            await change.write(changes)
        await change.announce_or_leave()
        return change.record

    async def mark_completion_started(
        self,
        profile_id: str,
        action_id: str,
        mutation_id: str | None = None,
        claim: Claim | None = None,
    ) -> CareerActionRecord:
        """Only a done action, and only its flag; setting it again changes nothing."""
        change = self._writer.change(profile_id, action_id, mutation_id, claim)
        async for action in change:
            if action.status is not ActionStatus.DONE:
                raise InvalidTransition("discussed", action.status)
            if not action.completion_conversation_started:
                await change.write({"completion_conversation_started": True})
        await change.announce_or_leave()
        return change.record

    async def plan(
        self,
        profile_id: str,
        action_id: str,
        plan: ActionPlanRecord | None,
        mutation_id: str | None = None,
        claim: Claim | None = None,
    ) -> CareerActionRecord:
        """Keep what the person wrote before they begin, None clearing it."""
        change = self._writer.change(profile_id, action_id, mutation_id, claim)
        async for action in change:
            if action.status not in PLANNED_IN:
                raise InvalidTransition("planned", action.status)
            await change.write({"plan": plan})
        await change.announce_or_leave()
        return change.record

    async def answer(
        self,
        profile_id: str,
        action_id: str,
        came_of_it: str | None,
        mutation_id: str | None = None,
        claim: Claim | None = None,
    ) -> CareerActionRecord:
        """Keep what came of a plan. Raises ``NotFound`` where there is none."""
        change = self._writer.change(profile_id, action_id, mutation_id, claim)
        async for action in change:
            if action.status not in ANSWERED_IN:
                raise InvalidTransition("answered", action.status)
            if action.plan is None:
                raise NotFound("plan")
            plan = answered(action.plan, came_of_it)
            if plan is not action.plan:
                await change.write({"plan": plan})
        await change.announce_or_leave()
        return change.record

    async def preserved_and_dismissed(
        self, profile_id: str
    ) -> tuple[list[CareerActionRecord], list[CareerActionRecord]]:
        """Return the actions that must not be suggested again: saved, started and done ones, and dismissed ones."""
        kept = [ActionStatus.SAVED, ActionStatus.IN_PROGRESS, ActionStatus.DONE, ActionStatus.DISMISSED]
        actions = await self._store.page(profile_id, batch=None, statuses=kept)
        dismissed = [action for action in actions if action.status is ActionStatus.DISMISSED]
        return [action for action in actions if action.status is not ActionStatus.DISMISSED], dismissed

    async def published(self, run: RefreshRunRecord) -> int | None:
        """Return the number of shown suggestions if they are of this run, else None."""
        number, shown = await self.suggested(run.profile_id)
        return shown if number == run.number else None

    async def suggested(self, profile_id: str) -> tuple[int | None, int]:
        """Return the number of the run that made the shown suggestions, None before any, and how many they are."""
        log = await self._changelogs.read(profile_id)
        head = log.heads.get(KIND)
        return (None, 0) if head is None else (head.run, len(await self._suggested(log)))

    async def publish(self, run: RefreshRunRecord, drafts: Sequence[ActionDraft]) -> None:
        """Replace the suggestions, at once; every other action stays. A late or repeated run changes nothing."""
        batch = derived_id("career_actions", run.id, str(run.attempt))
        actions = _suggestions(run, batch, drafts)
        await self._store.insert(actions)
        head = HeadRecord(batch=batch, run=run.number)
        replacement = self._changelogs.replacement(run.profile_id, KIND, head)
        async with self._changelogs.turn(run.profile_id):
            async for log in replacement:
                # Whoever changes one of these meanwhile moves the log, and it is given again.
                changed = [*actions, *await repeated(partial(self._suggested, log))]
                await replacement.write([change for action in changed for change in changes_of(action)])
        if replacement.done:
            # Whoever is reading the last one may finish.
            keep = [batch, *([] if replacement.before is None else [replacement.before.batch])]
            try:
                await self._delete_suggested(run.profile_id, keep)
            except DatabaseError as error:  # they do not show: the next run deletes them
                logger.warning("career_actions.cleanup_postponed", run_id=run.id, error=type(error).__name__)

    async def _delete_suggested(self, profile_id: str, keep: Sequence[str]) -> None:
        """Delete the suggestions of other batches. What is not announced yet must be first."""
        for action in await repeated(partial(self._store.suggested, profile_id)):
            if action.batch not in keep and not action.unannounced:
                await self._store.delete(action)

    async def _suggested(self, log: ChangelogRecord) -> list[CareerActionRecord]:
        return await self._store.page(log.profile_id, batch=_batch(log), statuses=[ActionStatus.SUGGESTED])

    async def _all(self, log: ChangelogRecord) -> list[CareerActionRecord]:
        return await self._store.page(log.profile_id, batch=_batch(log))

    async def _some(self, log: ChangelogRecord, ids: Sequence[str]) -> Mapping[str, CareerActionRecord]:
        return {action.id: action for action in await self._store.some(log.profile_id, ids)}


def _suggestions(
    run: RefreshRunRecord, batch: str, drafts: Sequence[ActionDraft]
) -> list[CareerActionRecord]:
    at = clock.now()
    return [
        CareerActionRecord(
            id=derived_id(batch, str(place)),
            profile_id=run.profile_id,
            type=draft.type,
            title=draft.title,
            description=draft.description,
            rationale=draft.rationale,
            profile_basis=list(draft.profile_basis),
            status=ActionStatus.SUGGESTED,
            run_id=run.id,
            batch=batch,
            model_version=run.model_version,
            created_at=at - timedelta(milliseconds=place),  # newest first is the generation's own order
            version=1,
            touched_at=at,
            last_write=batch,
        )
        for place, draft in enumerate(drafts)
    ]


def _shows(log: ChangelogRecord, action: CareerActionRecord) -> bool:
    return action.status is not ActionStatus.SUGGESTED or action.batch == _batch(log)


def _batch(log: ChangelogRecord) -> str | None:
    head = log.heads.get(KIND)
    return None if head is None else head.batch
