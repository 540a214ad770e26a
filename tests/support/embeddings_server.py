"""A local server in the shape of OpenAI's ``/v1/embeddings``, over real HTTP, that misbehaves when asked to.

Texts that share words are alike. Each request takes the next of ``server.replies``, else is answered properly.
"""

import asyncio
import contextlib
import json
import re
import zlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from db.learnt_postings import LearntPostingRecord
from db.opportunities import OpportunityRecord
from services.embeddings.port import vector_of
from tests.support.serving import serving

Rows = list[dict[str, Any]]


def embedded(text: str, dimensions: int) -> list[float]:
    """Return how often each of ``dimensions`` kinds of words stands in the text, and a little of all."""
    values = [0.01] * dimensions
    for word in re.findall(r"\w+", text.lower()):
        values[zlib.crc32(word.encode()) % dimensions] += 1.0
    return values


def a_vector(posting: OpportunityRecord) -> LearntPostingRecord:
    """Return the vector of a posting as the default model of this server makes it."""
    return LearntPostingRecord(
        id=posting.id,
        digest=posting.digest,
        version="127.0.0.1/text-embedding-3-small",
        form=vector_of(embedded(posting.title, EmbeddingsServer.dimensions)),
    )


def rows_of(texts: Sequence[str], dimensions: int) -> Rows:
    return [
        {"object": "embedding", "index": at, "embedding": embedded(text, dimensions)}
        for at, text in enumerate(texts)
    ]


def changed(change: Callable[[Rows], object]) -> Callable[["EmbeddingsServer", Sequence[str]], Response]:
    """A reply whose rows were changed, or replaced by what ``change`` returns."""

    def reply(server: "EmbeddingsServer", texts: Sequence[str]) -> Response:
        rows = rows_of(texts, server.dimensions)
        found = change(rows)
        return Response(json.dumps({"object": "list", "data": rows if found is None else found}))

    return reply


def refused(status: int, **headers: str) -> Callable[["EmbeddingsServer", Sequence[str]], Response]:
    """An error. Underscores in header names stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _server, _texts: Response("secret words of the provider", status, headers=named)


@dataclass
class EmbeddingsServer:
    """``requests`` holds every body, ``keys`` what each was authorised by; while ``silent``, nothing is answered."""

    url: str = ""
    dimensions: int = 64
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    replies: deque[Callable[["EmbeddingsServer", Sequence[str]], Response]] = field(default_factory=deque)
    speaks: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: Request) -> Response:
        body = json.loads(await request.body())
        self.requests.append(body)
        self.keys.append(request.headers.get("authorization"))
        await self.speaks.wait()
        reply = self.replies.popleft() if self.replies else changed(lambda _: None)
        return reply(self, body["input"])

    @property
    def asked(self) -> int:
        """Number of texts that were asked for."""
        return sum(len(request["input"]) for request in self.requests)


@contextlib.asynccontextmanager
async def embeddings_server() -> AsyncIterator[EmbeddingsServer]:
    """Serve until the end of the block."""
    server = EmbeddingsServer()
    server.speaks.set()
    app = Starlette(routes=[Route("/v1/embeddings", server.answer, methods=["POST"])])
    async with serving(app, lifespan=False) as address:
        server.url = f"http://{address}/v1"
        yield server
        server.speaks.set()
