"""The project's own sample people and opportunities: fictional, for a first look at a running product."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from db.opportunities import OpportunityStore
from services.identity.callers import Caller
from services.kit import clock
from services.kit.errors import AccountGone
from services.opportunities.importing import LoadReport, OpportunityLoader, ParsedPostings, parse_postings
from services.profiles.profiles import Profiles

PEOPLE = ("ada", "ben", "chioma", "dana", "elif")


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """Someone to sign in as."""

    user_id: str
    name: str
    headline: str


@dataclass(frozen=True, slots=True)
class Samples:
    """Numbers of people and opportunities after loading."""

    people: list[SamplePerson]
    opportunities: LoadReport


def sample_resume(user_id: str) -> dict[str, Any]:
    """The JSON Resume document of one of ``PEOPLE``."""
    document: dict[str, Any] = json.loads(_text(f"people/{user_id}.json"))
    return document


def sample_postings(now: datetime) -> ParsedPostings:
    """The opportunities, their dates counted from the day of ``now`` so that none of them is stale."""
    document = json.loads(_text("opportunities.json"))
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for item in document["opportunities"]:
        item["postedAt"] = (today - timedelta(days=item.pop("postedDaysAgo"))).isoformat()
        if (days := item.pop("deadlineInDays", None)) is not None:
            item["deadlineAt"] = (today + timedelta(days=days)).date().isoformat()
    return parse_postings(json.dumps(document), default_source="samples")


async def load_samples(profiles: Profiles, opportunities: OpportunityStore) -> Samples:
    """Make what is missing and bring the opportunities' dates up to today. A profile that exists is left alone.

    Whose account was deleted a moment ago is left out, until it may be begun again.
    """
    now = clock.now()
    report = await OpportunityLoader(opportunities).load(sample_postings(now))
    people = []
    for user_id in PEOPLE:
        resume = sample_resume(user_id)
        caller = Caller(user_id=user_id, expires_at=now + timedelta(minutes=1))
        try:
            if await profiles.get(caller) is None:
                await profiles.import_resume(caller, resume)
        except AccountGone:
            continue  # somebody has just tried what it is like to delete an account
        basics = resume["basics"]
        people.append(SamplePerson(user_id, basics["name"], basics["label"]))
    return Samples(people, report)


def _text(path: str) -> str:
    return files(__name__).joinpath(path).read_text(encoding="utf-8")
