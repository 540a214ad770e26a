"""Databases for tests: a fresh name for each, and the URI that leads there."""

from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4


def fresh_name() -> str:
    """A database name that nobody else uses."""
    return f"foothold_test_{uuid4().hex}"


def uri_of(server: str, name: str) -> str:
    """The URI of ``server`` with the database ``name`` as the default one."""
    parts = urlsplit(server)
    return urlunsplit(parts._replace(path=f"/{name}"))
