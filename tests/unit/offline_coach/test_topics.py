"""What an action may be about: crafts and tools, no headings, lists, spans of time, levels or licences."""

import pytest

from services.offline_coach.people.licences import is_licence
from services.offline_coach.people.topics import is_heading, is_topic, topics_in


@pytest.mark.parametrize(
    "text",
    [
        "8 Jahre, 2 Monate",
        "6 Projekte",
        "aktuell im Einsatz",
        "seit 2019",
        "95 %",
        "3+ years",
        "Advanced",
        "fließend",
        "depuis trois ans",
        "12 proyectos",
        "C1",
        "2019",
        "bon niveau",
        "40 hours a week",
        "",
        "…",
    ],
)
def test_spans_counts_shares_levels_and_dates_are_no_topics(text: str) -> None:
    assert not is_topic(text)


@pytest.mark.parametrize(
    "text", ["3D modelling", "Sauerteigführung", "C++", "Wound care", "5S", "数据分析", "R"]
)
def test_crafts_and_tools_are_topics_in_any_script(text: str) -> None:
    assert is_topic(text)


@pytest.mark.parametrize(
    ("name", "keywords"),
    [
        ("Browser APIs", 3),
        ("Tools", 0),
        ("Programmiersprachen", 4),
        ("Langages de programmation", 2),
        ("Herramientas", 2),
        ("Frontend & UI", 3),
        ("Web Frameworks", 2),
        ("Soft Skills", 0),
    ],
)
def test_what_gathers_other_skills_is_a_heading(name: str, keywords: int) -> None:
    assert is_heading(name, keywords)


@pytest.mark.parametrize(
    ("name", "keywords"), [("Distributed Systems", 2), ("REST APIs", 0), ("CI/CD", 3), ("Wound care", 0)]
)
def test_a_skill_with_details_is_no_heading(name: str, keywords: int) -> None:
    assert not is_heading(name, keywords)


def test_a_list_in_one_entry_has_several_topics_and_brackets_are_left_out() -> None:
    assert topics_in("HTML, CSS, 5 years") == ["HTML", "CSS"]
    assert topics_in("Office (Word, Excel)") == ["Office"]


@pytest.mark.parametrize(
    "text",
    [
        "Licence C+E",
        "Staplerschein",
        "Permis B",
        "Manipulador de alimentos",
        "Qualified teacher status",
        "Nursing registration",
        "ISO 9606 certificate",
        "Führerschein B",
        "Prawo jazdy",
    ],
)
def test_licences_are_told_from_crafts(text: str) -> None:
    assert is_licence(text)


@pytest.mark.parametrize(
    "text", ["Registered nurse", "Wound care", "Inspection", "Kartoffeln", "Permaculture"]
)
def test_work_is_no_licence(text: str) -> None:
    assert not is_licence(text)
