"""Vectors from a server in the shape of OpenAI's ``/v1/embeddings``. Nothing that it says is taken on trust."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx2

from services.embeddings.port import vector_of
from services.kit.offloading import offloaded
from services.llm.port import ModelBusy, ModelError, ModelIncomplete, ModelRefusedKey, ModelReplyInvalid

_SECONDS = 10.0
_MOST_BYTES = 16 * 1024 * 1024
_BUSY = frozenset({408, 425, 429})


class RemoteEmbedder:
    """Asks ``url``/embeddings for vectors of ``model``. One attempt a call, no retry here."""

    batch = 64

    def __init__(self, url: str, key: str | None, model: str, *, seconds: float = _SECONDS) -> None:
        self._url = f"{url.rstrip('/')}/embeddings"
        self._asked_for = model
        self.model = f"{urlsplit(url).hostname}/{model}"
        self._seconds = seconds
        headers = {} if key is None else {"authorization": f"Bearer {key}"}
        self._client = httpx2.AsyncClient(timeout=seconds, headers=headers)

    async def embed(self, texts: Sequence[str], *, question: bool = False) -> list[bytes]:
        """Return a vector for each text. Raises ``ModelError``."""
        asked = {"model": self._asked_for, "input": list(texts), "encoding_format": "float"}
        try:
            async with asyncio.timeout(self._seconds):  # the client's own is for each piece of the reply
                body = await self._post(asked)
        except (httpx2.TransportError, TimeoutError) as error:
            raise ModelBusy(f"the embeddings server is out of reach ({type(error).__name__})") from None
        except httpx2.HTTPError as error:
            raise ModelIncomplete(f"the embeddings server broke off ({type(error).__name__})") from None
        return await offloaded(vectors_in, body, len(texts))

    async def _post(self, asked: Mapping[str, Any]) -> bytes:
        body = bytearray()
        async with self._client.stream("POST", self._url, json=asked) as response:
            if response.status_code != 200:
                raise _refused(response)
            async for part in response.aiter_bytes():
                body += part
                if len(body) > _MOST_BYTES:
                    raise ModelReplyInvalid("the reply is too large")
        return bytes(body)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _refused(response: httpx2.Response) -> ModelError:
    status = response.status_code
    if status in (401, 403):
        return ModelRefusedKey(f"the embeddings server does not accept the key ({status})")
    if status in _BUSY or status >= 500:
        wait = response.headers.get("retry-after", "")
        return ModelBusy(f"the embeddings server is busy ({status})", float(wait) if wait.isdigit() else None)
    return ModelReplyInvalid(f"the embeddings server refused the request ({status})")


def vectors_in(body: bytes, number: int) -> list[bytes]:
    """Return the vectors of a reply to ``number`` texts, in their order. Raises ``ModelReplyInvalid``."""
    try:
        reply = json.loads(body)
        rows = {row["index"]: row["embedding"] for row in reply["data"]}
        if list(map(type, rows)) != [int] * number or sorted(rows) != list(range(number)):
            raise ModelReplyInvalid("the reply has not one vector for each text")
        vectors = [vector_of(rows[at]) for at in range(number)]
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        raise ModelReplyInvalid("the reply is not in the shape of /v1/embeddings") from None
    if len(set(map(len, vectors))) > 1:
        raise ModelReplyInvalid("the vectors of the reply differ in length")
    return vectors
