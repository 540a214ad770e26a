"""Change sets for subscribers of a list, and cursors: places in a profile's changelog."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, Self, TypeVar

from db.sync.changelog import ChangelogRecord
from services.kit.errors import InvalidInput

EntityT = TypeVar("EntityT")


class Reason(Enum):
    """Reason of an emission."""

    INITIAL = "INITIAL"
    CHANGE = "CHANGE"
    RESUME = "RESUME"
    RESYNC = "RESYNC"


class ResyncReason(Enum):
    """Reason why a cursor could not be resumed from."""

    CURSOR_TOO_OLD = "CURSOR_TOO_OLD"
    OTHER_EPOCH = "OTHER_EPOCH"
    FUTURE_CURSOR = "FUTURE_CURSOR"


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a profile's stream: everything numbered up to ``seq`` is held. Written ``epoch:seq``."""

    epoch: str
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}:{self.seq}"

    @classmethod
    def parse(cls, text: str) -> Self:
        epoch, _, seq = text.partition(":")
        if not (epoch.isascii() and epoch.isalnum() and len(epoch) <= 32):
            raise InvalidInput("after", "Invalid cursor for this subscription.")
        if not (seq.isascii() and seq.isdigit() and len(seq) <= 15):
            raise InvalidInput("after", "Invalid cursor for this subscription.")
        return cls(epoch, int(seq))


@dataclass(frozen=True)
class LiveList(Generic[EntityT]):
    """Reads of one kind of list: all that the owner sees, or some by id, given the stream that was read before.

    ``shows`` says of an entity that is at hand whether the owner sees it; without it, it is read all the same.
    """

    kind: str
    all: Callable[[ChangelogRecord], Awaitable[Sequence[EntityT]]]
    some: Callable[[ChangelogRecord, Sequence[str]], Awaitable[Mapping[str, EntityT]]]
    shows: Callable[[ChangelogRecord, EntityT], bool] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Emission(Generic[EntityT]):
    """One change set. ``removed`` are local ids. INITIAL and RESYNC replace what the client holds.

    ``renderings`` keeps what it looks like to those who see the same, for as long as it lives.
    """

    reason: Reason
    cursor: Cursor
    upserts: Sequence[EntityT]
    removed: Sequence[str] = ()
    mutation_ids: Sequence[str] = ()
    resync_reason: ResyncReason | None = None
    renderings: dict[object, Any] = field(default_factory=dict, init=False, repr=False)

    @property
    def empty(self) -> bool:
        """True if it only moves the cursor."""
        return self.reason is not Reason.RESYNC and not self.upserts and not self.removed
