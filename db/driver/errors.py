"""Errors of the database, told apart in one place: those that pass, and those that will come again."""

from collections.abc import Iterator, Mapping
from typing import Any

from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
)

DatabaseError = PyMongoError
DatabaseUnreachable = ConnectionFailure
DuplicateKey = DuplicateKeyError


class NoTurn(ConnectionFailure):
    """Too many writes wait for the database: this one was not begun in its time."""

    def __init__(self) -> None:
        super().__init__("too many writes wait for the database")


_PASSING = frozenset(
    {
        6,  # HostUnreachable
        7,  # HostNotFound
        50,  # MaxTimeMSExpired
        64,  # WriteConcernTimeout
        89,  # NetworkTimeout
        91,  # ShutdownInProgress
        133,  # FailedToSatisfyReadPreference: a router without a primary
        134,  # ReadConcernMajorityNotAvailableYet
        189,  # PrimarySteppedDown
        202,  # NetworkInterfaceExceededTimeLimit
        262,  # ExceededTimeLimit
        9001,  # SocketException
        10058,  # LegacyNotPrimary
        10107,  # NotWritablePrimary
        11600,  # InterruptedAtShutdown
        11602,  # InterruptedDueToReplStateChange
        13435,  # NotPrimaryNoSecondaryOk
        13436,  # NotPrimaryOrSecondary
    }
)
"""Of errors of commands, of single writes and of write concerns. See the server's src/mongo/base/error_codes.yml."""
_PASSING_LABELS = ("RetryableWriteError", "UnknownTransactionCommitResult")


def is_passing(error: DatabaseError) -> bool:
    """True when another try may help: the network, a change of primary, a majority that is late.

    A write that ended with such an error may have been done all the same. All other errors are permanent, and
    mean that nothing was done.
    """
    if isinstance(error, ConnectionFailure) or any(map(error.has_error_label, _PASSING_LABELS)):
        return True
    if isinstance(error, BulkWriteError):
        return any(map(_passes, _parts(error.details or {})))
    return isinstance(error, OperationFailure) and error.code in _PASSING


def was_waited_out(error: DatabaseError) -> bool:
    """True when the driver has waited for a server for as long as it may."""
    return isinstance(error, ServerSelectionTimeoutError)


def _parts(details: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from details.get("writeErrors", ())
    yield from details.get("writeConcernErrors", ())


def _passes(part: Mapping[str, Any]) -> bool:
    return part["code"] in _PASSING or any(label in part.get("errorLabels", ()) for label in _PASSING_LABELS)
