"""Learnings in a real database: decided once, in the profile once, and taken out of it exactly."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import timedelta
from typing import Any

import pytest

from db.driver.records import Record
from db.learnings import LearningRecord, LearningStatus
from db.profiles import (
    ConstraintsPartRecord,
    ConstraintsRecord,
    InterestRecord,
    LearningKind,
    ProfileRecord,
    ProjectRecord,
    RemotePreference,
    SkillRecord,
    SkillSource,
    WorkRecord,
)
from services.kit import clock
from services.kit.errors import InvalidInput, NotFound
from services.kit.ids import profile_id_of
from services.learnings.learnings import InvalidLearningStatus
from services.learnings.proposals import CannotRetract
from services.profiles.prompt_text import profile_text
from services.profiles.resumes import export_resume, parse_resume
from services.sync.emissions import Emission
from tests.support.learning_world import ADA, PROFILE, World
from tests.support.patience import within

RUST = {"kind": "SKILL", "quotation": "I learned Rust", "skill": {"name": "Rust"}}
PENDING, ACCEPTED = LearningStatus.PENDING, LearningStatus.ACCEPTED
REJECTED, RETRACTED = LearningStatus.REJECTED, LearningStatus.RETRACTED
_K = LearningKind


async def first(emissions: AsyncIterator[Emission[LearningRecord]]) -> Emission[LearningRecord]:
    async with within(5):
        return await anext(emissions)


def without_marks(profile: ProfileRecord) -> dict[str, Any]:
    return profile.model_dump(
        exclude={
            "version",
            "updated_at",
            "last_write",
            "learned",
            "resume_version",
            "pending",
            "unannounced",
            "touched_at",
        }
    )


EVERY_KIND: list[tuple[LearningKind, Record | str]] = [
    (_K.SKILL, SkillRecord(name="Rust", level="Beginner")),
    (_K.SKILL, SkillRecord(name="python", level="Advanced", keywords=["pandas"])),
    (_K.WORK, WorkRecord(name="Example Labs", position="Facilitator")),
    (_K.PROJECT, ProjectRecord(name="Reading group")),
    (_K.INTEREST, InterestRecord(name="Forecasting")),
    (_K.GOAL, "Lead a small team"),
    (_K.CONSTRAINT, ConstraintsPartRecord(remote=RemotePreference.REMOTE_ONLY, places=["Leeds"])),
]


@pytest.mark.parametrize(("kind", "part"), EVERY_KIND)
async def test_what_is_accepted_is_in_profile_prompt_and_resume_and_retracting_restores_all(
    world: World, kind: LearningKind, part: Record | str
) -> None:
    before = await world.profile()
    learning = await world.accepted(kind, part)
    after = await world.profile()
    assert (learning.status, learning.version, after.version) == (ACCEPTED, 2, before.version + 1)
    assert without_marks(after) != without_marks(before)
    assert profile_text(after) != profile_text(before), "the next refresh knows it"
    exported = export_resume(after)
    assert exported != export_resume(before)
    again = (await world.profiles.import_resume(ADA, exported)).model_copy(update={"resume": after.resume})
    assert without_marks(again) == without_marks(after), "a résumé carries it there and back"
    assert export_resume(again.model_copy(update={"resume": parse_resume(exported).text})) == exported
    assert (await world.learnings.retract(PROFILE, learning.id)).status is RETRACTED
    assert without_marks((await world.profile()).model_copy(update={"resume": None})) == without_marks(before)


async def test_a_skill_from_a_conversation_says_so_and_stays_where_it_came_from(world: World) -> None:
    await world.accepted(_K.SKILL, SkillRecord(name="Rust"))
    profile = await world.profile()
    assert profile.skills[-1] == SkillRecord(name="Rust", source=SkillSource.CONVERSATION)
    assert profile.skills[0].source is SkillSource.PERSON


async def test_a_level_changes_and_comes_back(world: World) -> None:
    await world.change(skills=[{"name": "Python", "level": "Beginner"}, {"name": "Go"}])
    learning = await world.accepted(_K.SKILL, SkillRecord(name="python", level="Advanced"))
    assert [(s.name, s.level) for s in (await world.profile()).skills] == [
        ("Python", "Advanced"),
        ("Go", None),
    ]
    await world.learnings.retract(PROFILE, learning.id)
    assert [(s.name, s.level) for s in (await world.profile()).skills] == [
        ("Python", "Beginner"),
        ("Go", None),
    ]


async def test_of_twenty_acceptances_at_once_one_changes_the_profile_once(world: World) -> None:
    learning = await world.given(_K.GOAL, "Lead a small team")
    outcomes = await asyncio.gather(
        *(world.learnings.accept(PROFILE, learning.id, None, f"m{n}") for n in range(20)),
        return_exceptions=True,
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, InvalidLearningStatus)]
    assert (len(refused), {refusal.current for refusal in refused}) == (19, {ACCEPTED})
    profile = await world.profile()
    assert (profile.version, profile.career_goals) == (2, ["Lead a small team"])


async def test_accepting_and_rejecting_at_once_has_one_winner(world: World) -> None:
    for number in range(10):
        learning = await world.given(_K.GOAL, f"Goal {number}")
        accepted, rejected = await asyncio.gather(
            world.learnings.accept(PROFILE, learning.id),
            world.learnings.reject(PROFILE, learning.id),
            return_exceptions=True,
        )
        won = (await world.learnings.get(PROFILE, learning.id)).status
        assert (won is ACCEPTED) == isinstance(accepted, LearningRecord)
        assert (won is REJECTED) == isinstance(rejected, LearningRecord)
        assert (f"Goal {number}" in (await world.profile()).career_goals) == (won is ACCEPTED)


@pytest.mark.parametrize("status", [PENDING, REJECTED, RETRACTED])
async def test_only_what_is_accepted_can_be_retracted(world: World, status: LearningStatus) -> None:
    learning = await world.given(_K.GOAL, "Lead", status=status)
    with pytest.raises(InvalidLearningStatus) as refusal:
        await world.learnings.retract(PROFILE, learning.id)
    assert refusal.value.current is status
    assert (await world.profile()).version == 1


@pytest.mark.parametrize("crash", ["before the profile", "after the profile"])
async def test_the_sweep_finishes_an_acceptance_that_a_crash_cut(world: World, crash: str) -> None:
    learning = await world.given(_K.GOAL, "Lead a small team")
    async with aclosing(world.subscribe()) as emissions:
        await first(emissions)
        long_ago = clock.now() - timedelta(seconds=5)
        changes = {"status": ACCEPTED, "settled": False, "touched_at": long_ago}
        written = await world.store.update(learning, changes, "m", "w")
        assert written is not None
        if crash == "after the profile":
            await world.learnings._settle(written)
            await world.store._collection.update_one({"_id": learning.id}, {"$set": {"settled": False}})
        await world.learnings.sweep()
        assert list((await first(emissions)).mutation_ids) == ["m"]
        await world.learnings.sweep()
    profile = await world.profile()
    assert (profile.career_goals, profile.version) == (["Lead a small team"], 2)
    assert await world.store.unsettled(clock.now(), 10) == []


async def test_the_sweep_finishes_a_retraction_that_a_crash_cut(world: World) -> None:
    learning = await world.accepted(_K.GOAL, "Lead a small team")
    learning = await world.learnings.get(PROFILE, learning.id)
    long_ago = clock.now() - timedelta(seconds=5)
    changes = {"status": RETRACTED, "settled": False, "touched_at": long_ago}
    assert await world.store.update(learning, changes, "m", "w") is not None
    await world.learnings.sweep()
    assert (await world.profile()).career_goals == []
    assert await world.store.unsettled(clock.now(), 10) == []


async def test_a_retraction_overtaken_by_an_edit_is_given_up_by_the_sweep(world: World) -> None:
    learning = await world.accepted(_K.GOAL, "Lead a small team")
    await world.change(career_goals=["Lead a large team"])
    long_ago = clock.now() - timedelta(seconds=5)
    learning = await world.learnings.get(PROFILE, learning.id)
    changes = {"status": RETRACTED, "settled": False, "touched_at": long_ago}
    assert await world.store.update(learning, changes, "m", "w") is not None
    await world.learnings.sweep()
    learning = await world.learnings.get(PROFILE, learning.id)
    assert (learning.status, learning.settled, learning.version) == (ACCEPTED, True, 4)
    assert (await world.profile()).career_goals == ["Lead a large team"]
    await world.change(career_goals=["Lead a small team", "Rest"])
    await world.learnings.retract(PROFILE, learning.id)
    assert (await world.profile()).career_goals == ["Rest"]


async def test_a_writer_that_wakes_up_late_changes_nothing(world: World) -> None:
    learning = await world.given(_K.GOAL, "Lead a small team")
    accepted = await world.learnings.accept(PROFILE, learning.id)
    retracted = await world.learnings.retract(PROFILE, learning.id)
    version = (await world.profile()).version
    await world.learnings._settle(accepted)
    await world.learnings._settle(retracted)
    profile = await world.profile()
    assert (profile.career_goals, profile.version) == ([], version)


async def test_among_many_decisions_and_edits_at_once_the_profile_shows_what_is_accepted(
    world: World,
) -> None:
    ids = [(await world.given(_K.GOAL, f"Goal {number}")).id for number in range(8)]

    async def live(number: int, id_: str) -> None:
        await world.learnings.accept(PROFILE, id_)
        await world.change(headline=f"Headline {number}")
        if number % 2:
            await asyncio.gather(
                *(world.learnings.retract(PROFILE, id_) for _ in range(3)), return_exceptions=True
            )

    await asyncio.gather(*(live(number, id_) for number, id_ in enumerate(ids)), world.learnings.sweep())
    states = {one.id: one.status for one in await world.learnings.page(PROFILE, 100, None)}
    assert [states[id_] for id_ in ids] == [ACCEPTED, RETRACTED] * 4
    profile = await world.profile()
    assert sorted(profile.career_goals) == ["Goal 0", "Goal 2", "Goal 4", "Goal 6"]
    assert profile.version == 1 + 8 + 8 + 4, "each change once"


async def test_retracting_leaves_every_later_change_in_place(world: World) -> None:
    rust = await world.accepted(_K.SKILL, SkillRecord(name="Rust", level="Beginner"))
    hours = await world.accepted(_K.CONSTRAINT, ConstraintsPartRecord(hours_per_week=10, places=["Leeds"]))
    await world.accepted(_K.GOAL, "Lead a small team")
    skills = [{"name": s.name, "level": s.level} for s in (await world.profile()).skills]
    await world.change(
        headline="Engineer",
        skills=[*skills, {"name": "Go"}],
        constraints={"places": ["Leeds", "York"], "salary_minimum": 1},
    )
    await world.learnings.retract(PROFILE, rust.id)
    await world.learnings.retract(PROFILE, hours.id)
    profile = await world.profile()
    assert [skill.name for skill in profile.skills] == ["Python", "SQL", "Statistics", "Go"]
    assert profile.constraints == ConstraintsRecord(places=["York"], salary_minimum=1)
    assert (profile.headline, profile.career_goals) == ("Engineer", ["Lead a small team"])


@pytest.mark.parametrize(
    ("kind", "part", "edit", "reason"),
    [
        (
            _K.SKILL,
            SkillRecord(name="Rust", level="Beginner"),
            {"skills": [{"name": "Rust", "level": "Expert"}]},
            "The skill “Rust” has changed since it was accepted (level)",
        ),
        (
            _K.SKILL,
            SkillRecord(name="SQL", level="Advanced"),
            {"skills": [{"name": "SQL", "level": "Expert"}]},
            "The level of the skill “SQL” has changed since: this learning set it to “Advanced”, and it is now "
            "“Expert”. Edit the profile to make it not set again.",
        ),
        (
            _K.SKILL,
            SkillRecord(name="Rust"),
            {"skills": []},
            "The skill “Rust” has been removed from the profile",
        ),
        (
            _K.WORK,
            WorkRecord(name="Mill", position="Analyst"),
            {"work": [{"name": "Mill", "position": "Analyst", "end_date": "2026"}]},
            "The position “Analyst, Mill” has changed since it was accepted (endDate)",
        ),
        (
            _K.GOAL,
            "Lead",
            {"career_goals": ["Lead well"]},
            "The goal “Lead” has been removed from the profile",
        ),
        (
            _K.CONSTRAINT,
            ConstraintsPartRecord(hours_per_week=10),
            {"constraints": {"hours_per_week": 20}},
            "The constraint hoursPerWeek has changed since: this learning set it to “10”, and it is now “20”",
        ),
    ],
)
async def test_what_was_changed_since_is_not_undone_and_the_refusal_says_why(
    world: World, kind: LearningKind, part: Record | str, edit: dict[str, Any], reason: str
) -> None:
    learning = await world.accepted(kind, part)
    edited = await world.change(**edit)
    with pytest.raises(CannotRetract) as refusal:
        await world.learnings.retract(PROFILE, learning.id)
    assert refusal.value.message.startswith(reason)
    assert await world.profile() == edited
    assert (await world.learnings.get(PROFILE, learning.id)).status is ACCEPTED


async def test_what_the_person_added_themselves_meanwhile_stays_when_the_learning_goes(world: World) -> None:
    learning = await world.given(_K.GOAL, "Lead a small team")
    await world.change(career_goals=["lead a small team"])
    await world.learnings.accept(PROFILE, learning.id)
    await world.learnings.retract(PROFILE, learning.id)
    assert (await world.profile()).career_goals == ["lead a small team"]


async def test_a_full_list_takes_no_more(world: World) -> None:
    await world.change(career_goals=[f"Goal {n}" for n in range(200)])
    learning = await world.given(_K.GOAL, "One more")
    with pytest.raises(InvalidInput, match="200 entries"):
        await world.learnings.accept(PROFILE, learning.id)
    assert (await world.learnings.get(PROFILE, learning.id)).status is PENDING


async def test_extracting_again_proposes_nothing_twice(world: World) -> None:
    world.model.add("extract_learnings", *[{"learnings": [RUST]}] * 3)
    (rust,) = (await world.learnings.extract(PROFILE, None)).learnings
    await world.learnings.reject(PROFILE, rust.id)
    again = await world.learnings.extract(PROFILE, None)
    assert (again.learnings, len(again.warnings)) == ([], 1)
    assert [one.status for one in await world.learnings.page(PROFILE, 10, None)] == [REJECTED]


async def test_two_extractions_at_once_write_one_learning(world: World) -> None:
    world.model.add("extract_learnings", *[{"learnings": [RUST]}] * 2)
    both = await asyncio.gather(*(world.learnings.extract(PROFILE, None) for _ in range(2)))
    assert sum(len(one.learnings) for one in both) == 1
    assert len(await world.learnings.page(PROFILE, 10, None)) == 1


async def test_an_empty_conversation_and_a_missing_profile_are_refused_before_the_model_is_asked(
    world: World,
) -> None:
    world.said.clear()
    with pytest.raises(InvalidInput) as refusal:
        await world.learnings.extract(PROFILE, None)
    assert refusal.value.field == "profileId"
    for profile_id, action_id in ((profile_id_of("eve"), None), (PROFILE, "0" * 32)):
        with pytest.raises(NotFound):
            await world.learnings.extract(profile_id, action_id)
    assert world.model.requests == []


async def test_a_profile_remembers_the_last_changes_by_learnings_and_older_ones_stay(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.learnings.proposals.MOST_LEARNED", 3)
    learnings = [await world.accepted(_K.GOAL, f"Goal {number}") for number in range(5)]
    assert [each.learning_id for each in (await world.profile()).learned] == [
        each.id for each in learnings[2:]
    ]
    with pytest.raises(CannotRetract, match="too long ago"):
        await world.learnings.retract(PROFILE, learnings[0].id)
    assert (await world.learnings.get(PROFILE, learnings[0].id)).status is ACCEPTED
    await world.learnings.retract(PROFILE, learnings[2].id)
    assert (await world.profile()).career_goals == ["Goal 0", "Goal 1", "Goal 3", "Goal 4"]
