"""Applications: followed from interest to outcome, each move a compare-and-set, told to others after the write."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from db.applications import (
    KIND,
    ApplicationOutcome,
    ApplicationRecord,
    ApplicationStage,
    ApplicationStore,
    PostingRecord,
    StepRecord,
    WholeApplicationRecord,
)
from db.driver.durable import repeated
from db.sync.changelog import ChangelogRecord
from db.sync.outbox import PendingRecord
from services.applications import entered, moves
from services.background.mutations import Claim
from services.kit import clock
from services.kit.compare_and_set import Attempts
from services.kit.errors import InvalidInput, NotFound
from services.kit.ids import derived_id, new_id
from services.opportunities.opportunities import Opportunities
from services.sync.changelog import Changelogs
from services.sync.emissions import LiveList
from services.sync.list_writer import ListWriter

MOST = 2_000
"""Applications of a person. A few more where several are begun in the same moment."""
KEPT = timedelta(days=30)
"""Time for which a removed one's version is kept, so that one tracked anew under its id goes on from it."""
_NOUN = "application"


@dataclass(frozen=True, slots=True)
class By:
    """Author of a change: the person, and the mutation by which they make it."""

    profile_id: str
    mutation_id: str | None = None
    claim: Claim | None = None


class Applications:
    """A profile's applications. ``profile_id`` is always the caller's own: the edge has looked."""

    def __init__(self, store: ApplicationStore, changelogs: Changelogs, opportunities: Opportunities) -> None:
        self._store = store
        self._opportunities = opportunities
        self._writer = ListWriter(store, changelogs, KIND, _NOUN)
        self.sweep = self._writer.sweep
        self.live_list: LiveList[ApplicationRecord] = LiveList(KIND, self._all, self._some, _shows)

    async def get(self, profile_id: str, application_id: str) -> ApplicationRecord:
        """Raises ``NotFound``."""
        return _present(await self._writer.get(profile_id, application_id))

    async def page(
        self,
        profile_id: str,
        stages: Sequence[ApplicationStage] | None,
        outcomes: Sequence[ApplicationOutcome] | None,
        limit: int,
        after: tuple[datetime, str] | None,
    ) -> list[ApplicationRecord]:
        """Newest first; None for stages or outcomes excludes nothing."""
        return await self._store.page(profile_id, stages=stages, outcomes=outcomes, limit=limit, after=after)

    async def texts(self, places: Sequence[tuple[str, str]]) -> list[str | None]:
        """Return the texts of postings, in the order of ``places``: profile and application of each."""
        found: dict[tuple[str, str], str] = {}
        for profile_id in dict.fromkeys(profile_id for profile_id, _ in places):
            ids = [id_ for own, id_ in places if own == profile_id]
            texts = await self._store.texts(profile_id, ids)
            found |= {(profile_id, id_): text for id_, text in texts.items()}
        return [found.get(place) for place in places]

    async def track_opportunity(self, by: By, opportunity_id: str) -> ApplicationRecord:
        """Begin an application with the posting as it is now; one that there is stays as it is.

        Raises ``NotFound`` and ``InvalidInput``.
        """
        id_ = derived_id("application", by.profile_id, opportunity_id)
        found = await repeated(partial(self._opportunities.get_many, [opportunity_id]))
        if found[0] is None:
            there = await repeated(partial(self._store.get, by.profile_id, id_))
            if there is None or there.removed:
                raise NotFound("opportunity")
            return there
        posting, text = entered.snapshot_of(found[0])
        return await self._begin(by, id_, opportunity_id, posting, text)

    async def track_posting(self, by: By, given: Mapping[str, Any]) -> ApplicationRecord:
        """Begin an application to a posting that the person enters. Raises ``InvalidInput``."""
        posting, text = entered.posting_of(given)
        # Drawn with the mutation, so that a repeat finds what was written.
        id_ = new_id() if by.claim is None else by.claim.nonce
        return await self._begin(by, id_, None, posting, text)

    async def mark_applied(
        self, by: By, application_id: str, at: datetime | None, channel: str | None
    ) -> ApplicationRecord:
        """``INTERESTED`` → ``APPLIED``. Raises ``NotAllowedNow``, ``NotFound`` and ``InvalidInput``."""
        moment, way = entered.moment_of(at), entered.channel_of(channel)

        def applied(application: ApplicationRecord) -> dict[str, Any]:
            moves.check_applied(application)
            step = _step(application, ApplicationStage.APPLIED, moment, channel=way)
            return _moved(application, step, applied_at=moment, channel=way)

        return await self._change(by, application_id, applied)

    async def record_progress(
        self,
        by: By,
        application_id: str,
        stage: ApplicationStage,
        *,
        number: int | None,
        at: datetime | None,
        note: str | None,
    ) -> ApplicationRecord:
        """Move forward, to an answer, a round of interviews or an offer. ``number`` is of the round; None: the next.

        Raises ``NotAllowedNow``, ``NotFound`` and ``InvalidInput``.
        """
        if stage not in moves.PROGRESS:
            raise InvalidInput("stage", f"Must be one of {', '.join(moves.PROGRESS)}.")
        moves.check_round(stage, number)
        moment, said = entered.moment_of(at), entered.note_of(note)

        def progressed(application: ApplicationRecord) -> dict[str, Any]:
            reached = moves.round_after(application, stage, number)
            of_step = reached if stage is ApplicationStage.INTERVIEWING else None
            step = _step(application, stage, moment, round=of_step, note=said)
            return _moved(application, step, round=reached)

        return await self._change(by, application_id, progressed)

    async def close(
        self,
        by: By,
        application_id: str,
        outcome: ApplicationOutcome,
        stage: ApplicationStage | None,
        reasons: Sequence[str] | None,
    ) -> ApplicationRecord:
        """Close it; ``stage`` is how far it came, where more happened than was recorded.

        Raises ``NotAllowedNow``, ``NotFound`` and ``InvalidInput``.
        """
        if stage is ApplicationStage.CLOSED:
            raise InvalidInput("stage", "Name the stage that was reached before.")
        why, moment = entered.reasons_of(reasons), clock.now()

        def closed(application: ApplicationRecord) -> dict[str, Any]:
            reached = moves.reached_by(application, outcome, stage)
            facts = {"outcome": outcome, "reached": reached, "reasons": why}
            step = _step(application, ApplicationStage.CLOSED, moment, **facts)
            return _moved(application, step, **facts)

        return await self._change(by, application_id, closed)

    async def reopen(self, by: By, application_id: str) -> ApplicationRecord:
        """``CLOSED`` → the stage that was reached. Raises ``NotAllowedNow`` and ``NotFound``."""
        moment = clock.now()

        def reopened(application: ApplicationRecord) -> dict[str, Any]:
            if application.reached is None:
                raise moves.refusal("Only a closed application can be reopened.", application.stage)
            step = _step(application, application.reached, moment)
            return _moved(application, step, outcome=None, reached=None, reasons=[])

        return await self._change(by, application_id, reopened)

    async def take_step_back(self, by: By, application_id: str) -> ApplicationRecord:
        """Take the last step out of the history, as if it had not been recorded.

        Raises ``NotAllowedNow`` for the first one, and ``NotFound``.
        """
        return await self._change(by, application_id, moves.taken_back)

    async def remove(self, by: By, application_id: str) -> ApplicationRecord:
        """Take it out of the list, with all that it says. Raises ``NotFound``."""
        blank = PostingRecord(title="", organization="")
        nothing: dict[str, Any] = {
            "outcome": None,
            "reached": None,
            "reasons": [],
            "round": None,
            "applied_at": None,
        }
        return await self._change(
            by,
            application_id,
            lambda _: {
                "removed": True, "posting": blank, "text": "", "channel": None, "history": [],
                "stage": ApplicationStage.INTERESTED, **nothing,
            },
        )  # fmt: skip

    async def forget(self) -> None:
        """Delete what was removed long ago."""
        await self._store.delete_removed(clock.now() - KEPT)

    async def _begin(
        self, by: By, id_: str, opportunity_id: str | None, posting: PostingRecord, text: str
    ) -> ApplicationRecord:
        attempts = Attempts(_NOUN)
        while True:
            await attempts.next()
            new = _new(by, id_, opportunity_id, posting, text)
            there = await repeated(partial(self._store.get, by.profile_id, id_))
            if there is not None and not there.removed:
                # As an earlier try wrote it, or another tab of the person's did.
                if there.pending:
                    await self._writer.announce_made(there, by.claim)
                return there
            if await repeated(partial(self._store.count, by.profile_id, MOST)) >= MOST:
                argument = "input" if opportunity_id is None else "opportunityId"
                raise InvalidInput(
                    argument, f"You track {MOST:,} applications, the limit. Remove some first."
                )
            if there is None:
                if by.claim is not None:
                    await by.claim.confirm()
                if await self._store.insert(new):
                    await self._writer.announce_made(new, by.claim)
                    return ApplicationRecord.model_validate(dict(new))
                continue
            try:
                return await self._begin_anew(by, new)
            except NotFound:
                continue  # it was deleted meanwhile

    async def _begin_anew(self, by: By, new: WholeApplicationRecord) -> ApplicationRecord:
        """Write ``new`` over a removed one, whose versions go on."""
        change = self._writer.change(by.profile_id, new.id, by.mutation_id, by.claim)
        kept = {"id", "profile_id", "version", "pending", "unannounced", "touched_at", "last_write"}
        fields = {name: value for name, value in dict(new).items() if name not in kept}
        async for application in change:
            if application.removed:
                await change.write({**fields})
        await change.announce_or_leave()
        return change.record

    async def _change(
        self, by: By, application_id: str, decide: Callable[[ApplicationRecord], dict[str, Any]]
    ) -> ApplicationRecord:
        """Exactly one of any number of concurrent moves wins; the others see the stage it left."""
        change = self._writer.change(by.profile_id, application_id, by.mutation_id, by.claim)
        async for application in change:
            await change.write(decide(_present(application)))
        await change.announce_or_leave()
        return change.record

    async def _all(self, log: ChangelogRecord) -> list[ApplicationRecord]:
        return await self._store.page(log.profile_id)

    async def _some(self, log: ChangelogRecord, ids: Sequence[str]) -> Mapping[str, ApplicationRecord]:
        return {each.id: each for each in await self._store.some(log.profile_id, ids)}


