"""Ids are made here, by the client of the database, so that a repeated write is recognised.

All are 32 lower-case hexadecimal digits, fixed in length so that they sort in an index.
"""

import unicodedata
import uuid

_NAMESPACE = uuid.UUID("6f1d3c52-6a43-5c8e-9a0e-1f0f6c1d7a10")


def new_id() -> str:
    """A random id."""
    return uuid.uuid4().hex


def derived_id(*parts: str) -> str:
    """The id that the same parts always give: work repeated after a crash writes the same documents."""
    return uuid.uuid5(_NAMESPACE, "\x1f".join(parts)).hex


def one_spelling(user_id: str) -> str:
    """Return a person's id in Unicode's form NFC, without blanks around it: the same for what looks the same."""
    return unicodedata.normalize("NFC", user_id).strip()


def profile_id_of(user_id: str) -> str:
    """A person has one profile, so its id follows from the person's, whatever its spelling."""
    return derived_id("profile", one_spelling(user_id))
