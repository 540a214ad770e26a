"""Root fields of refresh runs."""

from collections.abc import AsyncIterable
from functools import partial
from typing import Annotated, Any

import strawberry

from db.refresh_runs import COLLECTION, RefreshRunRecord
from resolvers.execution.feature import Feature, NodeType
from resolvers.execution.live import Following
from resolvers.execution.permissions.access import OwnerOf, OwnThing
from resolvers.execution.permissions.audience import Audience
from resolvers.fields.arguments import MutationId, ProfileId
from resolvers.fields.once import once
from schema.refresh_runs import (
    TYPE_NAME,
    RefreshMatchesPayload,
    RefreshMatchesResult,
    RefreshProgressChange,
    RefreshProgressEvent,
    RefreshRun,
    RefreshRunsChange,
)
from schema.shared.context import Info
from schema.shared.live_lists import Live
from schema.shared.plain import plain
from schema.shared.relay import local_id
from services.offline_coach.coach import OfflineCoach
from services.refresh_runs.build import RefreshOptions, build
from services.refresh_runs.refresh_runs import RefreshRuns
from services.registry import ExportedList

RunId = Annotated[strawberry.ID, strawberry.argument(description="Id of the refresh run.")]


@strawberry.type
class RefreshRunQuery:
    @strawberry.field(
        extensions=[OwnThing()],
        description="A refresh run of the caller. Null when it does not exist or belongs to somebody else.",
    )
    async def refresh_run(self, info: Info, id: RunId) -> RefreshRun | None:
        run = await info.context.services[RefreshRuns].find(
            info.context.signed_in().profile_id, local_id(id, TYPE_NAME, "id")
        )
        return None if run is None else RefreshRun.from_record(run)


@strawberry.type
class RefreshRunMutation:
    @strawberry.mutation(
        extensions=[OwnerOf("profile_id", model_work=True)],
        description="Starts a refresh: matching and generation in parallel. Returns at once; results arrive in the "
        "subscriptions. While a refresh is in progress, that one is returned.",
    )
    async def refresh_matches(
        self, info: Info, profile_id: ProfileId, mutation_id: MutationId = None
    ) -> RefreshMatchesResult:
        runs, own = info.context.services[RefreshRuns], info.context.signed_in().profile_id
        run = await once(
            info,
            mutation_id,
            {},
            lambda claim: runs.start(own, mutation_id, claim=claim),
            partial(runs.get, own),
        )
        return RefreshMatchesPayload(refresh_run=RefreshRun.from_record(run), mutation_id=mutation_id)


@strawberry.type
class RefreshRunSubscription:
    @strawberry.subscription(
        extensions=[OwnerOf("profile_id")],
        description="The latest refresh run of a profile, then every new state of it and of later runs.",
    )
    def refresh_progress(self, info: Info, profile_id: ProfileId) -> AsyncIterable[RefreshProgressEvent]:
        runs = info.context.services[RefreshRuns].progress(info.context.signed_in().profile_id)
        return Following(runs, RefreshProgressChange.from_run)


def _exported(record: RefreshRunRecord) -> list[Any]:
    return [plain(RefreshRun.from_record(record))]


async def _node(info: Info, local: str) -> RefreshRun | None:
    record = await info.context.services[RefreshRuns].find(info.context.signed_in().profile_id, local)
    return None if record is None else RefreshRun.from_record(record)


FEATURE = Feature(
    query=RefreshRunQuery,
    mutation=RefreshRunMutation,
    subscription=RefreshRunSubscription,
    leads=("Mutation",),
    nodes=[NodeType(RefreshRun, _node)],
    live=[
        Live(
            "REFRESH_RUNS",
            "Refresh runs: the newest 20 at first, then every new state of any.",
            RefreshRunsChange,
            lambda services: services[RefreshRuns].live_list,
        )
    ],
    build=build,
    options=lambda settings: RefreshOptions(settings.candidates, settings.max_tokens, OfflineCoach()),
    exports=[ExportedList("refreshRuns", COLLECTION, _exported)],
    policy={
        Audience.OWNER: {
            "RefreshRun": (
                "id active matching generation warnings inputTokens outputTokens modelVersion "
                "attempt version createdAt updatedAt finishedAt"
            ),
            "RefreshStage": "status done total result failure",
            "RefreshFailure": "code message",
            "RefreshMatchesPayload": "refreshRun mutationId",
            "RefreshProgressChange": "refreshRun",
        },
    },
)
