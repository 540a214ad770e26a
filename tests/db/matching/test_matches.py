"""A batch's pages: in the order in which it shows, that of an earlier release by its score."""

from db.driver.client import Database
from db.matches import MatchRecord, MatchStore, MatchTier
from services.kit import clock


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
