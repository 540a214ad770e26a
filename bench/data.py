"""Data of a benchmark, the same for all sides: people, actions, documents."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from bench.processes import ROOT
from db.career_actions import ActionStatus, ActionType, CareerActionRecord
from db.collections import all_collections
from db.driver.client import connect, database_of
from db.driver.indexes import ensure_indexes
from db.sync.changelog import ChangelogRecord, HeadRecord
from schema.shared.relay import global_id
from services.kit.ids import derived_id, profile_id_of

OPERATIONS = ROOT / "graphql" / "operations"
SAVE = (OPERATIONS / "SaveAction.graphql").read_text()
UNSAVE = (OPERATIONS / "UnsaveAction.graphql").read_text()
LIVE = (OPERATIONS / "CareerActionsLive.graphql").read_text()
CHANGES = (OPERATIONS / "Changes.graphql").read_text()
EACH_LIST = {
    name: (OPERATIONS / f"{name}.graphql").read_text()
    for name in (
        "ProfileLive",
        "BudgetLive",
        "MatchesLive",
        "CareerActionsLive",
        "RefreshProgress",
        "MessagesLive",
        "CompletionMessagesLive",
        "LearningsLive",
    )
}
"""One subscription for each of the lists that ``CHANGES`` follows together."""
LIST = """query BenchList($profileId: ID!) {
  careerActions(profileId: $profileId, first: 20) {
    edges {
      cursor
      node {
        id type title description rationale profileBasis status generationRun modelVersion createdAt savedAt
        dismissedAt startedAt completedAt completionConversationStarted version
      }
    }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""

READER = "reader"
"""Has ``READ`` actions, and is only read."""
READ = 20
HEAVY = 3
HEAVY_TEXT = 100_000

_AT = datetime(2026, 11, 2, 9, 30, 15, 123000, UTC)
_BATCH = "bench"
_CHUNK = 2_000
_TYPES = list(ActionType)
_STATUSES = [ActionStatus.SUGGESTED, ActionStatus.SAVED, ActionStatus.IN_PROGRESS, ActionStatus.DONE]


def person(number: int) -> str:
    """The id of a person who has one action."""
    return f"person-{number}"


def heavy(number: int) -> str:
    """The id of one of ``HEAVY`` people whose one action has ``HEAVY_TEXT`` bytes."""
    return f"heavy-{number}"


def profile_of(user: str) -> str:
    """The global id of a person's profile."""
    return global_id("Profile", profile_id_of(user))


def action_of(user: str, place: int = 0) -> str:
    """The global id of a person's action."""
    return global_id("CareerAction", _action_id(profile_id_of(user), place))


def _action_id(profile_id: str, place: int) -> str:
    return derived_id("bench", profile_id, str(place))


def _action(user: str, place: int, status: ActionStatus, text: str) -> dict[str, Any]:
    profile_id = profile_id_of(user)
    at = _AT - timedelta(seconds=place)
    return CareerActionRecord(
        id=_action_id(profile_id, place),
        profile_id=profile_id,
        type=_TYPES[place % len(_TYPES)],
        title=f"Write a data-quality checker for the export of ward {place}",
        description=text,
        rationale="It joins the reporting of five years with the Python learned since, and somebody asked for it.",
        profile_basis=["Python", "Reporting", "Triage nurse at the regional hospital"],
        status=status,
        run_id=derived_id("bench-run", profile_id),
        batch=_BATCH,
        model_version="bench/1",
        created_at=at,
        saved_at=at + timedelta(hours=1) if status is ActionStatus.SAVED else None,
        started_at=at + timedelta(hours=2)
        if status in (ActionStatus.IN_PROGRESS, ActionStatus.DONE)
        else None,
        completed_at=at + timedelta(hours=3) if status is ActionStatus.DONE else None,
        version=1,
        touched_at=at,
        last_write=_BATCH,
    ).to_bson()


_DESCRIPTION = (
    "Write a small tool that checks the nightly export for gaps, doubled rows and impossible times, tells the "
    "ward what it found, and is short enough that somebody else can keep it going; show it to two colleagues."
)


def _stream(user: str) -> dict[str, Any]:
    head = HeadRecord(batch=_BATCH, run=1)
    return ChangelogRecord(
        id=profile_id_of(user), epoch="0badcafe", seq=0, heads={"CAREER_ACTION": head}
    ).to_bson()


def _actions(people: int, size: int) -> Iterator[dict[str, Any]]:
    for place in range(READ + 1):
        yield _action(READER, place, _STATUSES[place % len(_STATUSES)], _DESCRIPTION)
    for number in range(people):
        yield _action(person(number), 0, ActionStatus.SUGGESTED, _DESCRIPTION)
    for number in range(HEAVY):
        yield _action(heavy(number), 0, ActionStatus.SUGGESTED, "x" * HEAVY_TEXT)
    for number in range(size - people - READ - 1 - HEAVY):
        yield _action(f"other-{number // READ}", number % READ, ActionStatus.SAVED, _DESCRIPTION)


async def fill(uri: str, people: int, size: int, say: Callable[[str], None]) -> None:
    """People with a stream and an action each, and other people's actions up to ``size`` in all."""
    client = connect(uri)
    try:
        database = database_of(client)
        await ensure_indexes(database, all_collections())
        users = [READER, *map(heavy, range(HEAVY)), *map(person, range(people))]
        streams = [_stream(user) for user in users]
        for start in range(0, len(streams), _CHUNK):
            await database["streams"].insert_many(streams[start : start + _CHUNK], ordered=False)
        rows = _actions(people, size)
        done = 0
        while chunk := list(islice(rows, _CHUNK)):
            await database["career_actions"].insert_many(chunk, ordered=False)
            done += len(chunk)
            if done % (10 * _CHUNK) == 0:
                say(f"  {done:,} of {size:,} actions")
    finally:
        client.close()
