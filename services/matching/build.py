"""Builds matches."""

from db.learnt_postings import LearntPostingStore
from db.match_inputs import MatchInputsStore
from db.matches import MatchStore
from db.opportunities import OpportunityStore
from services.matching.matches import Matches
from services.matching.shortlist import Shortlist
from services.registry import Deps, Room
from services.sync.changelog import Changelogs


def build(deps: Deps) -> Room:
    """Return ``Matches`` and ``Shortlist``."""
    shortlist = Shortlist(OpportunityStore(deps.database), LearntPostingStore(deps.database))
    store, inputs = MatchStore(deps.database), MatchInputsStore(deps.database)
    return Room(services=[Matches(store, inputs, deps[Changelogs]), shortlist])
