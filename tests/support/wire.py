"""MongoDB's wire protocol for servers that pretend: OP_MSG, and OP_QUERY for the first hello."""

import asyncio
import struct
from typing import Any

from bson import BSON, Int64, decode, encode

Message = dict[str, Any]

HELLO = {"hello", "ismaster", "isMaster"}
WRITES = {"insert", "update", "delete", "create", "createIndexes", "drop", "dropDatabase", "dropIndexes"}
_OP_REPLY, _OP_QUERY, _OP_MSG = 1, 2004, 2013
_HEADER = struct.Struct("<iiii")
_NOT_FOR_BACKENDS = ("lsid", "txnNumber", "$clusterTime", "$readPreference", "readConcern", "writeConcern")


class Backend:
    """One connection to a database, used by one command at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._lock = asyncio.Lock()
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def run(self, command: Message) -> Message:
        """Run a command and return its reply."""
        plain = {name: value for name, value in command.items() if name not in _NOT_FOR_BACKENDS}
        async with self._lock:
            if self._streams is None:
                self._streams = await asyncio.open_connection("127.0.0.1", self._port)
            reader, writer = self._streams
            writer.write(_op_msg(plain, 0))
            await writer.drain()
            reply, _ = await read_message(reader)
            return reply

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()


async def read_message(reader: asyncio.StreamReader) -> tuple[Message, tuple[int, int]]:
    """Return a message, and what ``answer_to`` needs to answer it."""
    length, request, _, op = _HEADER.unpack(await reader.readexactly(_HEADER.size))
    body = await reader.readexactly(length - _HEADER.size)
    if op == _OP_QUERY:
        start = body.index(b"\0", 4) + 1 + 8
        return decode(body[start:]), (request, op)
    message: Message = {}
    place = 4
    while place < len(body):
        kind, place = body[place], place + 1
        (size,) = struct.unpack_from("<i", body, place)
        if kind == 0:
            message = {**decode(body[place : place + size]), **message}
        else:
            name_end = body.index(b"\0", place + 4)
            message = {**message, **_sequence(body[place + 4 : name_end], body[name_end + 1 : place + size])}
        place += size
    return message, (request, op)


def _sequence(name: bytes, documents: bytes) -> Message:
    found, place = [], 0
    while place < len(documents):
        (size,) = struct.unpack_from("<i", documents, place)
        found.append(BSON(documents[place : place + size]).decode())
        place += size
    return {name.decode(): found}


def _op_msg(document: Message, response_to: int) -> bytes:
    body = b"\0\0\0\0\0" + encode(document)
    return _HEADER.pack(_HEADER.size + len(body), 1, response_to, _OP_MSG) + body


def _op_reply(document: Message, response_to: int) -> bytes:
    body = struct.pack("<iqii", 8, Int64(0), 0, 1) + encode(document)
    return _HEADER.pack(_HEADER.size + len(body), 1, response_to, _OP_REPLY) + body


def answer_to(asked: tuple[int, int], reply: Message) -> bytes:
    """Return the answer to a message, in the protocol's form that it was asked in."""
    request, op = asked
    return _op_reply(reply, request) if op == _OP_QUERY else _op_msg(reply, request)
