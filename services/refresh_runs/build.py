"""Builds refresh runs."""

from dataclasses import dataclass

from db.opportunities import OpportunityStore
from db.profiles import ProfileStore
from db.refresh_runs import RefreshRunStore
from services.background.tasks import Tasks
from services.career_actions.career_actions import CareerActions
from services.llm.port import Model
from services.matching.matches import Matches
from services.matching.shortlist import Shortlist
from services.promises.audits import Audits
from services.refresh_runs.refresh_runs import RefreshRuns
from services.refresh_runs.stages import RefreshStages
from services.registry import Deps, Room, Turn
from services.sync.changelog import Changelogs
from services.sync.wakeups import Wakeups


@dataclass(frozen=True, slots=True)
class RefreshOptions:
    """``candidates``: opportunities that are judged. ``max_tokens`` of a call for actions. ``rules`` judge what the
    model leaves open, and all of it where they are the model.
    """

    candidates: int
    max_tokens: int
    rules: Model


def build(deps: Deps) -> Room:
    """Return ``RefreshRuns`` and ``Audits``. Takes ``RefreshOptions``."""
    options, profile_of = deps.options[RefreshOptions], deps[ProfileStore].get
    store = RefreshRunStore(deps.database)
    stages = RefreshStages(
        deps.model,
        profile_of=profile_of,
        shortlist=deps[Shortlist],
        matches=deps[Matches],
        career_actions=deps[CareerActions],
        candidates=options.candidates,
        max_tokens=options.max_tokens,
        rules=options.rules,
        runs=store,
    )
    runs = RefreshRuns(
        store,
        deps[Tasks],
        deps[Wakeups],
        deps[Changelogs],
        stages={"matching": stages.matching, "generation": stages.generation},
        profile_of=profile_of,
        model_version=deps.model.version,
    )
    audits = Audits(profile_of, deps[Matches], OpportunityStore(deps.database))
    return Room(
        services=[runs, audits],
        listeners=[runs.hub.on_announcement],
        chores={
            Turn.HEALING: [runs.heal, runs.look],
            Turn.ANNOUNCING: [runs.announce_left],
            Turn.TAKING_OVER: [runs.sweep],
        },
    )
