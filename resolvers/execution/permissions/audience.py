"""Roles of people towards a thing, and the audience of a field."""

from enum import Enum


class Role(Enum):
    """A person's relation to the thing that is asked for."""

    ANONYMOUS = "anonymous"
    OWNER = "owner"
    OTHER = "another person"
    ADMINISTRATOR = "administrator"


class Audience(Enum):
    """The roles that may see a field. An administrator runs the installation, and sees nobody's content."""

    OWNER = frozenset({Role.OWNER})
    """A person's own: seen, changed and followed by that person only."""
    SIGNED_IN = frozenset({Role.OWNER, Role.OTHER, Role.ADMINISTRATOR})
    """The same for everybody, or everybody's own, or a refusal that says nothing of a thing."""
    ANYONE = frozenset(Role)
    """Everybody, also without a token: such as the message of a refusal."""
