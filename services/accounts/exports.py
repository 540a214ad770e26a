"""Everything of a person, page by page, so that the largest account costs no more memory than a page."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from db.driver.collections import Place
from db.exports import ExportStore
from db.profiles import ProfileRecord
from db.sync.changelog import ChangelogRecord
from services.kit import clock
from services.kit.cursors import decode_numbered, encode_cursor
from services.kit.offloading import offloaded
from services.registry import ExportedList


@dataclass(frozen=True, slots=True)
class Mark:
    """The place where a page ends: a list's number, and its last document's place. Written as opaque text."""

    number: int
    place: Place | None = None

    def __str__(self) -> str:
        return encode_cursor(self.number, *(self.place or ()))

    @classmethod
    def parse(cls, text: str, lists: Sequence[ExportedList[Any]]) -> Self:
        """Undo ``str``. Raises ``InvalidInput``."""
        shapes = [each.collection.section.kinds for each in lists]
        number, place = decode_numbered(text, shapes, source="export")
        return cls(number, (place[0], place[1]) if place else None)


@dataclass(frozen=True, slots=True)
class Export:
    """A page. ``profile`` and ``streams`` are of the first one only. ``next`` is None on the last."""

    created_at: datetime
    lists: Mapping[str, list[Any]]
    next: Mark | None
    first: bool
    profile: ProfileRecord | None = None
    streams: Sequence[ChangelogRecord] = ()


class Exports:
    """Reads everything of a person's. ``profile_id`` is always the caller's own: the edge has looked."""

    def __init__(
        self,
        store: ExportStore,
        lists: Sequence[ExportedList[Any]],
        *,
        profile_of: Callable[[str], Awaitable[ProfileRecord | None]],
        streams_of: Callable[[str], Awaitable[Sequence[ChangelogRecord]]],
    ) -> None:
        self._store = store
        self._lists = lists
        self._profile_of = profile_of
        self._streams_of = streams_of

    async def page(self, profile_id: str, limit: int, after: str | None) -> Export:
        """At most ``limit`` documents after the cursor. Raises ``InvalidInput`` for one that is not of this export."""
        mark = Mark.parse(after, self._lists) if after else Mark(0)
        at = clock.now()
        profile: ProfileRecord | None = None
        streams: Sequence[ChangelogRecord] = ()
        if not after:
            profile, streams = await self._profile_of(profile_id), await self._streams_of(profile_id)
        lists, rest = await self._items(profile_id, limit, mark)
        return Export(at, lists, rest, not after, profile, streams)

    async def _items(
        self, profile_id: str, room: int, mark: Mark
    ) -> tuple[Mapping[str, list[Any]], Mark | None]:
        items: dict[str, list[Any]] = {each.name: [] for each in self._lists}
        place = mark.place
        for number, each in enumerate(self._lists[mark.number :], start=mark.number):
            found = await self._store.page(each.collection, profile_id, place, room + 1)
            kept = found[:room]
            items[each.name] = await offloaded(_shown, each, kept)
            if len(found) > room:
                return items, Mark(number, each.collection.section.place(kept[-1]) if kept else None)
            room, place = room - len(kept), None
        return items, None


def _shown(each: ExportedList[Any], documents: Sequence[Any]) -> list[Any]:
    return [item for document in documents for item in each.shown(document)]
