"""HTTP and websockets with next to nothing around them: ten thousand of these must cost less than what they measure."""

import asyncio
import base64
import json
import os
import re
import socket
from collections.abc import Callable, Mapping
from typing import Any, cast

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_TEXT, _CLOSE, _PING, _PONG = 0x1, 0x8, 0x9, 0xA
PATIENCE = 60.0

Take = Callable[[bytes], None]


class Refused(Exception):
    """The server gave an unexpected answer."""


def encoded(value: object) -> bytes:
    """As JSON."""
    return json.dumps(value).encode()


class Http(asyncio.Protocol):
    """One kept-alive connection that posts GraphQL requests, one after another."""

    def __init__(self) -> None:
        self._data = b""
        self._answer: asyncio.Future[bytes] | None = None

    @classmethod
    async def open(cls, port: int) -> "Http":
        """Connected."""
        _, http = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return http

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Refused("the connection ended"))

    def data_received(self, data: bytes) -> None:
        self._data += data
        head, separator, content = self._data.partition(b"\r\n\r\n")
        if not separator:
            return
        length = _LENGTH.search(head)
        if length is not None:
            if len(content) < int(length[1]):
                return
        elif not content.endswith(b"0\r\n\r\n"):
            return
        answer, self._answer = self._answer, None
        self._data = b""
        if answer is None or answer.done():
            return
        if not head.startswith(b"HTTP/1.1 200"):
            answer.set_exception(Refused(head[:40].decode(), content[:500].decode()))
        else:
            answer.set_result(content if length is not None else _unchunked(content))

    @staticmethod
    def request(token: str, query: str, variables: Mapping[str, Any]) -> bytes:
        """The bytes of a request, which can be made before the clock starts."""
        body = encoded({"query": query, "variables": variables})
        head = (
            "POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: application/json\r\n"
            f"content-type: application/json\r\nauthorization: Bearer {token}\r\n"
            f"content-length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    async def send(self, request: bytes) -> bytes:
        """The answer's body."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        async with asyncio.timeout(PATIENCE):
            return await self._answer

    async def run(self, token: str, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The data of a request that must succeed."""
        result = json.loads(await self.send(self.request(token, query, variables)))
        if result.get("errors"):
            raise Refused(str(result["errors"])[:500])
        data: dict[str, Any] = result["data"]
        return data

    def close(self) -> None:
        self._transport.close()


def _unchunked(content: bytes) -> bytes:
    parts: list[bytes] = []
    while True:
        size, _, content = content.partition(b"\r\n")
        length = int(size, 16)
        if length == 0:
            return b"".join(parts)
        parts.append(content[:length])
        content = content[length + 2 :]


class Socket(asyncio.Protocol):
    """A websocket that speaks graphql-transport-ws. ``take`` is given each message's bytes."""

    def __init__(self, take: Take) -> None:
        self._take = take
        self._data = bytearray()
        self._open = False
        self.ended = False
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._acknowledged: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @classmethod
    async def open(cls, port: int, token: str, take: Take, receive_buffer: int | None = None) -> "Socket":
        """Connected and acknowledged. ``receive_buffer``: how many bytes the system may hold unread."""
        loop = asyncio.get_running_loop()
        handle = socket.socket()
        handle.setblocking(False)
        handle.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if receive_buffer is not None:
            handle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        async with asyncio.timeout(PATIENCE):
            await loop.sock_connect(handle, ("127.0.0.1", port))
            _, opened = await loop.create_connection(lambda: cls(take), sock=handle)
            await opened._opened
            opened.send({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
            await opened._acknowledged
        return opened

    @property
    def local_port(self) -> int:
        """Our end."""
        port: int = self.transport.get_extra_info("sockname")[1]
        return port

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        key = base64.b64encode(os.urandom(16)).decode()
        self.transport.write(
            (
                "GET /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
                f"sec-websocket-key: {key}\r\nsec-websocket-version: 13\r\n"
                "sec-websocket-protocol: graphql-transport-ws\r\n\r\n"
            ).encode()
        )

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended = True
        for waiting in (self._opened, self._acknowledged):
            if not waiting.done():
                waiting.set_exception(Refused("the websocket ended"))
                waiting.exception()  # nobody may be waiting for this one

    def data_received(self, data: bytes) -> None:
        self._data += data
        if not self._open:
            head, separator, rest = bytes(self._data).partition(b"\r\n\r\n")
            if not separator:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.transport.abort()
                return
            self._open = True
            self._data = bytearray(rest)
            self._opened.set_result(None)
        self._frames()

    def _frames(self) -> None:
        data = self._data
        at = 0
        while len(data) >= at + 2:
            length, begin = data[at + 1], at + 2
            if length == 126:
                begin += 2
            elif length == 127:
                begin += 8
            if begin > at + 2:
                if len(data) < begin:
                    break
                length = int.from_bytes(data[at + 2 : begin])
            if len(data) < begin + length:
                break
            self._frame(data[at] & 0x0F, bytes(data[begin : begin + length]))
            at = begin + length
        del data[:at]

    def _frame(self, kind: int, payload: bytes) -> None:
        if kind == _TEXT:
            if not self._acknowledged.done():
                self._acknowledged.set_result(None)
                return
            if b'"ping"' in payload[:64]:
                self.send({"type": "pong"})
                return
            self._take(payload)
        elif kind == _PING:
            self._write(_PONG, payload)
        elif kind == _CLOSE:
            self.transport.close()

    def send(self, message: Mapping[str, Any]) -> None:
        """Send a protocol message."""
        self._write(_TEXT, encoded(message))

    def subscribe(self, query: str, variables: Mapping[str, Any], id_: str = "1") -> None:
        """Begin a subscription."""
        self.send({"id": id_, "type": "subscribe", "payload": {"query": query, "variables": variables}})

    def _write(self, kind: int, payload: bytes) -> None:
        # A client's frames are masked; a key of zeros leaves them as they are.
        short = len(payload) < 126
        size = bytes([0x80 | len(payload)]) if short else b"\xfe" + len(payload).to_bytes(2)
        self.transport.write(bytes([0x80 | kind]) + size + bytes(4) + payload)
