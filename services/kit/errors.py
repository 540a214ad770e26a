"""Refusals. Each carries data; the edge turns it into a member of the mutation's union.

Whatever is raised here has changed nothing.
"""

from datetime import datetime
from math import ceil

from services.kit import clock


class FootholdError(Exception):
    """Base of all refusals. ``message`` is written for the person, ``code`` for programs."""

    code = "REFUSED"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(FootholdError):
    """The thing does not exist, or belongs to someone else: the two are never told apart."""

    code = "NOT_FOUND"

    def __init__(self, kind: str) -> None:
        super().__init__(f"{kind.capitalize()} not found.")
        self.kind = kind


class InvalidInput(FootholdError):
    """An argument is unusable. ``field`` is its path as the caller wrote it, such as ``resume.work[0].startDate``."""

    code = "INVALID_INPUT"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Unauthenticated(FootholdError):
    """The caller is not known: no token, or one that is not valid."""

    code = "UNAUTHENTICATED"

    def __init__(self, message: str = "Sign in: send Authorization: Bearer with a valid token.") -> None:
        super().__init__(message)


class Limited(FootholdError):
    """Too much for the moment. ``retry_after`` is in how many whole seconds it is worth trying again, at least 1."""

    code = "RATE_LIMITED"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class AccountGone(Limited):
    """The account was deleted a moment ago: a new one can be begun at ``until``, when nothing of it is under way."""

    code = "ACCOUNT_DELETED"

    def __init__(self, until: datetime) -> None:
        seconds = max(1, ceil((until - clock.now()).total_seconds()))
        minutes = ceil(seconds / 60)
        when = f"{minutes} {'minute' if minutes == 1 else 'minutes'}"
        super().__init__(f"This account was deleted. You can start a new one in {when}.", seconds)


class Conflict(FootholdError):
    """The thing kept changing while it was being changed; trying again is safe."""

    code = "CONFLICT"

    def __init__(self, kind: str) -> None:
        super().__init__(f"The {kind} was changed at the same time. Try again.")
        self.kind = kind
