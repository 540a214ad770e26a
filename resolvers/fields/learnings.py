"""Root fields of learnings."""

from collections.abc import AsyncIterable, Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Any

import strawberry

from db.learnings import COLLECTION, LearningRecord
from resolvers.execution.feature import Feature, NodeType, Refusal
from resolvers.execution.live import follow_list
from resolvers.execution.permissions.access import OwnerOf, OwnThing
from resolvers.execution.permissions.audience import Audience
from resolvers.fields.arguments import (
    AfterEdge,
    AfterEvent,
    First,
    LearningId,
    MutationId,
    ProfileId,
)
from resolvers.fields.once import once, once_planned
from schema.career_actions import TYPE_NAME as ACTION_TYPE_NAME
from schema.learnings import (
    TYPE_NAME,
    CannotRetractError,
    ExtractLearningsPayload,
    ExtractLearningsResult,
    InvalidLearningStatusError,
    Learning,
    LearningEdit,
    LearningPayload,
    LearningResult,
    LearningsChange,
    LearningsEvent,
    ModelFailedError,
    RetractLearningResult,
    learning_cursor,
)
from schema.profiles import TYPE_NAME as PROFILE_TYPE_NAME
from schema.shared.context import Info
from schema.shared.live_lists import Live
from schema.shared.plain import plain
from schema.shared.relay import Connection, after_cursor, connection, local_id, page_size
from services.background.mutations import Claim
from services.kit.errors import FootholdError, InvalidInput, NotFound
from services.learnings.build import LearningOptions, build
from services.learnings.learnings import InvalidLearningStatus, Learnings, ModelFailed
from services.learnings.proposals import CannotRetract
from services.registry import ExportedList

FromAction = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="Id of a career action, for its completion conversation."),
]
FromProfile = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="Id of the caller's own profile, for the general conversation."),
]
Edit = Annotated[
    LearningEdit | None,
    strawberry.argument(
        description="The person's version, accepted instead of the proposal. Omit to accept as is."
    ),
]


@strawberry.type
class LearningQuery:
    @strawberry.field(
        extensions=[OwnerOf("profile_id")], description="Learnings of a profile in any status, newest first."
    )
    async def learnings(
        self, info: Info, profile_id: ProfileId, first: First = 20, after: AfterEdge = None
    ) -> Connection[Learning]:
        records = await info.context.services[Learnings].page(
            info.context.signed_in().profile_id, page_size(first) + 1, after_cursor(after, datetime)
        )
        return connection(records, first, after, Learning.from_record, learning_cursor)


async def _decide(
    info: Info,
    id: str,
    mutation_id: str | None,
    decide: Callable[[str, str, Claim | None], Awaitable[LearningRecord]],
    **arguments: object,
) -> LearningPayload:
    own, local = info.context.signed_in().profile_id, local_id(id, TYPE_NAME, "id")
    learning = await once(
        info,
        mutation_id,
        {"id": local, **arguments},
        partial(decide, own, local),
        partial(info.context.services[Learnings].decided, own),
    )
    return LearningPayload(learning=Learning.from_record(learning), mutation_id=mutation_id)


