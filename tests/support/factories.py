"""Records to arrange tests with."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

from db.applications import ApplicationStage, PostingRecord, StepRecord, WholeApplicationRecord
from db.career_actions import ActionStatus, ActionType, CareerActionRecord
from db.driver.records import Record
from db.learnings import LearningRecord
from db.opportunities import OpportunityKind, OpportunityRecord
from db.profiles import LearningKind, ProfileRecord, SkillRecord
from db.refresh_runs import RefreshRunRecord, run_id
from services.career_actions.generation import ActionDraft
from services.kit import clock
from services.kit.ids import derived_id, new_id, profile_id_of
from services.learnings.proposals import part_of
from services.llm.port import GenerationSubject, ToolRequest, ToolSpec
from tests.support.canaries import EMAILS, NAMES, PHONES


def a_profile(user_id: str = "ada", **changes: Any) -> ProfileRecord:
    fields: dict[str, Any] = {
        "id": profile_id_of(user_id),
        "owner": user_id,
        "version": 1,
        "name": NAMES[0],
        "headline": "Data analyst",
        "summary": f"Eight years of reporting for hospitals. {EMAILS[0]}, {PHONES[0]}",
        "skills": [SkillRecord(name="Python"), SkillRecord(name="SQL"), SkillRecord(name="Statistics")],
        "last_write": new_id(),
        "created_at": clock.now(),
        "updated_at": clock.now(),
    }
    return ProfileRecord(**{**fields, **changes})


def an_opportunity(number: int = 1, **changes: Any) -> OpportunityRecord:
    fields: dict[str, Any] = {
        "id": derived_id("opportunity", "test", str(number)),
        "source": "test",
        "external_id": str(number),
        "title": f"Data analyst {number}",
        "organization": "Example Institute",
        "kind": OpportunityKind.JOB,
        "description": "Analyse data with Python and SQL.",
        "required_skills": ["Python", "SQL"],
        "terms": ["python", "sql", "data", "analyst"],
        "digest": "0",
        "posted_at": clock.now() - timedelta(days=number),
        "created_at": clock.now(),
        "updated_at": clock.now(),
    }
    return OpportunityRecord(**{**fields, **changes})


def an_action(profile_id: str, **changes: Any) -> CareerActionRecord:
    at = clock.now()
    fields: dict[str, Any] = {
        "id": new_id(),
        "profile_id": profile_id,
        "type": ActionType.BUILD_TOOLS,
        "title": "Write a data-quality checker",
        "description": "Write a small tool that checks a hospital's export for gaps.",
        "rationale": "It joins reporting and Python.",
        "profile_basis": ["Python"],
        "status": ActionStatus.SAVED,
        "run_id": run_id(profile_id, 1),
        "batch": "first",
        "model_version": "test",
        "created_at": at,
        "version": 1,
        "touched_at": at,
        "last_write": new_id(),
    }
    return CareerActionRecord(**{**fields, **changes})


def a_run(profile_id: str, number: int = 1, **changes: Any) -> RefreshRunRecord:
    at = clock.now()
    fields: dict[str, Any] = {
        "id": run_id(profile_id, number),
        "profile_id": profile_id,
        "number": number,
        "version": 1,
        "active": True,
        "model_version": "test",
        "starting": new_id(),
        "attempt": 1,
        "lease_until": at,
        "created_at": at,
        "updated_at": at,
    }
    return RefreshRunRecord(**{**fields, **changes})


def some_drafts(*titles: str) -> list[ActionDraft]:
    kinds = [ActionType.BUILD_TOOLS, ActionType.TEACH_WRITE, ActionType.DEVELOP_SKILLS]
    return [
        ActionDraft(kinds[place % 3], title, f"About {title}.", "Because.", ["Python"])
        for place, title in enumerate(titles)
    ]


def a_learning(profile_id: str, kind: LearningKind, part: Record | str, **changes: Any) -> LearningRecord:
    at = clock.now()
    fields: dict[str, Any] = {
        "id": new_id(),
        "profile_id": profile_id,
        "action_id": None,
        "kind": kind,
        "proposal": part_of(kind, part),
        "message_id": f"{new_id()}-u",
        "quotation": "That is what I did.",
        "model_version": "test",
        "created_at": at,
        "version": 1,
        "touched_at": at,
        "last_write": new_id(),
    }
    return LearningRecord(**{**fields, **changes})


def an_application(profile_id: str, *stages: ApplicationStage, **changes: Any) -> WholeApplicationRecord:
    """``stages`` are those that it went through, one after the other."""
    at = clock.now()
    path = [None, *(stages or [ApplicationStage.INTERESTED])]
    steps = [
        StepRecord(at=at, recorded_at=at, before=before, after=after)
        for before, after in pairwise(path)
        if after is not None
    ]
    fields: dict[str, Any] = {
        "id": new_id(),
        "profile_id": profile_id,
        "opportunity_id": None,
        "posting": PostingRecord(title="Data analyst", organization="Example Institute"),
        "text": "Analyse data with Python and SQL.",
        "stage": steps[-1].after,
        "applied_at": at if ApplicationStage.APPLIED in path else None,
        "history": steps,
        "created_at": at,
        "version": 1,
        "touched_at": at,
        "last_write": new_id(),
    }
    return WholeApplicationRecord(**{**fields, **changes})


def a_tool_request() -> ToolRequest:
    """At most 100 tokens may come out."""
    tool = ToolSpec("generate_career_actions", "Gives actions.", {"type": "object"})
    subject = GenerationSubject(a_profile(), [], [], [])
    return ToolRequest(system="Be brief.", prompt="œuvre", tool=tool, subject=subject, max_tokens=100)
