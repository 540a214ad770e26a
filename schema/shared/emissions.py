"""Parts that all subscriptions share: the terminal member of their unions, and the reasons of emissions."""

from collections.abc import Sequence
from typing import Any, ClassVar, Generic, Self, TypeVar

import strawberry

from schema.shared.described import ERROR_MESSAGE, described_enum
from schema.shared.relay import Node, global_id
from services.kit.errors import FootholdError, Limited
from services.sync.emissions import Emission, Reason, ResyncReason

CURSOR = "Keep the latest one and pass it as `after` when subscribing again."
REASON = "Tells how to apply this change set."
RESYNC_REASON = "Reason why `after` could not be resumed from. Null unless `reason` is `RESYNC`."
UPSERTS = "Objects that are new or changed, in their current state: insert or replace by `id`."
REMOVED = "Ids of objects that left the list."
MUTATION_IDS = "The `mutationId`s of the mutations in this change set, so that a client recognises its own."

described_enum(
    Reason,
    "Tells a client how to apply a change set to the list it holds.",
    {
        Reason.INITIAL: "First change set without `after`: the whole list. Replace what is held.",
        Reason.CHANGE: "Changes since the last change set. Apply `upserts` and `removed`.",
        Reason.RESUME: "First change set after a valid `after`: changes since that cursor. Apply them.",
        Reason.RESYNC: "The cursor was not usable, see `resyncReason`: the whole list. Replace what is held.",
    },
    name="EmissionReason",
)
described_enum(
    ResyncReason,
    "Reason why a subscription could not resume from the cursor in `after`.",
    {
        ResyncReason.CURSOR_TOO_OLD: "The changelog no longer reaches back to the cursor.",
        ResyncReason.OTHER_EPOCH: "The cursor is from before the database was restored or the account made anew.",
        ResyncReason.FUTURE_CURSOR: "The cursor is ahead of the changelog, as after a restore of an older backup.",
        ResyncReason.OTHER_LISTS: "The cursor is of a subscription to other lists.",
    },
)


@strawberry.type(description="Terminal event: the subscription failed and nothing follows.")
class SubscriptionFailed:
    code: str = strawberry.field(
        description="Machine-readable code: `UNAVAILABLE` (subscribe again with the cursor held), `RATE_LIMITED`, "
        "`INVALID_INPUT`, `NOT_FOUND` or `UNAUTHENTICATED`, among others."
    )
    message: str = strawberry.field(description=ERROR_MESSAGE)
    retry_after: int | None = strawberry.field(
        default=None,
        description="Seconds to wait before subscribing again. Null where waiting alone does not help.",
    )

    @classmethod
    def from_exception(cls, exception: FootholdError) -> Self:
        retry_after = exception.retry_after if isinstance(exception, Limited) else None
        return cls(code=exception.code, message=exception.message, retry_after=retry_after)


NodeT = TypeVar("NodeT", bound=Node)


@strawberry.type
class ListChange(Generic[NodeT]):
    """Base of the change sets of live lists: ``class SkillsChange(ListChange[Skill])`` with ``node = Skill``."""

    node: ClassVar[type[Any]]
    """The type of the list's objects, which has ``from_record``."""

    reason: Reason = strawberry.field(description=REASON)
    resync_reason: ResyncReason | None = strawberry.field(description=RESYNC_REASON)
    cursor: str = strawberry.field(description=CURSOR)
    upserts: list[NodeT] = strawberry.field(description=UPSERTS)
    removed: list[strawberry.ID] = strawberry.field(description=REMOVED)
    mutation_ids: list[str] = strawberry.field(description=MUTATION_IDS)

    @classmethod
    def objects(cls, record: Any) -> Sequence[NodeT]:
        """Return what the list shows of a record."""
        return [cls.node.from_record(record)]

    @classmethod
    def ids(cls, local: str) -> Sequence[strawberry.ID]:
        """Return the ids of what the list showed of a record."""
        return [global_id(cls.node.__name__, local)]

    @classmethod
    def from_emission(cls, emission: Emission[Any]) -> Self:
        return cls(
            reason=emission.reason,
            resync_reason=emission.resync_reason,
            cursor=str(emission.cursor),
            upserts=[shown for record in emission.upserts for shown in cls.objects(record)],
            removed=[id_ for local in emission.removed for id_ in cls.ids(local)],
            mutation_ids=list(emission.mutation_ids),
        )
