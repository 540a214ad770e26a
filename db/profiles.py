"""Profiles: one document a person, its id derived from the owner's, changed only by compare-and-set."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from db.accounts import made, refuse_deleted
from db.driver.client import Database
from db.driver.collections import PersonalCollection
from db.driver.durable import compare_and_set, insert_once, next_version
from db.driver.records import Record
from db.sync.outbox import UNANNOUNCED, MarkedRecord, Outbox
from db.sync.outcomes import OutcomeRecord, OutcomeStore


class SkillSource(StrEnum):
    """Source of a skill."""

    RESUME = "RESUME"
    PERSON = "PERSON"
    CONVERSATION = "CONVERSATION"


class RemotePreference(StrEnum):
    """Preference for remote work."""

    REMOTE_ONLY = "REMOTE_ONLY"
    REMOTE_PREFERRED = "REMOTE_PREFERRED"
    ON_SITE_PREFERRED = "ON_SITE_PREFERRED"
    ANY = "ANY"


class LocationRecord(Record):
    city: str | None = None
    region: str | None = None
    country_code: str | None = None


class SkillRecord(Record):
    name: str
    level: str | None = None
    keywords: list[str] = []
    source: SkillSource = SkillSource.PERSON


class WorkRecord(Record):
    """``name`` is the employer, as in JSON Resume; dates are ISO 8601, possibly cut to year or month."""

    name: str | None = None
    position: str | None = None
    location: str | None = None
    description: str | None = None
    url: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    summary: str | None = None
    highlights: list[str] = []


class EducationRecord(Record):
    institution: str | None = None
    area: str | None = None
    study_type: str | None = None
    url: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    score: str | None = None
    courses: list[str] = []


class ProjectRecord(Record):
    name: str | None = None
    description: str | None = None
    entity: str | None = None
    type: str | None = None
    url: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    highlights: list[str] = []
    keywords: list[str] = []
    roles: list[str] = []


class PublicationRecord(Record):
    name: str | None = None
    publisher: str | None = None
    release_date: str | None = None
    url: str | None = None
    summary: str | None = None


class CertificateRecord(Record):
    """Certificate, licence or registration; ``date`` is when it was granted, as written."""

    name: str | None = None
    issuer: str | None = None
    date: str | None = None
    url: str | None = None


class VolunteerRecord(Record):
    organization: str | None = None
    position: str | None = None
    url: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    summary: str | None = None
    highlights: list[str] = []


class LanguageRecord(Record):
    language: str | None = None
    fluency: str | None = None


class InterestRecord(Record):
    name: str
    keywords: list[str] = []


class ConstraintsRecord(Record):
    """``salary_minimum``: a year's gross in ``salary_currency`` (ISO 4217); ``work_permits``: ISO 3166-1 alpha-2."""

    remote: RemotePreference = RemotePreference.ANY
    places: list[str] = []
    work_permits: list[str] = []
    salary_minimum: int | None = None
    salary_currency: str | None = None
    hours_per_week: int | None = None


class LearningKind(StrEnum):
    """Kind of a learning. In lower case it names the field of ``ProfilePartRecord`` that holds it."""

    SKILL = "SKILL"
    WORK = "WORK"
    PROJECT = "PROJECT"
    EDUCATION = "EDUCATION"
    VOLUNTEER = "VOLUNTEER"
    INTEREST = "INTEREST"
    GOAL = "GOAL"
    CONSTRAINT = "CONSTRAINT"


class ConstraintsPartRecord(Record):
    """Some of the constraints: what is None or empty is not spoken of."""

    remote: RemotePreference | None = None
    places: list[str] = []
    work_permits: list[str] = []
    salary_minimum: int | None = None
    salary_currency: str | None = None
    hours_per_week: int | None = None


class ProfilePartRecord(Record):
    """One part of a profile: exactly one field is set."""

    skill: SkillRecord | None = None
    work: WorkRecord | None = None
    project: ProjectRecord | None = None
    education: EducationRecord | None = None
    volunteer: VolunteerRecord | None = None
    interest: InterestRecord | None = None
    goal: str | None = None
    constraint: ConstraintsPartRecord | None = None


