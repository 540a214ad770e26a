"""Change sets for subscribers of a list, and cursors: places in a profile's changelog."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, Self, TypeVar

from db.sync.changelog import ChangelogRecord
from services.kit.errors import InvalidInput

EntityT = TypeVar("EntityT")

_CURSOR = re.compile(r"([A-Za-z0-9]{1,32}):([0-9]{1,15})(?::([0-9a-f]{1,16}))?")


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
    """A place in a profile's stream: everything numbered up to ``seq`` is held. Written ``epoch:seq:tag``.

    ``tag`` is that of the entry it stands on. By it a history that diverged is recognised: after a failover, or from
    a restored copy. A cursor from before there were tags has none.
    """

    epoch: str
    seq: int
    tag: str = ""

    def __str__(self) -> str:
        return f"{self.epoch}:{self.seq}:{self.tag}" if self.tag else f"{self.epoch}:{self.seq}"

    @classmethod
    def of(cls, log: ChangelogRecord) -> Self:
        """Return the end of a changelog."""
        return cls(log.epoch, log.seq, log.tag_at(log.seq))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ``InvalidInput``."""
        found = _CURSOR.fullmatch(text)
        if found is None:
            raise InvalidInput("after", "Invalid cursor for this subscription.")
        return cls(found[1], int(found[2]), found[3] or "")


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
