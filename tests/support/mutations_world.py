"""Every mutation: what is there before, what is asked, and what there is of it afterwards."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from db.applications import ApplicationStage, ApplicationStore
from db.career_actions import ActionPlanRecord, ActionStatus, CareerActionStore
from db.driver.client import Database
from db.learnings import LearningRecord, LearningStatus, LearningStore
from db.messages import ExchangeRecord, ExchangeStore
from db.opportunities import OpportunityStore
from db.profiles import LearningKind, ProfileStore, SkillRecord
from db.sync.changelog import ChangelogStore, Group, log_id
from schema.shared.relay import global_id
from services.kit import clock
from services.kit.ids import new_id, profile_id_of
from services.learnings.proposals import applied
from tests.support.client import profile_of
from tests.support.factories import a_learning, a_profile, an_action, an_application, an_opportunity

Variables = dict[str, Any]
ID = "tab.1"
"""The client's id of the mutation."""
SAID = "I learned Rust last year. I led a reading group at Example Labs."
_GROUPS = (Group.MAIN, Group.PREP)
_RUST = SkillRecord(name="Rust")


@dataclass(frozen=True, slots=True)
class Case:
    """A shared document, what it needs, and a value for one of its variables that makes it another mutation.

    ``like`` names one that the same code makes, with other values: what dies is tried with that one.
    """

    document: str
    arrange: Callable[[Database, str], Awaitable[Variables]]
    other: Variables
    like: str = ""


def _action(
    status: ActionStatus, argument: str = "id", plan: ActionPlanRecord | None = None, **others: Any
) -> Callable[[Database, str], Awaitable[Variables]]:
    async def arrange(database: Database, user: str) -> Variables:
        action = an_action(profile_id_of(user), status=status, plan=plan)
        await CareerActionStore(database).insert([action])
        return {argument: global_id("CareerAction", action.id), **others}

    return arrange


def _learning(status: LearningStatus) -> Callable[[Database, str], Awaitable[Variables]]:
    async def arrange(database: Database, user: str) -> Variables:
        learning = a_learning(profile_id_of(user), LearningKind.SKILL, _RUST, status=status)
        await LearningStore(database).insert([learning])
        if status is LearningStatus.ACCEPTED:
            await _learned(database, user, learning)
        return {"id": global_id("Learning", learning.id)}

    return arrange


async def _learned(database: Database, user: str, learning: LearningRecord) -> None:
    store = ProfileStore(database)
    before = await store.get(profile_id_of(user))
    assert before is not None
    after = applied(before, learning).model_copy(update={"version": before.version + 1})
    assert await store.replace(after, before)


async def _nothing(_database: Database, _user: str) -> Variables:
    return {}


async def _profile(_database: Database, user: str) -> Variables:
    return {"profileId": profile_of(user)}


async def _exchange(database: Database, user: str, **changes: Any) -> ExchangeRecord:
    at = clock.now()
    fields = {"action_id": None, "conversation": "profile", "number": 1, "text": SAID, "sending": new_id()}
    times = {"lease_until": at + timedelta(hours=1), "created_at": at, "updated_at": at}
    own = {"id": new_id(), "profile_id": profile_id_of(user), "model_version": "test"}
    exchange = ExchangeRecord(**{**fields, **times, **own, **changes})
    await ExchangeStore(database).insert(exchange)
    return exchange


async def _said(database: Database, user: str) -> Variables:
    await _exchange(database, user, active=False, reply_text="Tell me more.", status="COMPLETED")
    return {"profileId": profile_of(user)}


async def _reply(database: Database, user: str) -> Variables:
    return {"messageId": global_id("Message", f"{(await _exchange(database, user)).id}-r")}


async def _told(database: Database, user: str) -> Variables:
    return {"profileId": profile_of(user), "text": "Hello."}


async def _told_of_an_action(database: Database, user: str) -> Variables:
    return {**await _action(ActionStatus.DONE, "actionId")(database, user), "text": "Hello."}


async def _update(_database: Database, _user: str) -> Variables:
    return {"input": {"headline": "Engineer"}}


async def _resume(_database: Database, _user: str) -> Variables:
    basics = {"name": "Ada", "label": "Engineer", "summary": "Builds things."}
    skills = [{"name": name} for name in ("Python", "SQL", "Statistics", "Go")]
    return {"resume": {"basics": basics, "skills": skills}}


def _application(*stages: ApplicationStage, **asked: Any) -> Callable[[Database, str], Awaitable[Variables]]:
    async def arrange(database: Database, user: str) -> Variables:
        closed = {"reached": stages[-2]} if stages[-1] is ApplicationStage.CLOSED else {}
        application = an_application(profile_id_of(user), *stages, **closed)
        await ApplicationStore(database).insert(application)
        return {"id": global_id("Application", application.id), **asked}

    return arrange


async def _opportunity(database: Database, _user: str) -> Variables:
    posting = an_opportunity()
    await OpportunityStore(database).write([posting], [])
    return {"opportunityId": global_id("Opportunity", posting.id)}


async def _posting(_database: Database, _user: str) -> Variables:
    return {"input": {"title": "Analyst", "organization": "Mill"}}


