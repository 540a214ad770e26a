"""The ASGI factory: the only place where the parts are put together. Nothing connects before the lifespan."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route, WebSocketRoute

from db.driver.client import Database
from resolvers.draining import Draining
from resolvers.edge.address_rates import AddressRates
from resolvers.edge.bounds.limits import HostCheck, RequestLimits, SocketLimits
from resolvers.edge.bounds.origins import Origins
from resolvers.edge.client import SampleLogin, client_documents, client_routes
from resolvers.edge.endpoint import PATH, Endpoint
from resolvers.edge.explorer import ExplorerConfig, explorer_routes
from resolvers.edge.health import healthz, readyz
from resolvers.edge.http import PREFLIGHT_HEADERS
from resolvers.edge.kept_answers import KeptAnswers
from resolvers.edge.webhooks import PATH as WEBHOOK
from resolvers.edge.webhooks import user_webhook
from resolvers.execution.documents import DocumentPolicy
from resolvers.execution.feature import Feature
from resolvers.observe.logs import RequestLog
from resolvers.observe.observing import observed
from resolvers.settings import Settings
from resolvers.wiring.database import open_database
from resolvers.wiring.features import FEATURES
from resolvers.wiring.identity import guarded, make_identity
from resolvers.wiring.model import make_model
from resolvers.wiring.schema import schema_of
from resolvers.wiring.services import collections_of, running_services
from services.background.tasks import Tasks
from services.identity.revocations import Revocations
from services.llm.port import Model
from services.registry import Services

log = structlog.get_logger()


Prepare = Callable[[Database, Services], Awaitable[None]]


def create_app(
    settings: Settings,
    *,
    model: Model | None = None,
    explorer: ExplorerConfig | None = None,
    people: tuple[SampleLogin, ...] = (),
    prepare: Prepare | None = None,
    features: tuple[Feature, ...] = FEATURES,
) -> Starlette:
    """The API. ``model`` takes the place of the configured one; ``people`` may be signed in as with one click;
    ``prepare`` is done before the first request.
    """
    schema = schema_of(features)
    numbered = ["PageInfo", *(name for feature in features for name in feature.numbered)]
    endpoint = Endpoint(
        schema,
        explorer or ExplorerConfig(token=None, profile_id=None),
        kept=KeptAnswers(schema._schema, numbered, settings.kept_answers * 1024 * 1024),
        plain_get=settings.plain_get,
        limits=RequestLimits(
            settings.max_body, max(settings.max_body, settings.max_import), settings.max_answer
        ),
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
            documents = DocumentPolicy.of(settings, client_documents())
            telemetry = await stack.enter_async_context(observed(settings))
            on_command = None if telemetry is None else telemetry.commanded
            database = await stack.enter_async_context(
                open_database(settings, collections_of(features), on_command=on_command)
            )
            identity = make_identity(settings)
            stack.push_async_callback(identity.aclose)
            chosen = model or make_model(settings)
            stack.push_async_callback(chosen.aclose)
            services = await stack.enter_async_context(running_services(settings, database, chosen, features))
            if prepare is not None:
                await prepare(database, services)
            draining = Draining(services[Tasks].hand_over)
            if telemetry is not None:
                telemetry.watch(services, draining)
            log.info("foothold.started", model=chosen.version, database=database.name)
            stack.callback(log.info, "foothold.stopped")
            yield {
                "services": services,
                "identity": guarded(identity, settings, services[Revocations]),
                "database": database,
                "documents": documents,
                "draining": draining,
            }

    return Starlette(
        routes=[
            Route(PATH, endpoint),
            WebSocketRoute(PATH, endpoint),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            *explorer_routes(),
            *client_routes(people),
            *([] if settings.webhook_secret is None else [Route(WEBHOOK, user_webhook, methods=["POST"])]),
        ],
        middleware=[
            Middleware(RequestLog),
            Middleware(HostCheck, names=(settings.host, *settings.allowed_hosts)),
            Middleware(Origins, path=PATH, allowed=settings.allowed_origins, headers=PREFLIGHT_HEADERS),
            Middleware(AddressRates),
        ],
        lifespan=lifespan,
    )
