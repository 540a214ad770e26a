"""Opportunities out of a JSON file (docs/opportunity-format.md): read, checked one by one, loaded in bulk."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import structlog
from pydantic import ValidationError

from db.opportunities import KnownPosting, OpportunityRecord, OpportunityStore
from services.kit import clock
from services.kit.errors import InvalidInput
from services.kit.ids import derived_id
from services.kit.words.terms import limited_terms, search_words, skill_key, skill_term
from services.kit.words.text import clean, encodable
from services.opportunities.boards import Board, board_of, listed_postings
from services.opportunities.job_fields import Unread
from services.opportunities.job_schema import NAMES, read_job
from services.opportunities.markup import without_markup
from services.opportunities.postings import Posting

log = structlog.get_logger()

_BATCH = 100
_MOST_TERMS = 250
_MOST_UNSPACED = 1000  # for Chinese, Japanese, Thai and the like
_REASONS = {
    "missing": "This is missing.",
    "extra_forbidden": "This field is not known.",
    "string_type": "Must be text, and not empty.",
    "list_type": "Must be a list.",
    "int_type": "Must be a whole number.",
}
_UNKNOWN_SHAPE = (
    'Neither {"opportunities": [...]} (docs/opportunity-format.md) nor JSON Resume\'s job schema: '
    'a job, a list of jobs, or {"jobs": [...]}; nor a list of schema.org\'s JobPosting, Greenhouse or Lever.'
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A posting, or a value of one, that was not loaded: its place in the file from 0, its id if any, and why."""

    index: int
    external_id: str | None
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class ParsedPostings:
    """A file's postings. ``source`` and a posting's external id together are its identity.

    ``former_ids`` has the external id that an earlier release gave a posting without one, by the one of now.
    ``unread`` are values of postings that are loaded without them.
    """

    source: str
    postings: list[Posting]
    refused: list[Refusal]
    former_ids: Mapping[str, str] = field(default_factory=dict)
    unread: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LoadReport:
    """Report of a load."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    unread: list[Refusal] = field(default_factory=list)


def parse_postings(text: str, *, default_source: str, source: str | None = None) -> ParsedPostings:
    """Read a file's text. Raises ``InvalidInput`` when nothing of it can be read.

    ``source`` goes before the one in the file, ``default_source`` is for a file without one.
    """
    document = _read_json(text)
    items, ours = _items(document)
    named = document.get("source") if ours and isinstance(document, dict) else None
    if named is not None and not isinstance(named, str):
        raise InvalidInput("source", "Must be text.")
    key = _source_key(source or named or default_source)
    result = ParsedPostings(key, [], [], former := {}, [])
    first_at: dict[str, int] = {}
    for index, item in enumerate(items):
        read = _posting(index, item, ours)
        if isinstance(read, Refusal):
            result.refused.append(read)
            continue
        external_id = read.posting.external_id
        before = first_at.setdefault(external_id, index)
        if before != index:
            result.refused.append(_twice(index, before, read, ours))
            continue
        result.postings.append(read.posting)
        if read.former_id is not None:
            former[external_id] = read.former_id
        result.unread.extend(Refusal(index, external_id, *each) for each in read.unread)
    return result


def _twice(index: int, before: int, read: "_Read", ours: bool) -> Refusal:
    if read.former_id is not None:
        reason = f"Item {before} of this file has the same title, company, place and url. Give each an id."
    else:
        reason = f"Item {before} of this file has this id already."
    return Refusal(
        index, read.posting.external_id, "externalId" if ours else read.name_of("externalId"), reason
    )


def _read_json(text: str) -> object:
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise InvalidInput("file", f"Not valid JSON: line {error.lineno}, column {error.colno}.") from None
    except (ValueError, RecursionError):
        raise InvalidInput("file", "Nested too deeply, or contains a number that is too long.") from None


def _items(document: object) -> tuple[list[Any], bool]:
    """The items, and whether they are in our own shape."""
    if isinstance(document, dict):
        for key, ours in (("opportunities", True), ("jobs", False)):
            if isinstance(document.get(key), list):
                return document[key], ours
        if "title" in document and "company" in document:
            return [document], False
        if (listed := listed_postings(document)) is not None:
            return listed, False
    if isinstance(document, list) and (not document or any(map(_is_job, document))):
        return document, False
    raise InvalidInput("file", _UNKNOWN_SHAPE)


def _is_job(item: object) -> bool:
    return isinstance(item, dict) and ("title" in item or board_of(item) is not None)


def _source_key(name: str) -> str:
    key = re.sub(r"[^\w.-]+", "-", clean(name).casefold()).strip("-.")
    if not key or len(key) > 80 or not encodable(key):
        raise InvalidInput("source", "Must be 1 to 80 letters or digits.")
    return key


@dataclass(frozen=True, slots=True)
class _Read:
    posting: Posting
    board: Board | None
    former_id: str | None
    unread: list[Unread]

    def name_of(self, field: str) -> str:
        return _name_of(field, self.board)


def _name_of(field: str, board: Board | None) -> str:
    """Return the file's own name of a field of ours."""
    name = NAMES.get(field, field)
    return name if board is None else board.names.get(name, name)


def _posting(index: int, item: object, ours: bool) -> _Read | Refusal:
    if not isinstance(item, dict):
        return Refusal(index, None, "", "Must be a JSON object.")
    plain: Any = without_markup(item)
    board = None if ours else board_of(plain)
    job = plain if board is None else board.job(plain)
    external_id = job.get("externalId" if ours else "id")
    shown = (
        clean(str(external_id).encode(errors="ignore").decode())[:200] if external_id is not None else None
    )
    try:
        if ours:
            return _Read(Posting.model_validate(job), None, None, [])
        read = read_job(job)
        names = {} if board is None else board.names
        unread = [Unread(names.get(name, name), reason) for name, reason in read.unread]
        return _Read(Posting.model_validate(read.posting), board, read.former_id, unread)
    except ValidationError as error:
        return _refusal(index, shown, error, ours, board)


