"""The ASGI factory: the only place where the parts are put together. Nothing connects before the lifespan."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route, WebSocketRoute

from db.accounts import AccountStore
from db.budgets import BudgetStore
from db.career_actions import CareerActionStore
from db.collections import all_collections
from db.driver.client import Database
from db.exports import ExportStore
from db.learnings import LearningStore
from db.matches import MatchStore
from db.messages import ExchangeStore
from db.opportunities import OpportunityStore
from db.profiles import ProfileStore
from db.refresh_runs import RefreshRunStore
from db.sync.changelog import ChangelogStore
from db.turns import ScheduleStore
from db.webhooks import WebhookStore
from resolvers import fields
from resolvers.edge.endpoint import Endpoint
from resolvers.edge.explorer import ExplorerConfig, explorer_routes
from resolvers.edge.health import healthz, readyz
from resolvers.edge.limits import HostCheck, RequestLimits, SocketLimits
from resolvers.edge.webhooks import PATH as WEBHOOK
from resolvers.edge.webhooks import user_webhook
from resolvers.execution.documents import DocumentPolicy
from resolvers.observe.logs import RequestLog
from resolvers.observe.observing import observed
from resolvers.server.database import open_database, redis_namespace
from resolvers.server.serving import Draining
from resolvers.settings import Settings
from resolvers.wiring.identity import guarded, make_identity, make_revocations
from services.accounts.accounts import Accounts
from services.accounts.exports import ExportedList, Exports
from services.accounts.webhooks import UserWebhooks
from services.background.sweeper import INTERVAL, SELDOM, sweep_forever, take_turns
from services.background.tasks import Tasks
from services.background.turns import Schedule
from services.career_actions.career_actions import CareerActions
from services.conversations.chat import Chat
from services.conversations.exchanges import conversation_of, turns_of
from services.conversations.messages import Messages
from services.conversations.replies import Replies, ReplyLimits
from services.identity.budgets import Budgets
from services.identity.metered import Metered
from services.identity.rates import RateLimits, Rates
from services.learnings.learnings import Learnings
from services.llm.port import Model, Turn
from services.matching.matches import Matches
from services.offline_coach.coach import OfflineCoach
from services.opportunities.opportunities import Opportunities
from services.profiles.profiles import Profiles
from services.refresh_runs.refresh_runs import RefreshRuns
from services.refresh_runs.stages import RefreshStages
from services.registry import Services
from services.sync.changelog import Changelogs
from services.sync.subscriptions import Subscriptions
from services.sync.wakeups import Wakeups

log = structlog.get_logger()


EXPORTS: list[ExportedList[Any]] = [
    fields.refresh_runs.EXPORT,
    fields.career_actions.EXPORT,
    fields.matches.EXPORT,
    fields.messages.EXPORT,
    fields.learnings.EXPORT,
]

Prepare = Callable[[Database, Services], Awaitable[None]]


def create_app(
    settings: Settings,
    *,
    model: Model | None = None,
    explorer: ExplorerConfig | None = None,
    prepare: Prepare | None = None,
) -> Starlette:
    """The API. ``model`` takes the place of the configured one; ``prepare`` is done before the first request."""
    endpoint = Endpoint(
        explorer or ExplorerConfig(token=None, profile_id=None),
        allowed_origins=settings.allowed_origins,
        plain_get=settings.plain_get,
        limits=RequestLimits(settings.max_body, max(settings.max_body, settings.max_import)),
        socket_limits=SocketLimits(
            messages=settings.socket_messages,
            operations=settings.socket_operations,
            per_person=settings.sockets_per_person,
            per_address=settings.sockets_per_address,
        ),
    )

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        async with AsyncExitStack() as stack:
            documents = DocumentPolicy.of(settings)
            telemetry = await stack.enter_async_context(observed(settings))
            on_command = None if telemetry is None else telemetry.commanded
            database = await stack.enter_async_context(open_database(settings, on_command=on_command))
            identity = make_identity(settings)
            stack.push_async_callback(identity.aclose)
            chosen = model or make_model(settings)
            stack.push_async_callback(chosen.aclose)
            services = await stack.enter_async_context(running_services(settings, database, chosen))
            if prepare is not None:
                await prepare(database, services)
            draining = Draining(services.tasks.hand_over)
            if telemetry is not None:
                telemetry.watch(services, draining)
            log.info("foothold.started", model=chosen.version, database=database.name)
            yield {
                "services": services,
                "identity": guarded(identity, settings, services.revocations),
                "database": database,
                "documents": documents,
                "draining": draining,
            }

    return Starlette(
        routes=[
            Route("/graphql", endpoint),
            WebSocketRoute("/graphql", endpoint),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            *explorer_routes(),
            *([] if settings.webhook_secret is None else [Route(WEBHOOK, user_webhook, methods=["POST"])]),
        ],
        middleware=[
            Middleware(RequestLog),
            Middleware(HostCheck, names=(settings.host, *settings.allowed_hosts)),
        ],
        lifespan=lifespan,
    )


def make_model(settings: Settings) -> Model:
    """Anthropic's with a key, else the offline coach."""
    if settings.anthropic_api_key is None:
        log.warning("model.offline", hint="Set ANTHROPIC_API_KEY to use a model; until then rules answer.")
        return OfflineCoach()
    # Importing the SDK takes a second, which only those with a key need to wait for.
    from services.llm.claude import AnthropicModel  # noqa: PLC0415

    return AnthropicModel(
        settings.anthropic_api_key.get_secret_value(),
        base_url=settings.anthropic_base_url,
        model=settings.model,
        idle_timeout=settings.model_idle_seconds,
    )


