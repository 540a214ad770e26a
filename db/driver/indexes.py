"""All indexes, gathered from the modules whose queries need them."""

from db import (
    accounts,
    budgets,
    career_actions,
    learnings,
    matches,
    messages,
    opportunities,
    profiles,
    refresh_runs,
    revocations,
    webhooks,
)
from db.driver.client import Index
from db.sync import changelog

ALL_INDEXES: list[Index] = [
    *accounts.INDEXES,
    *budgets.INDEXES,
    *career_actions.INDEXES,
    *learnings.INDEXES,
    *matches.INDEXES,
    *messages.INDEXES,
    *opportunities.INDEXES,
    *profiles.INDEXES,
    *refresh_runs.INDEXES,
    *revocations.INDEXES,
    *changelog.INDEXES,
    *webhooks.INDEXES,
]
