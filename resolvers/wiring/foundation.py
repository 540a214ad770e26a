"""Builds the services that every feature rests on: wake-ups, tasks, changelogs, rates, budgets and revocations."""

from contextlib import aclosing

from db.budgets import BudgetStore
from db.driver.client import Database
from db.sync.changelog import ChangelogStore
from db.sync.mutations import MutationStore
from db.sync.outcomes import OutcomeStore
from resolvers.settings import Settings
from resolvers.wiring.database import redis_namespace
from resolvers.wiring.identity import make_revocations
from resolvers.wiring.model import is_free
from services.background.mutations import Mutations
from services.background.tasks import Tasks
from services.identity.budgets import Budgets
from services.identity.rates import RateLimits, Rates
from services.llm.port import Model
from services.registry import Room, Turn
from services.sync.changelog import Changelogs
from services.sync.subscriptions import Subscriptions
from services.sync.wakeups import Wakeups


async def build_foundation(settings: Settings, database: Database, model: Model) -> Room:
    """Return ``Wakeups``, ``Tasks``, ``Rates``, ``Revocations``, ``Changelogs``, ``Subscriptions``,
    ``Mutations``.

    Also ``Budgets`` where the model costs something.
    """
    redis_url = None if settings.redis_url is None else settings.redis_url.get_secret_value()
    namespace = await redis_namespace(database)
    wakeups = Wakeups(redis_url, namespace=namespace)
    tasks = Tasks(redis_url, namespace=namespace, work=settings.work)
    rates = Rates(_rate_limits(settings), redis_url, namespace=namespace)
    revocations = make_revocations(settings, database, wakeups)
    changelog_store = ChangelogStore(database)
    changelogs = Changelogs(changelog_store, wakeups)
    budgets = Budgets(BudgetStore(database), settings.daily_tokens, changelogs)
    mutations = Mutations(MutationStore(database), OutcomeStore(database))
    subscriptions = Subscriptions(changelog_store, changelogs)
    return Room(
        services=[
            wakeups,
            tasks,
            rates,
            revocations,
            changelogs,
            subscriptions,
            mutations,
            *([] if is_free(model) else [budgets]),
        ],
        listeners=[revocations.on_announcement, subscriptions.hub.on_announcement],
        first=[revocations.heal],
        chores={
            Turn.HEALING: [revocations.heal, subscriptions.heal],
            Turn.ANNOUNCING: [budgets.announce_left],
            Turn.FORGETTING: [revocations.sweep, budgets.sweep, mutations.sweep],
        },
        running=[aclosing(rates), aclosing(budgets), wakeups, tasks],
    )


def _rate_limits(settings: Settings) -> RateLimits:
    """Build the rate limits."""
    return RateLimits(
        person=settings.rate_person,
        address=settings.rate_address,
        model=settings.rate_model,
        model_address=settings.rate_model_address,
        sign_in=settings.rate_sign_in,
    )
