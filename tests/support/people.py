"""People of many trades, and what the offline coach makes of them."""

from typing import Any

import pytest

from db.career_actions import ActionStatus, CareerActionRecord
from db.opportunities import OpportunityRecord
from db.profiles import (
    EducationRecord,
    InterestRecord,
    LanguageRecord,
    LocationRecord,
    ProfileRecord,
    ProjectRecord,
    PublicationRecord,
    SkillRecord,
    VolunteerRecord,
    WorkRecord,
)
from services.career_actions.generation import ActionDraft, generate
from services.kit.ids import derived_id
from services.llm.port import GenerationSubject
from services.matching.asking.judge import judge
from services.matching.judging import Judgement
from services.offline_coach.coach import OfflineCoach
from tests.support.factories import a_profile, an_action, an_opportunity

COACH = OfflineCoach()


def person(user_id: str, **changes: Any) -> ProfileRecord:
    return a_profile(user_id, **{"headline": None, "summary": None, "skills": [], **changes})


NURSE = person(
    "nurse",
    headline="Registered Nurse",
    skills=[SkillRecord(name="Triage"), SkillRecord(name="Wound care", level="Advanced")],
    work=[
        WorkRecord(
            name="Hillside Hospital",
            position="Registered Nurse",
            start_date="2016-02",
            highlights=["Introduced a handover sheet that cut medication errors by a third"],
        )
    ],
    languages=[LanguageRecord(language="English"), LanguageRecord(language="Tagalog")],
    research_interests=[InterestRecord(name="Gardening")],
    career_goals=["Become a charge nurse within two years"],
)
CHEF = person(
    "chef",
    headline="Sous Chef",
    skills=[SkillRecord(name="Menu costing"), SkillRecord(name="Pastry"), SkillRecord(name="Food safety")],
    work=[
        WorkRecord(name="Le Coin", position="Sous Chef", start_date="2019", highlights=["Cut waste by 15%"]),
        WorkRecord(name="Harbour Hotel", position="Line Cook", start_date="2015", end_date="2019"),
    ],
    research_interests=[InterestRecord(name="Home Cooking", keywords=["Fermentation"])],
)
TEACHER = person(
    "teacher",
    headline="Secondary school physics teacher",
    skills=[SkillRecord(name="Curriculum design"), SkillRecord(name="Python", level="Beginner")],
    work=[WorkRecord(name="Northfield School", position="Physics Teacher", start_date="2012-09")],
    volunteer=[VolunteerRecord(organization="Youth Science Club", position="Club Leader", start_date="2018")],
    research_interests=[InterestRecord(name="AI safety", keywords=["evaluations"])],
    career_goals=["Move into AI safety field-building"],
)
ENGINEER = person(
    "engineer",
    headline="Staff Software Engineer",
    skills=[
        SkillRecord(name="Distributed Systems", level="Master", keywords=["Replication", "Consensus"]),
        SkillRecord(name="Programming Languages", level="Master", keywords=["Go", "Rust", "Java"]),
        SkillRecord(name="Infrastructure", keywords=["Kafka", "Kubernetes", "Terraform"]),
    ],
    work=[
        WorkRecord(
            name="Streamworks",
            position="Staff Software Engineer",
            start_date="2015-02",
            highlights=["Cut tail latency 40% by reworking the replication path"],
        )
    ],
    projects=[
        ProjectRecord(name="raft-lab", description="A teaching implementation of consensus", keywords=["Go"])
    ],
)
RESEARCHER = person(
    "researcher",
    headline="Postdoc in interpretability",
    skills=[SkillRecord(name="PyTorch", level="Advanced"), SkillRecord(name="Scientific writing")],
    work=[WorkRecord(name="University of Examples", position="Postdoctoral Researcher", start_date="2023")],
    publications=[
        PublicationRecord(
            name="Circuits in small transformers", release_date="2024-05", publisher="A Journal"
        )
    ],
    research_interests=[InterestRecord(name="Mechanistic interpretability")],
)
GRADUATE = person(
    "graduate",
    headline="Biology Graduate",
    education=[
        EducationRecord(institution="Example University", area="Molecular Biology", study_type="Bachelor")
    ],
    skills=[SkillRecord(name="Lab work", level="Beginner"), SkillRecord(name="R", level="Beginner")],
    projects=[
        ProjectRecord(
            name="PondWatch", description="Counts algae in local ponds", entity="Example University"
        )
    ],
)
CARPENTER = person("carpenter", headline="Carpenter")
TRAVELLER = person("traveller", location=LocationRecord(city="Lyon", country_code="FR"))
EMPTY = person("empty", name=None)
RICH = [NURSE, CHEF, TEACHER, ENGINEER, RESEARCHER, GRADUATE]
ALL = [*RICH, CARPENTER, TRAVELLER, EMPTY]

everybody = pytest.mark.parametrize("profile", ALL, ids=lambda profile: str(profile.owner))
rich = pytest.mark.parametrize("profile", RICH, ids=lambda profile: str(profile.owner))


def about(profile: ProfileRecord, **changes: Any) -> GenerationSubject:
    fields: dict[str, Any] = {"growth_areas": [], "preserved": [], "dismissed": []}
    return GenerationSubject(profile=profile, **{**fields, **changes})


async def actions(profile: ProfileRecord, **changes: Any) -> list[ActionDraft]:
    subject = about(profile, **changes)
    result = await generate(COACH, subject)
    assert result.warnings == []
    return result.actions


def kept(draft: ActionDraft, status: ActionStatus = ActionStatus.DISMISSED) -> CareerActionRecord:
    return an_action("p", type=draft.type, title=draft.title, status=status)


async def judged(profile: ProfileRecord, *opportunities: OpportunityRecord) -> list[Judgement]:
    return (await judge(COACH, profile, opportunities, rules=COACH)).judgements


def posting(title: str, *skills: str, number: int = 1, **changes: Any) -> OpportunityRecord:
    fields: dict[str, Any] = {
        "id": derived_id("opportunity", title, str(number)),
        "title": title,
        "required_skills": list(skills),
        "description": f"We look for: {title}.",
    }
    return an_opportunity(number, **{**fields, **changes})


KERNEL = posting("Senior Kernel Engineer", "C", "Linux", "CUDA", "C++", "Assembly")
PLATFORM = posting("Senior Platform Engineer", "Go", "Kubernetes", "Terraform", "Kafka", "Redis")
WARD = posting("Nurse, surgical ward", "Wound care", "Triage", "Patient records")
