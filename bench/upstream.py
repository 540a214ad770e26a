"""A provider in Anthropic's shape whose tokens tell when they left it.

Each token is the time on the clock that all processes of a machine share, in tenths of a millisecond, base 36.
What a reply is like stands in the last message: ``bench tokens=500 rate=50 together=200 delay=2``. It begins ``delay``
seconds after as many requests as ``together`` are there, many of them within one more second. It speaks just enough
HTTP, since a server that costs as much as what it measures would measure itself.
"""

import asyncio
import json
import random
import re
import sys
import time
from typing import Any, cast

import uvloop

_WRAP = 36**4
_ASKED = re.compile(rb"bench tokens=(\d+) rate=(\d+) together=(\d+) delay=([\d.]+)")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_DIGITS = b"0123456789abcdefghijklmnopqrstuvwxyz"


def stamp() -> bytes:
    """Now, as a token."""
    number = int(time.monotonic() * 10_000) % _WRAP
    return bytes(
        [
            _DIGITS[number // 46656],
            _DIGITS[number // 1296 % 36],
            _DIGITS[number // 36 % 36],
            _DIGITS[number % 36],
        ]
    )


def age(token: str) -> float:
    """Seconds since the token was made, if that was less than two minutes ago."""
    return (int(time.monotonic() * 10_000) - int(token, 36)) % _WRAP / 10_000


def body(text: str) -> dict[str, Any]:
    """A request for a reply."""
    return {
        "model": "bench",
        "max_tokens": 500,
        "stream": True,
        "messages": [{"role": "user", "content": text}],
    }


def _event(name: str, **data: Any) -> bytes:
    return f"event: {name}\ndata: {json.dumps({'type': name, **data})}\n\n".encode()


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


class Upstream(asyncio.Protocol):
    """A connection: one request after another, each answered by a stream."""

    waiting: list["Upstream"] = []  # noqa: RUF012

    def __init__(self) -> None:
        self._data = b""
        self._left = self._rate = 0
        self._delay = self._due = 0.0
        self._together = 1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._data += data
        head, separator, content = self._data.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not separator or length is None or len(content) < int(length[1]):
            return
        self._data = b""
        asked = _ASKED.findall(content)[-1]
        self._left, self._rate, self._together = (int(number) for number in asked[:3])
        spread = 0 if self._together == 1 else random.random()  # noqa: S311
        self._delay = float(asked[3]) + spread
        self._transport.write(_HEAD + _chunk(_BEGIN))
        self.waiting.append(self)
        if len(self.waiting) >= self._together:
            for one in self.waiting:
                one.begin()
            self.waiting.clear()

    def begin(self) -> None:
        """The first token comes after the delay."""
        loop = asyncio.get_running_loop()
        self._due = loop.time() + self._delay
        loop.call_at(self._due, self._first)

    def _first(self) -> None:
        self._token(b"")

    def _next(self) -> None:
        self._token(b" ")

    def _token(self, space: bytes) -> None:
        if self._transport.is_closing():
            return
        self._transport.write(_chunk(_DELTA % (space + stamp())))
        self._left -= 1
        self._due += 1 / self._rate
        if self._left:
            asyncio.get_running_loop().call_at(self._due, self._next)
        else:
            self._transport.write(_chunk(_END) + b"0\r\n\r\n")


_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
_BEGIN = _event(
    "message_start",
    message={
        "id": "msg_bench",
        "type": "message",
        "role": "assistant",
        "model": "bench",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 1, "output_tokens": 1},
    },
) + _event("content_block_start", index=0, content_block={"type": "text", "text": ""})
_DELTA = _event("content_block_delta", index=0, delta={"type": "text_delta", "text": "%b"})
_END = (
    _event("content_block_stop", index=0)
    + _event(
        "message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage={"output_tokens": 1}
    )
    + _event("message_stop")
)


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Upstream, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
