"""Profiles in a real database: what an import and a change do, and what they leave alone."""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from db.driver.client import Database
from db.profiles import (
    ConstraintsRecord,
    LocationRecord,
    ProfileRecord,
    ProfileStore,
    RemotePreference,
    SkillSource,
)
from services.identity.callers import Caller
from services.kit import clock
from services.kit.errors import Conflict, InvalidInput
from services.profiles.profiles import ProfileChanges, Profiles
from services.profiles.resumes import export_resume, parse_resume

ADA = Caller("ada", datetime.max.replace(tzinfo=UTC))
BEN = Caller("ben", datetime.max.replace(tzinfo=UTC))
RESUME: dict[str, Any] = {
    "basics": {"name": "Ada Ferris", "label": "Analyst", "location": {"city": "Leeds"}},
    "work": [{"name": "Mill", "position": "Analyst", "team": "Looms"}],
    "skills": [{"name": "Python"}, {"name": "Statistics"}],
}


@pytest.fixture
def profiles(database: Database) -> Profiles:
    return Profiles(ProfileStore(database))


def changes(**fields: Any) -> ProfileChanges:
    return cast(ProfileChanges, fields)


def sources(profile: ProfileRecord) -> dict[str, SkillSource]:
    return {skill.name: skill.source for skill in profile.skills}


async def test_a_person_begins_without_a_profile(profiles: Profiles) -> None:
    assert await profiles.get(ADA) is None


async def test_an_import_makes_the_profile_and_it_reads_back_the_same(profiles: Profiles) -> None:
    imported = await profiles.import_resume(ADA, RESUME)
    assert (imported.id, imported.owner, imported.version) == (ADA.profile_id, "ada", 1)
    assert await profiles.get(ADA) == imported
    assert export_resume(imported) == RESUME
    assert await profiles.get(BEN) is None


async def test_a_file_s_text_can_be_imported(profiles: Profiles) -> None:
    assert export_resume(await profiles.import_resume_text(ADA, json.dumps(RESUME))) == RESUME
    with pytest.raises(InvalidInput, match="line 1, column 2"):
        await profiles.import_resume_text(ADA, "{")


async def test_every_field_is_stored_null_included(profiles: Profiles, database: Database) -> None:
    await profiles.update(ADA, changes(name="Ada"))
    document = await database["profiles"].find_one({"_id": ADA.profile_id})
    assert document is not None
    assert set(document) == (set(ProfileRecord.model_fields) - {"id"}) | {"_id"}
    assert document["resume"] is None


async def test_a_refused_import_changes_nothing(profiles: Profiles) -> None:
    before = await profiles.import_resume(ADA, RESUME)
    documents: list[object] = ["text", {"work": {}}, {"basics": {"name": "\ud800"}}, {"x": "y" * 5_000_000}]
    for document in documents:
        with pytest.raises(InvalidInput):
            await profiles.import_resume(ADA, document)
    assert await profiles.get(ADA) == before


async def test_a_second_import_replaces_the_resume_and_keeps_the_rest(profiles: Profiles) -> None:
    await profiles.import_resume(ADA, RESUME)
    await profiles.update(
        ADA,
        changes(
            skills=[{"name": "Python"}, {"name": "Statistics"}, {"name": "Weaving"}, {"name": "Go"}],
            career_goals=["Lead a team"],
            constraints={"hours_per_week": 20},
        ),
    )
    profile = await profiles.import_resume(ADA, {"basics": {"name": "A. Ferris"}, "skills": [{"name": "go"}]})
    assert (profile.name, profile.headline, profile.work, profile.version) == ("A. Ferris", None, [], 3)
    assert sources(profile) == {"go": SkillSource.PERSON, "Weaving": SkillSource.PERSON}
    assert profile.career_goals == ["Lead a team"]
    assert profile.constraints.hours_per_week == 20


@pytest.mark.parametrize("document", [{}, {"basics": {}}, {"work": []}, {"basics": {"name": "Ada"}}])
async def test_a_document_that_says_nearly_nothing_removes_nothing_unless_confirmed(
    profiles: Profiles, document: dict[str, Any]
) -> None:
    full = RESUME | {"work": [{"name": f"Mill {number}"} for number in range(9)]}
    before = await profiles.import_resume(ADA, full)
    with pytest.raises(InvalidInput, match="confirmRemoval"):
        await profiles.import_resume(ADA, document)
    assert await profiles.get(ADA) == before
    after = await profiles.import_resume(ADA, document, confirm_removal=True)
    assert (after.work, after.skills) == ([], [])
    assert (await profiles.import_resume(BEN, document)).version == 1, "there was nothing to remove"


