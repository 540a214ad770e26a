"""Generated actions: kept, left out, and a warning for each change."""

from typing import Any

import pytest

from db.career_actions import ActionStatus, ActionType
from db.profiles import SkillRecord, WorkRecord
from services.career_actions.generation import check_actions, generate
from services.career_actions.prompts import generation_request
from services.kit.usage import Usage
from services.llm.port import GenerationSubject, ModelBusy, ModelReplyInvalid, ToolReply
from services.llm.scripted import ScriptedModel
from tests.support.factories import a_profile, an_action

TYPES = ("TEACH_WRITE", "BUILD_TOOLS", "DEVELOP_SKILLS", "VOLUNTEER", "COLLABORATE", "REPLICATE")
TITLES = (
    "Teach reporting to beginners",
    "Build a checker for exports",
    "Practise causal inference",
    "Count stock for a food bank",
    "Find a partner for a dashboard",
    "Repeat a survey from last year",
)


def subject(**changes: Any) -> GenerationSubject:
    profile = a_profile(
        work=[WorkRecord(name="Salt & Cedar Group", position="General Manager", start_date="2018")]
    )
    fields: dict[str, Any] = {"profile": profile, "growth_areas": [], "preserved": [], "dismissed": []}
    return GenerationSubject(**{**fields, **changes})


def item(number: int = 0, **changes: Any) -> dict[str, Any]:
    fields = {
        "type": TYPES[number],
        "title": TITLES[number],
        "description": "Begin with one page. It takes six weeks.",
        "rationale": "You know Python.",
        "profile_basis": ["Python"],
    }
    return {**fields, **changes}


def items(count: int) -> list[dict[str, Any]]:
    return [item(number) for number in range(count)]


def test_a_good_reply_is_kept_as_it_is() -> None:
    result = check_actions({"actions": items(4)}, subject())
    assert [action.title for action in result.actions] == list(TITLES[:4])
    assert result.actions[0].type is ActionType.TEACH_WRITE
    assert result.warnings == []


@pytest.mark.parametrize(
    "reply", [{}, {"actions": None}, {"actions": {"type": "TEACH_WRITE"}}, {"actions": "none"}]
)
def test_a_reply_without_a_list_is_invalid(reply: dict[str, Any]) -> None:
    with pytest.raises(ModelReplyInvalid):
        check_actions(reply, subject())


def test_two_of_five_unusable_items_leave_three_and_two_warnings() -> None:
    reply = items(5)
    del reply[1]["title"]
    reply[3]["type"] = "WIN_LOTTERY"
    result = check_actions({"actions": reply}, subject())
    assert [action.title for action in result.actions] == [TITLES[0], TITLES[2], TITLES[4]]
    assert result.warnings == [
        "Suggestion 2 was left out: it has no title.",
        "Suggestion 4 was left out: its type is unknown.",
    ]


def test_an_over_long_title_is_still_an_action() -> None:
    result = check_actions({"actions": [item(0, title="Teach reporting " * 20), *items(3)[1:]]}, subject())
    title = result.actions[0].title
    assert len(title) <= 120
    assert title.endswith("…")
    assert not title[:-1].endswith(" ")
    assert result.warnings == ["Suggestion 1: its title was too long and was cut."]


@pytest.mark.parametrize("broken", [None, 7, "text", [], {}, {"title": 5, "type": "TEACH_WRITE"}])
def test_an_item_that_is_no_action_is_left_out(broken: object) -> None:
    result = check_actions({"actions": [broken, *items(3)]}, subject())
    assert len(result.actions) == 3
    assert result.warnings[0].startswith("Suggestion 1 was left out: ")


@pytest.mark.parametrize("name", ["teach_write", "Teach-Write", " teach write "])
def test_a_type_may_be_spelled_loosely(name: str) -> None:
    result = check_actions({"actions": [item(0, type=name), *items(3)[1:]]}, subject())
    assert result.actions[0].type is ActionType.TEACH_WRITE


