"""Reading of a request's body, which may be anybody's: within a number of bytes and of seconds."""

import asyncio

from starlette.requests import Request

BODY_SECONDS = 30.0


class RequestRefused(Exception):
    """The request is not valid. ``code`` is for programs, ``message`` for people."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers


async def read_body(request: Request, most: int) -> bytes:
    """Return the body. Raises ``RequestRefused`` over ``most`` bytes or ``BODY_SECONDS``, and ``ClientDisconnect``."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > most:
        raise too_large(most)
    chunks: list[bytes] = []
    received = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                received += len(chunk)
                if received > most:
                    raise too_large(most)
                chunks.append(chunk)
    except TimeoutError:
        raise RequestRefused(
            408, "BODY_TOO_SLOW", f"The body took longer than {BODY_SECONDS:g} seconds.", Connection="close"
        ) from None
    return b"".join(chunks)


def too_large(most: int) -> RequestRefused:
    """A body over so many bytes."""
    return RequestRefused(413, "BODY_TOO_LARGE", f"The body is over {most} bytes.")
