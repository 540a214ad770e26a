"""Root fields of learnings."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import strawberry

from db.learnings import COLLECTION, LearningRecord
from resolvers.execution.access import OwnerOf, SignedIn
from resolvers.execution.live import live_events
from resolvers.fields.arguments import mutation_id_of
from schema.career_actions import TYPE_NAME as ACTION_TYPE_NAME
from schema.learnings import (
    TYPE_NAME,
    ExtractLearningsPayload,
    ExtractLearningsResult,
    Learning,
    LearningEdit,
    LearningPayload,
    LearningResult,
    LearningsChange,
    LearningsEvent,
    RetractLearningResult,
    learning_cursor,
)
from schema.profiles import TYPE_NAME as PROFILE_TYPE_NAME
from schema.shared.context import Info
from schema.shared.plain import plain
from schema.shared.relay import Connection, after_cursor, connection, local_id, page_size
from services.accounts.exports import ExportedList
from services.kit.errors import InvalidInput, NotFound


@strawberry.type
class LearningQuery:
    @strawberry.field(extensions=[OwnerOf("profile_id")], description="Newest first, whatever their status.")
    async def learnings(
        self, info: Info, profile_id: strawberry.ID, first: int = 20, after: str | None = None
    ) -> Connection[Learning]:
        records = await info.context.services.learnings.page(
            info.context.signed_in().profile_id, page_size(first) + 1, after_cursor(after, datetime)
        )
        return connection(records, first, after, Learning.from_record, learning_cursor)


@strawberry.type
class LearningMutation:
    @strawberry.mutation(
        extensions=[SignedIn(model_work=True)],
        description="Proposes what a conversation says that the profile does not: the one about `actionId`, or "
        "the general one of `profileId`. Give exactly one. Nothing reaches the profile before it is accepted.",
    )
    async def extract_learnings(
        self,
        info: Info,
        action_id: strawberry.ID | None = None,
        profile_id: strawberry.ID | None = None,
        mutation_id: str | None = None,
    ) -> ExtractLearningsResult:
        own = info.context.signed_in().profile_id
        if (action_id is None) == (profile_id is None):
            raise InvalidInput("actionId", "Give either actionId or profileId.")
        if profile_id is not None and local_id(profile_id, PROFILE_TYPE_NAME, "profileId") != own:
            raise NotFound("profile")
        extracted = await info.context.services.learnings.extract(
            own,
            None if action_id is None else local_id(action_id, ACTION_TYPE_NAME, "actionId"),
            mutation_id_of(mutation_id),
        )
        return ExtractLearningsPayload.from_extracted(extracted, mutation_id)

    @strawberry.mutation(
        extensions=[SignedIn()],
        description="pending → accepted: the profile changes as proposed, or as `edit` says instead.",
    )
    async def accept_learning(
        self,
        info: Info,
        id: strawberry.ID,
        edit: LearningEdit | None = None,
        mutation_id: str | None = None,
    ) -> LearningResult:
        learning = await info.context.services.learnings.accept(
            info.context.signed_in().profile_id,
            local_id(id, TYPE_NAME, "id"),
            None if edit is None else edit.given(),
            mutation_id_of(mutation_id),
        )
        return LearningPayload(learning=Learning.from_record(learning), mutation_id=mutation_id)

    @strawberry.mutation(
        extensions=[SignedIn()], description="pending → rejected: the profile stays as it is."
    )
    async def reject_learning(
        self, info: Info, id: strawberry.ID, mutation_id: str | None = None
    ) -> LearningResult:
        learning = await info.context.services.learnings.reject(
            info.context.signed_in().profile_id, local_id(id, TYPE_NAME, "id"), mutation_id_of(mutation_id)
        )
        return LearningPayload(learning=Learning.from_record(learning), mutation_id=mutation_id)

    @strawberry.mutation(
        extensions=[SignedIn()],
        description="accepted → retracted: undoes exactly this learning's change, whatever else changed since.",
    )
    async def retract_learning(
        self, info: Info, id: strawberry.ID, mutation_id: str | None = None
    ) -> RetractLearningResult:
        learning = await info.context.services.learnings.retract(
            info.context.signed_in().profile_id, local_id(id, TYPE_NAME, "id"), mutation_id_of(mutation_id)
        )
        return LearningPayload(learning=Learning.from_record(learning), mutation_id=mutation_id)


@strawberry.type
class LearningSubscription:
    @strawberry.subscription(
        extensions=[OwnerOf("profile_id")],
        description="Everything, then every change. With `after`, a cursor from before, only what was missed.",
    )
    def learnings(
        self, info: Info, profile_id: strawberry.ID, after: str | None = None
    ) -> AsyncIterator[LearningsEvent]:
        services = info.context.services
        subscription = services.subscriptions.subscription(
            info.context.signed_in().profile_id, services.learnings.live_list, after
        )
        return live_events(info, subscription, LearningsChange.from_emission)


def _exported(record: LearningRecord) -> list[Any]:
    return [plain(Learning.from_record(record))]


EXPORT = ExportedList("learnings", COLLECTION, _exported)
