"""A client that leaves amid its request is nobody's fault."""

import asyncio

from pydantic import SecretStr
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from resolvers.app import create_app
from resolvers.edge.webhooks import PATH as WEBHOOK
from resolvers.settings import Settings
from services.offline_coach.coach import OfflineCoach
from tests.support.patience import within
from tests.support.serving import serving
from tests.support.webhooks import SECRET


class Ends:
    """Remembers how each request ended: with the exception that the server would call a fault of ours, or None."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.reading = asyncio.Event()
        self.ends: asyncio.Queue[Exception | None] = asyncio.Queue()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def noted() -> Message:
            message = await receive()
            self.reading.set()
            return message

        try:
            await self._app(scope, noted, send)
        except Exception as fault:
            self.ends.put_nowait(fault)
            raise
        self.ends.put_nowait(None)


async def test_a_client_that_leaves_amid_its_body_is_no_fault(settings: Settings) -> None:
    app = Ends(
        create_app(settings.model_copy(update={"webhook_secret": SecretStr(SECRET)}), model=OfflineCoach())
    )
    async with serving(app) as address, within(10):
        host, port = address.split(":")
        for path in (b"/graphql", WEBHOOK.encode()):
            app.reading.clear()
            _, writer = await asyncio.open_connection(host, int(port))
            head = b"host: localhost\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"
            writer.write(b"POST " + path + b" HTTP/1.1\r\n" + head)
            await app.reading.wait()
            writer.transport.abort()
            assert await app.ends.get() is None, path
