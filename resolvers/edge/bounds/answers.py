"""Encoding of answers, which are bounded in size."""

import json
from typing import Any

from starlette.requests import HTTPConnection

from resolvers.execution.errors import request_error
from schema.shared.context import LARGE_ANSWER
from services.kit.offloading import offloaded

CODE = "ANSWER_TOO_LARGE"


async def encoded_for(connection: HTTPConnection, answer: Any, most: int) -> bytes:
    """``encoded_answer``, off the event loop where whole documents are in the answer."""
    if getattr(connection.state, LARGE_ANSWER, False):
        return await offloaded(encoded_answer, answer, most)
    return encoded_answer(answer, most)


def encoded_answer(answer: Any, most: int) -> bytes:
    """Return a result as JSON; over ``most`` bytes, an error that says so in its place."""
    encoded = _json(answer)
    if len(encoded) <= most:
        return encoded
    error = request_error(
        f"The answer is over {most} bytes. Ask for less at a time. Changes that were asked for were made.",
        CODE,
    )
    return _json({"data": None, "errors": [error.formatted]})


def _json(answer: Any) -> bytes:
    return json.dumps(answer, separators=(",", ":")).encode()


class EncodedAnswer(dict[str, Any]):
    """An answer that is encoded already: ``body`` is what is sent."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.body = body
