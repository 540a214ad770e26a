"""Learnings: extracted from a conversation, decided by the owner, and put into the profile or taken out again.

A decision is one compare-and-set on the learning, marked as not settled; then the profile follows, and notes
which state of the learning it shows. So whatever repeats the second step changes nothing, and a sweep does it
when a crash came in between. See docs/decisions/0011-learnings.md.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog

from db.accounts import AccountDeleted
from db.driver.durable import repeated
from db.driver.errors import DatabaseError
from db.learnings import KIND, LearningRecord, LearningStatus, LearningStore
from db.profiles import LearningKind, ProfilePartRecord, ProfileRecord
from db.sync.changelog import ChangelogRecord
from db.sync.outbox import PendingRecord
from services.background.mutations import Claim
from services.career_actions.career_actions import CareerActions
from services.conversations.exchanges import conversation_of
from services.kit import clock
from services.kit.errors import Conflict, FootholdError, InvalidInput, NotFound
from services.kit.ids import derived_id, new_id
from services.kit.offloading import offloaded
from services.kit.refusals import plain_refusal
from services.kit.words.terms import words
from services.learnings.extraction import Draft, check_learnings, extraction_request
from services.learnings.proposals import (
    CannotRetract,
    applied,
    check_edit,
    check_room,
    titled,
    undone,
    value_of,
)
from services.llm.port import ExtractionSubject, Model, ModelError, Turn
from services.profiles.profiles import Profiles
from services.safety.distress import without_distress
from services.sync.announcer import ANNOUNCING, SWEEP_AT_ONCE
from services.sync.changelog import Changelogs
from services.sync.emissions import LiveList
from services.sync.list_writer import ListChange, ListWriter

log = structlog.get_logger()

_S = LearningStatus


class InvalidLearningStatus(FootholdError):
    """The learning's status does not allow the decision. ``attempted`` is a participle such as ``accepted``."""

    code = "INVALID_LEARNING_STATUS"
    current: LearningStatus

    def __init__(self, attempted: str, current: LearningStatus) -> None:
        status = current.value.lower()
        again = status == attempted
        super().__init__(
            f"Already {attempted}." if again else f"Cannot be {attempted}: the learning is {status}."
        )
        self.current = current


class ModelFailed(FootholdError):
    """The model gave no usable reply; ``code`` is the model error's."""

    passing = True

    def __init__(self, error: ModelError) -> None:
        super().__init__(f"The model gave no usable reply: {error.reason}. Try again.")
        self.code = error.code


@dataclass(frozen=True, slots=True)
class Extracted:
    """New learnings, newest first, and the reasons for those of the model's reply that were left out."""

    learnings: list[LearningRecord]
    warnings: list[str]


def plain_extracted(extracted: Extracted) -> dict[str, Any]:
    """Return what was extracted as plain values, to be kept as a mutation's plan."""
    learnings = [learning.model_dump(mode="json") for learning in extracted.learnings]
    return {"learnings": learnings, "warnings": extracted.warnings}


def extracted_of(plan: Mapping[str, Any]) -> Extracted:
    """Undo ``plain_extracted``."""
    learnings = [LearningRecord.model_validate(learning) for learning in plan["learnings"]]
    return Extracted(learnings, list(plan["warnings"]))


