"""A batch's pages: in the order in which it shows, that of an earlier release by its score."""

from collections.abc import Sequence
from typing import Any

import pytest

from db.driver.client import Database
from db.match_inputs import MatchInputsStore
from db.matches import KIND, MatchRecord, MatchStore, MatchTier
from db.sync.changelog import ChangelogStore, EntryRecord, HeadRecord
from services.kit import clock
from services.matching.matches import Matches
from services.sync.changelog import Changelogs
from services.sync.wakeups import Wakeups


def a_match(id_: str, score: float, order: float | None, **changes: object) -> MatchRecord:
    fields: dict[str, object] = {
        "id": id_, "match_id": id_, "profile_id": "ada", "opportunity_id": id_, "run_id": "r", "batch": "b",
        "version": 1, "tier": MatchTier.STRONG, "score": score, "explanation": "", "strengths": [], "gaps": [],
        "recommendations": [], "order": order, "model_version": "test", "created_at": clock.now(),
    }  # fmt: skip
    return MatchRecord.model_validate({**fields, **changes})


async def pages(store: MatchStore, batch: str, tier: MatchTier | None = None) -> list[str]:
    """Return the ids of all pages of two."""
    found: list[str] = []
    after = None
    while page := await store.page("ada", batch, tier=tier, limit=2, after=after):
        found += [one.id for one in page]
        after = (page[-1].sort_key, page[-1].id)
    return found


async def test_pages_follow_the_order_not_the_score_and_lose_and_repeat_none(database: Database) -> None:
    store = MatchStore(database)
    orders = {"a": 1.0, "b": 5.0, "c": 3.0, "d": 4.0, "e": 2.0}
    await store.insert([a_match(id_, 0.5, order) for id_, order in orders.items()])
    assert await pages(store, "b") == ["b", "d", "c", "e", "a"]


async def test_a_batch_without_an_order_is_sorted_by_score_and_then_id(database: Database) -> None:
    store = MatchStore(database)
    far = {"tier": MatchTier.EXPLORATORY}
    await store.insert([a_match("a", 0.7, None), a_match("b", 0.7, None), a_match("c", 0.9, None, **far)])
    assert await pages(store, "b") == ["c", "b", "a"]
    assert await pages(store, "b", MatchTier.STRONG) == ["b", "a"]


class _Behind(MatchStore):
    """A shard that does not show all of a batch at first."""

    def __init__(self, database: Database, times: int) -> None:
        super().__init__(database)
        self.times = times

    async def page(self, *args: Any, **options: Any) -> list[MatchRecord]:
        self.times -= 1
        return (await super().page(*args, **options))[self.times >= 0 :]

    async def some(self, profile_id: str, batch: str, match_ids: Sequence[str]) -> list[MatchRecord]:
        return (await super().some(profile_id, batch, match_ids))[:1]


@pytest.mark.parametrize(("times", "shown"), [(0, 3), (1, 3), (4, 3), (99, 2)])
async def test_a_batch_of_which_some_is_not_there_yet_is_read_again_for_a_bounded_time(
    times: int, shown: int, database: Database
) -> None:
    store, changelogs = _Behind(database, times), ChangelogStore(database)
    await store.insert([a_match(id_, 0.5, None) for id_ in "abc"])
    entries = [EntryRecord(seq=1 + place, kind=KIND, id=id_, version=1) for place, id_ in enumerate("abc")]
    head = HeadRecord(batch="b", run=1, size=3)
    log = await changelogs.append(await changelogs.ensure("ada", "one"), entries, {KIND: head})
    assert log is not None
    async with Wakeups() as wakeups:
        logs = Changelogs(changelogs, wakeups)
        live_list = Matches(store, MatchInputsStore(database), logs).live_list
        assert len(await live_list.all(log)) == shown
        store.times = times
        assert len(await live_list.some(log, ["a", "b", "c"])) == shown
        store.times = 0
        assert set(await live_list.some(log, ["a", "gone"])) == {"a"}
