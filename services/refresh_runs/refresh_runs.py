"""Refresh: matching and generation side by side, each kept on the run, neither waiting for or failing the other."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import structlog

from db.accounts import AccountDeleted
from db.driver.errors import DatabaseError
from db.profiles import ProfileRecord
from db.refresh_runs import KIND, RefreshRunRecord, RefreshRunStore, StageRecord, StageStatus, run_id
from db.sync.changelog import ChangelogRecord
from db.sync.outbox import marked_as_new
from services.background.leases import Lease, Leases, LostLease
from services.background.mutations import Claim
from services.background.tasks import Tasks
from services.kit import clock
from services.kit.compare_and_set import Attempts
from services.kit.errors import FootholdError, NotFound
from services.kit.ids import new_id
from services.kit.metrics import counts
from services.kit.retrying import steadily
from services.kit.usage import Usage
from services.llm.port import ModelError
from services.sync.announcer import Announcer
from services.sync.changelog import Changelogs
from services.sync.emissions import LiveList
from services.sync.hub import Hub, Signal
from services.sync.wakeups import Wakeups, run_topic

log = structlog.get_logger()

TASK = "refresh"
LEASE = timedelta(seconds=5)
_WARNINGS = 50
_LISTED = 20
"""Runs that the live list begins with: the newest."""
_HEALING_WINDOW = timedelta(seconds=30)
_ENDED = (StageStatus.SUCCEEDED, StageStatus.FAILED, StageStatus.INTERRUPTED)


class RunKeeper:
    """The one hand that writes a run, for as long as it holds the lease."""

    def __init__(self, lease: Lease[RefreshRunRecord], wakeups: Wakeups) -> None:
        self._lease = lease
        self._wakeups = wakeups

    @property
    def run(self) -> RefreshRunRecord:
        """The run as it was last read or written."""
        return self._lease.record

    async def stage(
        self, name: str, *, warnings: list[str] | None = None, usage: Usage | None = None, **changes: Any
    ) -> None:
        """Change fields of the stage called ``name``, and add warnings and tokens to the run's."""

        def change(run: RefreshRunRecord) -> dict[str, Any]:
            changed: dict[str, Any] = {name: _stage(run, name).model_copy(update=changes)}
            if warnings:
                changed["warnings"] = [*run.warnings, *(f"{name}: {warning}" for warning in warnings)][
                    :_WARNINGS
                ]
            if usage is not None:
                changed["input_tokens"] = run.input_tokens + usage.input_tokens
                changed["output_tokens"] = run.output_tokens + usage.output_tokens
            return changed

        await self._write(change)

    async def finish(self) -> None:
        """The run is over."""
        at = clock.now()
        await self._write(lambda run: {"active": False, "finished_at": at})

    async def _write(self, change: Callable[[RefreshRunRecord], Mapping[str, Any]]) -> None:
        await self._lease.write(change)
        await self._wakeups.announce(run_topic(self.run.profile_id))


Stage = Callable[[RunKeeper], Awaitable[None]]


