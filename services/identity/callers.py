"""Callers and their tokens (RFC 6750, RFC 7519)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol, TypeGuard

from services.kit.errors import Unauthenticated
from services.kit.ids import one_spelling, profile_id_of

MAX_TOKEN = 8192
MAX_USER_ID = 255
REQUIRED_CLAIMS = ["exp", "sub"]

_BEARER = re.compile(r"bearer +([A-Za-z0-9\-._~+/]+=*)", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Caller:
    """A known person. ``expires_at`` is when the token ends; the rest is what else the token says of itself.

    ``administrator``: the person runs this installation, which gives no right to anybody's content.
    """

    user_id: str
    expires_at: datetime
    issued_at: datetime | None = None
    session: str | None = None
    token_id: str | None = None
    administrator: bool = False

    @property
    def profile_id(self) -> str:
        """The id of the caller's one profile, whether or not it exists yet."""
        return profile_id_of(self.user_id)


class InvalidToken(Unauthenticated):
    """The token cannot be used. Why stays here: it would help somebody who forges one."""

    def __init__(self) -> None:
        super().__init__("The token is not valid. Sign in again.")


class ExpiredToken(Unauthenticated):
    """The token was good once."""

    def __init__(self) -> None:
        super().__init__("The token has expired. Sign in again.")


class Identity(Protocol):
    """Implemented by the local signing key and by the keys that an issuer publishes."""

    async def authenticate(self, token: str) -> Caller:
        """Return the caller that the token names. Raises ``Unauthenticated``."""

    async def aclose(self) -> None:
        """Give connections back."""


def bearer_token(header: str | None) -> str | None:
    """The token in an ``Authorization`` value, None without one. Raises ``Unauthenticated`` on all else."""
    if header is None:
        return None
    match = _BEARER.fullmatch(header.strip())
    if match is None:
        raise Unauthenticated
    return match[1]


def usable_user_id(user_id: object) -> TypeGuard[str]:
    """Return True for a usable user id: 1 to 255 printable characters, not only blanks."""
    return (
        isinstance(user_id, str)
        and len(user_id) <= MAX_USER_ID
        and user_id.isprintable()
        and 0 < len(one_spelling(user_id)) <= MAX_USER_ID
    )


def person_of(user_id: object) -> str | None:
    """Return the person's id in one spelling (``one_spelling``); None if it is not usable."""
    return one_spelling(user_id) if usable_user_id(user_id) else None


def caller_of(claims: Mapping[str, Any]) -> Caller:
    """The person that verified claims speak of. Raises ``InvalidToken``."""
    user_id = person_of(claims.get("sub"))
    if user_id is None:
        raise InvalidToken
    try:
        expires_at = datetime.fromtimestamp(int(claims["exp"]), UTC)
        issued_at = datetime.fromtimestamp(float(claims["iat"]), UTC) if "iat" in claims else None
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        raise InvalidToken from None
    return Caller(
        user_id=user_id,
        expires_at=expires_at,
        issued_at=issued_at,
        session=_text(claims, "sid"),
        token_id=_text(claims, "jti"),
    )


def _text(claims: Mapping[str, Any], name: str) -> str | None:
    """A claim that names something. What is no text names nothing that could be revoked, so it is not taken."""
    value = claims.get(name)
    if not isinstance(value, str | None):
        raise InvalidToken
    return value
