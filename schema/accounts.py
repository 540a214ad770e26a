"""GraphQL types of the account: export of all personal data, and deletion."""

from datetime import datetime
from typing import Annotated, Any, Self

import strawberry
from strawberry.scalars import JSON

from db.budgets import KIND as BUDGET
from db.messages import KIND as MESSAGE
from db.profiles import LearnedRecord, ProfileRecord
from db.sync.changelog import ChangelogRecord, EntryRecord, Group
from schema.learnings import LearningProposal
from schema.profiles import Profile, Viewer
from schema.shared.described import MUTATION_ID
from schema.shared.errors import InvalidInputError
from schema.shared.limits import BUDGET_TYPE_NAME, RateLimitedError
from schema.shared.plain import plain
from schema.shared.relay import global_id
from services.accounts.accounts import Deletion
from services.accounts.exports import Export
from services.identity.budgets import Allowance
from services.identity.callers import Caller
from services.profiles.resumes import export_resume
from services.sync.emissions import Cursor

FORMAT = "foothold-export"
VERSION = 1


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
    """Return a changelog that subscriptions are served from."""
    return {
        "cursor": str(Cursor.of(record)),
        "entries": [_entry(record.epoch, entry) for entry in record.entries],
    }


def _entry(epoch: str, entry: EntryRecord) -> dict[str, Any]:
    id_ = f"{entry.id}-r" if entry.kind == MESSAGE else entry.id  # an exchange is named by its reply
    return {
        "cursor": str(Cursor(epoch, entry.seq, entry.tag)),
        "id": global_id(_type_of(entry.kind), id_),
        "version": entry.version,
        "mutationId": entry.mutation_id,
    }


def _type_of(kind: str) -> str:
    """The GraphQL type of a list's items: ``CareerAction`` for ``CAREER_ACTION``."""
    if kind == BUDGET:
        return BUDGET_TYPE_NAME
    return "".join(part.title() for part in kind.split("_"))


@strawberry.type(
    description="One page of the caller's data. To join pages, append each list in `data` to the list of the same "
    "name from the page before."
)
class MyDataExport:
    format: str = strawberry.field(description=f"Always `{FORMAT}`.")
    version: int = strawberry.field(description="Version of the format; grows with incompatible changes.")
    created_at: datetime = strawberry.field(description="Time of this page, UTC.")
    data: JSON = strawberry.field(
        description="JSON object with the names, ids and values of this schema: `refreshRuns`, `careerActions`, "
        "`matches` of every refresh that is still stored, `messages` of all conversations, `learnings`, and the "
        "`mutations` of the last two days that had a `mutationId`. The first page also has `viewer`, `profile` with "
        "its JSON Resume document, `budget`, `stream` (the changelog) and `streams` (those of further groups, by name)."
    )
    next_cursor: str | None = strawberry.field(
        description="Cursor of the next page: pass it as `after`. Null on the last page."
    )

    @classmethod
    def from_export(cls, export: Export, caller: Caller, allowance: Allowance | None) -> Self:
        """Build a page; ``allowance`` is the day's token budget, None where there is none."""
        data: dict[str, Any] = dict(export.lists)
        if export.first:
            streams = {stream.group.value: _stream(stream) for stream in export.streams}
            viewer = {"id": Viewer.from_caller(caller).id, "userId": caller.user_id}
            data = {
                "viewer": viewer,
                "profile": None if export.profile is None else _profile(export.profile),
                "budget": None if allowance is None else _budget(allowance),
                "stream": streams.pop(Group.MAIN.value, None),
                "streams": streams,
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
        "id": global_id(BUDGET_TYPE_NAME, allowance.id),
        "version": allowance.version,
        "dailyTokens": allowance.daily,
        "tokensLeft": allowance.left,
        "resetsAt": allowance.resets_at.isoformat(),
    }


@strawberry.type(
    description="The caller's data is deleted. Their tokens are revoked, and their websockets close with 4403."
)
class DeleteMyAccountPayload:
    deleted_at: datetime = strawberry.field(description="Time of the deletion, UTC.")
    new_account_from: datetime = strawberry.field(
        description="Time, UTC, from which the person can start a new, empty account. Until then, creating a "
        "profile fails with `ACCOUNT_DELETED`."
    )
    mutation_id: str | None = strawberry.field(description=MUTATION_ID)

    @classmethod
    def from_deletion(cls, deletion: Deletion, mutation_id: str | None) -> Self:
        return cls(deleted_at=deletion.at, new_account_from=deletion.until, mutation_id=mutation_id)


DeleteMyAccountResult = Annotated[
    DeleteMyAccountPayload | InvalidInputError | RateLimitedError,
    strawberry.union("DeleteMyAccountResult", description="Result of `deleteMyAccount`."),
]
