"""Arguments that are none of ours: a typed error or nothing found, never our fault."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import build_schema

from schema.shared.relay import global_id
from tests.support.client import Api, document, profile_of

BAD_IDS = ["", "x", "=", "\x00", "\ud800", "é", "Q2FyZWVyQWN0aW9uOg==", "Q2FyZWVyQWN0aW9uOgA=", "1" * 60_000]
BAD_CURSORS = [
    "x", "\ud800", "é", "W10", "WzFd", "e30", "bnVsbA", "1" * 60_000,
    "WzEsIlx1ZDgwMCJd",  # [1,"\ud800"]
    "WzFlNDAwLCJhIl0",  # [1e400,"a"]
    "W05hTiwiYSJd",  # [NaN,"a"]
    "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTksImEiXQ",  # [9999999999999999999999,"a"]
    "W3RydWUsImEiXQ",  # [true,"a"]
]  # fmt: skip

SDL = Path(__file__).parents[3] / "graphql" / "schema.graphql"


@pytest.fixture(autouse=True)
def nothing_is_logged_as_an_error(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    records = [*caplog.get_records("call"), *caplog.records]
    # An exporter of another test may still be telling of a collector that was never there.
    ours = [record for record in records if not record.name.startswith("opentelemetry")]
    assert [record.getMessage() for record in ours if record.levelno >= logging.ERROR] == []


async def test_no_id_or_cursor_is_our_fault(api: Api) -> None:
    wrong = []
    for bad in BAD_IDS:
        assert (await api.run("Node", id=bad))["data"] == {"node": None}, bad
        for name, argument in (("SaveAction", "id"), ("MarkCompletionStarted", "actionId")):
            refused = await api.data(name, **{argument: bad})
            if (refused["__typename"], refused.get("field")) not in (
                ("InvalidInputError", argument),
                ("NotFoundError", None),
            ):
                wrong.append((name, bad, refused))
        for name, argument in (
            ("RefreshRun", "id"),
            ("CareerActions", "profileId"),
            ("Matches", "profileId"),
        ):
            [error] = (await api.run(name, **{argument: bad}))["errors"]
            if error["extensions"]["code"] not in ("INVALID_INPUT", "NOT_FOUND"):
                wrong.append((name, bad, error))
    for bad in BAD_CURSORS:
        for name in ("CareerActions", "Matches"):
            [error] = (await api.run(name, profileId=profile_of("ada"), after=bad))["errors"]
            if error["extensions"] != {"code": "INVALID_INPUT", "field": "after"}:
                wrong.append((name, bad, error))
    assert wrong == []


async def test_first_is_between_1_and_100(api: Api) -> None:
    for first in (0, -1, 101, 2**31 - 1, -(2**31)):
        [error] = (await api.run("CareerActions", profileId=profile_of("ada"), first=first))["errors"]
        assert error["extensions"] == {"code": "INVALID_INPUT", "field": "first"}, first


async def test_a_mutation_id_is_short_and_printable(api: Api) -> None:
    for mutation_id in ("", "\ud800", "\x00", "a\nb", "x" * 129, "\u202e"):
        refused = await api.data("SaveAction", id="Q2FyZWVyQWN0aW9uOmE=", mutationId=mutation_id)
        assert (refused["__typename"], refused["field"]) == ("InvalidInputError", "mutationId"), mutation_id


async def test_five_thousand_statuses_are_five(api: Api) -> None:
    page = await api.data("CareerActions", profileId=profile_of("ada"), statuses=["SAVED"] * 5_000)
    assert page["edges"] == []


async def test_a_bad_cursor_ends_a_subscription_by_its_terminal_member(api: Api) -> None:
    async with api.socket() as socket:
        for bad in ("x", "\ud800", "a:" + "9" * 100):
            refused = await socket.subscribe(
                document("CareerActionsLive"), profileId=profile_of("ada"), after=bad
            )
            assert (await refused.next())["code"] == "INVALID_INPUT"
            assert (await refused.message())["type"] == "complete"


async def test_an_empty_cursor_is_none(api: Api) -> None:
    """On every root field that has a cursor, found in the schema."""
    schema = build_schema(SDL.read_text())
    await api.execute('mutation { updateProfile(input: {name: "Ada"}) { __typename } }')
    ids = {
        "profileId": profile_of("ada"),
        "messageId": global_id("Message", "0" * 32),
        "actionId": global_id("CareerAction", "0" * 32),
    }
    of_nothing = ("chat", "completionMessages")
    asked = set()
    for root in filter(None, (schema.query_type, schema.subscription_type)):
        for name, field in root.fields.items():
            if "after" not in field.args:
                continue
            given = "".join(f', {each}: "{ids[each]}"' for each in field.args if each in ids)
            given += ", lists: [MATCHES]" if "lists" in field.args else ""
            selected = f'{name}(after: ""{given}) {{ __typename }}'
            asked.add(name)
            if root is schema.query_type:
                errors = (await api.execute(f"{{ {selected} }}")).get("errors", [])
                assert [error["extensions"]["code"] for error in errors] in ([], ["NOT_FOUND"]), name
                continue
            async with api.socket() as socket:
                code = "... on SubscriptionFailed { code }"
                query = f"subscription {{ {selected.replace('__typename', '__typename ' + code)} }}"
                first = await (await socket.subscribe(query)).next()
            assert first.get("code") == ("NOT_FOUND" if name in of_nothing else None), name
    assert {"careerActions", "exportMyData", "opportunities", "chat"} <= asked
