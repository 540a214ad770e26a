"""A posting with the facts that decide whether it fits, as the first look and the judge see it. Pure."""

from dataclasses import dataclass, field
from datetime import datetime

from db.opportunities import OpportunityKind, OpportunityRecord, Remote
from services.kit.words.terms import words
from services.matching.levels import asked_years
from services.matching.postings import LearntPosting, as_bytes, from_bytes, learnt, mass_of

_FIRST_LOOK = 12


@dataclass(frozen=True, slots=True)
class Candidate:
    """An opportunity as the ranking sees it. ``mass`` is how much its words tell together.

    ``columns`` and ``likeness`` are the best of the form's, by which a first look goes over all candidates.
    """

    id: str
    kind: OpportunityKind
    form: LearntPosting
    asked_years: float
    remote: Remote | None
    places: frozenset[str]
    salary_maximum: int | None
    salary_currency: str | None
    posted_at: datetime
    deadline_at: datetime | None
    mass: float = field(init=False)
    columns: tuple[int, ...] = field(init=False)
    likeness: tuple[float, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "mass", mass_of(self.form))
        object.__setattr__(self, "columns", tuple(self.form.columns[:_FIRST_LOOK]))
        object.__setattr__(self, "likeness", tuple(self.form.likeness[:_FIRST_LOOK]))

    @classmethod
    def of(cls, record: OpportunityRecord) -> "Candidate":
        salary = record.salary
        return cls(
            id=record.id,
            kind=record.kind,
            form=learnt(record),
            asked_years=asked_years(record.title, record.kind),
            remote=record.remote,
            places=frozenset(words(record.location or "")),
            salary_maximum=salary.maximum if salary else None,
            salary_currency=salary.currency if salary else None,
            posted_at=record.posted_at,
            deadline_at=record.deadline_at,
        )

    @classmethod
    def restored(cls, id_: str, data: bytes) -> "Candidate":
        """Return the candidate whose ``kept`` this is."""
        form, facts = from_bytes(data)
        kind, years, remote, places, salary, currency, posted, deadline = facts
        return cls(
            id=id_,
            kind=OpportunityKind(kind),
            form=form,
            asked_years=years,
            remote=None if remote is None else Remote(remote),
            places=frozenset(places),
            salary_maximum=salary,
            salary_currency=currency,
            posted_at=datetime.fromisoformat(posted),
            deadline_at=None if deadline is None else datetime.fromisoformat(deadline),
        )

    @property
    def kept(self) -> bytes:
        """All of it but the id, in the shape in which it is kept."""
        facts = [
            self.kind,
            self.asked_years,
            self.remote,
            sorted(self.places),
            self.salary_maximum,
            self.salary_currency,
            self.posted_at.isoformat(),
            None if self.deadline_at is None else self.deadline_at.isoformat(),
        ]
        return as_bytes(self.form, facts)
