"""Lists of job boards, turned into JSON Resume's job schema: schema.org's JobPosting, Greenhouse, Lever."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from services.opportunities.job_fields import line_of, place_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BOARD_HOSTS = ("lever.co", "greenhouse.io")


@dataclass(frozen=True, slots=True)
class Board:
    """A format: its name, how an item becomes a job, and its names of what the job schema calls otherwise."""

    name: str
    job: Callable[[Mapping[str, Any]], dict[str, Any]]
    names: Mapping[str, str] = field(default_factory=dict)


def board_of(item: object) -> Board | None:
    """Return the format that an item is in, None for the job schema's own and for what is not known."""
    if not isinstance(item, Mapping):
        return None
    kinds = item.get("@type")
    if kinds == "JobPosting" or (isinstance(kinds, list) and "JobPosting" in kinds):
        return _JSON_LD
    if "absolute_url" in item and "title" in item:
        return _GREENHOUSE
    if "text" in item and ("categories" in item or "hostedUrl" in item):
        return _LEVER
    return None


def listed_postings(document: Mapping[str, Any]) -> list[Any] | None:
    """Return the postings of a JSON-LD document: itself, its graph's, or its list's; None if it has none."""
    if board_of(document) is not None:
        return [document]
    for key in ("@graph", "itemListElement"):
        if isinstance(document.get(key), list):
            items = [each.get("item", each) if isinstance(each, Mapping) else each for each in document[key]]
            found = [each for each in items if board_of(each) is not None]
            if found:
                return found
    return None


def _json_ld(item: Mapping[str, Any]) -> dict[str, Any]:
    kinds = item.get("employmentType")
    telecommute = "TELECOMMUTE" in line_of(item.get("jobLocationType")).upper()
    return {
        "id": _value(item.get("identifier"), "value"),
        "title": item.get("title") or item.get("name"),
        "company": _value(item.get("hiringOrganization"), "name"),
        "type": " ".join(map(line_of, kinds)) if isinstance(kinds, list) else kinds,
        "description": item.get("description"),
        "experience": _experience(item.get("experienceRequirements")),
        "responsibilities": item.get("responsibilities"),
        "qualifications": item.get("qualifications"),
        "skills": item.get("skills"),
        "location": item.get("jobLocation") or item.get("applicantLocationRequirements"),
        "remote": "Full" if telecommute else None,
        "salary": item.get("baseSalary") or item.get("estimatedSalary"),
        "url": item.get("url"),
        "posted_at": item.get("datePosted"),
        "validThrough": item.get("validThrough"),
    }


def _greenhouse(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": item.get("id"),
        "title": item.get("title"),
        "company": item.get("company_name") or _board_name(item.get("absolute_url")),
        "description": item.get("content"),
        "location": place_of(item.get("location")) or item.get("offices"),
        "url": item.get("absolute_url"),
        "posted_at": item.get("first_published") or item.get("updated_at"),
        "validThrough": item.get("application_deadline"),
    }


def _lever(item: Mapping[str, Any]) -> dict[str, Any]:
    found = item.get("categories")
    categories: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    return {
        "id": item.get("id"),
        "title": item.get("text"),
        "company": _board_name(item.get("hostedUrl")),
        "type": categories.get("commitment"),
        "description": _lever_description(item),
        "location": categories.get("allLocations") or categories.get("location"),
        "remote": None if item.get("workplaceType") == "unspecified" else item.get("workplaceType"),
        "salary": item.get("salaryRange") or item.get("salaryDescriptionPlain"),
        "url": item.get("hostedUrl"),
        "posted_at": _moment(item.get("createdAt")),
    }


def _lever_description(item: Mapping[str, Any]) -> list[Any]:
    """Return its description, lists and closing words."""
    found = item.get("lists")
    lists = [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []
    parts = [item.get("descriptionPlain") or item.get("description")]
    parts += [part for each in lists for part in (each.get("text"), each.get("content"))]
    parts.append(item.get("additionalPlain") or item.get("additional"))
    return [part for part in parts if part]


def _value(value: object, key: str) -> object:
    return value.get(key) if isinstance(value, Mapping) else value


def _experience(value: object) -> object:
    months = _value(value, "monthsOfExperience")
    return f"{line_of(months)} months" if isinstance(value, Mapping) and line_of(months) else value


def _board_name(url: object) -> str | None:
    """Return the company in the address of a board, as "acme" in https://jobs.lever.co/acme/1."""
    try:
        parts = urlsplit(line_of(url))
        known = (parts.hostname or "").endswith(_BOARD_HOSTS)
    except ValueError:
        return None
    return (parts.path.strip("/").split("/")[0] or None) if known else None


def _moment(value: object) -> object:
    """Return milliseconds since 1970 as ISO 8601; all else as it is."""
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    try:
        return (_EPOCH + timedelta(milliseconds=value)).isoformat()
    except OverflowError:
        return str(value)


_JSON_LD = Board(
    "schema.org's JobPosting",
    _json_ld,
    {
        "id": "identifier",
        "company": "hiringOrganization",
        "type": "employmentType",
        "location": "jobLocation",
        "salary": "baseSalary",
        "date": "datePosted",
    },
)
_GREENHOUSE = Board(
    "a job of Greenhouse",
    _greenhouse,
    {"company": "company_name", "description": "content", "url": "absolute_url", "date": "first_published"},
)
_LEVER = Board(
    "a posting of Lever",
    _lever,
    {
        "title": "text",
        "company": "hostedUrl",
        "description": "descriptionPlain",
        "salary": "salaryRange",
        "remote": "workplaceType",
        "date": "createdAt",
        "url": "hostedUrl",
    },
)
