"""Tokens that nobody issued."""

from typing import Any

import jwt


def forged(claims: dict[str, Any], header: dict[str, Any]) -> str:
    """A token that is signed with a word, whatever its header says."""
    return jwt.encode(claims, "x" * 32, algorithm="HS256", headers=header)
