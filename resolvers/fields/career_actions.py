"""Root fields of career actions."""

from collections.abc import AsyncIterable, Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Annotated, Any

import strawberry

from db.career_actions import COLLECTION, ActionStatus, CareerActionRecord
from resolvers.execution.feature import Feature, NodeType, Refusal
from resolvers.execution.live import follow_list
from resolvers.execution.permissions.access import OwnerOf, OwnThing
from resolvers.execution.permissions.audience import Audience
from resolvers.fields.arguments import (
    ActionId,
    AfterEdge,
    AfterEvent,
    First,
    MutationId,
    ProfileId,
)
from resolvers.fields.once import once
from schema.career_actions import (
    TYPE_NAME,
    ActionPlanInput,
    CareerAction,
    CareerActionPayload,
    CareerActionResult,
    CareerActionsChange,
    CareerActionsEvent,
    InvalidTransitionError,
    career_action_cursor,
)
from schema.shared.context import Info
from schema.shared.live_lists import Live
from schema.shared.plain import plain
from schema.shared.relay import Connection, after_cursor, connection, local_id, page_size
from services.background.mutations import Claim
from services.career_actions.build import build
from services.career_actions.career_actions import CareerActions, InvalidTransition, Transition
from services.career_actions.plans import plan_of
from services.kit.errors import FootholdError
from services.registry import ExportedList

Statuses = Annotated[
    list[ActionStatus] | None,
    strawberry.argument(
        description="Statuses to include. Omit for all; suggestions of earlier refreshes are never included."
    ),
]

PlanInput = Annotated[ActionPlanInput, strawberry.argument(description="The plan.")]
CameOfIt = Annotated[
    str | None, strawberry.argument(description="Words on what came of it, at most 1,000 characters.")
]


@strawberry.type
class CareerActionQuery:
    @strawberry.field(
        extensions=[OwnerOf("profile_id")], description="Career actions of a profile, newest first."
    )
    async def career_actions(
        self,
        info: Info,
        profile_id: ProfileId,
        statuses: Statuses = None,
        first: First = 20,
        after: AfterEdge = None,
    ) -> Connection[CareerAction]:
        records, position = await info.context.services[CareerActions].page(
            info.context.signed_in().profile_id,
            statuses,
            page_size(first) + 1,
            after_cursor(after, datetime),
        )
        info.context.rest(position)
        return connection(records, first, after, CareerAction.from_record, career_action_cursor)


Perform = Callable[[CareerActions, str, Claim | None], Awaitable[CareerActionRecord]]
"""Changes an action of a profile's for whoever holds the claim."""


async def _once(
    info: Info, mutation_id: str | None, arguments: Mapping[str, object], perform: Perform
) -> CareerActionPayload:
    actions, own = info.context.services[CareerActions], info.context.signed_in().profile_id
    action = await once(
        info,
        mutation_id,
        arguments,
        lambda claim: perform(actions, own, claim),
        partial(actions.get, own),
    )
    return CareerActionPayload(career_action=CareerAction.from_record(action), mutation_id=mutation_id)


async def _transition(
    info: Info, id: str, transition: Transition, mutation_id: str | None
) -> CareerActionResult:
    local = local_id(id, TYPE_NAME, "id")
    return await _once(
        info,
        mutation_id,
        {"id": local},
        lambda actions, own, claim: actions.transition(own, local, transition, mutation_id, claim),
    )


