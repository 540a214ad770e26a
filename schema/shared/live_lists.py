"""The types of ``changes``, made from the live lists that the features declare."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Self, Union

import strawberry

from schema.shared.described import described_enum
from schema.shared.emissions import (
    CURSOR,
    MUTATION_IDS,
    REASON,
    RESYNC_REASON,
    ListChange,
    SubscriptionFailed,
)
from services.registry import Services
from services.sync.emissions import Emission, LiveList, Reason, ResyncReason, Selection


@dataclass(frozen=True, slots=True)
class Live:
    """A list that can be followed: its name in ``ListKind``, its change set by itself, and where it is found."""

    name: str
    description: str
    change: type[ListChange[Any]]
    find: Callable[[Services], LiveList[Any]]


class FollowedLists:
    """Lists that one subscription to ``changes`` follows, and the view of its emissions."""

    def __init__(self, services: Services, lists: Sequence[Live]) -> None:
        found = [(each, each.find(services)) for each in lists]
        self.by_name = {live_list.name: each for each, live_list in found}
        self.selection: Selection[Any] = Selection([live_list for _, live_list in found], marked=True)


class LiveTypes:
    """Types that depend on which lists there are: the enum, and the union of what is emitted."""

    def __init__(self, lists: Sequence[Live]) -> None:
        self._lists = {each.name: each for each in lists}
        self.list_kind = _list_kind(lists)
        self.change = _change_type(self.list_kind, lists)
        self.event: Any = Annotated[
            Union[self.change, SubscriptionFailed],  # noqa: UP007
            strawberry.union("ChangesEvent", description="Event of the subscription `changes`."),
        ]

    def lists(self, kinds: Sequence[Enum]) -> list[Live]:
        """Return the lists of these names, each once."""
        return [self._lists[name] for name in dict.fromkeys(kind.name for kind in kinds)]


def _list_kind(lists: Sequence[Live]) -> Any:
    enum: Any = Enum  # of members that only the features know
    kind = enum("ListKind", [(each.name, each.name) for each in lists])
    described_enum(
        kind,
        "Live list of a profile. Later versions may have more of them.",
        {member: each.description for member, each in zip(kind, lists, strict=True)},
    )
    return kind


def _change_type(list_kind: Any, lists: Sequence[Live]) -> Any:
    nodes = tuple(dict.fromkeys(each.change.node for each in lists))
    entity: Any = Annotated[
        Union[nodes], strawberry.union("LiveEntity", description="Object of a live list.")  # noqa: UP007
    ]

    @strawberry.type(description="Object that left its list.")
    class RemovedEntity:
        list: list_kind = strawberry.field(description="The list that it left.")
        id: strawberry.ID = strawberry.field(description="Its id.")

    @strawberry.type(
        description="Change set of several lists of a profile, in the order in which they were changed."
    )
    class ProfileChange:
        reason: Reason = strawberry.field(description=REASON)
        resync_reason: ResyncReason | None = strawberry.field(description=RESYNC_REASON)
        cursor: str = strawberry.field(description=CURSOR)
        upserts: list[entity] = strawberry.field(
            description="Objects that are new or changed, in their current state: insert or replace by `id`."
        )
        removed: list[RemovedEntity] = strawberry.field(description="Objects that left their list.")
        mutation_ids: list[str] = strawberry.field(description=MUTATION_IDS)

        @classmethod
        def from_emission(cls, followed: FollowedLists, emission: Emission[Any]) -> Self:
            listed = ((followed.by_name[name], record) for name, record in emission.listed)
            unlisted = ((followed.by_name[name], local) for name, local in emission.unlisted)
            return cls(
                reason=emission.reason,
                resync_reason=emission.resync_reason,
                cursor=followed.selection.written(emission.cursor),
                upserts=[shown for each, record in listed for shown in each.change.objects(record)],
                removed=[
                    RemovedEntity(list=list_kind[each.name], id=id_)
                    for each, local in unlisted
                    for id_ in each.change.ids(local)
                ],
                mutation_ids=list(emission.mutation_ids),
            )

    return ProfileChange