@pytest.mark.parametrize(
    "link",
    [
        "see https://example.test/x",
        "see hxxp://example",
        "see www.example.test",
        "see [here](x)",
        "see example.com",
        "see Example.ORG.",
        "see sub.example.co/path",
        "see foo.museum/path",
        "see ｅｘａｍｐｌｅ．ｃｏｍ",
        "see exam\u200bple.com",
        "write to me@example.test",
        "mailto:someone",
        "see 10.0.0.1",
    ],
)
@pytest.mark.parametrize("field", ["title", "description", "rationale"])
def test_an_action_with_a_link_is_left_out(link: str, field: str) -> None:
    result = check_actions({"actions": [item(0, **{field: link}), *items(4)[1:]]}, subject())
    assert len(result.actions) == 3
    assert result.warnings == ["Suggestion 1 was left out: it contains a link."]


@pytest.mark.parametrize(
    "text",
    [
        "Use Node.js and Next.js daily.",
        "Keep v1.2.3, e.g. for tests.",
        "Do it and/or teach it.",
        "Ask: what now?",
    ],
)
def test_ordinary_text_is_no_link(text: str) -> None:
    assert len(check_actions({"actions": [item(0, description=text), *items(3)[1:]]}, subject()).actions) == 3


def test_a_name_like_a_domain_is_no_link_when_the_person_wrote_it() -> None:
    known = subject(profile=a_profile(skills=[SkillRecord(name="Python"), SkillRecord(name="Socket.io")]))
    reply = {"actions": [item(0, description="Write about socket.io for a month."), *items(3)[1:]]}
    assert len(check_actions(reply, known).actions) == 3
    assert len(check_actions(reply, subject()).actions) == 2


@pytest.mark.parametrize(
    "entry",
    [
        "Python",
        "python",
        "Skill: Python",
        "General Manager at Salt & Cedar Group",
        "Work: General Manager, Salt & Cedar Group (2018)",
        "Python, SQL and Statistics",
        "Eight years of reporting for hospitals",
    ],
)
def test_a_basis_is_found_in_the_profile_however_it_is_put(entry: str) -> None:
    result = check_actions({"actions": [item(0, profile_basis=[entry]), *items(3)[1:]]}, subject())
    assert result.actions[0].profile_basis == [entry]


@pytest.mark.parametrize(
    "entry", ["Kubernetes", "Chief Physician at Salt Hospital", "Python and Kubernetes", "work", "!"]
)
def test_a_basis_that_the_profile_lacks_takes_the_action_with_it(entry: str) -> None:
    result = check_actions({"actions": [item(0, profile_basis=[entry]), *items(4)[1:]]}, subject())
    assert result.warnings == ["Suggestion 1 was left out: nothing it rests on is in the profile."]


def test_an_action_keeps_the_part_of_its_basis_that_is_true() -> None:
    result = check_actions(
        {"actions": [item(0, profile_basis=["SQL", "Kubernetes"]), *items(3)[1:]]}, subject()
    )
    assert result.actions[0].profile_basis == ["SQL"]
    assert result.warnings == ["Suggestion 1: 1 part of what it rests on could not be used."]


@pytest.mark.parametrize("basis", [None, [], [""], 5])
def test_an_action_without_a_basis_is_usable_only_for_an_empty_profile(basis: object) -> None:
    reply = {"actions": [item(number, profile_basis=basis) for number in range(3)]}
    empty = subject(profile=a_profile(headline=None, summary=None, skills=[]))
    assert len(check_actions(reply, empty).actions) == 3
    assert check_actions(reply, subject()).actions == []


def test_an_empty_profile_holds_no_basis_at_all() -> None:
    empty = subject(profile=a_profile(headline=None, summary=None, skills=[]))
    assert check_actions({"actions": items(3)}, empty).actions == []


