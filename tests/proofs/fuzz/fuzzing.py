"""Sends what the strategies draw to a server, and says what of its answers may not be.

Seeded: hypothesis draws the same each time. Everything is blocking, so that a test runs it in a thread.
"""

import json
import socket
import struct
from collections import Counter
from collections.abc import Callable, Sequence
from http.client import HTTPResponse
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

from resolvers.edge.close_codes import CloseCode
from tests.proofs.fuzz.bodies import Request, requests
from tests.proofs.fuzz.documents import documents
from tests.proofs.fuzz.frames import Frame, conversations, text

Drawn = TypeVar("Drawn")
PATIENCE = 20.0
END = {"type": "subscribe", "id": "the end", "payload": {"query": "{"}}
CODES = frozenset(
    {
        1000,
        CloseCode.PROTOCOL_ERROR,
        CloseCode.INVALID_DATA,
        CloseCode.MESSAGE_TOO_BIG,
        CloseCode.BAD_REQUEST,
        CloseCode.UNAUTHORIZED,
        CloseCode.FORBIDDEN,
        CloseCode.SUBSCRIBER_EXISTS,
        CloseCode.TOO_MANY_REQUESTS,
    }
)
"""With which the server may close: those of RFC 6455 for malformed frames, and those of PROTOCOL.md."""


def _each(strategy: SearchStrategy[Drawn], examples: int, check: Callable[[Drawn], None]) -> None:
    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(strategy)
    def every(drawn: Drawn) -> None:
        check(drawn)

    every()


class Http:
    """One connection at a time, kept as long as the server keeps it."""

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._address = (host, int(port))
        self._socket: socket.socket | None = None

    def send(self, request: bytes, method: str) -> tuple[int, str, bytes]:
        """Status, media type and body of the answer."""
        for fresh in (False, True):
            if self._socket is None:
                self._socket = socket.create_connection(self._address, PATIENCE)
            try:
                self._socket.sendall(request)
                response = HTTPResponse(self._socket, method=method)
                response.begin()
                body = response.read()
            except OSError:  # the server had closed what was idle
                self.close()
                if fresh:
                    raise
                continue
            if response.will_close:
                self.close()
            return response.status, response.headers.get_content_type(), body
        raise AssertionError("no answer")

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def fuzz_documents(address: str, token: str, ids: Sequence[str], examples: int) -> Counter[str]:
    """Generated documents; how many were answered how."""
    http, answers = Http(address), Counter[str]()

    def check(document: str) -> None:
        body = json.dumps({"query": document}).encode()
        request = Request("POST", "", body, True, {"content-type": "application/json"})
        status, _, answer = http.send(_encoded(request, token), "POST")
        result = json.loads(answer)
        codes = {error.get("extensions", {}).get("code", "") for error in result.get("errors", [])}
        assert status in (200, 400, 413), (status, document)
        assert not codes & {"INTERNAL", "UNAVAILABLE", "TIMEOUT"}, (codes, document)
        answers["data" if result.get("data") is not None else ",".join(sorted(codes)) or "invalid"] += 1

    try:
        _each(documents(ids), examples, check)
    finally:
        http.close()
    return answers


def fuzz_bodies(address: str, token: str, examples: int) -> Counter[str]:
    """Requests of any kind; how many got which status."""
    http, answers = Http(address), Counter[str]()

    def check(request: Request) -> None:
        status, media_type, body = http.send(_encoded(request, token), request.method)
        assert status < 500, (status, request)
        if request.method != "HEAD" and media_type not in ("text/html", "text/plain"):
            answer = json.loads(body)
            assert answer.keys() & {"data", "errors"}, (status, request)
        answers[str(status)] += 1

    try:
        _each(requests(), examples, check)
    finally:
        http.close()
    return answers


def _encoded(request: Request, token: str) -> bytes:
    headers = {"host": "localhost", "content-length": str(len(request.body)), **request.headers}
    if request.signed_in:
        headers["authorization"] = f"Bearer {token}"
    lines = [
        f"{request.method} /graphql?{request.query} HTTP/1.1",
        *(f"{k}: {v}" for k, v in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + request.body


def fuzz_frames(address: str, token: str, frames: int) -> Counter[str]:
    """At least so many frames, some a connection; how the connections ended."""
    ends, sent = Counter[str](), 0

    def check(conversation: tuple[bool, list[Frame]]) -> None:
        nonlocal sent
        begins, rest = conversation
        init = text({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
        sent += len(rest) + begins
        end = _converse(address, [*([init] if begins else []), *rest, text(END)])
        assert end == "answered" or end in {str(code) for code in CODES}, (end, conversation)
        ends[end] += 1

    while sent < frames:
        before = sent
        # Some frames a connection: the same examples come first in a longer run.
        _each(conversations(), max(1, (frames - sent) // 3), check)
        if sent - before < 2:
            break
    return ends


def _converse(address: str, frames: Sequence[Frame]) -> str:
    """``answered`` when the last message was, else the code with which the server closed, else ``cut``."""
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), PATIENCE) as connection:
        connection.sendall(
            b"GET /graphql HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDAwMDAwMDAwMDAwMDAwMA==\r\n"
            b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
        )
        reader = connection.makefile("rb")
        while (line := reader.readline()) != b"\r\n":
            if not line:
                return "no handshake"
        try:
            for frame in frames:
                connection.sendall(frame.encoded())
        except OSError:
            pass  # closed meanwhile, and it says why
        try:
            while True:
                first, size = struct.unpack("!BB", _exactly(reader, 2))
                if size >= 126:
                    [size] = struct.unpack(
                        "!H" if size == 126 else "!Q", _exactly(reader, 2 if size == 126 else 8)
                    )
                payload = _exactly(reader, size)
                if first == 0x88:
                    return str(struct.unpack("!H", payload[:2])[0]) if payload else "1000"
                if first == 0x81 and json.loads(payload).get("id") == END["id"]:
                    connection.sendall(Frame(0x88, b"\x03\xe8").encoded())
                    return "answered"
        except OSError:
            return "reset"
        except EOFError:
            return "cut"


def _exactly(reader: Any, size: int) -> bytes:
    data: bytes = reader.read(size)
    if len(data) < size:
        raise EOFError
    return data