class Learnings:
    """A profile's learnings. ``profile_id`` is always the caller's own: the edge has looked."""

    def __init__(
        self,
        store: LearningStore,
        changelogs: Changelogs,
        model: Model,
        *,
        profiles: Profiles,
        profile_of: Callable[[str], Awaitable[ProfileRecord | None]],
        career_actions: CareerActions,
        turns_of: Callable[[str, str | None], Awaitable[Sequence[Turn]]],
        max_tokens: int = 4096,
    ) -> None:
        self._store = store
        self._model = model
        self._profiles = profiles
        self._profile_of = profile_of
        self._career_actions = career_actions
        self._turns_of = turns_of
        self._max_tokens = max_tokens
        self._writer = ListWriter(store, changelogs, KIND, "learning")
        self.live_list: LiveList[LearningRecord] = LiveList(
            KIND, self._all, self._some, lambda _log, _learning: True
        )

    async def get(self, profile_id: str, learning_id: str) -> LearningRecord:
        """Raises ``NotFound``."""
        return await self._writer.get(profile_id, learning_id)

    async def decided(self, profile_id: str, learning_id: str) -> LearningRecord:
        """Return a learning after the profile follows what was decided. Raises ``NotFound``."""
        learning = await self.get(profile_id, learning_id)
        if learning.settled:
            return learning
        with suppress(CannotRetract):
            await self._finish(learning)
        return await self.get(profile_id, learning_id)

    async def page(
        self, profile_id: str, limit: int, after: tuple[datetime, str] | None
    ) -> list[LearningRecord]:
        """Newest first."""
        return await self._store.page(profile_id, limit=limit, after=after)

    async def extract(
        self,
        profile_id: str,
        action_id: str | None,
        mutation_id: str | None = None,
        claim: Claim | None = None,
    ) -> Extracted:
        """Propose what the conversation about the action, or the general one, says that the profile does not.

        Nothing is learned from messages of distress. One attempt. Raises ``NotFound``, ``InvalidInput`` for an empty
        conversation, and ``ModelFailed``.
        """
        plan = None if claim is None else claim.plan
        if plan is None:
            key = new_id() if claim is None else claim.key
            found = await self._find(profile_id, action_id, mutation_id, key)
            if found is None:
                return Extracted([], [])
            if claim is not None:
                await claim.write_plan(plain_extracted(found))
        else:
            found = extracted_of(plan)
        inserted = await self._store.insert(found.learnings)
        if claim is not None and claim.taken_over:
            inserted = (await self.extracted(profile_id, claim.key, claim.plan)).learnings
        await self._writer.announce_or_leave(*inserted)
        log.info(
            "extraction.finished",
            profile_id=profile_id,
            learnings=len(inserted),
            left_out=len(found.warnings),
        )
        return Extracted(inserted, found.warnings)

    async def extracted(self, profile_id: str, key: str, plan: Mapping[str, Any] | None) -> Extracted:
        """Return the learnings that a mutation proposed by this plan, as they are now."""
        planned = Extracted([], []) if plan is None else extracted_of(plan)
        some = partial(self._store.some, profile_id, [learning.id for learning in planned.learnings])
        present = {learning.id: learning for learning in await repeated(some) if learning.extraction == key}
        learnings = [present[each.id] for each in planned.learnings if each.id in present]
        return Extracted(learnings, planned.warnings)

    async def _find(
        self, profile_id: str, action_id: str | None, mutation_id: str | None, key: str
    ) -> Extracted | None:
        """Ask the model. None where there is nothing to ask about."""
        profile = await repeated(partial(self._profile_of, profile_id))
        if profile is None:
            raise NotFound("profile")
        action = (
            None
            if action_id is None
            else await repeated(partial(self._career_actions.get, profile_id, action_id))
        )
        turns = await repeated(partial(self._turns_of, profile_id, action_id))
        if not turns:
            field = "profileId" if action_id is None else "actionId"
            raise InvalidInput(field, "This conversation has no messages yet. Send one first.")
        turns = await offloaded(without_distress, turns)
        if not turns:
            return None
        subject = ExtractionSubject(profile, action, turns)
        try:
            reply = await self._model.call_tool(
                await offloaded(extraction_request, subject, self._max_tokens)
            )
            # Looked up after the call: what was added to the profile or proposed meanwhile is a repeat too.
            present = await repeated(partial(self._profile_of, profile_id)) or profile
            known = await repeated(partial(self._store.page, profile_id))
            found = await offloaded(check_learnings, reply.input, replace(subject, profile=present), known)
        except ModelError as error:
            log.warning("extraction.failed", profile_id=profile_id, code=error.code, reason=error.reason)
            raise ModelFailed(error) from error
        return Extracted(self._records(profile_id, action_id, found.drafts, mutation_id, key), found.warnings)

    async def accept(
        self,
        profile_id: str,
        learning_id: str,
        edit: Mapping[str, Any] | None = None,
        mutation_id: str | None = None,
        claim: Claim | None = None,
    ) -> LearningRecord:
        """Put it into the profile, or what ``edit`` makes of it. Of any number of decisions at once one wins.

        Raises ``NotFound``, ``InvalidInput`` and ``InvalidLearningStatus``.
        """
        change = self._writer.change(profile_id, learning_id, mutation_id, claim)
        async for learning in change:
            _refuse_unless(_S.PENDING, learning, "accepted")
            proposal = learning.proposal if edit is None else check_edit(learning.kind, edit)
            profile = await change.patiently(partial(self._profile_of, profile_id))
            if profile is None:
                raise NotFound("profile")
            check_room(profile, learning.kind, proposal)
            await change.write({"status": _S.ACCEPTED, "proposal": proposal, "settled": False})
        await self._announce_and_settle(change, mutation_id)
        return change.record

    async def reject(
        self,
        profile_id: str,
        learning_id: str,
        mutation_id: str | None = None,
        claim: Claim | None = None,
    ) -> LearningRecord:
        """Leave the profile as it is. Raises ``NotFound`` and ``InvalidLearningStatus``."""
        change = self._writer.change(profile_id, learning_id, mutation_id, claim)
        async for learning in change:
            _refuse_unless(_S.PENDING, learning, "rejected")
            await change.write({"status": _S.REJECTED})
        await change.announce_or_leave()
        return change.record

    async def retract(
        self,
        profile_id: str,
        learning_id: str,
        mutation_id: str | None = None,
        claim: Claim | None = None,
    ) -> LearningRecord:
        """Take exactly its own change out of the profile.

        Raises ``NotFound``, ``InvalidLearningStatus``, and ``CannotRetract`` when that was changed again since.
        """
        change = self._writer.change(profile_id, learning_id, mutation_id, claim)
        async for learning in change:
            _refuse_unless(_S.ACCEPTED, learning, "retracted")
            if not learning.settled:
                await change.patiently(partial(self._finish, learning))
            profile = await change.patiently(partial(self._profile_of, profile_id))
            if profile is not None:  # what cannot be undone is refused before anything is written
                undone(profile, learning.model_copy(update={"version": learning.version + 1}))
            await change.write({"status": _S.RETRACTED, "settled": False})
        await self._announce_and_settle(change, mutation_id)
        return change.record

    async def sweep(self) -> None:
        """Finish what writers left."""
        for learning in await self._store.unsettled(clock.now() - ANNOUNCING, SWEEP_AT_ONCE):
            try:
                await self._finish(learning)
            except FootholdError as refusal:  # one that cannot be settled must not hold up the others
                log.info("learning.settlement_failed", learning_id=learning.id, code=refusal.code)
            except AccountDeleted:
                continue
            else:
                log.info("learning.settled", learning_id=learning.id, status=learning.status.value)
        await self._writer.sweep()

    async def _finish(self, learning: LearningRecord) -> None:
        """Tell of the decision, then make the profile follow it: so their changes have this order in the changelog."""
        await self._writer.announce(learning)
        await self._settle(learning)

    async def _announce_and_settle(self, change: ListChange[LearningRecord], mutation_id: str | None) -> None:
        """Tell of the decision, then of the profile that follows it, or leave either to the sweep.

        It is decided, and failing now would deny what was written.
        """
        learning = change.record
        if not await change.announce_or_leave():
            return  # the profile would be told of first
        try:
            await self._settle(learning, mutation_id)
        except (DatabaseError, Conflict) as error:
            log.warning("learning.settlement_postponed", learning_id=learning.id, error=type(error).__name__)

    async def _settle(self, learning: LearningRecord, mutation_id: str | None = None) -> None:
        """Make the profile show what the learning's status says. Raises ``CannotRetract``."""
        apply = partial(self._profiles.apply, learning.profile_id, mutation_id=mutation_id)
        if learning.status is _S.ACCEPTED:
            await apply(lambda profile: applied(profile, learning))
        elif learning.status is _S.RETRACTED:
            try:
                await apply(lambda profile: undone(profile, learning))
            except CannotRetract as refusal:
                await self._store.refuse_pending(learning, plain_refusal(refusal))
                await self._put_back(learning)
                raise
        await self._store.mark_settled(learning)

    async def _put_back(self, learning: LearningRecord) -> None:
        """The profile changed between the look at it and the decision: what cannot be undone stays accepted."""
        change = self._writer.change(learning.profile_id, learning.id, None)
        async for present in change:
            if present.version == learning.version:
                await change.write({"status": _S.ACCEPTED, "settled": False})
        if await self._writer.announce_or_leave(change.record) and change.record.status is _S.ACCEPTED:
            await self._settle(change.record)

    def _records(
        self,
        profile_id: str,
        action_id: str | None,
        drafts: Sequence[Draft],
        mutation_id: str | None,
        extraction: str,
    ) -> list[LearningRecord]:
        at, write = clock.now(), new_id()
        return [
            LearningRecord(
                id=derived_id(
                    "learning",
                    profile_id,
                    conversation_of(action_id),
                    draft.kind.value,
                    _content(draft.kind, draft.proposal),
                ),
                profile_id=profile_id,
                action_id=action_id,
                kind=draft.kind,
                proposal=draft.proposal,
                message_id=draft.message_id,
                quotation=draft.quotation,
                extraction=extraction,
                model_version=self._model.version,
                created_at=at - timedelta(milliseconds=place),  # newest first is the reply's own order
                version=1,
                pending=[PendingRecord(version=1, mutation_id=mutation_id)],
                unannounced=True,
                touched_at=at,
                last_write=write,
            )
            for place, draft in enumerate(drafts)
        ]

    async def _all(self, changelog: ChangelogRecord) -> list[LearningRecord]:
        return await self._store.page(changelog.profile_id)

    async def _some(self, changelog: ChangelogRecord, ids: Sequence[str]) -> Mapping[str, LearningRecord]:
        return {learning.id: learning for learning in await self._store.some(changelog.profile_id, ids)}


def _refuse_unless(status: LearningStatus, learning: LearningRecord, attempted: str) -> None:
    if learning.status is not status:
        raise InvalidLearningStatus(attempted, learning.status)


def _content(kind: LearningKind, proposal: ProfilePartRecord) -> str:
    """Return the proposal in canonical form: the same proposal gets the same id."""
    part = value_of(kind, proposal)
    name = " ".join(words(titled(kind, part), prose=False)) or titled(kind, part).casefold()
    if kind is LearningKind.CONSTRAINT and not isinstance(part, str):
        return part.model_dump_json()
    return f"{name}\x1f{(getattr(part, 'level', None) or '').casefold()}"
