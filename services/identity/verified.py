"""Tokens that were verified a moment ago: verifying a signature costs more than all else that a small query does."""

from hashlib import sha256
from typing import Final

from cachetools import TTLCache

from services.identity.callers import Caller, Identity
from services.kit import clock
from services.kit.caches import clearing

SECONDS: Final = 60.0
"""Seconds for which a verification is remembered, and a token may outlive the issuer's key."""
MOST: Final = 10_000
"""Tokens, about 0.5 KiB each."""


class VerifiedTokens:
    """An identity that remembers which tokens it has verified, by their digests.

    A token ends when it says so, and revocations are looked up as ever: this remembers the signature only.
    """

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._callers: TTLCache[bytes, Caller] = TTLCache(MOST, SECONDS)
        clearing(self)

    def __len__(self) -> int:
        return len(self._callers)

    def clear(self) -> None:
        """Forget all of them."""
        self._callers.clear()

    async def authenticate(self, token: str) -> Caller:
        """Raises ``Unauthenticated``."""
        key = sha256(token.encode("utf-8", "surrogatepass")).digest()
        caller = self._callers.get(key)
        if caller is None or caller.expires_at <= clock.now():
            caller = self._callers[key] = await self._identity.authenticate(token)
        return caller

    async def aclose(self) -> None:
        """Give connections back."""
        await self._identity.aclose()
