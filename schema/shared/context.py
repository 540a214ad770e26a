"""Context of resolvers: ``info.context``."""

from dataclasses import dataclass, field
from typing import Any

import strawberry
from starlette.requests import HTTPConnection

from schema.shared.loaders import Loaders
from services.identity.callers import Caller
from services.kit.errors import Unauthenticated
from services.registry import Services


@dataclass(slots=True)
class Context:
    """Context of one request, or of one websocket connection whose operations share the caller.

    ``ended``: the caller's rights have ended since, because the token did or was revoked.
    """

    services: Services
    loaders: Loaders
    connection: HTTPConnection
    caller: Caller | None = None
    ended: bool = False
    connection_params: dict[str, Any] | None = field(default=None, repr=False)

    def signed_in(self) -> Caller:
        """The caller, or ``Unauthenticated``."""
        if self.caller is None or self.ended:
            raise Unauthenticated
        return self.caller


Info = strawberry.Info[Context, None]
