"""Profiles: one document a person, its id derived from the owner's."""

from datetime import datetime
from enum import StrEnum

from db.records import Document, Record


class SkillSource(StrEnum):
    """Where a skill came from."""

    RESUME = "RESUME"
    PERSON = "PERSON"
    CONVERSATION = "CONVERSATION"


class RemotePreference(StrEnum):
    """How the person wants to work."""

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
    """``salary_minimum`` is a year's gross in ``salary_currency`` (ISO 4217); ``work_permits`` ISO 3166-1 alpha-2."""

    remote: RemotePreference = RemotePreference.ANY
    places: list[str] = []
    work_permits: list[str] = []
    salary_minimum: int | None = None
    salary_currency: str | None = None
    hours_per_week: int | None = None


class ProfileRecord(Document):
    """``resume`` is the imported JSON Resume document, verbatim JSON text, from which export keeps what has no field."""

    owner: str
    version: int
    name: str | None = None
    headline: str | None = None
    summary: str | None = None
    location: LocationRecord = LocationRecord()
    skills: list[SkillRecord] = []
    work: list[WorkRecord] = []
    education: list[EducationRecord] = []
    projects: list[ProjectRecord] = []
    publications: list[PublicationRecord] = []
    volunteer: list[VolunteerRecord] = []
    languages: list[LanguageRecord] = []
    research_interests: list[InterestRecord] = []
    career_goals: list[str] = []
    constraints: ConstraintsRecord = ConstraintsRecord()
    resume: str | None = None
    created_at: datetime
    updated_at: datetime