@pytest.mark.parametrize("status", [ActionStatus.DISMISSED, ActionStatus.SAVED])
@pytest.mark.parametrize(
    ("kind", "title"),
    [
        (ActionType.TEACH_WRITE, TITLES[0]),
        (ActionType.TEACH_WRITE, "Teach the reporting for beginners!"),
        (ActionType.TEACH_WRITE, "TEACHING: reporting, to a beginner"),
        (ActionType.BUILD_TOOLS, TITLES[0]),
    ],
)
def test_a_repeated_action_is_left_out(status: ActionStatus, kind: ActionType, title: str) -> None:
    other = an_action("p", type=kind, title=title, status=status)
    told = {"dismissed": [other]} if status is ActionStatus.DISMISSED else {"preserved": [other]}
    result = check_actions({"actions": items(4)}, subject(**told))
    assert [action.title for action in result.actions] == list(TITLES[1:4])
    assert result.warnings == [
        "Suggestion 1 was left out: it repeats an action that is kept or was dismissed."
    ]


def test_a_different_action_of_the_same_type_is_no_repetition() -> None:
    told = an_action("p", type=ActionType.TEACH_WRITE, title="Teach SQL to beginners")
    result = check_actions(
        {"actions": [item(0, title="Write a guide to dashboards"), *items(3)[1:]]}, subject(dismissed=[told])
    )
    assert result.warnings == []


def test_a_reply_that_repeats_itself_is_thinned_and_says_so() -> None:
    result = check_actions({"actions": [*items(3), item(0)]}, subject())
    assert result.warnings == ["Suggestion 4 was left out: it repeats another of the same reply."]


def test_more_than_five_are_cut_to_five() -> None:
    result = check_actions({"actions": items(6)}, subject())
    assert len(result.actions) == 5
    assert result.warnings == ["Suggestion 6 was left out: 5 are enough."]


def test_too_few_actions_or_types_are_kept_with_a_warning() -> None:
    assert check_actions({"actions": items(2)}, subject()).warnings == [
        "Only 2 of at least 3 suggestions were usable."
    ]
    one_type = [item(number, type="TEACH_WRITE") for number in range(3)]
    assert check_actions({"actions": one_type}, subject()).warnings == [
        "The suggestions are of fewer than 3 types."
    ]


def test_a_missing_reason_is_replaced_by_the_basis() -> None:
    result = check_actions({"actions": [item(0, rationale=None), *items(3)[1:]]}, subject())
    assert result.actions[0].rationale == "It builds on: Python."


def test_text_is_made_safe_to_store_and_to_show() -> None:
    result = check_actions(
        {"actions": [item(0, title="Teach\x00 rep\u202eorting\ud800 \n now"), *items(3)[1:]]}, subject()
    )
    assert result.actions[0].title == "Teach reporting now"


def test_warnings_hold_no_text_of_the_model() -> None:
    secret = "zebra"
    bad = [
        {"type": secret, "title": secret},
        item(0, title=secret * 60),
        item(1, profile_basis=[secret, "SQL"]),
        item(2, description=f"{secret}.com"),
        secret,
    ]
    assert secret not in " ".join(check_actions({"actions": bad}, subject()).warnings)


async def test_generation_is_one_call_and_reports_its_tokens() -> None:
    model = ScriptedModel({"generate_career_actions": [ToolReply({"actions": items(3)}, Usage(10, 20))]})
    about = subject()
    result = await generate(model, about, max_tokens=77)
    assert len(result.actions) == 3
    assert result.usage == Usage(10, 20)
    assert model.requests == [generation_request(about, 77)]


async def test_generation_is_not_tried_again_when_the_model_is_busy() -> None:
    model = ScriptedModel({"generate_career_actions": [ModelBusy("busy"), {"actions": items(3)}]})
    with pytest.raises(ModelBusy):
        await generate(model, subject())
    assert len(model.requests) == 1
