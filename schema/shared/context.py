"""Context of resolvers: ``info.context``."""

from dataclasses import dataclass, field
from typing import Any

import strawberry
from starlette.requests import HTTPConnection

from db.sync.changelog import PositionRecord
from schema.shared.loaders import Loaders
from services.identity.callers import Caller
from services.kit.errors import Unauthenticated
from services.registry import Services

LARGE_ANSWER = "large_answer"
"""Set in the state of a connection whose answers may hold whole documents."""


@dataclass(slots=True)
class Context:
    """Context of one request, or of one websocket connection whose operations share the caller.

    ``ended``: the caller's rights have ended since, because the token did or was revoked.
    ``rests_on``: positions of changelogs that stood before what they number was read for the answer, one for each
    root field; None where nobody asks.
    """

    services: Services
    loaders: Loaders
    connection: HTTPConnection
    caller: Caller | None = None
    ended: bool = False
    rests_on: list[PositionRecord | None] | None = field(default=None, repr=False)
    connection_params: dict[str, Any] | None = field(default=None, repr=False)

    def rest(self, position: PositionRecord | None) -> None:
        """Note that a root field's value changes only after the changelog has moved on from this position."""
        if self.rests_on is not None:
            self.rests_on.append(position)

    def signed_in(self) -> Caller:
        """The caller, or ``Unauthenticated``."""
        if self.caller is None or self.ended:
            raise Unauthenticated
        return self.caller

    def expect_large_answer(self) -> None:
        """Note that a whole document goes into the answer, which takes long to encode."""
        setattr(self.connection.state, LARGE_ANSWER, True)


Info = strawberry.Info[Context, None]
