"""Opportunities: shared by everybody, loaded in bulk, one document a posting (source and external id)."""

from datetime import datetime
from enum import StrEnum

from db.records import Document, Record


class OpportunityKind(StrEnum):
    JOB = "JOB"
    FELLOWSHIP = "FELLOWSHIP"
    TRAINING = "TRAINING"
    VOLUNTEER = "VOLUNTEER"
    GRANT = "GRANT"


class Remote(StrEnum):
    """JSON Resume's level of remote work."""

    FULL = "FULL"
    HYBRID = "HYBRID"
    NONE = "NONE"


class OpportunityStatus(StrEnum):
    OPEN = "OPEN"
    CLOSED = "CLOSED"


class SalaryRecord(Record):
    """``minimum`` and ``maximum`` are a year's gross in ``currency`` (ISO 4217); ``text`` is what the posting says."""

    text: str
    minimum: int | None = None
    maximum: int | None = None
    currency: str | None = None


class OpportunityRecord(Document):
    """``terms`` are the lower-cased words and skills it is found by; ``digest`` tells whether a posting changed."""

    source: str
    external_id: str
    title: str
    organization: str
    kind: OpportunityKind
    description: str
    required_skills: list[str] = []
    desired_skills: list[str] = []
    location: str | None = None
    remote: Remote | None = None
    salary: SalaryRecord | None = None
    url: str | None = None
    posted_at: datetime
    deadline_at: datetime | None = None
    status: OpportunityStatus = OpportunityStatus.OPEN
    terms: list[str] = []
    digest: str
    created_at: datetime
    updated_at: datetime