async def test_a_preview_says_what_an_import_would_change_and_changes_nothing(profiles: Profiles) -> None:
    parsed = parse_resume({"basics": {"name": "Ada Ferris"}, "work": [{"name": "Inn"}], "x": 1})
    assert not (await profiles.preview(ADA, parsed)).needs_confirmation
    assert await profiles.get(ADA) is None
    before = await profiles.import_resume(ADA, RESUME)
    preview = await profiles.preview(ADA, parsed)
    assert await profiles.get(ADA) == before
    assert {change.section for change in preview.changes} == {"basics", "work", "skills"}
    taken = await profiles.take(ADA, parsed)
    assert taken.report == preview
    assert taken.profile.version == 2


async def test_what_a_profile_does_not_show_survives_changes_and_learnings(profiles: Profiles) -> None:
    hidden = {"category": "Kitchen", "items": ["Knives", "Sauces"]}
    document = {"basics": {"name": "Lena"}, "skills": [hidden, {"name": "Baking", "x-years": 4}]}
    await profiles.import_resume(ADA, document)
    await profiles.update(ADA, changes(skills=[{"name": "Baking"}, {"name": "Rust"}]))
    profile = await profiles.update(
        ADA, changes(skills=[{"name": "Rust"}, {"name": "Baking", "level": "High"}])
    )
    assert export_resume(profile)["skills"] == [
        hidden,
        {"name": "Rust"},
        {"name": "Baking", "x-years": 4, "level": "High"},
    ]


async def test_an_export_imported_by_somebody_else_carries_goals_and_constraints(profiles: Profiles) -> None:
    await profiles.import_resume(ADA, RESUME)
    wishes = changes(career_goals=["Lead"], constraints={"remote": RemotePreference.REMOTE_ONLY})
    exported = export_resume(await profiles.update(ADA, wishes))
    copied = await profiles.import_resume(BEN, exported)
    assert copied.career_goals == ["Lead"]
    assert copied.constraints == ConstraintsRecord(remote=RemotePreference.REMOTE_ONLY)


async def test_a_change_touches_only_what_is_given(profiles: Profiles) -> None:
    before = await profiles.import_resume(ADA, RESUME)
    given = changes(
        headline="  Lead\u202e Analyst ", location={"country_code": "gb"}, constraints={"places": ["Leeds"]}
    )
    after = await profiles.update(ADA, given)
    untouched = set(ProfileRecord.model_fields) - {
        "headline",
        "location",
        "constraints",
        "version",
        "last_write",
        "updated_at",
        "pending",
        "touched_at",
        "resume",
        "resume_version",
    }
    assert after.model_dump(include=untouched) == before.model_dump(include=untouched)
    assert after.headline == "Lead Analyst"
    assert after.location == LocationRecord(city="Leeds", country_code="GB")
    assert after.constraints == ConstraintsRecord(places=["Leeds"])
    assert after.version == 2
    assert await profiles.get(ADA) == after
    places = {"meta": {"foothold": {"constraints": {"places": ["Leeds"]}}}}
    basics = RESUME["basics"] | {"label": "Lead Analyst"}
    basics["location"] = {"city": "Leeds", "countryCode": "GB"}
    assert export_resume(after) == RESUME | {"basics": basics} | places


async def test_null_clears(profiles: Profiles) -> None:
    await profiles.import_resume(ADA, RESUME)
    await profiles.update(ADA, changes(constraints={"hours_per_week": 20, "places": ["Leeds"]}))
    cleared = changes(name=None, location=None, work=None, constraints={"places": None})
    profile = await profiles.update(ADA, cleared)
    assert (profile.name, profile.location, profile.work) == (None, LocationRecord(), [])
    assert profile.constraints == ConstraintsRecord(hours_per_week=20)