@strawberry.type
class LearningMutation:
    @strawberry.mutation(
        extensions=[OwnThing(model_work=True)],
        description="Asks the model for learnings from a conversation: facts about the person that the profile lacks. "
        "Pass exactly one of `actionId` and `profileId`. The profile changes only when a learning is accepted.",
    )
    async def extract_learnings(
        self,
        info: Info,
        action_id: FromAction = None,
        profile_id: FromProfile = None,
        mutation_id: MutationId = None,
    ) -> ExtractLearningsResult:
        own = info.context.signed_in().profile_id
        if (action_id is None) == (profile_id is None):
            raise InvalidInput("actionId", "Pass either actionId or profileId.")
        if profile_id is not None and local_id(profile_id, PROFILE_TYPE_NAME, "profileId") != own:
            raise NotFound("profile")
        learnings = info.context.services[Learnings]
        action = None if action_id is None else local_id(action_id, ACTION_TYPE_NAME, "actionId")
        extracted = await once_planned(
            info,
            mutation_id,
            {"actionId": action},
            lambda claim: learnings.extract(own, action, mutation_id, claim),
            lambda made: learnings.extracted(own, made.key, made.plan),
        )
        return ExtractLearningsPayload.from_extracted(extracted, mutation_id)

    @strawberry.mutation(
        extensions=[OwnThing()],
        description="Accepts a learning and changes the profile: `PENDING` → `ACCEPTED`.",
    )
    async def accept_learning(
        self,
        info: Info,
        id: LearningId,
        edit: Edit = None,
        mutation_id: MutationId = None,
    ) -> LearningResult:
        given = None if edit is None else edit.given()
        return await _decide(
            info,
            id,
            mutation_id,
            lambda own, local, claim: info.context.services[Learnings].accept(
                own, local, given, mutation_id, claim
            ),
            edit=given,
        )

    @strawberry.mutation(
        extensions=[OwnThing()],
        description="Rejects a learning; the profile stays as it is: `PENDING` → `REJECTED`.",
    )
    async def reject_learning(
        self, info: Info, id: LearningId, mutation_id: MutationId = None
    ) -> LearningResult:
        return await _decide(
            info,
            id,
            mutation_id,
            lambda own, local, claim: info.context.services[Learnings].reject(own, local, mutation_id, claim),
        )

    @strawberry.mutation(
        extensions=[OwnThing()],
        description="Undoes exactly this learning's change to the profile: `ACCEPTED` → `RETRACTED`. Fails with "
        "`CannotRetractError` when the same part of the profile has changed since.",
    )
    async def retract_learning(
        self, info: Info, id: LearningId, mutation_id: MutationId = None
    ) -> RetractLearningResult:
        return await _decide(
            info,
            id,
            mutation_id,
            lambda own, local, claim: info.context.services[Learnings].retract(
                own, local, mutation_id, claim
            ),
        )


@strawberry.type
class LearningSubscription:
    @strawberry.subscription(
        extensions=[OwnerOf("profile_id")],
        description="Live list of a profile's learnings: the whole list first, then every change. With `after`, only "
        "the changes since that cursor.",
    )
    def learnings(
        self, info: Info, profile_id: ProfileId, after: AfterEvent = None
    ) -> AsyncIterable[LearningsEvent]:
        return follow_list(info, info.context.services[Learnings].live_list, after, LearningsChange)


def _exported(record: LearningRecord) -> list[Any]:
    return [plain(Learning.from_record(record))]


async def _node(info: Info, local: str) -> Learning | None:
    try:
        record = await info.context.services[Learnings].get(info.context.signed_in().profile_id, local)
    except FootholdError:
        return None
    return Learning.from_record(record)


FEATURE = Feature(
    query=LearningQuery,
    mutation=LearningMutation,
    subscription=LearningSubscription,
    nodes=[NodeType(Learning, _node)],
    live=[
        Live(
            "LEARNINGS",
            "Learnings, as `learnings` has them.",
            LearningsChange,
            lambda services: services[Learnings].live_list,
        )
    ],
    refusals=[
        Refusal(InvalidLearningStatus, InvalidLearningStatusError),
        Refusal(CannotRetract, CannotRetractError),
        Refusal(ModelFailed, ModelFailedError),
    ],
    build=build,
    options=lambda settings: LearningOptions(settings.max_tokens),
    exports=[ExportedList("learnings", COLLECTION, _exported)],
    policy={
        Audience.OWNER: {
            "Learning": (
                "id kind status proposal quotation message careerAction modelVersion createdAt "
                "updatedAt version"
            ),
            "LearningProposal": "skill work project education volunteer interest goal constraint",
            "ProposedConstraints": "remote places workPermits salaryMinimum salaryCurrency hoursPerWeek",
            "LearningConnection": "edges pageInfo",
            "LearningEdge": "cursor node",
            "LearningPayload": "learning mutationId profile",
            "ExtractLearningsPayload": "learnings warnings mutationId",
            "LearningsChange": "reason resyncReason cursor upserts removed mutationIds",
            "InvalidLearningStatusError": "message currentStatus",
            "CannotRetractError": "message",
            "ModelFailedError": "message code",
        },
    },
)
