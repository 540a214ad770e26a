"""JSON Resume v1 as pydantic models, for validation only: what is stored and exported is the document itself.

As in the format's JSON Schema, no property is required, each may have others beside it, and null is not text.
Wider than the schema in one point: an empty date is taken, because many generators write one.
Formats (addresses, e-mail) are not enforced, as JSON Schema draft 7 leaves them to be notes.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from services.kit.errors import InvalidInput
from services.profiles.resume_bounds import path_of

PartialDate = Annotated[str, Field(pattern=r"^([12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?)?$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True, alias_generator=to_camel, protected_namespaces=())


class _Location(_Part):
    address: str = ""
    postal_code: str = ""
    city: str = ""
    country_code: str = ""
    region: str = ""


class _Account(_Part):
    network: str = ""
    username: str = ""
    url: str = ""


class _Basics(_Part):
    name: str = ""
    label: str = ""
    image: str = ""
    email: str = ""
    phone: str = ""
    url: str = ""
    summary: str = ""
    location: _Location = _Location()
    profiles: list[_Account] = []


class _Period(_Part):
    url: str = ""
    start_date: PartialDate = ""
    end_date: PartialDate = ""


class _Work(_Period):
    name: str = ""
    location: str = ""
    description: str = ""
    position: str = ""
    summary: str = ""
    highlights: list[str] = []


class _Volunteer(_Period):
    organization: str = ""
    position: str = ""
    summary: str = ""
    highlights: list[str] = []


class _Education(_Period):
    institution: str = ""
    area: str = ""
    study_type: str = ""
    score: str = ""
    courses: list[str] = []


class _Project(_Period):
    name: str = ""
    description: str = ""
    highlights: list[str] = []
    keywords: list[str] = []
    roles: list[str] = []
    entity: str = ""
    type: str = ""


class _Award(_Part):
    title: str = ""
    date: PartialDate = ""
    awarder: str = ""
    summary: str = ""


class _Certificate(_Part):
    name: str = ""
    date: PartialDate = ""
    url: str = ""
    issuer: str = ""


class _Publication(_Part):
    name: str = ""
    publisher: str = ""
    release_date: PartialDate = ""
    url: str = ""
    summary: str = ""


class _Skill(_Part):
    name: str = ""
    level: str = ""
    keywords: list[str] = []


class _Language(_Part):
    language: str = ""
    fluency: str = ""


class _Interest(_Part):
    name: str = ""
    keywords: list[str] = []


class _Reference(_Part):
    name: str = ""
    reference: str = ""


class _Meta(_Part):
    canonical: str = ""
    version: str = ""
    last_modified: str = ""


class _Resume(_Part):
    schema_: str = Field("", alias="$schema")
    basics: _Basics = _Basics()
    work: list[_Work] = []
    volunteer: list[_Volunteer] = []
    education: list[_Education] = []
    awards: list[_Award] = []
    certificates: list[_Certificate] = []
    publications: list[_Publication] = []
    skills: list[_Skill] = []
    languages: list[_Language] = []
    interests: list[_Interest] = []
    references: list[_Reference] = []
    projects: list[_Project] = []
    meta: _Meta = _Meta()


_MESSAGES = {
    "string_type": "Must be text; leave it out when there is none.",
    "list_type": "Must be a list.",
    "model_type": "Must be an object.",
    "string_pattern_mismatch": "Must be a date such as 2024, 2024-05 or 2024-05-31.",
}


def check_schema(document: dict[str, Any]) -> None:
    """Return if the document is a JSON Resume. Raises ``InvalidInput`` naming the first field that is not."""
    fresh = _looks_fresh(document)
    hint = " The document looks like FRESH, another format: convert it to JSON Resume first." if fresh else ""
    try:
        _Resume.model_validate(document)
    except ValidationError as error:
        details: ErrorDetails = error.errors(include_url=False, include_context=False, include_input=False)[0]
        message = _MESSAGES.get(details["type"], "This does not fit JSON Resume.")
        raise InvalidInput(path_of("resume", *details["loc"]), message + hint) from None
    if fresh:
        raise InvalidInput("resume", hint.strip())
    if document and not document.keys() & {
        field.alias or name for name, field in _Resume.model_fields.items()
    }:
        # The schema lets any object pass; taking this one would leave an empty profile in place of a full one.
        raise InvalidInput("resume", "No JSON Resume section found, such as basics, work or skills.")


def _looks_fresh(document: dict[str, Any]) -> bool:
    """FRESH shares no section's shape with JSON Resume: its sections are objects with a ``history``."""
    meta = document.get("meta")
    declared = meta.get("format") if isinstance(meta, dict) else None
    if isinstance(declared, str) and declared.upper().startswith("FRESH"):
        return True
    employment = document.get("employment")
    return (
        isinstance(employment, dict) and "history" in employment and not {"basics", "work"} & document.keys()
    )
