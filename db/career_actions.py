"""Career actions: one document each, changed only by compare-and-set on ``version``."""

from datetime import datetime
from enum import StrEnum

from db.records import Document, Record


class ActionType(StrEnum):
    REPLICATE = "REPLICATE"
    COLLABORATE = "COLLABORATE"
    START_ORG = "START_ORG"
    IDENTIFY_GAPS = "IDENTIFY_GAPS"
    VOLUNTEER = "VOLUNTEER"
    BUILD_TOOLS = "BUILD_TOOLS"
    TEACH_WRITE = "TEACH_WRITE"
    DEVELOP_SKILLS = "DEVELOP_SKILLS"


class ActionStatus(StrEnum):
    SUGGESTED = "SUGGESTED"
    SAVED = "SAVED"
    DISMISSED = "DISMISSED"
    IN_PROGRESS = "IN_PROGRESS"
    DONE = "DONE"


class PendingRecord(Record):
    """A change that is written but not yet numbered in the profile's stream."""

    version: int
    mutation_id: str | None = None


class CareerActionRecord(Document):
    """``batch`` is the generation that a suggested action belongs to: it shows only while that one is current."""

    profile_id: str
    type: ActionType
    title: str
    description: str
    rationale: str
    profile_basis: list[str]
    status: ActionStatus
    run_id: str
    batch: str
    model_version: str
    created_at: datetime
    saved_at: datetime | None = None
    dismissed_at: datetime | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    completion_conversation_started: bool = False
    version: int
    pending: list[PendingRecord] = []
    unannounced: bool = False
    touched_at: datetime
