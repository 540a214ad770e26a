"""Checks of what a person enters about an application: a value that does not fit is refused by its path."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from db.applications import PostingRecord
from db.opportunities import OpportunityRecord
from services.kit import clock
from services.kit.errors import InvalidInput
from services.profiles.fields import NAME, PLAIN, URL, TextRule

MOST_REASONS = 20
_NOTE, _CHANNEL, _REASON, _TEXT = TextRule(2000), TextRule(200), TextRule(300), TextRule(20_000)
_AHEAD = timedelta(days=1)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_END = datetime(2200, 1, 1, tzinfo=UTC)
_RULES: Mapping[str, TextRule] = {
    "title": PLAIN,
    "organization": NAME,
    "location": PLAIN,
    "salary": PLAIN,
    "url": URL,
}
_REQUIRED = ("title", "organization")


def note_of(text: str | None) -> str | None:
    """Return a note of at most 2,000 characters. Raises ``InvalidInput``."""
    return _NOTE.check(text, "note")


def channel_of(text: str | None) -> str | None:
    """Return the way by which the person applied, at most 200 characters. Raises ``InvalidInput``."""
    return _CHANNEL.check(text, "channel")


def reasons_of(texts: Sequence[str] | None) -> list[str]:
    """Return at most 20 reasons of 300 characters. Raises ``InvalidInput``."""
    given = texts or ()
    if len(given) > MOST_REASONS:
        raise InvalidInput("reasons", f"Too many: the limit is {MOST_REASONS}.")
    checked = (_REASON.check(text, f"reasons[{place}]") for place, text in enumerate(given))
    return [text for text in checked if text is not None]


def moment_of(at: datetime | None, field: str = "at") -> datetime:
    """Return when something happened, UTC; now for None. Raises ``InvalidInput`` for what is still to come."""
    if at is None:
        return clock.now()
    moment = _moment(at, field)
    if moment > clock.now() + _AHEAD:
        raise InvalidInput(field, "Must not be in the future.")
    return moment


def posting_of(given: Mapping[str, Any]) -> tuple[PostingRecord, str]:
    """Return the posting that a person entered, and its text. Raises ``InvalidInput`` naming ``input.title``."""
    found = {name: rule.check(given.get(name), f"input.{name}") for name, rule in _RULES.items()}
    for name in _REQUIRED:
        if found[name] is None:
            raise InvalidInput(f"input.{name}", "Must not be empty.")
    deadline = given.get("deadline_at")
    posting = PostingRecord.model_validate(
        {
            **found,
            "kind": given.get("kind"),
            "remote": given.get("remote"),
            "deadline_at": None if deadline is None else _moment(deadline, "input.deadlineAt"),
        }
    )
    return posting, _TEXT.check(given.get("description"), "input.description") or ""


def snapshot_of(opportunity: OpportunityRecord) -> tuple[PostingRecord, str]:
    """Return an opportunity as it is now, and its text."""
    posting = PostingRecord(
        title=opportunity.title,
        organization=opportunity.organization,
        kind=opportunity.kind,
        location=opportunity.location,
        remote=opportunity.remote,
        salary=None if opportunity.salary is None else opportunity.salary.text,
        url=opportunity.url,
        posted_at=opportunity.posted_at,
        deadline_at=opportunity.deadline_at,
    )
    return posting, opportunity.description


def _moment(at: datetime, field: str) -> datetime:
    if at.tzinfo is None:
        raise InvalidInput(field, "Needs a time zone, such as 2026-11-30T12:00:00Z.")
    try:
        moment = at.astimezone(UTC)
    except OverflowError:
        moment = _END
    if not _BEGINNING <= moment < _END:
        raise InvalidInput(field, "Must be a time from 1970 to 2199.")
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
