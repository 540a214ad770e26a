"""Everything of a person, page by page, so that the largest account costs no more memory than a page."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from db.driver.records import Document
from db.exports import SECTIONS, ExportStore, Place
from db.profiles import ProfileRecord
from db.sync.changelog import StreamRecord
from services.kit import clock
from services.kit.errors import InvalidInput

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LARGEST = 2**53
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page ends: in which section, and after which document of it. Written as opaque text."""

    section: int
    place: Place | None = None

    def __str__(self) -> str:
        parts = [
            (part - _BEGINNING) // _MILLISECOND if isinstance(part, datetime) else part
            for part in self.place or ()
        ]
        return urlsafe_b64encode(json.dumps([self.section, *parts]).encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ``InvalidInput``."""
        try:
            number, *parts = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            if type(number) is not int or not 0 <= number < len(SECTIONS) or len(parts) not in (0, 2):
                raise TypeError
            kinds = SECTIONS[number].kinds
            first, second = (
                (_part(kind, part) for kind, part in zip(kinds, parts, strict=True)) if parts else (0, 0)
            )
        except (ValueError, TypeError, OverflowError, RecursionError):
            raise InvalidInput("after", "This cursor was not made by this export.") from None
        return cls(number, (first, second) if parts else None)


def _part(kind: type[Any], part: object) -> Any:
    if kind is str and isinstance(part, str) and len(part) <= _LONGEST:
        return part
    if kind is not str and type(part) is int and abs(part) < _LARGEST:
        return _BEGINNING + part * _MILLISECOND if kind is datetime else part
    raise TypeError


@dataclass(frozen=True, slots=True)
class Export:
    """A page. ``profile`` and ``stream`` are of the first one only. ``next`` is None on the last."""

    created_at: datetime
    records: Mapping[str, Sequence[Document]]
    next: Mark | None
    first: bool
    profile: ProfileRecord | None = None
    stream: StreamRecord | None = None


class Exports:
    """Reads everything of a person's. ``profile_id`` is always the caller's own: the edge has looked."""

    def __init__(
        self,
        store: ExportStore,
        *,
        profile_of: Callable[[str], Awaitable[ProfileRecord | None]],
        stream_of: Callable[[str], Awaitable[StreamRecord | None]],
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