@strawberry.type
class CareerActionMutation:
    @strawberry.mutation(
        extensions=[OwnThing()], description="Keeps a suggestion for later: `SUGGESTED` → `SAVED`."
    )
    async def save_action(
        self, info: Info, id: ActionId, mutation_id: MutationId = None
    ) -> CareerActionResult:
        return await _transition(info, id, Transition.SAVE, mutation_id)

    @strawberry.mutation(
        extensions=[OwnThing()], description="Turns an action down: `SUGGESTED` or `SAVED` → `DISMISSED`."
    )
    async def dismiss_action(
        self, info: Info, id: ActionId, mutation_id: MutationId = None
    ) -> CareerActionResult:
        return await _transition(info, id, Transition.DISMISS, mutation_id)

    @strawberry.mutation(
        extensions=[OwnThing()], description="Starts an action: `SUGGESTED` or `SAVED` → `IN_PROGRESS`."
    )
    async def start_action(
        self, info: Info, id: ActionId, mutation_id: MutationId = None
    ) -> CareerActionResult:
        return await _transition(info, id, Transition.START, mutation_id)

    @strawberry.mutation(extensions=[OwnThing()], description="Completes an action: `IN_PROGRESS` → `DONE`.")
    async def complete_action(
        self, info: Info, id: ActionId, mutation_id: MutationId = None
    ) -> CareerActionResult:
        return await _transition(info, id, Transition.COMPLETE, mutation_id)

    @strawberry.mutation(extensions=[OwnThing()], description="Takes a save back: `SAVED` → `SUGGESTED`.")
    async def unsave_action(
        self, info: Info, id: ActionId, mutation_id: MutationId = None
    ) -> CareerActionResult:
        return await _transition(info, id, Transition.UNSAVE, mutation_id)

    @strawberry.mutation(
        extensions=[OwnThing()], description="Cancels a started action: `IN_PROGRESS` → `SUGGESTED`."
    )
    async def cancel_action(
        self, info: Info, id: ActionId, mutation_id: MutationId = None
    ) -> CareerActionResult:
        return await _transition(info, id, Transition.CANCEL, mutation_id)

    @strawberry.mutation(
        extensions=[OwnThing()],
        description="Sets `completionConversationStarted` of a `DONE` action. Repeating it changes nothing.",
    )
    async def mark_completion_started(
        self, info: Info, action_id: ActionId, mutation_id: MutationId = None
    ) -> CareerActionResult:
        local = local_id(action_id, TYPE_NAME, "actionId")
        return await _once(
            info,
            mutation_id,
            {"actionId": local},
            lambda actions, own, claim: actions.mark_completion_started(own, local, mutation_id, claim),
        )

    @strawberry.mutation(
        extensions=[OwnThing()],
        description="Keeps in the person's words why a `SAVED` or `IN_PROGRESS` action matters and when they begin, in "
        "place of what was there.",
    )
    async def plan_action(
        self, info: Info, id: ActionId, input: PlanInput, mutation_id: MutationId = None
    ) -> CareerActionResult:
        local = local_id(id, TYPE_NAME, "id")
        return await _once(
            info,
            mutation_id,
            {"id": local, "why": input.why, "beginOn": input.begin_on},
            lambda actions, own, claim: actions.plan(
                own, local, plan_of(input.why, input.begin_on), mutation_id, claim
            ),
        )

    @strawberry.mutation(
        extensions=[OwnThing()],
        description="Keeps what came of a planned action. Without words the person was asked, and is not asked again.",
    )
    async def answer_action_plan(
        self, info: Info, id: ActionId, came_of_it: CameOfIt = None, mutation_id: MutationId = None
    ) -> CareerActionResult:
        local = local_id(id, TYPE_NAME, "id")
        return await _once(
            info,
            mutation_id,
            {"id": local, "cameOfIt": came_of_it},
            lambda actions, own, claim: actions.answer(own, local, came_of_it, mutation_id, claim),
        )


@strawberry.type
class CareerActionSubscription:
    @strawberry.subscription(
        extensions=[OwnerOf("profile_id")],
        description="Live list of a profile's career actions: the whole list first, then every change. With `after`, "
        "only the changes since that cursor.",
    )
    def career_actions(
        self, info: Info, profile_id: ProfileId, after: AfterEvent = None
    ) -> AsyncIterable[CareerActionsEvent]:
        return follow_list(info, info.context.services[CareerActions].live_list, after, CareerActionsChange)


def _exported(record: CareerActionRecord) -> list[Any]:
    return [plain(CareerAction.from_record(record))]


async def _node(info: Info, local: str) -> CareerAction | None:
    try:
        record = await info.context.services[CareerActions].get(info.context.signed_in().profile_id, local)
    except FootholdError:
        return None
    return CareerAction.from_record(record)


FEATURE = Feature(
    query=CareerActionQuery,
    mutation=CareerActionMutation,
    subscription=CareerActionSubscription,
    leads=("Subscription",),
    nodes=[NodeType(CareerAction, _node)],
    live=[
        Live(
            "CAREER_ACTIONS",
            "Career actions, as `careerActions` has them.",
            CareerActionsChange,
            lambda services: services[CareerActions].live_list,
        )
    ],
    refusals=[
        Refusal(InvalidTransition, InvalidTransitionError),
    ],
    build=build,
    exports=[ExportedList("careerActions", COLLECTION, _exported)],
    numbered=("CareerActionConnection", "CareerActionEdge", "CareerAction"),
    policy={
        Audience.OWNER: {
            "CareerAction": (
                "id type title description rationale profileBasis status generationRun "
                "modelVersion createdAt savedAt dismissedAt startedAt completedAt "
                "completionConversationStarted plan version"
            ),
            "ActionPlan": "why beginOn plannedAt cameOfIt answeredAt",
            "CareerActionConnection": "edges pageInfo",
            "CareerActionEdge": "cursor node",
            "CareerActionPayload": "careerAction mutationId",
            "CareerActionsChange": "reason resyncReason cursor upserts removed mutationIds",
            "InvalidTransitionError": "message currentStatus",
        },
    },
)
