"""Root fields of applications."""

from collections.abc import AsyncIterable, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any

import strawberry

from db.applications import (
    COLLECTION,
    ApplicationOutcome,
    ApplicationRecord,
    ApplicationStage,
    WholeApplicationRecord,
)
from resolvers.execution.feature import Feature, NodeType
from resolvers.execution.live import follow_list
from resolvers.execution.permissions.access import OwnerOf, OwnThing
from resolvers.execution.permissions.audience import Audience
from resolvers.fields.arguments import AfterEdge, AfterEvent, First, MutationId, ProfileId
from resolvers.fields.once import once
from schema.applications import (
    TYPE_NAME,
    Application,
    ApplicationPayload,
    ApplicationResult,
    ApplicationsChange,
    ApplicationsEvent,
    RemoveApplicationPayload,
    RemoveApplicationResult,
    TrackPostingInput,
    application_cursor,
)
from schema.opportunities import TYPE_NAME as OPPORTUNITY_TYPE_NAME
from schema.shared.context import Info
from schema.shared.live_lists import Live
from schema.shared.plain import plain
from schema.shared.relay import Connection, after_cursor, connection, global_id, local_id, page_size
from services.applications.applications import Applications, By
from services.applications.build import build
from services.background.mutations import Claim
from services.kit.errors import FootholdError
from services.registry import ExportedList

ApplicationId = Annotated[strawberry.ID, strawberry.argument(description="Id of the application.")]
At = Annotated[
    datetime | None,
    strawberry.argument(description="Time at which it happened, with a time zone; now when omitted."),
]
Stages = Annotated[
    list[ApplicationStage] | None, strawberry.argument(description="Stages to include. Omit for all.")
]
Outcomes = Annotated[
    list[ApplicationOutcome] | None,
    strawberry.argument(description="Outcomes to include: only closed applications have one. Omit for all."),
]
Channel = Annotated[
    str | None,
    strawberry.argument(
        description="Way by which the person applied, such as a portal, at most 200 characters."
    ),
]
ProgressStage = Annotated[
    ApplicationStage,
    strawberry.argument(
        description="Stage that was come to: `RESPONDED`, `INTERVIEWING` or `OFFERED`, later than the current one. "
        "From `INTERVIEWING` to `INTERVIEWING` is the next round."
    ),
]
Round = Annotated[
    int | None,
    strawberry.argument(
        description="Number of the round of interviews, from 1 to 50. The next one when omitted."
    ),
]
Note = Annotated[
    str | None, strawberry.argument(description="Note of the person's, at most 2,000 characters.")
]
ReachedStage = Annotated[
    ApplicationStage | None,
    strawberry.argument(
        description="Stage that it had come to, if more happened than was recorded. The current one when omitted."
    ),
]
Reasons = Annotated[
    list[str] | None,
    strawberry.argument(description="Reasons for the outcome, at most 20 of 300 characters each."),
]


@strawberry.type
class ApplicationQuery:
    @strawberry.field(
        extensions=[OwnerOf("profile_id")], description="Applications of a profile, latest tracked first."
    )
    async def applications(
        self,
        info: Info,
        profile_id: ProfileId,
        *,
        stages: Stages = None,
        outcomes: Outcomes = None,
        first: First = 20,
        after: AfterEdge = None,
    ) -> Connection[Application]:
        records = await info.context.services[Applications].page(
            info.context.signed_in().profile_id,
            stages,
            outcomes,
            page_size(first) + 1,
            after_cursor(after, datetime),
        )
        return connection(records, first, after, Application.from_record, application_cursor)


Perform = Callable[[Applications, By], Awaitable[ApplicationRecord]]


async def _once(
    info: Info, mutation_id: str | None, arguments: Mapping[str, object], perform: Perform
) -> ApplicationPayload:
    applications, own = info.context.services[Applications], info.context.signed_in().profile_id

    async def performed(claim: Claim | None) -> ApplicationRecord:
        return await perform(applications, By(own, mutation_id, claim))

    application = await once(info, mutation_id, arguments, performed, partial(applications.get, own))
    return ApplicationPayload(application=Application.from_record(application), mutation_id=mutation_id)


@dataclass(frozen=True, slots=True)
class _Gone:
    """Application that was removed by an earlier request: only its id is known."""

    id: str
    version: int = 0


