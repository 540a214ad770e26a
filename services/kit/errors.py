"""Refusals. Each carries data; the edge turns it into a member of the mutation's union.

Whatever is raised here has changed nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from math import ceil
from typing import ClassVar

from services.kit import clock

_MOST_PROBLEMS = 200


class FootholdError(Exception):
    """Base of all refusals. ``message`` is written for the person, ``code`` for programs.

    ``passing``: the same may be done a moment later. Such a refusal is not kept as a mutation's outcome. A class whose
    refusals are kept declares its attributes (services/kit/refusals.py).
    """

    code = "REFUSED"
    passing: ClassVar[bool] = False
    message: str

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(FootholdError):
    """The thing does not exist, or belongs to someone else: the two are never told apart."""

    code = "NOT_FOUND"
    kind: str

    def __init__(self, kind: str) -> None:
        super().__init__(f"{kind.capitalize()} not found.")
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Problem:
    """An argument that is not valid, with its path, such as ``resume.work[0].startDate``."""

    field: str
    message: str


class InvalidInput(FootholdError):
    """An argument is unusable. ``field`` is its path as the caller wrote it, such as ``resume.work[0].startDate``.

    ``problems`` are all that were found; ``field`` is that of the first.
    """

    code = "INVALID_INPUT"
    field: str
    problems: tuple[Problem, ...]

    def __init__(self, field: str, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.field = field
        self.problems = tuple(problems) or (Problem(field, message),)

    @classmethod
    def refuse(cls, problems: Iterable[Problem]) -> None:
        """Raise one refusal that names all problems, if there are any; of very many the first 200."""
        found = list(islice(problems, _MOST_PROBLEMS))
        if not found:
            return
        first, *others = found
        told = [f"{other.field}: {other.message}" for other in others]
        message = f"{first.message} {len(told)} more: {' '.join(told)}" if told else first.message
        raise cls(first.field, message, found)


class NotAllowedNow(FootholdError):
    """The thing's status does not allow it. ``current`` is that status, as the schema names it."""

    code = "NOT_ALLOWED_NOW"
    current: str

    def __init__(self, message: str, current: str) -> None:
        super().__init__(message)
        self.current = current


class Unauthenticated(FootholdError):
    """The caller is not known: no token, or one that is not valid."""

    code = "UNAUTHENTICATED"
    passing = True

    def __init__(self, message: str = "Sign in: send Authorization: Bearer with a valid token.") -> None:
        super().__init__(message)


class Limited(FootholdError):
    """Too much for the moment. ``retry_after`` is in how many whole seconds it is worth trying again, at least 1."""

    code = "RATE_LIMITED"
    passing = True

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


class NotConfigured(FootholdError):
    """The installation lacks a ``setting``, which its message names: nobody but the operator can change that."""

    code = "NOT_CONFIGURED"
    setting: str

    def __init__(self, setting: str, message: str) -> None:
        super().__init__(message)
        self.setting = setting


class Conflict(FootholdError):
    """The thing kept changing while it was being changed; trying again is safe."""

    code = "CONFLICT"
    passing = True

    def __init__(self, kind: str) -> None:
        super().__init__(f"The {kind} was changed at the same time. Try again.")
        self.kind = kind