class RefreshRuns:
    """Runs of a profile. ``profile_id`` is always the caller's own: the edge has looked."""

    def __init__(
        self,
        store: RefreshRunStore,
        tasks: Tasks,
        wakeups: Wakeups,
        changelogs: Changelogs,
        *,
        stages: Mapping[str, Stage],
        profile_of: Callable[[str], Awaitable[ProfileRecord | None]],
        model_version: str,
    ) -> None:
        self._store = store
        self._tasks = tasks
        self._wakeups = wakeups
        self._stages = stages
        self._profile_of = profile_of
        self._model_version = model_version
        self._announcer = Announcer(store, changelogs, KIND)
        self.announce_left = self._announcer.sweep
        self.live_list: LiveList[RefreshRunRecord] = LiveList(
            KIND, self._all, self._some, lambda _log, _run: True, loses=False
        )
        self._leases = Leases(store, LEASE, "run", left=self._left, announced=self._announcer.announced)
        self.hub = Hub(run_topic, Signal)
        self.healed_at = clock.now()
        self._active: dict[str, tuple[str, int]] = {}
        tasks.register(TASK, self.execute)

    async def find(self, profile_id: str, id_: str) -> RefreshRunRecord | None:
        return await self._store.get(profile_id, id_)

    async def get(self, profile_id: str, id_: str) -> RefreshRunRecord:
        """Raises ``NotFound``."""
        run = await self.find(profile_id, id_)
        if run is None:
            raise NotFound("refresh run")
        return run

    async def start(
        self, profile_id: str, mutation_id: str | None = None, *, claim: Claim | None = None
    ) -> RefreshRunRecord:
        """The run that is active, or a new one. Raises ``NotFound`` where there is no profile."""
        attempts, starting = Attempts("run"), new_id()
        if await attempts.patiently(partial(self._profile_of, profile_id)) is None:
            raise NotFound("profile")
        while True:
            await attempts.next()
            latest = await attempts.patiently(partial(self._store.latest, profile_id))
            if claim is not None:
                await claim.confirm()
                if claim.taken_over:
                    started = partial(self._store.started_by, profile_id, claim.key)
                    earlier = await attempts.patiently(started)
                    if earlier is not None:
                        return await self._announcer.announced(earlier)
            if latest is not None and latest.active:
                return latest
            number = 1 if latest is None else latest.number + 1
            at = clock.now()
            run = RefreshRunRecord(
                id=run_id(profile_id, number),
                profile_id=profile_id,
                number=number,
                version=1,
                active=True,
                model_version=self._model_version,
                starting=starting,
                lease_until=at + LEASE,
                created_at=at,
                updated_at=at,
                started_by=None if claim is None else claim.key,
                **marked_as_new(at, mutation_id),
            )
            if await self._store.insert(run):
                break
        await self._announcer.announce_or_leave(run)
        await self._tasks.kick(TASK, profile_id, run.id)
        await self._wakeups.announce(run_topic(profile_id))
        return run

    async def progress(self, profile_id: str) -> AsyncGenerator[RefreshRunRecord, None]:
        """The latest run, and each state that it or a later one comes to, as far as the subscriber keeps up."""
        with self.hub.holding(profile_id) as watch:
            ticks = watch.ticks
            shown: tuple[str, int] | None = None
            while True:
                run = await steadily(partial(self._store.latest, profile_id))
                if run is not None and (run.id, run.version) != shown:
                    shown = (run.id, run.version)
                    yield run
                ticks = await watch.beyond(ticks)

    async def execute(self, profile_id: str, id_: str) -> None:
        """Do a run, or what is left of it. Does nothing while another process holds it."""
        lease = await self._leases.claim(profile_id, id_)
        if lease is None:
            return
        try:
            await lease.during(self._work(RunKeeper(lease, self._wakeups)), lease.hand_over)
        except LostLease:
            log.warning("refresh.lease_lost", run_id=id_)

    async def look(self) -> None:
        """Free the runs whose process died, and have them gone on with."""
        async for run in self._leases.look():
            await self._go_on(run)

    async def sweep(self) -> None:
        """Go on with the runs that nobody does; end those that outlived too many processes."""
        async for run in self._leases.sweep():
            await self._go_on(run)

    async def _go_on(self, run: RefreshRunRecord) -> None:
        if run.active:
            log.warning("refresh.resumed", run_id=run.id, attempt=run.attempt)
            await self._tasks.kick(TASK, run.profile_id, run.id)
        else:
            counts.stages.update((name, _stage(run, name).status.value) for name in self._stages)
            log.warning("refresh.interrupted", run_id=run.id, attempt=run.attempt)
            await self._wakeups.announce(run_topic(run.profile_id))

    def _left(self, run: RefreshRunRecord, given_up: bool) -> Mapping[str, Any]:
        if not given_up:
            return {}
        return {"active": False, **{name: _interrupted(_stage(run, name)) for name in self._stages}}

    async def heal(self) -> None:
        """Wake the watched profiles whose run changed lately: an announcement may have been lost."""
        at = clock.now()
        since = self.healed_at - _HEALING_WINDOW
        keys = list(self.hub.keys)
        before, self._active = self._active, await self._store.active(keys)
        # By states too: the clock of the process that writes the run may be behind.
        changed = {key for key in keys if before.get(key) != self._active.get(key)}
        for profile_id in changed | await self._store.touched(keys, since):
            self.hub.on_announcement(run_topic(profile_id))
        self.healed_at = at

    async def _work(self, keeper: RunKeeper) -> None:
        started = clock.now()
        async with asyncio.TaskGroup() as group:
            for name, stage in self._stages.items():
                if _stage(keeper.run, name).status not in _ENDED:
                    group.create_task(self._one(name, stage, keeper))
        await keeper.finish()
        log.info(
            "refresh.finished",
            run_id=keeper.run.id,
            seconds=round((clock.now() - started).total_seconds(), 3),
            warnings=len(keeper.run.warnings),
            **{name: _stage(keeper.run, name).status.value for name in self._stages},
        )

    async def _one(self, name: str, stage: Stage, keeper: RunKeeper) -> None:
        with suppress(LostLease):  # the run's end will find it out again
            await keeper.stage(name, status=StageStatus.RUNNING, done=0, total=0)
            ended = await self._end_of(name, stage, keeper)
            await keeper.stage(name, **ended)
            counts.stages[name, ended["status"].value] += 1

    async def _end_of(self, name: str, stage: Stage, keeper: RunKeeper) -> dict[str, Any]:
        try:
            await stage(keeper)
        except LostLease:
            raise
        except AccountDeleted:
            raise LostLease from None
        except ModelError as error:
            log.warning(
                "refresh.stage_failed", run_id=keeper.run.id, stage=name, code=error.code, reason=error.reason
            )
            code, message = error.code, error.reason
        except FootholdError as error:
            log.warning("refresh.stage_failed", run_id=keeper.run.id, stage=name, code=error.code)
            code, message = error.code, error.message
        except DatabaseError as error:
            log.warning("refresh.stage_failed", run_id=keeper.run.id, stage=name, error=type(error).__name__)
            code, message = "UNAVAILABLE", "The database did not answer. Refresh again in a moment."
        except Exception as error:
            log.exception(
                "refresh.stage_failed", run_id=keeper.run.id, stage=name, error=type(error).__name__
            )
            code, message = (
                "INTERNAL",
                "Internal error. Refresh again; if it happens again, tell the operator.",
            )
        else:
            return {"status": StageStatus.SUCCEEDED}
        return {"status": StageStatus.FAILED, "failure_code": code, "failure_message": message}

    async def _all(self, log: ChangelogRecord) -> Sequence[RefreshRunRecord]:
        return await self._store.newest(log.profile_id, _LISTED)

    async def _some(self, log: ChangelogRecord, ids: Sequence[str]) -> Mapping[str, RefreshRunRecord]:
        return {run.id: run for run in await self._store.these(log.profile_id, ids)}


def _stage(run: RefreshRunRecord, name: str) -> StageRecord:
    return {"matching": run.matching, "generation": run.generation}[name]


def _interrupted(stage: StageRecord) -> StageRecord:
    if stage.status in _ENDED:
        return stage
    return stage.model_copy(
        update={
            "status": StageStatus.INTERRUPTED,
            "failure_code": "INTERRUPTED",
            "failure_message": "The processes working on this ended. Refresh again.",
        }
    )
