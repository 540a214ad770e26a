"""Root field ``changes``: any choice of a person's live lists in one subscription, with one cursor."""

from collections.abc import AsyncIterable, Sequence
from functools import partial
from typing import Annotated, Any

import strawberry

from resolvers.execution.feature import Feature
from resolvers.execution.live import follow
from resolvers.execution.permissions.access import OwnerOf
from resolvers.execution.permissions.audience import Audience
from resolvers.fields.arguments import AfterEvent, ProfileId
from schema.shared.context import Info
from schema.shared.live_lists import FollowedLists, Live, LiveTypes
from services.kit.errors import InvalidInput


def changes_feature(lists: Sequence[Live]) -> Feature:
    """Return the feature that follows these lists together."""
    types = LiveTypes(lists)
    return Feature(
        subscription=_subscription(types, types.list_kind, types.event),
        policy={
            Audience.OWNER: {
                "ProfileChange": "reason resyncReason cursor upserts removed mutationIds",
                "RemovedEntity": "list id",
            },
        },
    )


def _subscription(types: LiveTypes, list_kind: Any, event: Any) -> type[Any]:
    @strawberry.type
    class ChangesSubscription:
        @strawberry.subscription(
            extensions=[OwnerOf("profile_id")],
            description="Several live lists of a profile in one: all of them first, then every change, in the order "
            "in which they were made. With `after`, only the changes since that cursor, which is of these lists.",
        )
        def changes(
            self,
            info: Info,
            profile_id: ProfileId,
            lists: Annotated[
                list[list_kind], strawberry.argument(description="The lists to follow: at least one.")
            ],
            after: AfterEvent = None,
        ) -> AsyncIterable[event]:
            if not lists:
                raise InvalidInput("lists", "Name at least one list.")
            followed = FollowedLists(info.context.services, types.lists(lists))
            return follow(info, followed.selection, after, partial(types.change.from_emission, followed))

    return ChangesSubscription
