"""Opportunities: shared by everybody, read as a filtered list and by id."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.opportunities import OpportunityKind, OpportunityRecord, OpportunityStatus, OpportunityStore, Remote
from services.kit import clock
from services.kit.errors import InvalidInput
from services.kit.words.terms import wanted_skill, wanted_words

_LONGEST_SEARCH = 200
_LONGEST_SKILL = 100
_MOST_SKILLS = 20


@dataclass(frozen=True, slots=True)
class OpportunityQuery:
    """Filter of opportunities; an empty field excludes nothing. ``search``: all of its words, in any order."""

    kinds: Sequence[OpportunityKind] = ()
    remote: Sequence[Remote] = ()
    skills: Sequence[str] = ()
    search: str = ""
    status: OpportunityStatus = OpportunityStatus.OPEN


class Opportunities:
    """Reads of opportunities, the same for everybody."""

    def __init__(self, store: OpportunityStore) -> None:
        self._store = store

    async def page(
        self, query: OpportunityQuery, limit: int, after: tuple[datetime, str] | None = None
    ) -> list[OpportunityRecord]:
        """Newest posted first. Raises ``InvalidInput``."""
        return await self._store.page(
            now=clock.now(),
            status=query.status,
            kinds=query.kinds,
            remote=query.remote,
            terms=_terms(query),
            limit=limit,
            after=after,
        )

    async def get_many(self, ids: Sequence[str]) -> list[OpportunityRecord | None]:
        """In the order of the ids, None for what does not exist."""
        found = {record.id: record for record in await self._store.get_many(list(dict.fromkeys(ids)))}
        return [found.get(one) for one in ids]


def _terms(query: OpportunityQuery) -> list[tuple[str, ...]]:
    if len(query.search) > _LONGEST_SEARCH:
        raise InvalidInput("filter.search", f"Too long: the limit is {_LONGEST_SEARCH} characters.")
    if len(query.skills) > _MOST_SKILLS:
        raise InvalidInput("filter.skills", f"Too many skills: the limit is {_MOST_SKILLS}.")
    terms = wanted_words(query.search)
    for at, skill in enumerate(query.skills):
        wanted = wanted_skill(skill) if len(skill) <= _LONGEST_SKILL else ()
        if not wanted:
            raise InvalidInput(f"filter.skills[{at}]", "Not a skill name.")
        terms.append(wanted)
    return list(dict.fromkeys(terms))
