"""Mutations under the client's own id: made once, and answered the same when they are asked for again."""

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from hashlib import sha256
from typing import Protocol, TypeVar

from db.sync.outcomes import OutcomeRecord
from resolvers.fields.arguments import mutation_id_of
from schema.shared.context import Info
from services.background.mutations import Asked, Claim, Made, Mutations

T = TypeVar("T")


class Versioned(Protocol):
    """An object of a person's, as the database has it."""

    @property
    def id(self) -> str: ...

    @property
    def version(self) -> int: ...


VersionedT = TypeVar("VersionedT", bound=Versioned)


async def once(
    info: Info,
    mutation_id: str | None,
    arguments: Mapping[str, object],
    perform: Callable[[Claim | None], Awaitable[VersionedT]],
    recall: Callable[[str], Awaitable[VersionedT]],
) -> VersionedT:
    """Return the object that ``perform`` changes or makes; asked for again, what ``recall`` finds by its id.

    ``arguments`` are all others of the root field. Without an id the mutation is made each time.
    """
    asked = _asked(info, mutation_id, arguments)
    if asked is None:
        return await perform(None)
    mutations = info.context.services[Mutations]
    return await mutations.once(asked, perform, _outcome_of, lambda made: recall(made.id))


async def once_planned(
    info: Info,
    mutation_id: str | None,
    arguments: Mapping[str, object],
    perform: Callable[[Claim | None], Awaitable[T]],
    recall: Callable[[Made], Awaitable[T]],
) -> T:
    """``once`` for a mutation that keeps a part of its answer as its plan."""
    asked = _asked(info, mutation_id, arguments)
    if asked is None:
        return await perform(None)
    return await info.context.services[Mutations].once(asked, perform, lambda _made: OutcomeRecord(), recall)


def _asked(info: Info, mutation_id: str | None, arguments: Mapping[str, object]) -> Asked | None:
    checked = mutation_id_of(mutation_id)
    if checked is None:
        return None
    text = json.dumps(arguments, sort_keys=True, default=_as_text)
    digest = sha256(text.encode()).hexdigest()
    return Asked(info.context.signed_in().profile_id, info.field_name, checked, digest)


def _as_text(value: object) -> str:
    if isinstance(value, date):  # or a time
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _outcome_of(made: Versioned) -> OutcomeRecord:
    return OutcomeRecord(id=made.id, version=made.version)
