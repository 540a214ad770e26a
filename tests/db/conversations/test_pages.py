"""Pages of a conversation, from both ends: together they are the conversation, whatever their sizes."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.driver.client import Database
from db.messages import ExchangeRecord, ExchangeStore
from schema.messages import message_cursor
from schema.shared.relay import Connection, Window
from services.conversations.exchanges import Message, both
from services.conversations.messages import Messages
from services.kit import clock
from services.kit.errors import InvalidInput
from services.kit.ids import new_id, profile_id_of

PROFILE = profile_id_of("ada")
LONGEST = 7


class Pages(Messages):
    """Only what pages need."""

    def __init__(self, store: ExchangeStore) -> None:
        self._store = store

    async def shown(self, window: Window[int]) -> Connection[str]:
        place = None if window.place is None else window.place[0]
        found = await self.page(PROFILE, None, window.size + 1, place, backwards=window.backwards)
        return window.connection(found, lambda message: message.id, message_cursor)


def exchanges(count: int) -> Iterator[ExchangeRecord]:
    at = clock.now()
    for number in range(1, count + 1):
        yield ExchangeRecord(
            id=new_id(), profile_id=PROFILE, action_id=None, conversation="profile", number=number, text="Hello.",
            sending=new_id(), active=False, lease_until=at, model_version="test", created_at=at, updated_at=at,
        )  # fmt: skip


@pytest.fixture
async def store(database: Database) -> ExchangeStore:
    return ExchangeStore(database)


@given(
    count=st.integers(0, LONGEST), sizes=st.lists(st.integers(1, 6), min_size=1, max_size=5), data=st.data()
)
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
async def test_a_page_from_either_end_is_the_slice_of_the_list(
    store: ExchangeStore, count: int, sizes: list[int], data: st.DataObject
) -> None:
    await store._exchanges.delete_many({"profile_id": PROFILE})
    records = list(exchanges(count))
    for record in records:
        await store.insert(record)
    whole = list(both(records))
    pages = Pages(store)
    start, end = 0, len(whole)
    for size in sizes:
        if data.draw(st.booleans(), label="backwards"):
            before = (
                message_cursor(whole[end]) if end < len(whole) else data.draw(st.sampled_from([None, ""]))
            )
            page = await pages.shown(Window.of(int, None, None, size, before))
            expected = whole[max(end - size, 0) : end]
            assert (page.page_info.has_previous_page, page.page_info.has_next_page) == (
                end > size,
                end < len(whole),
            )
            end -= len(expected)
        else:
            after = message_cursor(whole[start - 1]) if start else data.draw(st.sampled_from([None, ""]))
            page = await pages.shown(Window.of(int, size, after, None, None))
            expected = whole[start : start + size]
            assert (page.page_info.has_previous_page, page.page_info.has_next_page) == (
                start > 0,
                start + size < len(whole),
            )
            start += len(expected)
        assert [edge.node for edge in page.edges] == [message.id for message in expected]
        ends = (page.page_info.start_cursor, page.page_info.end_cursor)
        assert ends == _ends(expected)


def _ends(expected: list[Message]) -> tuple[str | None, str | None]:
    return (message_cursor(expected[0]), message_cursor(expected[-1])) if expected else (None, None)


@pytest.mark.parametrize(
    ("first", "after", "last", "before", "field"),
    [
        (1, None, 1, None, "last"),
        (1, None, None, "WzAsICJ4Il0", "last"),
        (None, "WzAsICJ4Il0", 1, None, "last"),
        (None, "WzAsICJ4Il0", None, "WzAsICJ4Il0", "last"),
        (None, None, 0, None, "last"),
        (None, None, 101, None, "last"),
        (0, None, None, None, "first"),
        (None, None, 5, "nonsense", "before"),
        (5, "nonsense", None, None, "after"),
    ],
)
def test_other_pages_are_refused_by_the_argument(
    first: int | None, after: str | None, last: int | None, before: str | None, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        Window.of(int, first, after, last, before)
    assert refused.value.field == field
