"""Wiring of identity: the issuer of tokens, and revocations."""

from datetime import timedelta

import structlog

from db.driver.client import Database
from db.revocations import RevocationStore
from resolvers.settings import Settings
from services.identity.callers import Identity
from services.identity.jwks import JwksIdentity
from services.identity.local_tokens import LIFETIME, LocalIdentity
from services.identity.revocations import GuardedIdentity, Revocations
from services.identity.verified import VerifiedTokens
from services.kit.caches import forget
from services.sync.wakeups import Wakeups

log = structlog.get_logger()


def make_identity(settings: Settings) -> Identity:
    """The configured issuer, else the local signing key."""
    if settings.jwks_url is None:
        return LocalIdentity(settings.data)
    if settings.jwt_issuer is None:
        log.warning(
            "identity.issuer_unchecked", hint="Set FOOTHOLD_JWT_ISSUER, so that no other's tokens are taken."
        )
    return JwksIdentity(
        settings.jwks_url,
        issuer=settings.jwt_issuer,
        audience=settings.jwt_audience,
        authorized_parties=settings.jwt_parties,
        leeway=settings.jwt_leeway,
    )


def make_revocations(settings: Settings, database: Database, wakeups: Wakeups) -> Revocations:
    """Build the revocations, which are kept for a token's longest life."""
    # An issuer's clock may be ahead of this one; what is signed here is not.
    skew = timedelta(seconds=0 if settings.jwks_url is None else settings.jwt_leeway)
    return Revocations(
        RevocationStore(database), wakeups, longest=_longest(settings), skew=skew, on_person=forget
    )


def guarded(identity: Identity, settings: Settings, revocations: Revocations) -> Identity:
    """The identity without what is revoked, or lives longer than that is remembered."""
    return GuardedIdentity(
        VerifiedTokens(identity),
        revocations,
        longest=_longest(settings),
        administrators=settings.administrators,
    )


def _longest(settings: Settings) -> timedelta:
    longest = timedelta(days=settings.token_days)
    return longest if settings.jwks_url is not None else max(longest, LIFETIME)