class LearnedRecord(Record):
    """Change that a learning made to the profile, ``before`` being None for what it added.

    ``version`` is that of the learning whose state the profile shows: an older one changes nothing any more.
    ``after`` is None once the change is undone.
    """

    learning_id: str
    kind: LearningKind
    version: int
    before: ProfilePartRecord | None = None
    after: ProfilePartRecord | None = None


class ProfileRecord(MarkedRecord):
    """``resume`` is the imported JSON Resume document as JSON text: export keeps what has no field here.

    The changes up to ``resume_version`` of the profile are written into it. ``changed_by`` is the id of the mutation's
    record that made this version, where there is one, ``last_write`` names the write: two may say the same.
    """

    owner: str
    name: str | None = None
    headline: str | None = None
    summary: str | None = None
    location: LocationRecord = LocationRecord()
    skills: list[SkillRecord] = []
    work: list[WorkRecord] = []
    education: list[EducationRecord] = []
    projects: list[ProjectRecord] = []
    publications: list[PublicationRecord] = []
    certificates: list[CertificateRecord] = []
    volunteer: list[VolunteerRecord] = []
    languages: list[LanguageRecord] = []
    research_interests: list[InterestRecord] = []
    career_goals: list[str] = []
    constraints: ConstraintsRecord = ConstraintsRecord()
    resume: str | None = None
    resume_version: int | None = None
    learned: list[LearnedRecord] = []
    changed_by: str | None = None
    last_write: str = ""
    created_at: datetime
    updated_at: datetime


KIND = "PROFILE"
"""The list's name in the changelog."""

COLLECTION: PersonalCollection[ProfileRecord] = PersonalCollection(  # found by ``_id``, also the shard key
    name="profiles",
    owner="_id",
    export="on the first page, as `profile`",
    deleted_last=True,
    indexes=[UNANNOUNCED],
)


class ProfileStore(Outbox[ProfileRecord]):
    """Profiles by id."""

    owner: ClassVar[str] = "id"

    def __init__(self, database: Database) -> None:
        super().__init__(database[COLLECTION.name], ProfileRecord)
        self._database = database
        self._profiles = database[COLLECTION.name]
        self._outcomes = OutcomeStore(database)

    async def get(self, profile_id: str) -> ProfileRecord | None:
        document = await self._profiles.find_one({"_id": profile_id})
        return None if document is None else ProfileRecord.from_bson(document)

    async def insert(self, profile: ProfileRecord) -> bool:
        """False when the person has a profile already. Raises ``AccountDeleted``."""
        # Before as well: what was begun while the deletion stands would go with the last of it.
        await refuse_deleted(self._database, COLLECTION, profile.id)
        return await made(self._insert(profile), self._database, COLLECTION, profile.id)

    async def _insert(self, profile: ProfileRecord) -> bool:
        return await insert_once(self._profiles, profile.to_bson(), identity=["last_write"])

    async def replace(self, profile: ProfileRecord, before: ProfileRecord) -> bool:
        """Write the whole profile over that; False when that is not the present one any more.

        Keeps the outcome of the mutation that made ``before``, which nothing would tell of after this.
        """
        if before.changed_by is not None:
            outcome = OutcomeRecord(id=before.id, version=before.version)
            await self._outcomes.settle(before.id, before.changed_by, outcome)
        version = before.version
        document = profile.to_bson()
        query = {"_id": document.pop("_id"), "version": version}
        verdict = next_version(version, {"last_write": profile.last_write})
        return await compare_and_set(self._profiles, query, {"$set": document}, verdict)

    def as_read(self, record: ProfileRecord) -> dict[str, Any]:
        # Whoever begins anew after a deletion comes to the same id and versions, but not at the same moment.
        return {"_id": record.id, "version": record.version, "created_at": record.created_at}