def make_rates(settings: Settings, namespace: str) -> Rates:
    """How often somebody may do something."""
    limits = RateLimits(
        person=settings.rate_person,
        address=settings.rate_address,
        model=settings.rate_model,
        model_address=settings.rate_model_address,
        sign_in=settings.rate_sign_in,
    )
    redis_url = None if settings.redis_url is None else settings.redis_url.get_secret_value()
    return Rates(limits, redis_url, namespace=namespace)


@asynccontextmanager
async def running_services(settings: Settings, database: Database, model: Model) -> AsyncIterator[Services]:
    """The services, with background work and healing running for as long as they are used."""
    redis_url = None if settings.redis_url is None else settings.redis_url.get_secret_value()
    namespace = await redis_namespace(database)
    wakeups = Wakeups(redis_url, namespace=namespace)
    tasks = Tasks(redis_url, namespace=namespace, work=settings.work)
    rates = make_rates(settings, namespace)
    budgets = Budgets(BudgetStore(database), settings.daily_tokens)
    free = isinstance(model, OfflineCoach)  # rules cost nothing
    model = model if free else Metered(model, budgets)
    changelog_store = ChangelogStore(database)
    profile_store = ProfileStore(database)
    revocations = make_revocations(settings, database, wakeups)
    changelogs = Changelogs(changelog_store, wakeups)
    subscriptions = Subscriptions(changelog_store, changelogs)
    opportunities = Opportunities(OpportunityStore(database))
    matches = Matches(MatchStore(database), changelogs)
    career_actions = CareerActions(CareerActionStore(database), changelogs)
    stages = RefreshStages(
        model,
        profile_of=profile_store.get,
        opportunities=opportunities,
        matches=matches,
        career_actions=career_actions,
        candidates=settings.candidates,
        max_tokens=settings.max_tokens,
    )
    refresh_runs = RefreshRuns(
        RefreshRunStore(database),
        tasks,
        wakeups,
        stages={"matching": stages.matching, "generation": stages.generation},
        profile_of=profile_store.get,
        model_version=model.version,
    )
    exchange_store = ExchangeStore(database)
    chat = Chat(exchange_store, wakeups)
    replies = Replies(
        exchange_store,
        tasks,
        wakeups,
        model,
        hub=chat.hub,
        career_actions=career_actions,
        profile_of=profile_store.get,
        limits=ReplyLimits(settings.reply_tokens, settings.history_tokens, settings.model_idle_seconds),
    )
    profiles = Profiles(profile_store)

    async def said(profile_id: str, action_id: str | None) -> list[Turn]:
        return turns_of(await exchange_store.conversation(profile_id, conversation_of(action_id)))

    learnings = Learnings(
        LearningStore(database),
        changelogs,
        model,
        profiles=profiles,
        profile_of=profile_store.get,
        career_actions=career_actions,
        turns_of=said,
        max_tokens=settings.max_tokens,
    )

    accounts = Accounts(
        AccountStore(database, all_collections()), wakeups, revocations, profile_of=profile_store.get
    )
    webhooks: UserWebhooks | None = None
    if settings.webhook_secret is not None:
        webhooks = UserWebhooks(
            settings.webhook_secret.get_secret_value(),
            WebhookStore(database),
            profiles=profiles,
            revocations=revocations,
            forget=accounts.delete,
        )
    wakeups.listen(revocations.on_announcement)
    wakeups.listen(subscriptions.hub.on_announcement)
    wakeups.listen(refresh_runs.hub.on_announcement)
    wakeups.listen(replies.on_announcement)
    wakeups.listen(chat.on_announcement)
    schedules = ScheduleStore(database)
    async with aclosing(rates), aclosing(budgets), wakeups, tasks, aclosing(accounts):
        await revocations.heal()
        # What this process shows, by itself; what nobody finished, by one process a turn; work, by one that works.
        loops = [
            sweep_forever([revocations.heal, subscriptions.heal, refresh_runs.heal, chat.heal]),
            take_turns(
                Schedule(schedules, "announcing", INTERVAL),
                [career_actions.sweep, learnings.sweep, accounts.sweep],
            ),
            take_turns(
                Schedule(schedules, "forgetting", SELDOM),
                [revocations.sweep, budgets.sweep, *([] if webhooks is None else [webhooks.sweep])],
            ),
            take_turns(
                Schedule(schedules, "taking over", INTERVAL),
                [refresh_runs.sweep, replies.sweep],
                lambda: tasks.working,
            ),
        ]
        sweeping = [asyncio.create_task(loop, name="sweeper") for loop in loops]
        try:
            yield Services(
                profiles=profiles,
                accounts=accounts,
                exports=Exports(
                    ExportStore(database),
                    EXPORTS,
                    profile_of=profile_store.get,
                    stream_of=changelog_store.get,
                ),
                opportunities=opportunities,
                matches=matches,
                career_actions=career_actions,
                refresh_runs=refresh_runs,
                messages=Messages(
                    exchange_store, replies, career_actions=career_actions, profile_of=profile_store.get
                ),
                chat=chat,
                learnings=learnings,
                subscriptions=subscriptions,
                rates=rates,
                budgets=None if free else budgets,
                revocations=revocations,
                webhooks=webhooks,
                tasks=tasks,
                wakeups=wakeups,
            )
        finally:
            for sweeper in sweeping:
                sweeper.cancel()
            await asyncio.gather(*sweeping, return_exceptions=True)
