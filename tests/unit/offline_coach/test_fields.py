"""Words for a field of work come from what a text reads like, in any trade and language; else they are general."""

import pytest

from db.profiles import SkillRecord, WorkRecord
from services.offline_coach.people.grounds import person_of
from tests.support.people import EMPTY, ENGINEER, person


@pytest.mark.parametrize(
    ("position", "field"),
    [
        ("Registered Nurse", "health"),
        ("Infirmière", "health"),
        ("Bäckerin", "hospitality"),
        ("Welder", "craft"),
        ("Menuisier", "craft"),
        ("Accountant", "finance"),
        ("Truck driver", "transport"),
        ("Social worker", "community"),
        ("Zookeeper", "animals"),
        ("Data analyst", "data"),
        ("主管", "general"),
    ],
)
def test_a_role_is_spoken_of_in_the_words_of_its_field(position: str, field: str) -> None:
    (role,) = [
        one
        for one in person_of(person("p", work=[WorkRecord(position=position)])).grounds
        if one.kind == "role"
    ]
    assert role.field.name == field


def test_a_tool_of_an_engineer_is_a_tool_and_a_craft_is_none() -> None:
    modes = {one.topic: one.mode for one in person_of(ENGINEER).grounds if one.kind == "skill"}
    assert modes["Go"] == "tool"
    clerk = person("clerk", work=[WorkRecord(position="Court clerk")], skills=[SkillRecord(name="Excel")])
    (excel,) = [one for one in person_of(clerk).grounds if one.kind == "skill"]
    assert excel.mode == "practice"


def test_an_empty_profile_has_no_ground() -> None:
    assert person_of(EMPTY).grounds == []
