"""All features, in the order in which they are built and in which their root fields stand in the schema."""

from resolvers.execution.feature import Feature
from resolvers.fields import (
    accounts,
    applications,
    career_actions,
    learnings,
    matches,
    messages,
    opportunities,
    profiles,
    refresh_runs,
    shared,
)

FEATURES: tuple[Feature, ...] = (
    shared.FEATURE,
    profiles.FEATURE,
    opportunities.FEATURE,
    matches.FEATURE,
    opportunities.SIMILAR,
    career_actions.FEATURE,
    refresh_runs.FEATURE,
    messages.FEATURE,
    learnings.FEATURE,
    applications.FEATURE,
    accounts.FEATURE,
)
