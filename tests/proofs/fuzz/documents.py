"""Documents that schemathesis makes of the SDL, some of them about things that exist."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import schemathesis
from graphql import ConstValueNode, parse_const_value
from hypothesis import strategies as st
from schemathesis.graphql import nodes

SDL = Path(__file__).parents[3] / "graphql" / "schema.graphql"
_ID = re.compile(r'\b(id|profileId|actionId|messageId): "[^"\\]*"')
_names = st.sampled_from(
    ("basics", "work", "skills", "education", "name", "summary", "startDate", "level", "x")
)
_leaves = st.one_of(
    st.none().map(lambda _: "null"),
    st.booleans().map(lambda value: str(value).lower()),
    st.integers().map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(("2024", "2024-13-45", "x@y", "a b", "\\u0000", "\\u{1F600}")).map(
        lambda text: f'"{text}"'
    ),
)


def _value(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.lists(children, max_size=3).map(lambda values: f"[{', '.join(values)}]"),
        st.dictionaries(_names, children, max_size=4).map(
            lambda fields: "{" + ", ".join(f"{name}: {value}" for name, value in fields.items()) + "}"
        ),
    )


_json: st.SearchStrategy[ConstValueNode] = st.recursive(_leaves, _value, max_leaves=12).map(parse_const_value)
_times = st.sampled_from(("2026-01-01T00:00:00Z", "2026-01-01", "never", "", "9999-12-31T23:59:59+14:00"))
schemathesis.graphql.scalar("JSON", _json)
schemathesis.graphql.scalar("DateTime", _times.map(nodes.String))


def documents(ids: Sequence[str]) -> st.SearchStrategy[str]:
    """Queries and mutations; arguments that are ids are often one of ``ids``."""

    def about(document: Any, chosen: Sequence[str | None]) -> str:
        left = list(chosen)

        def replaced(match: re.Match[str]) -> str:
            id_ = left.pop() if left else None
            return match[0] if id_ is None else f'{match[1]}: "{id_}"'

        return _ID.sub(replaced, document.body)

    known = st.lists(st.sampled_from((None, *ids)), min_size=4, max_size=4)
    return st.builds(about, schemathesis.graphql.from_path(SDL).as_strategy(), known)
