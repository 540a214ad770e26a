"""The close codes of the websocket: what each says to a client, and whether it should connect again.

The table in docs/decisions/0017-edge.md is written from this enum; a test compares them. Codes from 4000 are those of
graphql-transport-ws (graphql-ws, PROTOCOL.md) and of RFC 6455's private range, lower ones are IANA's.
"""

from enum import IntEnum
from typing import Self


class CloseCode(IntEnum):
    """A close code, with its meaning in ``__doc__``."""

    def __new__(cls, code: int, meaning: str) -> Self:
        member = int.__new__(cls, code)
        member._value_ = code
        member.__doc__ = meaning
        return member

    PROTOCOL_ERROR = 1002, "A malformed frame (RFC 6455)."
    INVALID_DATA = 1007, "A text message that is not UTF-8 (RFC 6455)."
    MESSAGE_TOO_BIG = (
        1009,
        "A message over `FOOTHOLD_MAX_MESSAGE` (64 KB), or of more than 1,000 fragments. The rest is not read.",
    )
    SERVICE_RESTART = (
        1012,
        "The server drains. Subscriptions have not ended: connect again with their cursors.",
    )
    TRY_AGAIN_LATER = (
        1013,
        "More than `FOOTHOLD_SOCKETS_PER_PERSON` (1,000) connections of one person. Clients of graphql-ws connect "
        "again with growing pauses: another tab may be closed meanwhile.",
    )
    BAD_REQUEST = (
        4400,
        "A message that is not a JSON object, has a field of another type or an unknown type, or is binary.",
    )
    UNAUTHORIZED = 4401, "`subscribe` before the acknowledgement."
    FORBIDDEN = 4403, "The token is not valid, has expired or was revoked. Connect again with another one."
    SUBPROTOCOL_NOT_ACCEPTABLE = 4406, "Another subprotocol than `graphql-transport-ws`, or none."
    INIT_TIMEOUT = 4408, "No `connection_init` within three seconds."
    SUBSCRIBER_EXISTS = 4409, "A `subscribe` with an id that is in use."
    TOO_MANY_REQUESTS = (
        4429,
        "A second `connection_init`, or more than `FOOTHOLD_SOCKET_MESSAGES` (1,200) messages in a minute. Clients "
        "of graphql-ws do not connect again by themselves.",
    )


def close_code_table() -> str:
    """Return the rows of the documentation's table: code, name and meaning, in Markdown."""
    return "\n".join(f"| {code.value} | `{code.name}` | {code.__doc__} |" for code in CloseCode)