async def test_a_skill_stays_where_it_came_from(profiles: Profiles) -> None:
    await profiles.import_resume(ADA, RESUME)
    profile = await profiles.update(
        ADA, changes(skills=[{"name": "PYTHON", "level": "Expert"}, {"name": "Go"}])
    )
    assert sources(profile) == {"PYTHON": SkillSource.RESUME, "Go": SkillSource.PERSON}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "y" * 201}, "input.name"),
        ({"headline": "y" * 301}, "input.headline"),
        ({"summary": "y" * 5001}, "input.summary"),
        ({"summary": "half \ud83d"}, "input.summary"),
        ({"location": {"country_code": "GBR"}}, "input.location.countryCode"),
        ({"skills": [{"name": "Go"}] * 201}, "input.skills"),
        ({"skills": [{"name": "Go"}, {"name": "\u200b"}]}, "input.skills[1].name"),
        ({"skills": [{"name": "Go"}, {"name": "Rust"}, {"name": " GO\u202c"}]}, "input.skills[2].name"),
        ({"skills": [{"name": "Go", "keywords": ["y" * 301]}]}, "input.skills[0].keywords[0]"),
        ({"work": [{"name": "Mill"}, {"url": "javascript:alert(1)"}]}, "input.work[1].url"),
        ({"work": [{"url": "https://"}]}, "input.work[0].url"),
        ({"work": [{"start_date": "2020-13"}]}, "input.work[0].startDate"),
        ({"work": [{"end_date": "yesterday"}]}, "input.work[0].endDate"),
        ({"work": [{"highlights": ["fine", "y" * 2001]}]}, "input.work[0].highlights[1]"),
        ({"work": [{"name": " "}]}, "input.work[0]"),
        ({"languages": [{}]}, "input.languages[0]"),
        ({"publications": [{"release_date": "2021-02-30"}]}, "input.publications[0].releaseDate"),
        ({"research_interests": [{"name": ""}]}, "input.researchInterests[0].name"),
        ({"career_goals": ["y" * 2001]}, "input.careerGoals[0]"),
        ({"career_goals": ["y"] * 201}, "input.careerGoals"),
        ({"constraints": {"work_permits": ["DE", "Germany"]}}, "input.constraints.workPermits[1]"),
        ({"constraints": {"salary_currency": "€"}}, "input.constraints.salaryCurrency"),
        ({"constraints": {"salary_minimum": -1}}, "input.constraints.salaryMinimum"),
        ({"constraints": {"hours_per_week": 0}}, "input.constraints.hoursPerWeek"),
        ({"constraints": {"hours_per_week": 169}}, "input.constraints.hoursPerWeek"),
    ],
)
async def test_a_refused_change_names_its_field_and_makes_no_profile(
    profiles: Profiles, given: Mapping[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        await profiles.update(ADA, changes(**given))
    assert caught.value.field == field
    assert await profiles.get(ADA) is None


async def test_a_change_for_another_version_is_refused(profiles: Profiles) -> None:
    await profiles.update(ADA, changes(name="Ada"), expected_version=0)
    with pytest.raises(Conflict):
        await profiles.update(ADA, changes(name="Eve"), expected_version=0)
    profile = await profiles.update(ADA, changes(headline="Analyst"), expected_version=1)
    assert (profile.name, profile.version) == ("Ada", 2)


async def test_concurrent_changes_all_land_or_are_refused(profiles: Profiles) -> None:
    fields = ["name", "headline", "summary", "career_goals"]
    given = [changes(**{field: [field] if field == "career_goals" else field}) for field in fields] * 5
    results = await asyncio.gather(*(profiles.update(ADA, one) for one in given), return_exceptions=True)
    landed = [result for result in results if isinstance(result, ProfileRecord)]
    assert {type(result) for result in results} <= {ProfileRecord, Conflict}
    assert sorted(profile.version for profile in landed) == list(range(1, len(landed) + 1))
    final = await profiles.get(ADA)
    assert final is not None
    assert (final.version, final.name, final.headline) == (len(landed), "name", "headline")
    assert (final.summary, final.career_goals) == ("summary", ["career_goals"])


async def test_equal_changes_of_one_moment_are_each_a_version_of_their_own(
    profiles: Profiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
    results = await asyncio.gather(*(profiles.update(ADA, changes(name="Ada")) for _ in range(20)))
    assert sorted(profile.version for profile in results) == list(range(1, 21))


async def test_of_concurrent_changes_for_one_version_one_wins(profiles: Profiles) -> None:
    await profiles.update(ADA, changes(name="Ada"))
    attempts = (profiles.update(ADA, changes(name=f"Ada {n}"), expected_version=1) for n in range(20))
    results = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(result, ProfileRecord) for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 19