@strawberry.type
class ApplicationMutation:
    @strawberry.mutation(
        extensions=[OwnThing()],
        description="Begins to track an opportunity, as `INTERESTED`, and keeps a copy of its posting. One that is "
        "tracked already stays as it is and is returned.",
    )
    async def track_opportunity(
        self,
        info: Info,
        opportunity_id: Annotated[strawberry.ID, strawberry.argument(description="Id of the opportunity.")],
        mutation_id: MutationId = None,
    ) -> ApplicationResult:
        opportunity = local_id(opportunity_id, OPPORTUNITY_TYPE_NAME, "opportunityId")
        arguments = {"opportunityId": opportunity}
        return await _once(
            info, mutation_id, arguments, lambda found, by: found.track_opportunity(by, opportunity)
        )

    @strawberry.mutation(
        extensions=[OwnThing()],
        description="Begins to track a posting that the person enters, as `INTERESTED`.",
    )
    async def track_posting(
        self,
        info: Info,
        input: Annotated[TrackPostingInput, strawberry.argument(description="The posting.")],
        mutation_id: MutationId = None,
    ) -> ApplicationResult:
        given = input.given()
        return await _once(info, mutation_id, given, lambda found, by: found.track_posting(by, given))

    @strawberry.mutation(
        extensions=[OwnThing()], description="Records that the person applied: `INTERESTED` → `APPLIED`."
    )
    async def mark_applied(
        self,
        info: Info,
        id: ApplicationId,
        at: At = None,
        channel: Channel = None,
        mutation_id: MutationId = None,
    ) -> ApplicationResult:
        local = local_id(id, TYPE_NAME, "id")
        arguments = {"id": local, "at": at, "channel": channel}
        return await _once(
            info, mutation_id, arguments, lambda found, by: found.mark_applied(by, local, at, channel)
        )

    @strawberry.mutation(
        extensions=[OwnThing()],
        description="Records an answer, a round of interviews or an offer: `APPLIED` → `RESPONDED` → `INTERVIEWING` → "
        "`OFFERED`, forward only; stages may be skipped.",
    )
    async def record_progress(
        self,
        info: Info,
        id: ApplicationId,
        stage: ProgressStage,
        *,
        round: Round = None,
        at: At = None,
        note: Note = None,
        mutation_id: MutationId = None,
    ) -> ApplicationResult:
        local = local_id(id, TYPE_NAME, "id")
        arguments = {"id": local, "stage": stage, "round": round, "at": at, "note": note}
        return await _once(
            info,
            mutation_id,
            arguments,
            lambda found, by: found.record_progress(by, local, stage, number=round, at=at, note=note),
        )

    @strawberry.mutation(
        extensions=[OwnThing()],
        description="Closes an application: any other stage → `CLOSED`. Only an offer is `ACCEPTED` or `DECLINED`.",
    )
    async def close_application(
        self,
        info: Info,
        id: ApplicationId,
        outcome: Annotated[ApplicationOutcome, strawberry.argument(description="Outcome.")],
        *,
        stage: ReachedStage = None,
        reasons: Reasons = None,
        mutation_id: MutationId = None,
    ) -> ApplicationResult:
        local = local_id(id, TYPE_NAME, "id")
        arguments = {"id": local, "outcome": outcome, "stage": stage, "reasons": reasons}
        return await _once(
            info,
            mutation_id,
            arguments,
            lambda found, by: found.close(by, local, outcome, stage, reasons),
        )

    @strawberry.mutation(
        extensions=[OwnThing()],
        description="Reopens a closed application: `CLOSED` → its `reachedStage`.",
    )
    async def reopen_application(
        self, info: Info, id: ApplicationId, mutation_id: MutationId = None
    ) -> ApplicationResult:
        local = local_id(id, TYPE_NAME, "id")
        return await _once(info, mutation_id, {"id": local}, lambda found, by: found.reopen(by, local))

    @strawberry.mutation(
        extensions=[OwnThing()],
        description="Takes the last step of the history back, as if it had never been recorded. The first one stays.",
    )
    async def take_application_step_back(
        self, info: Info, id: ApplicationId, mutation_id: MutationId = None
    ) -> ApplicationResult:
        local = local_id(id, TYPE_NAME, "id")
        return await _once(
            info, mutation_id, {"id": local}, lambda found, by: found.take_step_back(by, local)
        )

    @strawberry.mutation(
        extensions=[OwnThing()],
        description="Removes an application that was tracked by mistake, with its history and its copy of the "
        "posting. It cannot be taken back.",
    )
    async def remove_application(
        self, info: Info, id: ApplicationId, mutation_id: MutationId = None
    ) -> RemoveApplicationResult:
        applications, own = info.context.services[Applications], info.context.signed_in().profile_id
        local = local_id(id, TYPE_NAME, "id")

        async def removed(claim: Claim | None) -> ApplicationRecord | _Gone:
            return await applications.remove(By(own, mutation_id, claim), local)

        async def recalled(id_: str) -> ApplicationRecord | _Gone:
            return _Gone(id_)

        gone = await once(info, mutation_id, {"id": local}, removed, recalled)
        return RemoveApplicationPayload(id=global_id(TYPE_NAME, gone.id), mutation_id=mutation_id)


@strawberry.type
class ApplicationSubscription:
    @strawberry.subscription(
        extensions=[OwnerOf("profile_id")],
        description="Live list of a profile's applications: the whole list first, then every change. With `after`, "
        "only the changes since that cursor.",
    )
    def applications(
        self, info: Info, profile_id: ProfileId, after: AfterEvent = None
    ) -> AsyncIterable[ApplicationsEvent]:
        return follow_list(info, info.context.services[Applications].live_list, after, ApplicationsChange)


def _exported(record: WholeApplicationRecord) -> list[Any]:
    if record.removed:
        return []
    return [{**plain(Application.from_record(record)), "postingText": record.text}]


async def _node(info: Info, local: str) -> Application | None:
    try:
        record = await info.context.services[Applications].get(info.context.signed_in().profile_id, local)
    except FootholdError:
        return None
    return Application.from_record(record)


FEATURE = Feature(
    query=ApplicationQuery,
    mutation=ApplicationMutation,
    subscription=ApplicationSubscription,
    nodes=[NodeType(Application, _node)],
    live=[
        Live(
            "APPLICATIONS",
            "Applications, as `applications` has them.",
            ApplicationsChange,
            lambda services: services[Applications].live_list,
        )
    ],
    build=build,
    exports=[ExportedList("applications", COLLECTION, _exported)],
    policy={
        Audience.OWNER: {
            "Application": (
                "id posting opportunityId stage outcome reachedStage reasons round appliedAt channel history createdAt "
                "version postingText"
            ),
            "Posting": "title organization kind location remote salary url postedAt deadlineAt",
            "ApplicationStep": "at recordedAt from to by round note channel outcome reasons",
            "ApplicationConnection": "edges pageInfo",
            "ApplicationEdge": "cursor node",
            "ApplicationPayload": "application mutationId",
            "RemoveApplicationPayload": "id mutationId",
            "ApplicationsChange": "reason resyncReason cursor upserts removed mutationIds",
        },
    },
)
