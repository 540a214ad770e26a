"""Errors in MONGODB_URI or REDIS_URL. A message never holds a part of the value: it may contain a password."""

import re
from collections import Counter
from ipaddress import IPv6Address
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri

_MONGODB = ("mongodb://", "mongodb+srv://")
_REDIS = ("redis://", "rediss://", "unix://")
_PARSING = (PyMongoError, OSError, TypeError, ValueError)
_OPTION = re.compile(r"[A-Za-z]{1,40}")
_HOST = re.compile(r"(\[(?P<ip>[^\]]*)\]|(?P<name>[^\[\]:]*))(:(?P<port>.*))?")


def mongodb_fault(uri: str) -> str | None:
    """Return why the driver cannot use ``uri``, or may not: a write has to be acknowledged. None when it is good.

    Nothing is looked up or connected to.
    """
    scheme = next((known for known in _MONGODB if uri.startswith(known)), None)
    if scheme is None:
        return "Must begin with mongodb:// or mongodb+srv://."
    rest = uri.removeprefix(scheme)
    if scheme == "mongodb+srv://":
        # Parsed as what its record would stand for: the record itself is looked up only when it is connected to.
        if _place(rest).count(",") or ":" in _place(rest):
            return "mongodb+srv:// takes one host name, without a port."
        rest = _without_srv_options(rest)
    if not _user_fault(rest) and (doubled := _doubled_fault(rest)):
        return doubled
    try:
        options: dict[str, Any] = parse_uri(f"mongodb://{rest}", warn=False)["options"]
    except _PARSING:
        return (
            _user_fault(rest)
            or _hosts_fault(rest)
            or _option_fault(rest)
            or "Not a URI that MongoDB's driver can use."
        )
    if options.get("w") in (0, "0") or options.get("journal") is False:
        return "w=0 and journal=false are refused: a change is told to people only once it is in the journal."
    # The driver takes any text in brackets for an address.
    return _hosts_fault(rest) or _client_fault(rest)


def redis_fault(url: str) -> str | None:
    """Return why Redis's client cannot use ``url``, None when it is good. Nothing is connected to."""
    # Not before it is needed: the client takes a quarter of a second to load.
    from redis.asyncio import ConnectionPool  # noqa: PLC0415
    from redis.exceptions import RedisError  # noqa: PLC0415

    if not url.startswith(_REDIS):
        return "Must begin with redis://, rediss:// or unix://."
    scheme, _, rest = url.partition("://")
    database = rest.partition("?")[0].rpartition("@")[2].partition("/")[2]
    try:
        ConnectionPool.from_url(url).make_connection()  # type: ignore[no-untyped-call]  # untyped upstream
    except (*_PARSING, AttributeError, RedisError):
        fault = None if scheme == "unix" else _user_fault(rest) or _hosts_fault(rest)
        return fault or "Not a URL that Redis's client can use: an option is unknown or has a bad value."
    if scheme == "unix":
        return (
            None if database else "After unix:// comes the path of a socket, such as unix:///run/redis.sock."
        )
    if not _place(rest).startswith(":") and _place(rest) and (fault := _hosts_fault(rest)):
        return fault  # the client takes a port of 0 for none
    if database and not re.fullmatch("[0-9]+", database):
        return "After the host comes the number of a database, such as /0."
    return None


def hosts_of(uri: str) -> str:
    """Return hosts and ports of a URI that can be used, without credentials: ``one:27017,two:27017``."""
    return _place(uri.partition("://")[2])


def _place(rest: str) -> str:
    """Return the hosts, without the user's name and password, database and options."""
    return rest.partition("?")[0].rpartition("@")[2].partition("/")[0]


def _user_fault(rest: str) -> str | None:
    before, _, query = rest.partition("?")
    user, at, _ = before.rpartition("@")
    unescaped = at and (user.count(":") > 1 or re.search(r"[/?#\[\]@]|%(?![0-9A-Fa-f]{2})", user))
    if unescaped or (not at and "@" in query):
        return "In the credentials, each of : / ? # [ ] @ % must be percent-encoded (/ is %2F)."
    return None


def _hosts_fault(rest: str) -> str | None:
    faults = map(_host_fault, _place(rest).split(","))
    return next((fault for fault in faults if fault is not None), None)


def _host_fault(host: str) -> str | None:
    parts = _HOST.fullmatch(host)
    if parts is None or (parts["ip"] is None and host.count(":") > 1):
        return "An IPv6 address must stand in brackets, such as [::1]."
    if parts["ip"] is not None and not _is_ipv6(parts["ip"]):
        return "What stands in brackets is no IPv6 address."
    if not (parts["ip"] or parts["name"]):
        return "A host is missing."
    port = parts["port"]
    if port is not None and not (re.fullmatch("[0-9]{1,5}", port) and 0 < int(port) < 65536):
        return "A port must be a number from 1 to 65535."
    return None


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def _options(rest: str) -> list[str]:
    return [option for option in re.split("[&;]", rest.partition("?")[2]) if option]


def _option_fault(rest: str) -> str | None:
    """Return which option cannot be used by itself."""
    for option in _options(rest):
        name = option.partition("=")[0]
        try:
            parse_uri(f"mongodb://host/?{option}", warn=False)
        except _PARSING:
            return f"The option {_shown(name)} is unknown or has a bad value."
    return None


def _shown(name: str) -> str:
    """Return the name of an option, unless it may be a part of something else."""
    return name if _OPTION.fullmatch(name) else "after ?"


def _doubled_fault(rest: str) -> str | None:
    """Return which option is there twice: the driver takes one of the values and warns on standard error."""
    names = Counter(option.partition("=")[0].lower() for option in _options(rest))
    twice = [name for name, times in names.items() if times > 1 and name != "readpreferencetags"]
    return f"The option {_shown(twice[0])} is there more than once." if twice else None


def _client_fault(rest: str) -> str | None:
    """Return a fault that shows when the parts are put together."""
    try:
        MongoClient[dict[str, Any]](f"mongodb://{rest}", connect=False).close()
    except (*_PARSING, ImportError):
        return "Options contradict each other, or what they need is missing, such as a user or a password."
    return None


def _without_srv_options(rest: str) -> str:
    kept = [one for one in _options(rest) if not one.lower().startswith("srv")]
    return f"{rest.partition('?')[0]}?{'&'.join(kept)}" if kept else rest.partition("?")[0]
