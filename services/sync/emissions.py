"""Change sets for subscribers of lists, and cursors: places in a profile's changelog."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any, Generic, Self, TypeVar

from db.sync.changelog import ChangelogRecord, Group, group_of
from services.kit.errors import InvalidInput

EntityT = TypeVar("EntityT")

AGAIN_AFTER = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between reads of what is older than the changelog says, or not there yet."""

INVALID_CURSOR = "Invalid cursor for this subscription."
_CURSOR = re.compile(r"([A-Za-z0-9]{1,32}):([0-9]{1,15})(?::([0-9a-f]{1,16}))?")
_IN_GROUP = re.compile(rf"(?:({'|'.join(Group)})=)?([A-Za-z0-9:]{{3,65}})")
_MARKED = re.compile(r"([0-9a-f]{8})\.([a-zA-Z0-9:=,]{3,300})")


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
    OTHER_LISTS = "OTHER_LISTS"


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
            raise InvalidInput("after", INVALID_CURSOR)
        return cls(found[1], int(found[2]), found[3] or "")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the changelogs of some groups: a cursor in each. One in ``main`` alone is written as its cursor."""

    cursors: tuple[tuple[Group, Cursor], ...]

    def __str__(self) -> str:
        if len(self.cursors) == 1 and self.cursors[0][0] is Group.MAIN:
            return str(self.cursors[0][1])
        return ",".join(f"{group}={cursor}" for group, cursor in self.cursors)

    def __getitem__(self, group: Group) -> Cursor:
        """The cursor in a group."""
        return dict(self.cursors)[group]

    @classmethod
    def of(cls, logs: "Logs") -> Self:
        """Return the end of changelogs."""
        return cls(tuple((group, Cursor.of(log)) for group, log in logs.items()))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ``InvalidInput``."""
        found = [_IN_GROUP.fullmatch(part) for part in text.split(",")]
        if None in found:
            raise InvalidInput("after", INVALID_CURSOR)
        parts = [(Group(part[1] or Group.MAIN), Cursor.parse(part[2])) for part in found if part is not None]
        return cls(tuple(parts))

    def only(self, groups: Sequence[Group]) -> Self:
        """Return it if it is of just these groups. Raises ``InvalidInput``."""
        if [group for group, _ in self.cursors] != list(groups):
            raise InvalidInput("after", INVALID_CURSOR)
        return self

    def reaches(self, other: "Place") -> bool:
        """Return True if it is in the same histories as ``other``, and nowhere before it."""
        pairs = zip(self.cursors, other.cursors, strict=True)
        return all(mine.epoch == its.epoch and mine.seq >= its.seq for (_, mine), (_, its) in pairs)


Logs = Mapping[Group, ChangelogRecord]
"""Changelogs of one profile, by group, in the groups' order."""


@dataclass(frozen=True)
class LiveList(Generic[EntityT]):
    """Reads of one list: all that the owner sees, or some by id, given the stream that was read before.

    ``kind`` is that of its entries in the changelog, and says which group's that is. Several lists may share one, each
    with a ``part`` of its own. ``shows`` says of an entity that is at hand whether the owner sees it; without it, it is
    read all the same. ``loses``: entities may leave it. Of one that loses none, what is not found was never in it.
    """

    kind: str
    all: Callable[[ChangelogRecord], Awaitable[Sequence[EntityT]]]
    some: Callable[[ChangelogRecord, Sequence[str]], Awaitable[Mapping[str, EntityT]]]
    shows: Callable[[ChangelogRecord, EntityT], bool] | None = None
    part: str = ""
    loses: bool = True

    @property
    def name(self) -> str:
        """Tells it from all other lists."""
        return f"{self.kind}/{self.part}" if self.part else self.kind


@dataclass(frozen=True)
class Selection(Generic[EntityT]):
    """Lists of a profile that one subscription follows. Subscriptions to the same ones are read for together.

    With ``marked``, its cursors say which lists they are of: whoever holds others would never be told of the rest.
    """

    lists: Sequence[LiveList[EntityT]]
    marked: bool = False

    @cached_property
    def by_name(self) -> Mapping[str, LiveList[EntityT]]:
        """The lists, in an order that does not depend on the one they were given in."""
        return {each.name: each for each in sorted(self.lists, key=lambda each: each.name)}

    @cached_property
    def by_kind(self) -> Mapping[str, Sequence[LiveList[EntityT]]]:
        """The lists by the kind of their entries."""
        found: dict[str, list[LiveList[EntityT]]] = {}
        for each in self.by_name.values():
            found.setdefault(each.kind, []).append(each)
        return found

    @cached_property
    def groups(self) -> Sequence[Group]:
        """The groups that the lists are in, in an order of their own."""
        found = {group_of(each.kind) for each in self.lists}
        return [group for group in Group if group in found]

    @cached_property
    def key(self) -> tuple[str, ...]:
        """The names: the same for two selections that are read together."""
        return tuple(self.by_name)

    @cached_property
    def _mark(self) -> str:
        return hashlib.blake2b(" ".join(self.key).encode(), digest_size=4).hexdigest()

    def written(self, place: Place) -> str:
        """Return the cursor as a subscriber of this selection gets it."""
        return f"{self._mark}.{place}" if self.marked else str(place)

    def held(self, after: str | None) -> "Place | ResyncReason | None":
        """Return the place that a subscriber holds, or why it cannot be gone on from. Raises ``InvalidInput``."""
        if not after:
            return None
        if not self.marked:
            return Place.parse(after).only(self.groups)
        found = _MARKED.fullmatch(after)
        if found is None:
            raise InvalidInput("after", INVALID_CURSOR)
        place = Place.parse(found[2])
        if found[1] != self._mark:
            return ResyncReason.OTHER_LISTS
        return place.only(self.groups)


@dataclass(frozen=True, slots=True, eq=False)
class Emission(Generic[EntityT]):
    """One change set. INITIAL and RESYNC replace what the client holds.

    ``listed`` are the entities that are new or changed, ``unlisted`` the local ids of those that left, each with the
    name of its list. ``renderings`` keeps what it looks like to those who see the same, for as long as it lives.
    """

    reason: Reason
    cursor: Place
    listed: Sequence[tuple[str, EntityT]]
    unlisted: Sequence[tuple[str, str]] = ()
    mutation_ids: Sequence[str] = ()
    resync_reason: ResyncReason | None = None
    renderings: dict[object, Any] = field(default_factory=dict, init=False, repr=False)

    @property
    def upserts(self) -> Sequence[EntityT]:
        """New and changed entities of all lists."""
        return [entity for _, entity in self.listed]

    @property
    def removed(self) -> Sequence[str]:
        """Ids of entities that left, of all lists."""
        return [id_ for _, id_ in self.unlisted]

    @property
    def empty(self) -> bool:
        """True if it only moves the cursor."""
        return self.reason is not Reason.RESYNC and not self.listed and not self.unlisted
