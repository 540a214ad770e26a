"""HTTP requests of which little or nothing is right."""

import json
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

VALID = json.dumps({"query": "query($id: ID!) { node(id: $id) { id } }", "variables": {"id": "x"}}).encode()
_texts = st.text(max_size=40)
_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), _texts),
    lambda children: st.one_of(st.lists(children, max_size=3), st.dictionaries(_texts, children, max_size=3)),
    max_leaves=8,
)
_queries = st.one_of(
    st.sampled_from(
        (
            "{ __typename }",
            "{ viewer { id profile { name } } }",
            "query A { __typename } query B { __typename }",
            'mutation { saveAction(id: "x") { __typename } }',
            'subscription { careerActions(profileId: "x") { __typename } }',
            "query($id: ID!) { node(id: $id) { id } }",
            'query($first: Int) { opportunities(first: $first, after: "x") { pageInfo { endCursor } } }',
            "{ __schema { types { name } } }",
        )
    ),
    st.text(alphabet='{}()[]$!:@#"\\\n ,.|&=x1_é\0\ud800query', max_size=60),
    _json,
)
_requests = st.fixed_dictionaries(
    {"query": _queries},
    optional={
        "variables": st.one_of(st.dictionaries(st.sampled_from(("id", "first", "")), _json), _json),
        "operationName": st.one_of(st.sampled_from(("A", "B", "")), _json),
        "extensions": _json,
        "documentId": st.one_of(st.just("sha256:" + "0" * 64), _json),
    },
)


@st.composite
def _damaged(draw: st.DrawFn) -> bytes:
    start = draw(st.integers(0, len(VALID)))
    end = draw(st.integers(start, min(len(VALID), start + 8)))
    return VALID[:start] + draw(st.binary(max_size=8)) + VALID[end:]


_bodies: st.SearchStrategy[bytes] = st.one_of(
    _requests.map(lambda request: json.dumps(request).encode()),
    _damaged(),
    _json.map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=200),
    st.builds(
        lambda text, encoding: text.encode(encoding, "replace"),
        _texts,
        st.sampled_from(("utf-16", "latin-1")),
    ),
    st.builds(
        lambda part, times: part * times, st.sampled_from((b"[", b'{"a":', b"\0")), st.integers(1, 9_000)
    ),
    st.just(b" " * 66_000),
)
_media_types = st.sampled_from(
    (
        "application/json",
        "application/graphql-response+json",
        "application/json;charset=utf-8",
        "application/json; charset=utf-16",
        "text/plain",
        "multipart/form-data; boundary=x",
        "*/*",
        "text/html",
        "text/html, */*;q=0.1",
        "application/*;q=0.5, application/json;q=0",
        ";q=",
        "",
    )
)
_header_values = st.text(
    alphabet=st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=20
)


@dataclass(frozen=True)
class Request:
    """``query`` is the part of the URL after the question mark. ``signed_in`` adds a good token."""

    method: str
    query: str
    body: bytes
    signed_in: bool
    headers: dict[str, str] = field(default_factory=dict)


_rarely = st.sampled_from((False,) * 15 + (True,))


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """Mostly POST of what says it is JSON, since the rest ends early."""
    headers = {"content-type": "application/json"}
    if draw(_rarely):
        headers["content-type"] = draw(st.one_of(_media_types, _header_values))
    if draw(_rarely):
        headers["accept"] = draw(st.one_of(_media_types, _header_values))
    for name, values in (
        ("authorization", _header_values.map(lambda value: f"Bearer {value}")),
        ("content-encoding", st.sampled_from(("gzip", "identity", ""))),
        ("x-requested-with", _header_values),
        (
            "host",
            st.one_of(st.sampled_from(("localhost", "127.0.0.1:1", "[::1]", "evil.test")), _header_values),
        ),
    ):
        if draw(_rarely):
            headers[name] = draw(values)
    method = draw(st.sampled_from(("POST",) * 24 + ("GET",) * 6 + ("PUT", "HEAD")))
    return Request(
        method,
        _encoded(draw(_requests)) if method == "GET" else "",
        b"" if method == "GET" else draw(_bodies),
        draw(st.booleans()),
        headers,
    )


def _encoded(parameters: dict[str, Any]) -> str:
    def quoted(value: Any) -> str:
        text = value if isinstance(value, str) else json.dumps(value)
        return "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))

    return "&".join(f"{name}={quoted(value)}" for name, value in parameters.items())
