"""Tokens of an issuer that publishes its keys as a JSON Web Key Set (RFC 7517)."""

import asyncio
import json
from collections.abc import Collection, Mapping
from time import monotonic
from typing import Any

import httpx2
import jwt
import structlog

from services.identity.callers import (
    MAX_TOKEN,
    REQUIRED_CLAIMS,
    Caller,
    ExpiredToken,
    InvalidToken,
    caller_of,
)
from services.kit.errors import Unauthenticated

log = structlog.get_logger()

ALGORITHMS = ("RS256", "ES256", "EdDSA")
_MAX_BYTES = 256 * 1024
_MAX_SECONDS = 5.0
_WAIT_AFTER = 3600.0  # seconds without news of the keys


class KeysUnavailable(Unauthenticated):
    """The issuer's keys were never had, so nobody can be known yet."""

    def __init__(self) -> None:
        super().__init__("Tokens cannot be checked at the moment. Try again soon.")


class JwksIdentity:
    """Checks tokens against the keys at ``url``.

    Keys are fetched anew every ``refresh_every`` seconds of use and for an unknown key id, never twice at once
    and at most every ``pause`` seconds. While the issuer cannot be reached the keys at hand go on being used.
    ``authorized_parties``, where there are any, are the values of ``azp`` that are taken, and it must be there.
    ``leeway``: seconds that clocks may differ.
    """

    def __init__(
        self,
        url: str,
        *,
        issuer: str | None = None,
        audience: str | None = None,
        authorized_parties: Collection[str] = (),
        leeway: float = 10.0,
        refresh_every: float = 600.0,
        pause: float = 10.0,
    ) -> None:
        self._url = url
        self._issuer = issuer
        self._audience = audience
        self._authorized_parties = frozenset(authorized_parties)
        self._leeway = leeway
        self._refresh_every = refresh_every
        self._pause = pause
        self._client = httpx2.AsyncClient(timeout=_MAX_SECONDS)
        self._keys: Mapping[str | None, jwt.PyJWK] = {}
        self._fetched = self._tried = float("-inf")
        self._refreshing: asyncio.Task[None] | None = None

    async def authenticate(self, token: str) -> Caller:
        """Raises ``Unauthenticated``."""
        if len(token) > MAX_TOKEN:
            raise InvalidToken
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise InvalidToken from None
        kid = header.get("kid")
        if header.get("alg") not in ALGORITHMS or not isinstance(kid, str | None):
            raise InvalidToken
        key = await self._key(kid)
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                audience=self._audience,
                issuer=self._issuer,
                leeway=self._leeway,
                options={
                    "require": REQUIRED_CLAIMS,
                    "verify_aud": self._audience is not None,
                    "enforce_minimum_key_length": True,
                },
            )
        except jwt.ExpiredSignatureError:
            raise ExpiredToken from None
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise InvalidToken from None
        if not self._meant_for_us(claims):
            raise InvalidToken
        return caller_of(claims)

    def _meant_for_us(self, claims: Mapping[str, Any]) -> bool:
        party = claims.get("azp")
        known = not self._authorized_parties or (isinstance(party, str) and party in self._authorized_parties)
        # Clerk's word for somebody who has begun to sign in but has something left to do.
        return known and claims.get("sts") != "pending"

    async def aclose(self) -> None:
        """Stop a fetch that is under way and close connections."""
        if self._refreshing is not None:
            self._refreshing.cancel()
            await asyncio.gather(self._refreshing, return_exceptions=True)
        await self._client.aclose()

    async def _key(self, kid: str | None) -> jwt.PyJWK:
        age = monotonic() - self._fetched
        key = self._find(kid)
        if key is None or age > self._refresh_every:
            refreshing = self._refresh()
            # A key that was good minutes ago does not make its owner wait for the issuer.
            if refreshing is not None and (key is None or age > _WAIT_AFTER):
                await asyncio.shield(
                    refreshing
                )  # shared: one caller going away must not end it for the others
                key = self._find(kid)
        if key is None:
            raise InvalidToken if self._keys else KeysUnavailable
        return key

    def _find(self, kid: str | None) -> jwt.PyJWK | None:
        """The key of this id; a token without one is for an issuer that has a single key."""
        if kid is None:
            return next(iter(self._keys.values())) if len(self._keys) == 1 else None
        return self._keys.get(kid)

    def _refresh(self) -> asyncio.Task[None] | None:
        """The fetch under way, else a new one, or None when the last was only just now."""
        if self._refreshing is not None and not self._refreshing.done():
            return self._refreshing
        if monotonic() - self._tried < self._pause:
            return None
        self._tried = monotonic()
        self._refreshing = asyncio.create_task(self._fetch())
        return self._refreshing

    async def _fetch(self) -> None:
        try:
            async with asyncio.timeout(_MAX_SECONDS):
                keys = _usable_keys(await self._download())
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, ValueError, RecursionError) as error:
            log.warning(
                "identity.key_fetch_failed", reason=type(error).__name__, keys_at_hand=len(self._keys)
            )
            return
        self._keys, self._fetched = keys, monotonic()
        log.info("identity.keys_fetched", keys=len(keys))

    async def _download(self) -> Any:
        body = bytearray()
        async with self._client.stream("GET", self._url) as response:
            response.raise_for_status()
            async for part in response.aiter_bytes():
                body += part
                if len(body) > _MAX_BYTES:
                    raise ValueError("The key set is too large.")
        return json.loads(body)


def _usable_keys(document: Any) -> dict[str | None, jwt.PyJWK]:
    """Public signing keys of the algorithms taken, by id. Raises ``ValueError`` when there is none."""
    found = document.get("keys") if isinstance(document, dict) else None
    keys: dict[str | None, jwt.PyJWK] = {}
    for item in found if isinstance(found, list) else []:
        if not isinstance(item, dict) or item.get("use", "sig") != "sig" or "d" in item:
            continue
        kid = item.get("kid")
        try:
            key = jwt.PyJWK(item)
        except (jwt.PyJWTError, TypeError, ValueError):
            continue
        if key.algorithm_name in ALGORITHMS and isinstance(kid, str | None):
            keys.setdefault(kid, key)
    if not keys:
        raise ValueError("The key set has no key that can be used.")
    return keys
