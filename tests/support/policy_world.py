"""A person who has one of everything, each text of it marked, and what can be asked with the ids of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import Any, NamedTuple, TypeVar, Union, get_args, get_origin

from db.applications import ApplicationStage, WholeApplicationRecord
from db.career_actions import ActionStatus, CareerActionRecord
from db.collections import all_collections
from db.driver.client import Database
from db.driver.collections import personal
from db.driver.records import Document, Record
from db.learnings import LearningRecord, LearningStatus
from db.match_inputs import MatchInputsRecord
from db.matches import MatchRecord
from db.messages import ExchangeRecord, MessageStatus
from db.opportunities import OpportunityRecord, OpportunityStatus
from db.profiles import LearnedRecord, LearningKind, ProfilePartRecord, ProfileRecord
from db.refresh_runs import RefreshRunRecord, run_id
from db.sync.changelog import ChangelogRecord, HeadRecord
from db.sync.mutations import MutationRecord
from schema.shared.relay import global_id
from services.conversations.exchanges import conversation_of
from services.kit import clock
from services.kit.ids import new_id, profile_id_of
from services.llm.port import ModelBusy
from services.llm.scripted import Gate, ScriptedModel
from services.promises.inputs import Inputs, packed
from tests.support.embeddings_server import a_vector

CANARY = "Canary-of-Ada"
ADA = profile_id_of("ada")
PERSONAL = {each.name: each.owner for each in personal(all_collections())}
"""The owner field of each collection that holds something of a person."""
RecordT = TypeVar("RecordT", bound=Record)


def filled(record: type[RecordT], **given: Any) -> RecordT:
    """A record with a value in every field, so that there is no null behind which a field could hide."""
    values = {
        name: given[name] if name in given else _value(field.annotation, name)
        for name, field in record.model_fields.items()
    }
    return record(**values)


def _value(kind: Any, name: str) -> Any:  # noqa: PLR0911 - a table in words
    if get_origin(kind) in (Union, UnionType):
        kind = next(one for one in get_args(kind) if one is not NoneType)
    if get_origin(kind) is dict:
        return {"type": f"{CANARY} {name}", "message": f"{CANARY} {name}"}
    if get_origin(kind) is list:
        return [_value(get_args(kind)[0], name)]
    if name == "begin_on":
        return "2026-12-01"
    if kind is str:
        return f"{CANARY} {name}"
    if kind is bytes:
        return f"{CANARY} {name}".encode()
    if kind is bool:
        return True
    if kind in (int, float):
        return kind(1)
    if kind is datetime:
        return clock.now()
    if issubclass(kind, Enum):
        return next(iter(kind))
    assert issubclass(kind, Record), kind
    return filled(kind)


LISTS = [
    "PROFILE",
    "BUDGET",
    "MATCHES",
    "CAREER_ACTIONS",
    "REFRESH_RUNS",
    "MESSAGES",
    "COMPLETION_MESSAGES",
    "LEARNINGS",
    "APPLICATIONS",
]


class Case(NamedTuple):
    """A root field with Ada's ids, the type of what she gets, and that of what a mutation of others gets.

    ``own``: everybody gets their own there.
    """

    root: str
    name: str
    arguments: dict[str, Any]
    gets: str = ""
    own: bool = False
    refused: str = "NotFoundError"


class World:
    """Ada, and what she has."""

    def __init__(self) -> None:
        self.documents: dict[str, list[Document]] = {}
        announced = {"pending": [], "unannounced": False}
        marked = {"profile_id": ADA, "version": 1, **announced}
        self.actions = {
            status: [
                self._add(
                    "career_actions",
                    filled(CareerActionRecord, id=new_id(), status=status, batch="b", **marked),
                )
                for _ in range(6)
            ]
            for status in ActionStatus
        }
        self.opportunity = filled(
            OpportunityRecord,
            id=new_id(),
            status=OpportunityStatus.OPEN,
            title="Shared",
            posted_at=clock.now(),
        )
        shared = {
            name: f"Shared {name}" for name in ("source", "external_id", "organization", "description", "url")
        }
        shared |= {"location": "Shared", "digest": "0"}
        lists = {"required_skills": ["Shared"], "desired_skills": ["Shared"], "terms": ["shared"]}
        salary = {"text": "Shared", "minimum": 1, "maximum": 2, "currency": "EUR"}
        self.opportunity = self.opportunity.model_copy(update={**shared, **lists})
        self.opportunity = OpportunityRecord.from_bson({**self.opportunity.to_bson(), "salary": salary})
        self._add("opportunities", self.opportunity)
        self._add("posting_vectors", a_vector(self.opportunity))
        self.run = self._add(
            "refresh_runs",
            filled(RefreshRunRecord, id=run_id(ADA, 1), number=1, active=False, **marked),
        )
        self.match = self._add(
            "matches",
            filled(
                MatchRecord, id=new_id(), match_id=new_id(), profile_id=ADA, batch="b", version=1,
                opportunity_id=self.opportunity.id, run_id=self.run.id,
            ),
        )  # fmt: skip
        inputs = packed(Inputs("model", "reference", {"headline": CANARY}, {}))
        self._add(
            "match_inputs",
            filled(MatchInputsRecord, id=new_id(), profile_id=ADA, version=1, data=inputs),
        )
        head = HeadRecord(batch="b", run=1)
        self._add(
            "streams", ChangelogRecord(id=ADA, epoch="e", seq=0, heads={"CAREER_ACTION": head, "MATCH": head})
        )
        self.replies = {
            status: self._exchange(status, action)
            for status, action in zip(MessageStatus, self.actions[ActionStatus.DONE], strict=False)
        }
        self.general = self._exchange(MessageStatus.COMPLETED, None)
        self.learnings = {
            status: [self._learning(status, kind) for kind in LearningKind] for status in LearningStatus
        }
        changed = [*self.learnings[LearningStatus.ACCEPTED]][:1]
        gone = ProfilePartRecord(goal="A goal that is not there any more")
        learned = [
            LearnedRecord(learning_id=one.id, kind=LearningKind.GOAL, version=0, before=None, after=gone)
            for one in changed
        ]
        self.applications = {stage: self._application(stage) for stage in ApplicationStage}
        self._add("mutations", filled(MutationRecord, id=new_id(), profile_id=ADA, active=False))
        self._add(
            "profiles",
            filled(
                ProfileRecord, id=ADA, owner="ada", version=1, learned=learned, **announced,
                resume=f'{{"basics": {{"name": "{CANARY}"}}}}',
            ),
        )  # fmt: skip

    def _add(self, collection: str, document: Any) -> Any:
        self.documents.setdefault(collection, []).append(document)
        return document

    def _exchange(self, status: MessageStatus, action: CareerActionRecord | None) -> ExchangeRecord:
        action_id = None if action is None else action.id
        conversation = conversation_of(action_id)
        active = status in (MessageStatus.PENDING, MessageStatus.STREAMING)
        text = f"{CANARY} reply"
        exchange: ExchangeRecord = self._add(
            "exchanges",
            filled(
                ExchangeRecord, id=new_id(), number=1, profile_id=ADA, version=1, pending=[], unannounced=False,
                action_id=action_id, conversation=conversation, status=status, active=active, attempt=1,
                stop_requested=False, reply_text=text, frame_ends=[len(text)],
                lease_until=clock.now() + timedelta(hours=1),
            ),
        )  # fmt: skip
        return exchange

    def _learning(self, status: LearningStatus, kind: LearningKind) -> LearningRecord:
        part = filled(ProfilePartRecord)
        proposal = ProfilePartRecord(**{kind.value.lower(): getattr(part, kind.value.lower())})
        learning: LearningRecord = self._add(
            "learnings",
            filled(
                LearningRecord, id=new_id(), profile_id=ADA, version=1, pending=[], unannounced=False, settled=True,
                kind=kind, status=status, proposal=proposal, message_id=f"{new_id()}-u",
            ),
        )  # fmt: skip
        return learning

    def _application(self, stage: ApplicationStage) -> WholeApplicationRecord:
        application: WholeApplicationRecord = self._add(
            "applications",
            filled(
                WholeApplicationRecord, id=new_id(), profile_id=ADA, version=1, pending=[], unannounced=False,
                stage=stage, reached=ApplicationStage.OFFERED, removed=False, opportunity_id=self.opportunity.id,
            ),
        )  # fmt: skip
        return application

    async def write(self, database: Database) -> None:
        for collection, documents in self.documents.items():
            await database[collection].insert_many([document.to_bson() for document in documents])

    @property
    def secrets(self) -> Iterator[str]:
        """Texts that nobody else may see."""
        yield CANARY
        yield ADA
        yield from (document.id for name in PERSONAL for document in self.documents[name])

    def nodes(self) -> Iterator[tuple[str, str, bool]]:
        """Type and global id of each kind of node, and whether it is everybody's."""
        for type_, record in (
            ("CareerAction", self.actions[ActionStatus.DONE][0]),
            ("Learning", self.learnings[LearningStatus.PENDING][0]),
            ("RefreshRun", self.run),
            ("Application", self.applications[ApplicationStage.OFFERED]),
            ("Opportunity", self.opportunity),
        ):
            yield type_, global_id(type_, record.id), type_ == "Opportunity"
        yield "Match", global_id("Match", self.match.match_id), False
        yield "Message", reply_id(self.replies[MessageStatus.COMPLETED]), False
        yield "Profile", global_id("Profile", ADA), False

    def queries(self) -> Iterator[Case]:
        profile = {"profileId": global_id("Profile", ADA)}
        yield Case("Query", "viewer", {}, "Viewer", own=True)
        yield Case("Query", "opportunities", {}, "OpportunityConnection", own=True)
        yield Case("Query", "exportMyData", {}, "MyDataExport", own=True)
        yield Case("Query", "profile", {"id": profile["profileId"]}, "Profile")
        for name, node in {
            "matches": "Match",
            "careerActions": "CareerAction",
            "messages": "Message",
            "learnings": "Learning",
            "applications": "Application",
        }.items():
            yield Case("Query", name, {**profile, "first": 100}, f"{node}Connection")
        yield Case("Query", "matchAudit", profile, "MatchAudit")
        yield Case("Query", "similarOpportunities", {**profile, "text": "Shared"}, "SimilarOpportunities")
        yield Case("Query", "refreshRun", {"id": global_id("RefreshRun", self.run.id)}, "RefreshRun")
        done = {"actionId": self._action(ActionStatus.DONE)}
        yield Case("Query", "completionMessages", done, "MessageConnection")
        for type_, id_, shared in self.nodes():
            yield Case("Query", "node", {"id": id_}, type_, own=shared)

    def mutations(self) -> Iterator[Case]:
        """In an order that works, each with an id of its own unless it gives one."""
        for number, case in enumerate(self._mutations()):
            own = {"mutationId": f"case {number}"} if case.root == "Mutation" else {}
            yield case._replace(arguments={**own, **case.arguments})

    def _mutations(self) -> Iterator[Case]:
        yield from self._transitions()
        yield from self._moves()
        profile = {"profileId": global_id("Profile", ADA)}
        done, busy = ({"actionId": self._action(ActionStatus.DONE, at)} for at in (2, 1))
        said = {"text": "Hello."}
        yield Case("Mutation", "sendMessage", {**profile, **said}, "SendMessagePayload")
        running = {"messageId": reply_id(self.replies[MessageStatus.PENDING])}
        yield Case("Mutation", "stopReply", running, "StopReplyPayload")
        yield Case("Mutation", "sendCompletionMessage", {**busy, **said}, "ReplyRunningError")
        yield Case("Mutation", "sendCompletionMessage", {**done, **said}, "SendMessagePayload")
        yield Case("Mutation", "extractLearnings", {**busy, "mutationId": "m"}, "ModelFailedError")
        yield Case("Mutation", "extractLearnings", {**busy, "mutationId": "m"}, "ExtractLearningsPayload")
        ended = {"messageId": reply_id(self.replies[MessageStatus.COMPLETED])}
        yield Case("Mutation", "stopReply", ended, "ReplyNotRunningError")
        yield Case("Mutation", "acceptLearning", self._learned("PENDING", 0), "LearningPayload")
        yield Case("Mutation", "acceptLearning", self._learned("REJECTED", 0), "InvalidLearningStatusError")
        yield Case("Mutation", "rejectLearning", self._learned("PENDING", 1), "LearningPayload")
        yield Case("Mutation", "retractLearning", self._learned("ACCEPTED", 0), "CannotRetractError")
        yield Case("Mutation", "retractLearning", self._learned("ACCEPTED", 1), "LearningPayload")
        yield Case(
            "Mutation", "updateProfile", {"input": {"headline": "Analyst"}}, "ProfilePayload", own=True
        )
        stale = {"input": {}, "expectedVersion": 99}
        yield Case("Mutation", "updateProfile", stale, "ConflictError", own=True)
        yield Case("Mutation", "importResume", {"resume": "none"}, "InvalidInputError", own=True)
        yield Case("Mutation", "importResume", {"resume": {}, "dryRun": True}, "ResumePreview", own=True)
        empty = {"resume": {"basics": {}}, "confirmRemoval": True}
        yield Case("Mutation", "importResume", empty, "ProfilePayload", own=True)
        yield Case("Query", "viewer", {}, "Viewer", own=True)
        yield Case("Mutation", "refreshMatches", profile, "RefreshMatchesPayload")
        yield Case(
            "Mutation", "deleteMyAccount", {"confirmation": global_id("Viewer", "ada")}, "DeleteMyAccountPayload",
            refused="InvalidInputError",
        )  # fmt: skip

    def subscriptions(self) -> Iterator[Case]:
        profile = {"profileId": global_id("Profile", ADA)}
        for name, change in {
            "careerActions": "CareerActionsChange",
            "matches": "MatchesChange",
            "learnings": "LearningsChange",
            "messages": "MessagesChange",
            "profile": "ProfilesChange",
            "budget": "BudgetChange",
        }.items():
            yield Case("Subscription", name, {**profile, "after": "other:1"}, change)
        tracked = {**profile, "after": "prep=other:1"}
        yield Case("Subscription", "applications", tracked, "ApplicationsChange")
        about = {"actionId": self._action(ActionStatus.DONE), "after": "other:1"}
        yield Case("Subscription", "completionMessages", about, "MessagesChange")
        together = {**profile, "lists": LISTS, "after": f"{0:08}.e:0"}
        yield Case("Subscription", "changes", together, "ProfileChange")
        yield Case("Subscription", "refreshProgress", profile, "RefreshProgressChange")
        nobody_s = {"messageId": global_id("Message", f"{new_id()}-r")}
        yield Case("Subscription", "chat", nobody_s, "SubscriptionFailed")
        for exchange in self.replies.values():
            given = {"messageId": reply_id(exchange), "after": "2:1"}
            yield Case("Subscription", "chat", given, "ChatDelta" if exchange.active else "")

    def _transitions(self) -> Iterator[Case]:
        for at, (name, status) in enumerate(
            [
                ("saveAction", ActionStatus.SUGGESTED),
                ("dismissAction", ActionStatus.SAVED),
                ("startAction", ActionStatus.SAVED),
                ("unsaveAction", ActionStatus.SAVED),
                ("completeAction", ActionStatus.IN_PROGRESS),
                ("cancelAction", ActionStatus.IN_PROGRESS),
            ]
        ):
            given = {"id": self._action(status, at % 5), "mutationId": "m"}
            yield Case("Mutation", name, given, "CareerActionPayload")
        nobody_s = {"id": global_id("CareerAction", new_id()), "mutationId": "n"}
        yield Case("Mutation", "saveAction", nobody_s, "NotFoundError")
        refused = {"id": self._action(ActionStatus.DONE), "mutationId": "o"}
        reused = "MutationIdReusedError"
        yield Case("Mutation", "saveAction", {**refused, "mutationId": "m"}, reused, refused=reused)
        yield Case("Mutation", "saveAction", refused, "InvalidTransitionError")
        done = {"actionId": self._action(ActionStatus.DONE, 4), "mutationId": "m"}
        yield Case("Mutation", "markCompletionStarted", done, "CareerActionPayload")
        planned = {
            "id": self._action(ActionStatus.IN_PROGRESS, 1),
            "mutationId": "p",
            "input": {"why": "It lasts."},
        }
        yield Case("Mutation", "planAction", planned, "CareerActionPayload")
        answered = {"id": planned["id"], "mutationId": "q", "cameOfIt": "A lot."}
        yield Case("Mutation", "answerActionPlan", answered, "CareerActionPayload")

    def _moves(self) -> Iterator[Case]:
        ids = {stage.value: global_id("Application", each.id) for stage, each in self.applications.items()}
        gets = "ApplicationPayload"
        opportunity = {"opportunityId": global_id("Opportunity", self.opportunity.id)}
        yield Case("Mutation", "trackOpportunity", opportunity, gets, own=True)
        posting = {"input": {"title": "Analyst", "organization": "Mill"}}
        yield Case("Mutation", "trackPosting", posting, gets, own=True)
        yield Case("Mutation", "markApplied", {"id": ids["APPLIED"]}, "NotAllowedNowError")
        yield Case("Mutation", "markApplied", {"id": ids["INTERESTED"]}, gets)
        yield Case("Mutation", "recordProgress", {"id": ids["APPLIED"], "stage": "OFFERED"}, gets)
        yield Case("Mutation", "closeApplication", {"id": ids["RESPONDED"], "outcome": "WITHDRAWN"}, gets)
        yield Case("Mutation", "takeApplicationStepBack", {"id": ids["RESPONDED"]}, gets)
        yield Case("Mutation", "reopenApplication", {"id": ids["CLOSED"]}, gets)
        yield Case("Mutation", "removeApplication", {"id": ids["INTERVIEWING"]}, "RemoveApplicationPayload")

    def _action(self, status: ActionStatus, at: int = 0) -> str:
        return global_id("CareerAction", self.actions[status][at].id)

    def _learned(self, status: str, at: int) -> dict[str, str]:
        id_ = self.learnings[LearningStatus[status]][at].id
        return {"id": global_id("Learning", id_), "mutationId": f"m {id_}"}


def reply_id(exchange: ExchangeRecord) -> str:
    return global_id("Message", f"{exchange.id}-r")


def a_model() -> ScriptedModel:
    """Finds nothing once, then one thing that was said and one that was not. Its first reply does not end."""
    items = [
        {"kind": "SKILL", "quotation": f"{CANARY} text", "skill": {"name": "Rust"}},
        {"kind": "SKILL", "quotation": "Nobody said this.", "skill": {"name": "Go"}},
    ]
    steps: list[Any] = [ModelBusy("busy"), {"learnings": items}]
    return ScriptedModel({"extract_learnings": steps}, [[Gate()], ["Good."]])
