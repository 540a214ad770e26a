"""The services that resolvers find in their context. Put together in one place: resolvers/app.py."""

from dataclasses import dataclass

from services.accounts.accounts import Accounts
from services.accounts.exports import Exports
from services.accounts.webhooks import UserWebhooks
from services.background.tasks import Tasks
from services.career_actions.career_actions import CareerActions
from services.conversations.chat import Chat
from services.conversations.messages import Messages
from services.identity.budgets import Budgets
from services.identity.rates import Rates
from services.identity.revocations import Revocations
from services.learnings.learnings import Learnings
from services.matching.matches import Matches
from services.opportunities.opportunities import Opportunities
from services.profiles.profiles import Profiles
from services.refresh_runs.refresh_runs import RefreshRuns
from services.sync.subscriptions import Subscriptions
from services.sync.wakeups import Wakeups


@dataclass(frozen=True, slots=True)
class Services:
    """``budgets`` is None where the model costs nothing."""

    profiles: Profiles
    accounts: Accounts
    exports: Exports
    opportunities: Opportunities
    matches: Matches
    career_actions: CareerActions
    refresh_runs: RefreshRuns
    messages: Messages
    chat: Chat
    learnings: Learnings
    subscriptions: Subscriptions
    rates: Rates
    budgets: Budgets | None
    revocations: Revocations
    webhooks: UserWebhooks | None
    tasks: Tasks
    wakeups: Wakeups
