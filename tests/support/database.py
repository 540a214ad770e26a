"""Databases for tests: a fresh name for each, and the URI that leads there."""

from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4


def fresh_name() -> str:
    """A database name that nobody else uses."""
    return f"foothold_test_{uuid4().hex}"


def port_of(uri: str) -> int:
    """The port of a URI that names one server."""
    port = urlsplit(uri).port
    assert port is not None
    return port


def uri_of(server: str, name: str) -> str:
    """The URI of ``server`` with the database ``name`` as the default one."""
    parts = urlsplit(server)
    return urlunsplit(parts._replace(path=f"/{name}"))
