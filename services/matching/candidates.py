"""A posting with the facts that decide whether it fits, as the first look and the judge see it. Pure."""

from dataclasses import dataclass
from datetime import datetime

from db.opportunities import OpportunityKind, OpportunityRecord, Remote
from services.kit.words.terms import words
from services.matching.levels import asked_years
from services.matching.postings import LearntPosting, learnt, mass_of


@dataclass(frozen=True, slots=True)
class Candidate:
    """An opportunity as the ranking sees it. ``mass`` is how much its words tell together."""

    id: str
    kind: OpportunityKind
    form: LearntPosting
    mass: float
    asked_years: float
    remote: Remote | None
    places: frozenset[str]
    salary_maximum: int | None
    salary_currency: str | None
    posted_at: datetime
    deadline_at: datetime | None

    @classmethod
    def of(cls, record: OpportunityRecord, form: LearntPosting | None = None) -> "Candidate":
        form = learnt(record) if form is None else form
        salary = record.salary
        return cls(
            id=record.id,
            kind=record.kind,
            form=form,
            mass=mass_of(form),
            asked_years=asked_years(record.title, record.kind),
            remote=record.remote,
            places=frozenset(words(record.location or "")),
            salary_maximum=salary.maximum if salary else None,
            salary_currency=salary.currency if salary else None,
            posted_at=record.posted_at,
            deadline_at=record.deadline_at,
        )
