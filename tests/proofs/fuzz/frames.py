"""Websocket input: frames of RFC 6455 with messages of graphql-transport-ws in them, or nearly so."""

import json
import struct
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

_texts = st.text(max_size=20)
_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), _texts),
    lambda children: st.one_of(st.lists(children, max_size=3), st.dictionaries(_texts, children, max_size=3)),
    max_leaves=6,
)
_ids = st.one_of(st.sampled_from(("1", "2", "é")), _texts)
_queries = st.sampled_from(
    (
        "{ __typename }",
        "{ viewer { id } }",
        "{",
        "",
        'subscription { careerActions(profileId: "x") { __typename } }',
        "subscription A { __typename } query B { __typename }",
        'mutation { saveAction(id: "") { __typename } }',
    )
)
_payloads = st.fixed_dictionaries(
    {},
    optional={
        "query": st.one_of(_queries, _texts, _json),
        "variables": _json,
        "operationName": st.one_of(st.sampled_from(("A", "B")), _json),
        "extensions": _json,
        "documentId": _json,
    },
)
_subscribe = st.builds(
    lambda id_, payload: {"type": "subscribe", "id": id_, "payload": payload},
    _ids,
    st.one_of(
        st.sampled_from(
            ({"query": "{ viewer { id } }"}, {"query": "{"}, {"query": "subscription { nonsense }"})
        ),
        _payloads,
    ),
)
_objects = st.dictionaries(_texts, _json, max_size=3)
_proper = st.one_of(
    st.builds(
        lambda id_, query, rest: {"type": "subscribe", "id": id_, "payload": {**rest, "query": query}},
        st.uuids().map(str),
        st.one_of(_queries, _texts),
        st.fixed_dictionaries(
            {}, optional={"variables": _objects, "operationName": _texts, "extensions": _objects}
        ),
    ),
    st.builds(
        lambda id_: {"type": "complete", "id": id_},
        st.one_of(st.sampled_from(("1", "2")), st.uuids().map(str)),
    ),
    st.fixed_dictionaries({"type": st.sampled_from(("ping", "pong"))}, optional={"payload": _objects}),
)
_messages = st.one_of(
    _subscribe,
    st.fixed_dictionaries({"type": st.just("complete")}, optional={"id": st.one_of(_ids, _json)}),
    st.fixed_dictionaries({"type": st.sampled_from(("ping", "pong"))}, optional={"payload": _json}),
    st.fixed_dictionaries({"type": st.just("connection_init")}, optional={"payload": _json}),
    st.fixed_dictionaries({}, optional={"type": _json, "id": _json, "payload": _json}),
    _json,
)


@dataclass(frozen=True)
class Frame:
    """One frame, masked with zeros as is allowed. ``first`` is the byte of FIN, RSV and opcode."""

    first: int
    payload: bytes
    masked: bool = True

    def encoded(self) -> bytes:
        bit, size = 0x80 * self.masked, len(self.payload)
        if size < 126:
            head = struct.pack("!BB", self.first, bit | size)
        else:
            head = (
                struct.pack("!BBQ", self.first, bit | 127, size)
                if size > 65_535
                else struct.pack("!BBH", self.first, bit | 126, size)
            )
        return head + b"\0" * (4 * self.masked) + self.payload


def text(message: Any) -> Frame:
    """A whole message, as JSON."""
    return Frame(0x81, json.dumps(message).encode())


_whole = _messages.map(text)
_polite = _proper.map(text)
_odd = st.one_of(
    st.builds(Frame, st.just(0x81), st.one_of(st.binary(max_size=40), st.binary(min_size=126, max_size=200))),
    st.builds(Frame, st.integers(0, 255), st.binary(max_size=20)),
    st.builds(Frame, st.sampled_from((0x01, 0x00, 0x80, 0x82, 0x88, 0x89, 0x8A)), st.binary(max_size=20)),
    st.builds(Frame, st.just(0x81), st.just(b"{}"), masked=st.just(False)),
    st.builds(
        lambda part, times: Frame(0x81, part * times),
        st.sampled_from((b"[", b'{"a":')),
        st.integers(1, 20_000),
    ),
)


@st.composite
def conversations(draw: st.DrawFn) -> tuple[bool, list[Frame]]:
    """Whether it begins with a good ``connection_init``, and what follows."""
    frames = draw(st.lists(_polite, max_size=6))
    if draw(st.booleans()):
        frames += draw(st.lists(st.one_of(_whole, _odd), min_size=1, max_size=3))
    return draw(st.sampled_from((True,) * 15 + (False,))), frames
