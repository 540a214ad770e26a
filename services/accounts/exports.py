"""Everything of a person, page by page, so that the largest account costs no more memory than a page."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from db.driver.records import Document
from db.exports import SECTIONS, ExportStore, Place
from db.profiles import ProfileRecord
from db.sync.changelog import ChangelogRecord
from services.kit import clock
from services.kit.cursors import decode_numbered, encode_cursor


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page ends: in which section, and after which document of it. Written as opaque text."""

    section: int
    place: Place | None = None

    def __str__(self) -> str:
        return encode_cursor(self.section, *(self.place or ()))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ``InvalidInput``."""
        shapes = [section.kinds for section in SECTIONS]
        number, place = decode_numbered(text, shapes, source="export")
        return cls(number, (place[0], place[1]) if place else None)


@dataclass(frozen=True, slots=True)
class Export:
    """A page. ``profile`` and ``stream`` are of the first one only. ``next`` is None on the last."""

    created_at: datetime
    records: Mapping[str, Sequence[Document]]
    next: Mark | None
    first: bool
    profile: ProfileRecord | None = None
    stream: ChangelogRecord | None = None


class Exports:
    """Reads everything of a person's. ``profile_id`` is always the caller's own: the edge has looked."""

    def __init__(
        self,
        store: ExportStore,
        *,
        profile_of: Callable[[str], Awaitable[ProfileRecord | None]],
        stream_of: Callable[[str], Awaitable[ChangelogRecord | None]],
    ) -> None:
        self._store = store
        self._profile_of = profile_of
        self._stream_of = stream_of

    async def page(self, profile_id: str, limit: int, after: str | None) -> Export:
        """At most ``limit`` documents after the cursor. Raises ``InvalidInput`` for one that is not of this export."""
        mark = Mark(0) if after is None else Mark.parse(after)
        at = clock.now()
        profile = stream = None
        if after is None:
            profile, stream = await self._profile_of(profile_id), await self._stream_of(profile_id)
        records, rest = await self._records(profile_id, limit, mark)
        return Export(at, records, rest, after is None, profile, stream)

    async def _records(
        self, profile_id: str, room: int, mark: Mark
    ) -> tuple[Mapping[str, Sequence[Document]], Mark | None]:
        records: dict[str, Sequence[Document]] = {}
        place = mark.place
        for number, section in enumerate(SECTIONS[mark.section :], start=mark.section):
            found = await self._store.page(section, profile_id, place, room + 1)
            kept = records[section.collection] = found[:room]
            if len(found) > room:
                return records, Mark(number, section.place(kept[-1]) if kept else None)
            room, place = room - len(kept), None
        return records, None