_I, _A, _C = ApplicationStage.INTERESTED, ApplicationStage.APPLIED, ApplicationStage.CLOSED
_OTHER_APPLICATION = {"id": global_id("Application", "0" * 32)}
_MARKED = "markApplied"
_S = ActionStatus
_PLAN = ActionPlanRecord(why="It lasts.", planned_at=clock.now())
_OTHER = {"id": global_id("CareerAction", "0" * 32)}
_OTHER_LEARNING = {"id": global_id("Learning", "0" * 32)}
CASES: Mapping[str, Case] = {
    "saveAction": Case("SaveAction", _action(_S.SUGGESTED), _OTHER),
    "dismissAction": Case("DismissAction", _action(_S.SAVED), _OTHER),
    "startAction": Case("StartAction", _action(_S.SAVED), _OTHER),
    "completeAction": Case("CompleteAction", _action(_S.IN_PROGRESS), _OTHER),
    "unsaveAction": Case("UnsaveAction", _action(_S.SAVED), _OTHER),
    "cancelAction": Case("CancelAction", _action(_S.IN_PROGRESS), _OTHER),
    "markCompletionStarted": Case(
        "MarkCompletionStarted", _action(_S.DONE, "actionId"), {"actionId": _OTHER["id"]}
    ),
    "planAction": Case(
        "PlanAction", _action(_S.SAVED, input={"why": "It lasts."}), {"input": {"why": "No."}}
    ),
    "answerActionPlan": Case(
        "AnswerActionPlan", _action(_S.DONE, plan=_PLAN, cameOfIt="A lot."), {"cameOfIt": "Nothing."}
    ),
    "acceptLearning": Case(
        "AcceptLearning", _learning(LearningStatus.PENDING), {"edit": {"skill": {"name": "Go"}}}
    ),
    "rejectLearning": Case("RejectLearning", _learning(LearningStatus.PENDING), _OTHER_LEARNING),
    "retractLearning": Case("RetractLearning", _learning(LearningStatus.ACCEPTED), _OTHER_LEARNING),
    "extractLearnings": Case(
        "ExtractLearnings", _said, {"profileId": None, "actionId": global_id("CareerAction", "0" * 32)}
    ),
    "sendMessage": Case("SendMessage", _told, {"text": "Good morning."}),
    "sendCompletionMessage": Case("SendCompletionMessage", _told_of_an_action, {"text": "Good morning."}),
    "stopReply": Case("StopReply", _reply, {"messageId": global_id("Message", f"{'0' * 32}-r")}),
    "updateProfile": Case("UpdateProfile", _update, {"expectedVersion": 1}),
    "importResume": Case("ImportResume", _resume, {"confirmRemoval": True}),
    "trackOpportunity": Case(
        "TrackOpportunity", _opportunity, {"opportunityId": global_id("Opportunity", "0" * 32)}
    ),
    "trackPosting": Case("TrackPosting", _posting, {"input": {"title": "Other", "organization": "Mill"}}),
    "markApplied": Case("MarkApplied", _application(_I), {"channel": "portal"}),
    "recordProgress": Case(
        "RecordProgress", _application(_I, _A, stage="RESPONDED"), {"stage": "OFFERED"}, _MARKED
    ),
    "closeApplication": Case(
        "CloseApplication", _application(_I, outcome="WITHDRAWN"), {"outcome": "POSTING_GONE"}, _MARKED
    ),
    "reopenApplication": Case("ReopenApplication", _application(_I, _C), _OTHER_APPLICATION, _MARKED),
    "takeApplicationStepBack": Case(
        "TakeApplicationStepBack", _application(_I, _A), _OTHER_APPLICATION, _MARKED
    ),
    "removeApplication": Case("RemoveApplication", _application(_I), _OTHER_APPLICATION),
    "refreshMatches": Case("RefreshMatches", _profile, {}),
}
"""Of ``refreshMatches`` there is no other one: its only argument is the own profile."""
NOT_KEPT = {"deleteMyAccount"}
"""Keeps nothing of the person, so nothing by which it could be known again."""


async def arranged(database: Database, name: str, user: str) -> Variables:
    """Give the person a profile and what the mutation needs; return its variables."""
    await ProfileStore(database).insert(a_profile(user))
    return {**await CASES[name].arrange(database, user), "mutationId": ID}


async def effects(database: Database, user: str) -> dict[str, Any]:
    """Return all that there is of the person, without ids and times."""
    own = profile_id_of(user)
    actions = await CareerActionStore(database).page(own, batch="first")
    learnings = await LearningStore(database).page(own)
    profile = await ProfileStore(database).get(own)
    assert profile is not None
    exchanges = await database["exchanges"].find({"profile_id": own}).sort("conversation").to_list(None)
    applications = await database["applications"].find({"profile_id": own}).to_list(None)
    logs = [await ChangelogStore(database).ensure(log_id(own, group), "none") for group in _GROUPS]
    # The profile follows a learning, also by a sweep, which knows of no mutation.
    told = {entry.kind for log in logs for entry in log.entries if entry.mutation_id == ID}
    return {
        "actions": [(each.status, each.completion_conversation_started, each.version) for each in actions],
        "learnings": sorted((each.kind, each.status, each.version, each.settled) for each in learnings),
        "profile": (profile.version, profile.headline, [skill.name for skill in profile.skills]),
        "exchanges": [(each["number"], each["text"], each["status"], each["version"]) for each in exchanges],
        "applications": [
            (each["stage"], len(each["history"]), each["removed"], each["version"]) for each in applications
        ],
        "runs": await database["refresh_runs"].count_documents({"profile_id": own}),
        "changes": sorted(told - {"PROFILE"} if "LEARNING" in told else told),
    }