def _refusal(
    index: int, shown: str | None, error: ValidationError, ours: bool, board: Board | None
) -> Refusal:
    first = error.errors(include_url=False, include_input=False)[0]
    head, *rest = first["loc"]
    path = str(head) if ours else _name_of(str(head), board)
    path += "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in rest)
    reason = _REASONS.get(first["type"], first["msg"].removeprefix("Value error, "))
    if first["type"] == "enum":
        reason = f"Must be {first['ctx']['expected']}."
    if board is not None:
        reason = f"Read as {board.name}: {reason[0].lower()}{reason[1:]}"
    return Refusal(index, shown, path[:200].encode(errors="replace").decode(), reason)


class OpportunityLoader:
    """Writes postings so that a file loaded twice, or after a crash in its middle, leaves each of them once."""

    def __init__(self, store: OpportunityStore) -> None:
        self._store = store

    async def load(
        self, parsed: ParsedPostings, progress: Callable[[int, int], None] | None = None
    ) -> LoadReport:
        """``progress`` is told how many of how many are done."""
        inserted = updated = unchanged = 0
        total = len(parsed.postings)
        claimed: set[str] = set()
        for start in range(0, total, _BATCH):
            batch, known = await self._identified(parsed, parsed.postings[start : start + _BATCH], claimed)
            records = [_record(id_, parsed.source, posting, known.get(id_)) for id_, posting in batch.items()]
            new = [record for record in records if record is not None and record.id not in known]
            changed = [record for record in records if record is not None and record.id in known]
            if new or changed:
                await self._store.write(new, changed)
            inserted += len(new)
            updated += len(changed)
            unchanged += len(batch) - len(new) - len(changed)
            if progress is not None:
                progress(start + len(batch), total)
        report = LoadReport(inserted, updated, unchanged, parsed.refused, parsed.unread)
        log.info(
            "opportunities.loaded",
            source=parsed.source,
            inserted=inserted,
            updated=updated,
            unchanged=unchanged,
            refused=len(report.refused),
            unread=len(report.unread),
        )
        return report

    async def _identified(
        self, parsed: ParsedPostings, postings: Sequence[Posting], claimed: set[str]
    ) -> tuple[dict[str, Posting], dict[str, KnownPosting]]:
        """Return the postings by their ids, and the stored ones.

        One that an earlier release stored under its former id keeps it if its place and url are the same; each of
        those is ``claimed`` once.
        """
        former = {
            posting.external_id: derived_id(
                "opportunity", parsed.source, parsed.former_ids[posting.external_id]
            )
            for posting in postings
            if posting.external_id in parsed.former_ids
        }
        ids = {
            each.external_id: derived_id("opportunity", parsed.source, each.external_id) for each in postings
        }
        known = await self._store.known(list(dict.fromkeys([*ids.values(), *former.values()])))
        batch: dict[str, Posting] = {}
        for posting in postings:
            id_, before = ids[posting.external_id], former.get(posting.external_id)
            if (
                before is None
                or id_ in known
                or before in claimed
                or not _is_same(known.get(before), posting)
            ):
                batch[id_] = posting
                continue
            claimed.add(before)
            external_id = parsed.former_ids[posting.external_id]
            batch[before] = posting.model_copy(update={"external_id": external_id})
        return batch, known


def _is_same(stored: KnownPosting | None, posting: Posting) -> bool:
    return stored is not None and (stored.url, stored.location) == (posting.url, posting.location)


def _record(id_: str, source: str, posting: Posting, known: KnownPosting | None) -> OpportunityRecord | None:
    """Return the record to write; None if it is stored already."""
    terms = _terms(posting)
    # The terms too, so that a release which finds words in another way writes them anew.
    content = "\x1f".join([posting.model_dump_json(), *terms])
    digest = hashlib.sha256(content.encode()).hexdigest()
    if known is not None and known.digest == digest:
        return None
    at = clock.now()
    # One that does not say when it was posted is as old as its first load.
    posted_at = posting.posted_at or (at if known is None else known.posted_at)
    return OpportunityRecord(
        id=id_,
        source=source,
        external_id=posting.external_id,
        title=posting.title,
        organization=posting.organization,
        kind=posting.kind,
        description=posting.description,
        required_skills=posting.required_skills,
        desired_skills=posting.desired_skills,
        location=posting.location,
        remote=posting.remote,
        salary=None if posting.salary is None else posting.salary.to_record(),
        url=posting.url,
        posted_at=posted_at,
        deadline_at=posting.deadline_at,
        status=posting.status,
        terms=terms,
        digest=digest,
        created_at=at if known is None else known.created_at,
        updated_at=at,
    )


def _terms(posting: Posting) -> list[str]:
    """Return the terms it is found by; of a long description only those of the beginning."""
    skills = [*posting.required_skills, *posting.desired_skills]
    found = chain(
        (skill_term(skill_key(skill)) for skill in skills),
        chain.from_iterable(search_words(skill, prose=False) for skill in skills),
        search_words(posting.title),
        search_words(posting.organization),
        search_words(posting.location or ""),
        search_words(posting.description),
    )
    return limited_terms(found, _MOST_TERMS, _MOST_UNSPACED)
