"""All indexes, gathered from the modules whose queries need them."""

from db import career_actions, learnings, matches, messages, opportunities, profiles, refresh_runs, streams
from db.client import Index

ALL_INDEXES: list[Index] = [
    *career_actions.INDEXES,
    *learnings.INDEXES,
    *matches.INDEXES,
    *messages.INDEXES,
    *opportunities.INDEXES,
    *profiles.INDEXES,
    *refresh_runs.INDEXES,
    *streams.INDEXES,
]