def _new(
    by: By, id_: str, opportunity_id: str | None, posting: PostingRecord, text: str
) -> WholeApplicationRecord:
    at = clock.now()
    key = None if by.claim is None else by.claim.key
    return WholeApplicationRecord(
        id=id_,
        profile_id=by.profile_id,
        version=1,
        pending=[PendingRecord(version=1, mutation_id=by.mutation_id, key=key)],
        unannounced=True,
        touched_at=at,
        last_write=new_id(),
        opportunity_id=opportunity_id,
        posting=posting,
        history=[StepRecord(at=at, recorded_at=at, before=None, after=ApplicationStage.INTERESTED)],
        created_at=at,
        text=text,
    )


def _step(application: ApplicationRecord, after: ApplicationStage, at: datetime, **facts: Any) -> StepRecord:
    return StepRecord(at=at, recorded_at=clock.now(), before=application.stage, after=after, **facts)


def _moved(application: ApplicationRecord, step: StepRecord, **changes: Any) -> dict[str, Any]:
    history = moves.followed_by(application.history, step)
    return {"stage": step.after, "history": history, **changes}


def _present(application: ApplicationRecord) -> ApplicationRecord:
    if application.removed:
        raise NotFound(_NOUN)
    return application


def _shows(_log: ChangelogRecord, application: ApplicationRecord) -> bool:
    return not application.removed
