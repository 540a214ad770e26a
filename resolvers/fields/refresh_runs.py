"""Root fields of refresh runs."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import strawberry

from db.refresh_runs import COLLECTION, RefreshRunRecord
from resolvers.execution.access import OwnerOf, SignedIn
from schema.refresh_runs import (
    TYPE_NAME,
    RefreshMatchesPayload,
    RefreshMatchesResult,
    RefreshProgressChange,
    RefreshProgressEvent,
    RefreshRun,
)
from schema.shared.context import Info
from schema.shared.plain import plain
from schema.shared.relay import local_id
from services.accounts.exports import ExportedList


@strawberry.type
class RefreshRunQuery:
    @strawberry.field(extensions=[SignedIn()], description="Null when it is not one of the caller's.")
    async def refresh_run(self, info: Info, id: strawberry.ID) -> RefreshRun | None:
        run = await info.context.services.refresh_runs.find(
            info.context.signed_in().profile_id, local_id(id, TYPE_NAME, "id")
        )
        return None if run is None else RefreshRun.from_record(run)


@strawberry.type
class RefreshRunMutation:
    @strawberry.mutation(
        extensions=[OwnerOf("profile_id", model_work=True)],
        description="Starts matching and generation side by side and returns at once; the results arrive at the "
        "subscribers. While one runs, that one is returned.",
    )
    async def refresh_matches(self, info: Info, profile_id: strawberry.ID) -> RefreshMatchesResult:
        run = await info.context.services.refresh_runs.start(info.context.signed_in().profile_id)
        return RefreshMatchesPayload(refresh_run=RefreshRun.from_record(run))


@strawberry.type
class RefreshRunSubscription:
    @strawberry.subscription(
        extensions=[OwnerOf("profile_id")],
        description="The latest run, and each state that it or a later one comes to.",
    )
    async def refresh_progress(
        self, info: Info, profile_id: strawberry.ID
    ) -> AsyncIterator[RefreshProgressEvent]:
        runs = info.context.services.refresh_runs.progress(info.context.signed_in().profile_id)
        async with aclosing(runs):
            async for run in runs:
                yield RefreshProgressChange(refresh_run=RefreshRun.from_record(run))


def _exported(record: RefreshRunRecord) -> list[Any]:
    return [plain(RefreshRun.from_record(record))]


EXPORT = ExportedList("refreshRuns", COLLECTION, _exported)
