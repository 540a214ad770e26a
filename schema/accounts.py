"""A person's account as a whole: everything of theirs to take along, and its end."""

from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Self

import strawberry
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig
from strawberry.types.base import get_object_definition

from db.driver.records import Document
from db.profiles import LearnedRecord, ProfileRecord
from db.sync.changelog import ChangelogRecord, EntryKind, EntryRecord
from schema.career_actions import CareerAction
from schema.learnings import Learning, LearningProposal
from schema.matches import Match
from schema.messages import Message
from schema.profiles import Profile, Viewer
from schema.refresh_runs import RefreshRun
from schema.shared.errors import InvalidInputError
from schema.shared.limits import RateLimitedError
from schema.shared.relay import global_id
from services.accounts.accounts import Deletion
from services.accounts.exports import Export
from services.conversations.exchanges import both
from services.identity.budgets import Allowance
from services.identity.callers import Caller
from services.profiles.resumes import export_resume
from services.sync.emissions import Cursor

FORMAT = "foothold-export"
VERSION = 1

_name_of = StrawberryConfig().name_converter.from_field
_TYPES = {EntryKind.CAREER_ACTION: "CareerAction", EntryKind.MATCH: "Match", EntryKind.LEARNING: "Learning"}


def plain(value: Any) -> Any:
    """A type of the schema as JSON, under the names that clients know. What has to be resolved is left out."""
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not is_dataclass(value):
        return value
    fields = get_object_definition(value, strict=True).fields
    shown = [field for field in fields if field.base_resolver is None]
    return {_name_of(field): plain(getattr(value, field.python_name)) for field in shown}


def _match(record: Any) -> list[dict[str, Any]]:
    return [
        {
            **plain(Match.from_record(record)),
            "opportunity": {"id": global_id("Opportunity", record.opportunity_id)},
        }
    ]


_SECTIONS: Mapping[str, tuple[str, Callable[[Any], list[Any]]]] = {
    "refresh_runs": ("refreshRuns", lambda record: [plain(RefreshRun.from_record(record))]),
    "career_actions": ("careerActions", lambda record: [plain(CareerAction.from_record(record))]),
    "matches": ("matches", _match),
    "exchanges": (
        "messages",
        lambda record: [plain(Message.from_message(message)) for message in both([record])],
    ),
    "learnings": ("learnings", lambda record: [plain(Learning.from_record(record))]),
}
"""By collection: what it is called, and what becomes of one of its documents."""


def _profile(record: ProfileRecord) -> dict[str, Any]:
    shown = plain(Profile.from_record(record))
    return {**shown, "resume": export_resume(record), "learned": [_learned(one) for one in record.learned]}


def _learned(record: LearnedRecord) -> dict[str, Any]:
    sides = {"before": record.before, "after": record.after}
    return {
        "learning": global_id("Learning", record.learning_id),
        "kind": record.kind.name,
        "version": record.version,
        **{
            name: None if side is None else plain(LearningProposal.from_record(side))
            for name, side in sides.items()
        },
    }


def _stream(record: ChangelogRecord) -> dict[str, Any]:
    """The log of changes that subscriptions are served from."""
    return {
        "cursor": str(Cursor(record.epoch, record.seq)),
        "entries": [_entry(record.epoch, entry) for entry in record.entries],
    }


def _entry(epoch: str, entry: EntryRecord) -> dict[str, Any]:
    return {
        "cursor": str(Cursor(epoch, entry.seq)),
        "id": global_id(_TYPES[entry.kind], entry.id),
        "version": entry.version,
        "mutationId": entry.mutation_id,
    }


def _lists(records: Mapping[str, Any]) -> dict[str, list[Any]]:
    lists: dict[str, list[Any]] = {}
    for collection, (name, shown) in _SECTIONS.items():
        found: list[Document] = records.get(collection, [])
        lists[name] = [item for record in found for item in shown(record)]
    return lists


@strawberry.type(
    description="A page of everything that is kept of the caller. Pages are put together list by list: "
    "each list goes on where the page before ended."
)
class MyDataExport:
    format: str = strawberry.field(description=f"`{FORMAT}`.")
    version: int = strawberry.field(description="Of the format. It grows when something in it changes.")
    created_at: datetime
    data: JSON = strawberry.field(
        description="Names, ids and values are those of this schema: `refreshRuns`, `careerActions`, `matches` of "
        "every refresh that is still kept, `messages` of all conversations, `learnings`. On the first page also "
        "`viewer`, `profile` with its JSON Resume document, `budget`, and `stream`, the log of changes."
    )
    next_cursor: str | None = strawberry.field(
        description="Give it as `after` for the next page. Null on the last."
    )

    @classmethod
    def from_export(cls, export: Export, caller: Caller, allowance: Allowance | None) -> Self:
        """``allowance`` is what is left of the day's budget, None where there is none."""
        data: dict[str, Any] = _lists(export.records)
        if export.first:
            viewer = {"id": Viewer.from_caller(caller).id, "userId": caller.user_id}
            data = {
                "viewer": viewer,
                "profile": None if export.profile is None else _profile(export.profile),
                "budget": None if allowance is None else _budget(allowance),
                "stream": None if export.stream is None else _stream(export.stream),
                **data,
            }
        return cls(
            format=FORMAT,
            version=VERSION,
            created_at=export.created_at,
            data=JSON(data),
            next_cursor=None if export.next is None else str(export.next),
        )


def _budget(allowance: Allowance) -> dict[str, Any]:
    return {
        "dailyTokens": allowance.daily,
        "tokensLeft": allowance.left,
        "resetsAt": allowance.resets_at.isoformat(),
    }


@strawberry.type(
    description="Everything of the caller is gone. Their tokens have ended, and websockets close with 4403."
)
class DeleteMyAccountPayload:
    deleted_at: datetime
    new_account_from: datetime = strawberry.field(
        description="From about then on the person may begin anew, with nothing. Until then what would make a "
        "profile is refused as `ACCOUNT_DELETED`."
    )

    @classmethod
    def from_deletion(cls, deletion: Deletion) -> Self:
        return cls(deleted_at=deletion.at, new_account_from=deletion.until)


DeleteMyAccountResult = Annotated[
    DeleteMyAccountPayload | InvalidInputError | RateLimitedError, strawberry.union("DeleteMyAccountResult")
]
