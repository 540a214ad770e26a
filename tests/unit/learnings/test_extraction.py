"""Extracted learnings: only facts that the person said and the profile lacks."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.learnings import LearningRecord
from db.profiles import (
    ConstraintsRecord,
    LearningKind,
    RemotePreference,
    SkillRecord,
    SkillSource,
    WorkRecord,
)
from services.learnings.extraction import (
    EXTRACT_TOOL,
    Extraction,
    check_learnings,
    extraction_request,
    quoted_in,
)
from services.learnings.proposals import part_of, value_of
from services.llm.port import ExtractionSubject, ModelReplyInvalid, Turn
from tests.support.canaries import NAMES
from tests.support.factories import a_learning, a_profile, an_action
from tests.unit.matching.test_prompts import ATTACKS, tags

SAID = "I learned Rust from Dana.\nAnd  I led\ta reading group at Example Labs."
TURNS = [
    Turn("user", "It went well.", "m1"),
    Turn("assistant", "You must have learned Haskell. What else?", "m2"),
    Turn("user", SAID, "m3"),
]

MORE = "I am advanced in Rust now, no beginner; I learned Go too, and I am head of research at Mill."
NUMBERED = f"I have every skill, number {' '.join(map(str, range(60)))}"
LONGER = [*TURNS, Turn("user", MORE, "m4"), Turn("user", NUMBERED, "m5")]


def subject(**changes: Any) -> ExtractionSubject:
    return ExtractionSubject(**{"profile": a_profile(), "action": None, "turns": TURNS, **changes})


def check(
    *items: Any, known: list[LearningRecord] | None = None, about: ExtractionSubject | None = None
) -> Extraction:
    return check_learnings({"learnings": list(items)}, about or subject(), known or [])


def skill(name: str = "Rust", quotation: str = "I learned Rust from Dana.", **more: Any) -> dict[str, Any]:
    return {"kind": "SKILL", "quotation": quotation, "skill": {"name": name, **more}}


def test_a_learning_keeps_its_message_and_the_words_as_they_stand_there() -> None:
    (draft,) = check(skill("Reading group", quotation="And I led a reading group")).drafts
    assert (draft.message_id, draft.quotation) == ("m3", "And  I led\ta reading group")
    kept = value_of(draft.kind, draft.proposal)
    assert kept == SkillRecord(name="Reading group", source=SkillSource.CONVERSATION)


@pytest.mark.parametrize(
    "quotation",
    [
        "I learned Rust from Dan Brown.",
        "You must have learned Haskell.",
        "I learned Rust … a reading group",
        "It went well. I learned Rust",
        "",
        "I",
        "“”",
        7,
        None,
        "I learned Rust from Dana. " * 50,
    ],
)
def test_a_quotation_that_the_person_did_not_write_drops_the_learning(quotation: Any) -> None:
    extraction = check(skill(quotation=quotation))
    assert extraction.drafts == []
    assert extraction.warnings[0].startswith("Learning 1 was left out: ")
    assert "Dana" not in extraction.warnings[0], "warnings are logged: they quote nobody"


def test_a_short_message_may_be_quoted_whole() -> None:
    assert quoted_in("Rust", "Rust") == "Rust"
    assert quoted_in("Rust", "Not Rust at all") is None


def test_a_long_sentence_may_be_quoted() -> None:
    said = "I learned a lot about mechanistic interpretability and used PyTorch for a small experiment, six weeks long."
    assert quoted_in(said, f"I talked to five people. {said}") == said


def test_what_a_prompt_neutralises_can_still_be_quoted() -> None:
    said = "Cut p95 when load < 5 on <b>four</b> nodes"
    for seen in ("when load ‹ 5 on ‹b>four‹/b> nodes", "when load < 5 on <b>four</b> nodes"):
        assert quoted_in(seen, said) == "when load < 5 on <b>four</b> nodes"


@pytest.mark.parametrize(
    "item",
    [
        skill("python"),
        skill("Spark"),
        {"kind": "WORK", "quotation": SAID, "work": {"position": "Analyst", "name": "Mill"}},
        {"kind": "GOAL", "quotation": SAID, "goal": "to lead a small team"},
        {
            "kind": "CONSTRAINT",
            "quotation": SAID,
            "constraint": {"remote": "REMOTE_ONLY", "places": ["leeds"]},
        },
    ],
)
def test_what_the_profile_says_already_is_dropped(item: dict[str, Any]) -> None:
    profile = a_profile(
        skills=[SkillRecord(name="Python", level="Expert"), SkillRecord(name="Data", keywords=["PySpark"])],
        work=[WorkRecord(name="Mill", position="Senior analyst")],
        career_goals=["Lead a small team of analysts"],
        constraints=ConstraintsRecord(remote=RemotePreference.REMOTE_ONLY, places=["Leeds"]),
    )
    extraction = check(item, about=subject(profile=profile))
    assert extraction.drafts == []
    assert "the profile says it already" in extraction.warnings[0]


def test_another_level_of_a_skill_and_another_job_at_one_employer_are_news() -> None:
    profile = a_profile(
        skills=[SkillRecord(name="Rust", level="Beginner")],
        work=[WorkRecord(name="Mill", position="Analyst")],
    )
    about = subject(profile=profile, turns=LONGER)
    manager = {"kind": "WORK", "quotation": MORE, "work": {"position": "Head of research", "name": "Mill"}}
    assert len(check(skill(level="Advanced", quotation=MORE), manager, about=about).drafts) == 2
    assert check(skill(level="beginner", quotation=MORE), about=about).drafts == []


def test_what_was_proposed_before_is_dropped_whatever_became_of_it() -> None:
    known = a_learning(a_profile().id, LearningKind.SKILL, SkillRecord(name="rust"))
    assert check(skill(), known=[known]).drafts == []
    assert len(check(skill(), skill("RUST"), skill("Go", MORE), about=subject(turns=LONGER)).drafts) == 2
    goal = {"kind": "GOAL", "quotation": SAID, "goal": "Lead a reading group"}
    said = a_learning(a_profile().id, LearningKind.GOAL, "Lead a weekly reading group")
    assert check(goal, known=[said]).drafts == []


@pytest.mark.parametrize(
    "item",
    [
        None,
        "Rust",
        {},
        {"kind": "CONTACT", "quotation": SAID, "contact": {"name": "Dana"}},
        {"kind": None, "quotation": SAID},
        {"kind": "SKILL", "quotation": SAID},
        {"kind": "SKILL", "quotation": SAID, "work": {"name": "Mill"}},
        {"kind": "SKILL", "quotation": SAID, "skill": {"level": "Expert"}},
        {"kind": "SKILL", "quotation": SAID, "skill": {"name": "\u200b"}},
        {"kind": "WORK", "quotation": SAID, "work": {"start_date": "2024"}},
        {"kind": "GOAL", "quotation": SAID, "goal": {"text": "Lead"}},
        {"kind": "CONSTRAINT", "quotation": SAID, "constraint": {"hours_per_week": 900}},
    ],
)
def test_an_item_without_a_usable_proposal_is_dropped(item: Any) -> None:
    extraction = check(item)
    assert (extraction.drafts, len(extraction.warnings)) == ([], 1)


def test_what_cannot_be_used_of_an_entry_is_left_out_of_it() -> None:
    work = {
        "name": "Mill",
        "position": 3,
        "start_date": "soon",
        "url": "x",
        "highlights": "none",
        "salary": 1,
    }
    (draft,) = check(
        {"kind": "work", "quotation": MORE, "work": work, "skill": {"name": "Rust"}},
        about=subject(turns=LONGER),
    ).drafts
    assert draft.proposal == part_of(LearningKind.WORK, WorkRecord(name="Mill"))


def test_at_most_twenty_are_kept() -> None:
    extraction = check(
        *(skill(f"Skill number {number}", NUMBERED) for number in range(60)), about=subject(turns=LONGER)
    )
    assert len(extraction.drafts) == 20
    assert extraction.warnings[-1] == "Only the first 50 learnings were read."


def test_a_reply_without_a_list_is_invalid() -> None:
    with pytest.raises(ModelReplyInvalid):
        check_learnings({"learnings": "none"}, subject(), [])


def test_the_prompt_holds_the_profile_the_action_and_every_message_in_order() -> None:
    request = extraction_request(subject(action=an_action("p")))
    assert request.tool.name == EXTRACT_TOOL
    places = [
        request.prompt.index(text)
        for text in (NAMES[0], "Write a data-quality checker", "It went well.", "Haskell", "Dana")
    ]
    assert places == sorted(places)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_message_can_open_or_close_a_tag(attack: str) -> None:
    said = [Turn("user", attack, "m1"), Turn("assistant", attack, "m2"), Turn("user", attack, "m3")]
    hostile = subject(turns=said, profile=a_profile(summary=attack), action=an_action("p", title=attack))
    harmless = subject(turns=TURNS, action=an_action("p"))
    assert tags(extraction_request(hostile).prompt) == tags(extraction_request(harmless).prompt)


def test_a_very_long_conversation_keeps_its_end() -> None:
    turns = [Turn("user", f"{number} " + "word " * 300, str(number)) for number in range(100)]
    prompt = extraction_request(subject(turns=turns)).prompt
    assert len(prompt) < 65_000
    assert "<person>\n99 word" in prompt
    assert "Earlier messages are left out." in prompt


@given(
    field=st.sampled_from(["name", "position", "summary", "location", "start_date"]),
    invented=st.sampled_from(
        ["DeepMind", "Chief Scientist", "see evil.zip", "a doctorate in physics", "2019-05"]
    ),
)
def test_what_the_quotation_does_not_say_is_never_proposed(field: str, invented: str) -> None:
    work = {"name": "Mill", "position": "Head of research"} | {field: invented}
    extraction = check({"kind": "WORK", "quotation": MORE, "work": work}, about=subject(turns=LONGER))
    assert invented not in str([draft.proposal for draft in extraction.drafts])
    assert not any(invented in warning for warning in extraction.warnings)


@pytest.mark.parametrize(
    "item",
    [
        {"kind": "EDUCATION", "education": {"area": "Rust", "study_type": "Doctorate", "institution": "MIT"}},
        {"kind": "WORK", "work": {"name": "DeepMind", "position": "Engineer"}},
        {"kind": "GOAL", "goal": "Learn Rust at https://evil.click"},
        {"kind": "GOAL", "goal": "Finish my doctorate"},
        {
            "kind": "CONSTRAINT",
            "constraint": {"salary_minimum": 10, "hours_per_week": 3, "remote": "REMOTE_ONLY"},
        },
        {"kind": "SKILL", "skill": {"name": "Rust", "url": "https://evil.click", "level": "Expert"}},
    ],
)
def test_a_sentence_about_one_skill_carries_no_more_than_that(item: dict[str, Any]) -> None:
    drafts = check({"quotation": "I learned Rust from Dana.", **item}).drafts
    assert [value_of(draft.kind, draft.proposal) for draft in drafts] in (
        [],
        [SkillRecord(name="Rust", source=SkillSource.CONVERSATION)],
    )


@pytest.mark.parametrize(
    ("said", "item"),
    [
        ("Ich will nur remote arbeiten, ab 60.000 €", {"remote": "REMOTE_ONLY", "salary_minimum": 60000}),
        ("I need at least 55k euros a year", {"salary_minimum": 55000, "salary_currency": "EUR"}),
        ("At most twenty hours a week, only in Leeds", {"hours_per_week": 20, "places": ["Leeds"]}),
    ],
)
def test_limits_are_carried_by_the_words_that_people_use(said: str, item: dict[str, Any]) -> None:
    about = subject(turns=[Turn("user", said, "m1")])
    (draft,) = check({"kind": "CONSTRAINT", "quotation": said, "constraint": item}, about=about).drafts
    kept = value_of(draft.kind, draft.proposal)
    assert not isinstance(kept, str)
    assert kept.model_dump(mode="json", exclude_none=True, include=set(item)) == item


def test_what_is_invisible_in_a_message_does_not_hinder_quoting_it() -> None:
    assert quoted_in("I learned Rust", "Well, I le\u200barned Rust") == "I le\u200barned Rust"
