"""Loading and listing opportunities on a real database."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from db.accounts import AccountStore
from db.collections import all_collections
from db.driver.client import Database
from db.learnt_postings import LearntPostingStore
from db.opportunities import (
    OpportunityKind,
    OpportunityRecord,
    OpportunityStatus,
    OpportunityStore,
    Remote,
)
from db.profiles import ProfileStore, SkillRecord
from services.identity.callers import Caller
from services.kit import clock
from services.kit.errors import InvalidInput
from services.kit.ids import derived_id, profile_id_of
from services.matching import shortlist as shortlist_module
from services.matching.shortlist import Shortlist
from services.opportunities.importing import LoadReport, OpportunityLoader, parse_postings
from services.opportunities.opportunities import Opportunities, OpportunityQuery
from services.profiles.profiles import Profiles
from services.samples import PEOPLE, load_samples
from tests.support.factories import a_profile, an_opportunity


@pytest.fixture
def store(database: Database) -> OpportunityStore:
    return OpportunityStore(database)


@pytest.fixture
def opportunities(store: OpportunityStore) -> Opportunities:
    return Opportunities(store)


def an_item(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "externalId": number,
        "title": f"Analyst {number}",
        "organization": "Example",
        "kind": "JOB",
        "requiredSkills": ["Python", "SQL"],
        "postedAt": (clock.now() - timedelta(days=number)).isoformat(),
        **changes,
    }


async def load(store: OpportunityStore, *items: dict[str, Any]) -> LoadReport:
    parsed = parse_postings(json.dumps({"opportunities": items}), default_source="test")
    return await OpportunityLoader(store).load(parsed)


async def listed(opportunities: Opportunities, **query: Any) -> list[str]:
    return [record.external_id for record in await opportunities.page(OpportunityQuery(**query), 100)]


async def test_a_file_loaded_twice_changes_nothing(
    store: OpportunityStore, opportunities: Opportunities
) -> None:
    items = [an_item(number) for number in range(1, 251)]
    assert (await load(store, *items)).inserted == 250
    before = await opportunities.page(OpportunityQuery(), 251)
    again = await load(store, *items)
    assert (again.inserted, again.updated, again.unchanged) == (0, 0, 250)
    assert await opportunities.page(OpportunityQuery(), 251) == before


@pytest.mark.parametrize("size", [1, 7])
async def test_pages_hold_each_posting_once_however_many_days_lie_between(
    store: OpportunityStore, size: int
) -> None:
    now = clock.now()
    days = [0, 1, 7, 8, 30, 30, 31, 37, 120, 121, 480, 487]
    postings = [
        an_opportunity(number, posted_at=now - timedelta(days=day)) for number, day in enumerate(days)
    ]
    await store.write(postings, [])
    found: list[OpportunityRecord] = []
    after = None
    while page := await store.page(now=now, status=OpportunityStatus.OPEN, limit=size, after=after):
        found += page
        after = page[-1].posted_at, page[-1].id
    assert found == sorted(postings, key=lambda one: (one.posted_at, one.id), reverse=True)


async def test_text_is_found_in_every_script_and_without_accents(
    store: OpportunityStore, opportunities: Opportunities
) -> None:
    await load(
        store,
        an_item(1, title="数据分析师", description="负责数据分析与报表", requiredSkills=["数据分析"]),
        an_item(2, title="Bäcker in Köln", requiredSkills=["Pâtisserie"]),
        an_item(3, title="นักวิเคราะห์ข้อมูล", requiredSkills=["การขาย"]),
    )
    for search in ("数据", "数据分析", "分析师", "报", "报表"):
        assert await listed(opportunities, search=search) == ["1"]
    for search in ("Koln", "köln backer", "KÖLN"):
        assert await listed(opportunities, search=search) == ["2"]
    assert await listed(opportunities, search="ข้อมูล") == ["3"]
    assert await listed(opportunities, search="นักบัญชี") == []
    assert await listed(opportunities, skills=["patisserie"]) == ["2"]
    assert await listed(opportunities, skills=["数据分析"]) == ["1"]


async def test_terms_of_an_earlier_release_are_found_and_written_anew(
    store: OpportunityStore, opportunities: Opportunities
) -> None:
    item = an_item(1, title="Koch in Köln 数据分析师")
    await load(store, item)
    (record,) = await opportunities.page(OpportunityQuery(), 1)
    former = record.model_copy(update={"terms": ["koch", "köln", "数据分析师", "skill:café"], "digest": "0"})
    await store.write([], [former])
    for search in ("Köln", "koch köln", "数据分析师"):
        assert await listed(opportunities, search=search) == ["1"]
    assert await listed(opportunities, skills=["Café"]) == ["1"]
    assert await listed(opportunities, search="Koln") == []
    assert (await load(store, item)).updated == 1
    assert await listed(opportunities, search="Koln 数据") == ["1"]


def an_opening(city: str, number: int, **changes: Any) -> dict[str, Any]:
    url = f"https://example.org/{number}"
    return {"title": "Nurse", "company": "Inn", "location": {"city": city}, "url": url, **changes}


async def loaded_jobs(store: OpportunityStore, *jobs: dict[str, Any]) -> LoadReport:
    return await OpportunityLoader(store).load(parse_postings(json.dumps(jobs), default_source="test"))


async def test_openings_without_an_id_replace_each_other_in_no_file_and_no_order(
    store: OpportunityStore, opportunities: Opportunities
) -> None:
    bern, basel = an_opening("Bern", 0), an_opening("Basel", 1)
    assert (await loaded_jobs(store, bern)).inserted == 1
    assert (await loaded_jobs(store, basel, bern)).inserted == 1
    assert (await loaded_jobs(store, bern, basel)).unchanged == 2
    assert {each.location for each in await opportunities.page(OpportunityQuery(), 9)} == {"Bern", "Basel"}


@pytest.mark.parametrize("first", [0, 1])
async def test_a_posting_of_an_earlier_release_keeps_its_identity(
    store: OpportunityStore, opportunities: Opportunities, database: Database, first: int
) -> None:
    bern, basel = an_opening("Bern", 0), an_opening("Basel", 1)
    await loaded_jobs(store, bern)
    (record,) = await opportunities.page(OpportunityQuery(), 1)
    parsed = parse_postings(json.dumps([bern]), default_source="test")
    former = parsed.former_ids[record.external_id]
    assert former == hashlib.sha256(b"Nurse\x1fInn").hexdigest()[:32]
    kept = record.model_copy(update={"id": derived_id("opportunity", "test", former), "external_id": former})
    await store.write([kept], [])
    await database["opportunities"].delete_one({"_id": record.id})
    order = [bern, basel] if first == 0 else [basel, bern]
    report = await loaded_jobs(store, *order)
    assert (report.inserted, report.updated, report.unchanged) == (1, 1, 0)
    report = await loaded_jobs(store, *reversed(order))
    assert report.unchanged == 2
    places = {each.location: each.id for each in await opportunities.page(OpportunityQuery(), 9)}
    assert places["Bern"] == kept.id
    assert places.keys() == {"Bern", "Basel"}


async def test_a_changed_posting_is_updated_and_keeps_its_creation(
    store: OpportunityStore, opportunities: Opportunities
) -> None:
    other = an_item(2)
    await load(store, an_item(1, postedAt=None), other)
    (before, _) = await opportunities.page(OpportunityQuery(), 2)
    report = await load(store, an_item(1, postedAt=None, title="Changed"), other)
    assert (report.inserted, report.updated, report.unchanged) == (0, 1, 1)
    (after, _) = await opportunities.page(OpportunityQuery(), 2)
    assert after.title == "Changed"
    assert (after.id, after.created_at, after.posted_at) == (before.id, before.created_at, before.posted_at)
    assert after.updated_at >= before.updated_at


async def test_a_load_that_was_cut_off_is_finished_by_the_next(store: OpportunityStore) -> None:
    items = [an_item(number) for number in range(1, 31)]
    await load(store, *items[10:20])
    report = await load(store, *items)
    assert (report.inserted, report.unchanged) == (20, 10)


async def test_two_loads_at_once_leave_each_posting_once(
    store: OpportunityStore, opportunities: Opportunities
) -> None:
    record = (await _loaded(store, opportunities, an_item(1)))[0]
    other = record.model_copy(update={"id": "0" * 32, "external_id": "2"})
    newer = record.model_copy(update={"title": "Newer"})
    await store.write([other, newer], [])
    assert sorted(r.title for r in await opportunities.page(OpportunityQuery(), 10)) == ["Analyst 1", "Newer"]


async def _loaded(
    store: OpportunityStore, opportunities: Opportunities, *items: dict[str, Any]
) -> list[OpportunityRecord]:
    await load(store, *items)
    return await opportunities.page(OpportunityQuery(), 100)


async def test_the_same_id_from_another_source_is_another_posting(
    store: OpportunityStore, opportunities: Opportunities
) -> None:
    await load(store, an_item(1))
    parsed = parse_postings(json.dumps({"opportunities": [an_item(1)]}), default_source="other")
    assert (await OpportunityLoader(store).load(parsed)).inserted == 1
    assert len(await listed(opportunities)) == 2


async def test_progress_is_told_batch_by_batch(store: OpportunityStore) -> None:
    parsed = parse_postings(
        json.dumps({"opportunities": [an_item(n) for n in range(1, 151)]}), default_source="test"
    )
    told: list[tuple[int, int]] = []
    await OpportunityLoader(store).load(parsed, lambda done, total: told.append((done, total)))
    assert told == [(100, 150), (150, 150)]


async def test_filters_hold_all_at_once(store: OpportunityStore, opportunities: Opportunities) -> None:
    await load(
        store,
        an_item(1, kind="GRANT", remote="FULL"),
        an_item(2, remote="FULL", requiredSkills=["Kubernetes", "Go"]),
        an_item(3, remote="NONE", requiredSkills=["Go"], description="Kubernetes is not needed."),
        an_item(4, status="CLOSED"),
        an_item(5, title="Analista de políticas", organization="Instituto Ñandú"),
    )
    assert await listed(opportunities) == ["1", "2", "3", "5"]
    assert await listed(opportunities, status=OpportunityStatus.CLOSED) == ["4"]
    assert await listed(opportunities, kinds=[OpportunityKind.GRANT]) == ["1"]
    assert await listed(opportunities, remote=[Remote.FULL, Remote.NONE]) == ["1", "2", "3"]
    assert await listed(opportunities, skills=["golang", "k8s"]) == ["2"]
    assert await listed(opportunities, search="kubernetes go") == ["2", "3"]
    assert await listed(opportunities, search="POLÍTICAS ñandú") == ["5"]
    assert await listed(opportunities, remote=[Remote.FULL], kinds=[OpportunityKind.JOB]) == ["2"]
    assert await listed(opportunities, search="nowhere") == []


async def test_a_skill_without_a_word_is_refused(opportunities: Opportunities) -> None:
    with pytest.raises(InvalidInput) as refused:
        await opportunities.page(OpportunityQuery(skills=["Python", "?!"]), 10)
    assert refused.value.field == "filter.skills[1]"


async def test_pages_follow_each_other_without_gap_or_double(
    store: OpportunityStore, opportunities: Opportunities
) -> None:
    at = clock.now()
    ages = [-3, 0, 0, 0, 0, 0, 3, 20, 20, 20, 90, 400, 400, 3000, 9000]  # days; some posted at one instant
    await load(
        store, *(an_item(n, postedAt=(at - timedelta(days=age)).isoformat()) for n, age in enumerate(ages))
    )
    whole = await opportunities.page(OpportunityQuery(), 100)
    assert len(whole) == len(ages)
    assert whole == sorted(whole, key=lambda record: (record.posted_at, record.id), reverse=True)
    for size in (1, 2, 4, 7):
        paged: list[OpportunityRecord] = []
        after: tuple[datetime, str] | None = None
        while page := await opportunities.page(OpportunityQuery(), size, after):
            paged += page
            after = (page[-1].posted_at, page[-1].id)
        assert paged == whole


async def test_a_cursor_from_before_all_time_finds_nothing(
    store: OpportunityStore, opportunities: Opportunities
) -> None:
    await load(store, an_item(1))
    early = datetime.min.replace(tzinfo=clock.now().tzinfo)
    assert await opportunities.page(OpportunityQuery(), 10, (early, "x")) == []


async def test_many_are_read_in_the_order_asked_for(
    store: OpportunityStore, opportunities: Opportunities
) -> None:
    records = await _loaded(store, opportunities, *(an_item(n) for n in range(1, 100)))
    ids = [record.id for record in records]
    asked = [*ids, "missing", *reversed(ids)]
    found = await opportunities.get_many(asked)
    assert [record.id if record else "missing" for record in found] == asked


async def test_the_best_follow_what_is_loaded_changed_and_closed(
    store: OpportunityStore, database: Database
) -> None:
    shortlist = Shortlist(store, LearntPostingStore(database))
    profile = a_profile(skills=[SkillRecord(name="Virology")], headline=None, summary=None)
    assert await shortlist.best_for(profile, 5) == []
    await load(store, an_item(1, requiredSkills=["Virology"]), an_item(2))
    assert [record.external_id for record in await shortlist.best_for(profile, 5)] == ["1"]
    await load(store, an_item(2, requiredSkills=["Virology"]))
    assert {record.external_id for record in await shortlist.best_for(profile, 5)} == {"1", "2"}
    await load(store, an_item(1, requiredSkills=["Virology"], status="CLOSED"))
    assert [record.external_id for record in await shortlist.best_for(profile, 5)] == ["2"]


@pytest.mark.parametrize("minutes", [-300, -10, 300])
async def test_the_best_follow_what_a_process_with_another_clock_loads(
    store: OpportunityStore, database: Database, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    shortlist, right = Shortlist(store, LearntPostingStore(database)), clock.now
    profile = a_profile(skills=[SkillRecord(name="Virology")], headline=None, summary=None)
    await load(store, an_item(1, requiredSkills=["Virology"]))
    assert len(await shortlist.best_for(profile, 5)) == 1
    with monkeypatch.context() as wrong:
        wrong.setattr(clock, "now", lambda: right() + timedelta(minutes=minutes))
        await load(store, an_item(2, requiredSkills=["Virology"]))
        await load(store, an_item(1, requiredSkills=["Virology"], status="CLOSED"))
    assert [record.external_id for record in await shortlist.best_for(profile, 5)] == ["2"]


async def test_the_best_follow_what_is_written_late_and_what_has_no_number(
    store: OpportunityStore, database: Database
) -> None:
    shortlist, seconds = Shortlist(store, LearntPostingStore(database)), 0.0
    shortlist._catalogue._water._time = lambda: seconds
    profile = a_profile(skills=[SkillRecord(name="Virology")], headline=None, summary=None)
    late, before = (an_opportunity(n, required_skills=["Virology"]) for n in (1, 2))
    for number in range(3, 30):
        await store.write([an_opportunity(number)], [])
    await shortlist.best_for(profile, 5)
    await database["opportunities"].insert_one({**late.to_bson(), "number": 20})
    assert [record.id for record in await shortlist.best_for(profile, 5)] == [late.id]
    await database["opportunities"].insert_one(before.to_bson())
    await database["opportunities"].delete_one({"_id": late.id})
    seconds += 601
    assert [record.id for record in await shortlist.best_for(profile, 5)] == [before.id]


async def test_samples_are_loaded_once_and_leave_edited_profiles_alone(
    database: Database, store: OpportunityStore
) -> None:
    profiles = Profiles(ProfileStore(database))
    first = await load_samples(profiles, store)
    assert [person.user_id for person in first.people] == list(PEOPLE)
    assert first.opportunities.inserted >= 60
    ada = Caller(user_id="ada", expires_at=clock.now())
    await profiles.update(ada, {"headline": "Changed"})
    again = await load_samples(profiles, store)
    assert again.people == first.people
    assert again.opportunities.inserted == 0
    kept = await profiles.get(ada)
    assert kept is not None
    assert kept.headline == "Changed"


async def test_the_samples_load_without_a_person_whose_account_was_just_deleted(database: Database) -> None:
    await AccountStore(database, all_collections()).note(
        profile_id_of("ada"), clock.now() + timedelta(minutes=1)
    )
    samples = await load_samples(Profiles(ProfileStore(database)), OpportunityStore(database))
    assert [person.user_id for person in samples.people] == [user for user in PEOPLE if user != "ada"]


async def test_what_was_learnt_of_postings_outlives_the_process(
    store: OpportunityStore, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt: list[str] = []

    def counted(record: OpportunityRecord) -> Any:
        learnt.append(record.external_id)
        return really(record)

    really = shortlist_module._learnt
    monkeypatch.setattr(shortlist_module, "_learnt", counted)

    async def best() -> list[str]:
        shortlist = Shortlist(store, LearntPostingStore(database))
        return [record.external_id for record in await shortlist.best_for(a_profile(), 5)]

    await load(store, an_item(1), an_item(2))
    first = await best()
    assert sorted(learnt) == ["1", "2"]
    assert await best() == first
    assert sorted(learnt) == ["1", "2"]
    await load(store, an_item(2, description="Analyses data of hospitals."))
    await best()
    assert sorted(learnt) == ["1", "2", "2"]
    monkeypatch.setattr(shortlist_module, "form_version", lambda: "another reference")
    await best()
    assert sorted(learnt) == ["1", "1", "2", "2", "2"]
