"""One example of each write of each store, for tests that let every one of them go wrong.

``store_writes()`` finds in the code which methods write; ``EXAMPLES`` says how each is called.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import db
from db.accounts import COLLECTION as DELETED
from db.accounts import AccountStore, DeletionRecord
from db.applications import ApplicationStage, ApplicationStore, StepRecord
from db.budgets import BudgetRecord, BudgetStore, ReservationRecord
from db.career_actions import CareerActionStore
from db.collections import all_collections
from db.driver.client import Database
from db.learnings import LearningStore
from db.learnt_postings import LearntPostingRecord, LearntPostingStore
from db.match_inputs import MatchInputsRecord, MatchInputsStore
from db.matches import MatchRecord, MatchStore, MatchTier
from db.messages import ExchangeRecord, ExchangeStore
from db.opportunities import OpportunityStore
from db.profiles import LearningKind, ProfileStore
from db.refresh_runs import RefreshRunStore
from db.revocations import RevocationRecord, RevocationStore
from db.sync.changelog import ChangelogRecord, ChangelogStore, EntryRecord, HeadRecord
from db.sync.leased import LeasedStore
from db.sync.mutations import MutationRecord, MutationStore
from db.sync.outbox import marked_as_new
from db.sync.outcomes import OutcomeRecord, OutcomeStore
from db.turns import ScheduleRecord, ScheduleStore
from db.webhooks import HeardRecord, WebhookStore
from tests.support.factories import (
    a_learning,
    a_profile,
    a_run,
    an_action,
    an_application,
    an_opportunity,
)

AT = datetime(2026, 11, 29, 12, tzinfo=UTC)
LATER = AT + timedelta(minutes=10)
_WRITING = re.compile(
    r"\b(?:(?:insert|update|delete|replace)_(?:one|many|once)|bulk_write|compare_and_set|inserted)\b"
)
_CALL = re.compile(r"\bself\.(?P<own>\w+)|(?<![.\w])(?P<function>\w+)\(")

Act = Callable[[Database], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Example:
    """``act`` writes, to a database in which ``before`` was done."""

    act: Act
    before: tuple[Act, ...] = ()


def store_writes() -> set[str]:
    """Return the public methods of the stores that write, as ``Store.method``."""
    return {f"{store.__name__}.{name}" for store in _stores() for name in _writing(store)}


def _stores() -> Iterator[type[Any]]:
    for found in walk_packages(db.__path__, "db."):
        module = import_module(found.name)
        for name, value in vars(module).items():
            if inspect.isclass(value) and name.endswith("Store") and not getattr(value, "__parameters__", ()):
                yield value


def _writing(store: type[Any]) -> Iterator[str]:
    for name, method in inspect.getmembers(store, inspect.iscoroutinefunction):
        if not name.startswith("_") and _writes(store, method, set()):
            yield name


def _writes(store: type[Any], method: Any, seen: set[str]) -> bool:
    """Whether the method writes by the driver, or what it calls of its store and of its module."""
    source = inspect.getsource(method)
    if _WRITING.search(source):
        return True
    called = {found["own"] or found["function"] for found in _CALL.finditer(source)} - seen
    members = [getattr(store, name, method.__globals__.get(name)) for name in called]
    own = [each for each in members if inspect.isfunction(each) and each.__module__.startswith("db.")]
    return any(
        _writes(store, each, seen | called)
        for each in own
        if hasattr(store, each.__name__) or each.__module__ == method.__module__
    )


def _heard(version: int = 1) -> HeardRecord:
    return HeardRecord(id="user", version=version, moment=AT, until=LATER)


def _match() -> MatchRecord:
    return MatchRecord(
        id="match-1",
        match_id="match",
        profile_id="ada",
        opportunity_id="opportunity",
        run_id="ada-1",
        batch="first",
        version=1,
        tier=MatchTier.STRONG,
        score=0.9,
        explanation="",
        strengths=[],
        gaps=[],
        recommendations=[],
        model_version="test",
        created_at=AT,
    )


_INPUTS = MatchInputsRecord(id="first", profile_id="ada", version=1, data=b"", created_at=AT)
_BUDGET = BudgetRecord(id="budget", day="2026-11-29")
_MARKED_BUDGET = BudgetRecord(id="budget", day="2026-11-29", marked_for="ada", **marked_as_new(AT))
_RESERVED = [ReservationRecord(id="call", tokens=5, until=LATER)]
_PROFILE = a_profile(last_write="made", created_at=AT, updated_at=AT, **marked_as_new(AT))
_ACTION = an_action("ada", id="action", created_at=AT, touched_at=AT, last_write="made")
_LEARNING = a_learning(
    "ada", LearningKind.GOAL, "Teach", id="learning", created_at=AT, touched_at=AT, last_write="made"
)
_TRACKED = StepRecord(at=AT, recorded_at=AT, before=None, after=ApplicationStage.INTERESTED)
_APPLICATION = an_application(
    "ada", id="application", history=[_TRACKED], created_at=AT, touched_at=AT, last_write="made"
)
_APPLIED: dict[str, Any] = {
    "stage": ApplicationStage.APPLIED,
    "history": [_TRACKED, _TRACKED],
    "touched_at": LATER,
}
_RUN = a_run(
    "ada", owner="me", starting="one", lease_until=AT, created_at=AT, updated_at=AT, **marked_as_new(AT)
)
_EXCHANGE = ExchangeRecord(
    id="exchange",
    profile_id="ada",
    owner="me",
    action_id=None,
    conversation="profile",
    number=1,
    text="Hello",
    sending="one",
    lease_until=AT,
    model_version="test",
    created_at=AT,
    updated_at=AT,
    **marked_as_new(AT),
)
_MUTATION = MutationRecord(
    id="mutation",
    profile_id="ada",
    owner="me",
    attempt=1,
    operation="saveAction",
    mutation_id="mine",
    digest="of arguments",
    nonce="drawn",
    lease_until=AT,
    created_at=AT,
    updated_at=AT,
)
_LOG = ChangelogRecord(id="ada", epoch="one", seq=0)
_ENTRY = EntryRecord(seq=1, kind="CAREER_ACTION", id="action", version=2, mutation_id="mine")
_REVOKED = RevocationRecord(id="person", person="person", moment=AT, written_at=AT, until=LATER)
_MOVED = _REVOKED.model_copy(update={"moment": LATER})
_POSTING = an_opportunity(posted_at=AT, created_at=AT, updated_at=AT)
_CHANGED = an_opportunity(2, posted_at=AT, created_at=AT, updated_at=AT)
_LEARNT = LearntPostingRecord(id=_POSTING.id, digest="d", version="1", form=b"new")
_RENAMED: dict[str, Any] = {"title": "Another", "touched_at": LATER}


def _account(database: Database) -> AccountStore:
    return AccountStore(database, all_collections())


async def _insert_action(database: Database) -> object:
    await CareerActionStore(database).insert([_ACTION, _ACTION.model_copy(update={"id": "second"})])
    return None


async def _insert_learning(database: Database) -> object:
    return await LearningStore(database).insert([_LEARNING])


async def _insert_application(database: Database) -> object:
    return await ApplicationStore(database).insert(_APPLICATION)


async def _insert_note(database: Database) -> object:
    return (await _account(database).note("ada", LATER)).until


async def _note(database: Database) -> DeletionRecord:
    found = await database[DELETED.name].find_one({"_id": "ada"})
    assert found is not None
    return DeletionRecord.from_bson(found)


async def _mark_done(database: Database) -> object:
    await _account(database).mark_done(await _note(database))
    return None


async def _forget(database: Database) -> object:
    await _account(database).forget(await _note(database))
    return None


async def _prolong(database: Database) -> object:
    prolonged = await _account(database).prolong(await _note(database), LATER + timedelta(hours=1))
    return None if prolonged is None else prolonged.until


async def _ensure_log(database: Database) -> object:
    return await ChangelogStore(database).ensure("ada", "one")


async def _of_marked(store: Any, name: str, record: Any, database: Database) -> object:
    return await getattr(store(database), name)(record)


def _leased(
    store: Callable[[Database], LeasedStore[Any]], record: Any, changes: Mapping[str, Any]
) -> Iterator[tuple[str, Example]]:
    """Yield an example of each write of a store of leased documents."""

    async def given(database: Database) -> object:
        return await store(database).insert(record)

    marked = record.marked(2, AT)
    writes: dict[str, Act] = {
        "update": lambda on: store(on).update(record, changes, marked),
        "claim": lambda on: store(on).claim(record, "you", LATER, {}),
        "extend_lease": lambda on: store(on).extend_lease(record, LATER),
        "hand_over": lambda on: store(on).hand_over(record),
        "free": lambda on: store(on).free(record, {"owner": None}, marked),
        "mark_announced": lambda on: store(on).mark_announced(record),
        "delete_read": lambda on: store(on).delete_read(record),
    }
    yield "insert", Example(given)
    for name, write in writes.items():
        yield name, Example(write, (given,))


_MARKED: tuple[tuple[Any, Any, Act], ...] = (
    (ApplicationStore, _APPLICATION, _insert_application),
    (CareerActionStore, _ACTION, _insert_action),
    (LearningStore, _LEARNING, _insert_learning),
    (BudgetStore, _MARKED_BUDGET, lambda on: BudgetStore(on).insert(_MARKED_BUDGET)),
    (ProfileStore, _PROFILE, lambda on: ProfileStore(on).insert(_PROFILE)),
)
_LEASED: tuple[tuple[Any, Any, Mapping[str, Any]], ...] = (
    (ExchangeStore, _EXCHANGE, {"reply_text": "Hi"}),
    (RefreshRunStore, _RUN, {"warnings": ["one"]}),
    (MutationStore, _MUTATION, {"plan": {"warnings": []}}),
)

EXAMPLES: dict[str, Example] = {
    **{
        f"{store.__name__}.{name}": Example(partial(_of_marked, store, name, record), (given,))
        for store, record, given in _MARKED
        for name in ("mark_announced", "delete_read")
    },
    **{
        f"{store.__name__}.{name}": example
        for store, *given in _LEASED
        for name, example in _leased(store, *given)
    },
    "AccountStore.note": Example(_insert_note),
    "AccountStore.delete_everything": Example(
        lambda on: _account(on).delete_everything("ada"), (_insert_action, _insert_learning)
    ),
    "AccountStore.mark_done": Example(_mark_done, (_insert_note,)),
    "AccountStore.forget": Example(_forget, (_insert_note,)),
    "AccountStore.prolong": Example(_prolong, (_insert_note,)),
    "ApplicationStore.insert": Example(_insert_application),
    "ApplicationStore.update": Example(
        lambda on: ApplicationStore(on).update(_APPLICATION, dict(_APPLIED), "mine", "write"),
        (_insert_application,),
    ),
    "ApplicationStore.delete_removed": Example(
        lambda on: ApplicationStore(on).delete_removed(LATER),
        (lambda on: ApplicationStore(on).insert(_APPLICATION.model_copy(update={"removed": True})),),
    ),
    "BudgetStore.insert": Example(lambda on: BudgetStore(on).insert(_BUDGET)),
    "BudgetStore.update": Example(
        lambda on: BudgetStore(on).update(
            _BUDGET, spent=3, reservations=_RESERVED, mark={**_BUDGET.marked(2, AT), "marked_for": "ada"}
        ),
        (lambda on: BudgetStore(on).insert(_BUDGET),),
    ),
    "BudgetStore.delete_before": Example(
        lambda on: BudgetStore(on).delete_before("2026-11-30"), (lambda on: BudgetStore(on).insert(_BUDGET),)
    ),
    "CareerActionStore.insert": Example(_insert_action),
    "CareerActionStore.update": Example(
        lambda on: CareerActionStore(on).update(_ACTION, dict(_RENAMED), "mine", "write"), (_insert_action,)
    ),
    "CareerActionStore.delete": Example(lambda on: CareerActionStore(on).delete(_ACTION), (_insert_action,)),
    "ChangelogStore.ensure": Example(_ensure_log),
    "ChangelogStore.append": Example(
        lambda on: ChangelogStore(on).append(
            _LOG, [_ENTRY], {"CAREER_ACTION": HeadRecord(batch="first", run=1)}
        ),
        (_ensure_log,),
    ),
    "ChangelogStore.renew": Example(lambda on: ChangelogStore(on).renew(_LOG, "two"), (_ensure_log,)),
    "LearningStore.insert": Example(_insert_learning),
    "LearningStore.update": Example(
        lambda on: LearningStore(on).update(_LEARNING, {"settled": False, "touched_at": LATER}, None, "w"),
        (_insert_learning,),
    ),
    "LearningStore.mark_settled": Example(
        lambda on: LearningStore(on).mark_settled(_LEARNING), (_insert_learning,)
    ),
    "MatchInputsStore.insert": Example(lambda on: MatchInputsStore(on).insert(_INPUTS)),
    "MatchInputsStore.delete_earlier": Example(
        lambda on: MatchInputsStore(on).delete_earlier("ada", before=2),
        (lambda on: MatchInputsStore(on).insert(_INPUTS),),
    ),
    "MatchStore.insert": Example(lambda on: MatchStore(on).insert([_match()])),
    "MatchStore.delete_batches": Example(
        lambda on: MatchStore(on).delete_batches("ada", before=2, keep=["second"]),
        (lambda on: MatchStore(on).insert([_match()]),),
    ),
    "OutcomeStore.settle": Example(
        lambda on: OutcomeStore(on).settle("ada", _MUTATION.id, OutcomeRecord(id="action", version=2)),
        (lambda on: MutationStore(on).insert(_MUTATION),),
    ),
    "OutcomeStore.refuse": Example(
        lambda on: OutcomeStore(on).refuse("ada", _MUTATION.id, {"message": "No."}),
        (lambda on: MutationStore(on).insert(_MUTATION),),
    ),
    "MutationStore.delete_before": Example(
        lambda on: MutationStore(on).delete_before(LATER), (lambda on: MutationStore(on).insert(_MUTATION),)
    ),
    "LearntPostingStore.write": Example(
        lambda on: LearntPostingStore(on).write([_LEARNT]),
        (lambda on: LearntPostingStore(on).write([_LEARNT.model_copy(update={"form": b"old"})]),),
    ),
    "OpportunityStore.write": Example(
        lambda on: OpportunityStore(on).write([_POSTING], [_CHANGED]),
        (lambda on: OpportunityStore(on).write([_CHANGED.model_copy(update={"title": "Old"})], []),),
    ),
    "ProfileStore.insert": Example(lambda on: ProfileStore(on).insert(_PROFILE)),
    "ProfileStore.replace": Example(
        lambda on: ProfileStore(on).replace(
            _PROFILE.model_copy(update={"version": 2, "name": "Ada", "last_write": "write"}), _PROFILE
        ),
        (lambda on: ProfileStore(on).insert(_PROFILE),),
    ),
    "RevocationStore.write": Example(
        lambda on: RevocationStore(on).write(_MOVED, _REVOKED),
        (lambda on: RevocationStore(on).write(_REVOKED, None),),
    ),
    "RevocationStore.delete_ended": Example(
        lambda on: RevocationStore(on).delete_ended(LATER + timedelta(days=1)),
        (lambda on: RevocationStore(on).write(_REVOKED, None),),
    ),
    "ScheduleStore.claim": Example(
        lambda on: ScheduleStore(on).claim("s", ScheduleRecord(id="s", turn=1, until=AT), LATER),
        (lambda on: ScheduleStore(on).claim("s", None, AT),),
    ),
    "WebhookStore.write": Example(
        lambda on: WebhookStore(on).write(_heard(2), _heard()),
        (lambda on: WebhookStore(on).write(_heard(), None),),
    ),
    "WebhookStore.delete_ended": Example(
        lambda on: WebhookStore(on).delete_ended(LATER + timedelta(days=1)),
        (lambda on: WebhookStore(on).write(_heard(), None),),
    ),
}


async def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Return all documents of all collections, by id, without what is drawn at random."""
    names = [collection.name for collection in all_collections()]
    found = {
        name: await database[name].find({}, {"claim": 0, "generation": 0}).to_list(None) for name in names
    }
    for each in (*found["opportunities"], *found["numbers"]):
        each.pop("number")  # a number whose answer is lost is given to nobody
    return {name: sorted(documents, key=lambda each: str(each["_id"])) for name, documents in found.items()}
