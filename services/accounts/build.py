"""Builds the services of an account as a whole: export, deletion, and the issuer's webhooks."""

from contextlib import aclosing
from dataclasses import dataclass, field

from db.accounts import AccountStore
from db.exports import ExportStore
from db.messages import ExchangeStore
from db.profiles import ProfileStore
from db.sync.changelog import ChangelogStore
from db.webhooks import WebhookStore
from services.accounts.accounts import Accounts
from services.accounts.exports import Exports
from services.accounts.webhooks import UserWebhooks
from services.identity.revocations import Revocations
from services.profiles.profiles import Profiles
from services.registry import Deps, Room, Turn
from services.sync.wakeups import Wakeups


@dataclass(frozen=True, slots=True)
class AccountOptions:
    """``webhook_secret``: what the issuer of tokens signs with; None where it tells nothing."""

    webhook_secret: str | None = field(repr=False)


def build(deps: Deps) -> Room:
    """Return ``Accounts``, ``Exports`` and, with a secret, ``UserWebhooks``. Takes ``AccountOptions``."""
    profile_of, revocations = deps[ProfileStore].get, deps[Revocations]
    store = AccountStore(deps.database, deps.collections)
    replies_of = ExchangeStore(deps.database).under_way
    accounts = Accounts(store, deps[Wakeups], revocations, profile_of=profile_of, replies_of=replies_of)
    exports = Exports(
        ExportStore(deps.database),
        deps.exports,
        profile_of=profile_of,
        streams_of=ChangelogStore(deps.database).all,
    )
    secret = deps.options[AccountOptions].webhook_secret
    webhooks = [] if secret is None else [_webhooks(deps, secret, accounts)]
    return Room(
        services=[accounts, exports, *webhooks],
        chores={
            Turn.ANNOUNCING: [accounts.sweep],
            Turn.FORGETTING: [each.sweep for each in webhooks],
        },
        running=[aclosing(accounts)],
    )


def _webhooks(deps: Deps, secret: str, accounts: Accounts) -> UserWebhooks:
    return UserWebhooks(
        secret,
        WebhookStore(deps.database),
        profiles=deps[Profiles],
        revocations=deps[Revocations],
        forget=accounts.delete,
    )
