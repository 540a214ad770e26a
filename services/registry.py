"""The services that resolvers find in their context. Put together in one place: resolvers/app.py."""

from dataclasses import dataclass

from services.accounts import Accounts
from services.budgets import Budgets
from services.career_actions import CareerActions
from services.chat import Chat
from services.exports import Exports
from services.learnings import Learnings
from services.matches import Matches
from services.messages import Messages
from services.opportunities import Opportunities
from services.profiles import Profiles
from services.rates import Rates
from services.refresh_runs import RefreshRuns
from services.revocations import Revocations
from services.subscriptions import Feeds
from services.tasks import Tasks
from services.wakeups import Wakeups
from services.webhooks import UserWebhooks


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
    feeds: Feeds
    rates: Rates
    budgets: Budgets | None
    revocations: Revocations
    webhooks: UserWebhooks | None
    tasks: Tasks
    wakeups: Wakeups
