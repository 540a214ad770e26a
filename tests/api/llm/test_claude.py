"""The model's real SDK against a local server that streams, stalls, breaks off and refuses."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import structlog

from db.career_actions import ActionType
from db.profiles import ProfileRecord
from services.kit.clock import now
from services.kit.usage import Usage
from services.llm.claude import AnthropicModel
from services.llm.port import (
    ConversationSubject,
    GenerationSubject,
    ModelBusy,
    ModelDeclined,
    ModelError,
    ModelIncomplete,
    ModelRefusedKey,
    ModelReplyInvalid,
    Tally,
    TextRequest,
    ToolRequest,
    ToolSpec,
    Turn,
)
from tests.support.canaries import EMAILS, KEYS, NAMES
from tests.support.model_server import (
    Abort,
    ModelServer,
    Pause,
    Raw,
    Reply,
    error_event,
    error_reply,
    model_server,
    text_reply,
    tool_call,
)
from tests.support.patience import patient

KEY = KEYS[0]
PROMPT = f"words of {NAMES[4]}, {EMAILS[4]}"


@pytest.fixture(scope="module")
async def running() -> AsyncIterator[tuple[ModelServer, AnthropicModel]]:
    async with model_server() as server:
        model = AnthropicModel(KEY, base_url=server.url, idle_timeout=0.4, total_timeout=1.0)
        yield server, model
        await model.aclose()


@pytest.fixture
def server(running: tuple[ModelServer, AnthropicModel]) -> ModelServer:
    running[0].reset()
    return running[0]


@pytest.fixture
def model(running: tuple[ModelServer, AnthropicModel]) -> AnthropicModel:
    return running[1]


def subject() -> GenerationSubject:
    at = now()
    profile = ProfileRecord(id="p", owner="u", version=1, created_at=at, updated_at=at)
    return GenerationSubject(profile=profile, growth_areas=[], preserved=[], dismissed=[])


def tool_request() -> ToolRequest:
    tool = ToolSpec(
        name="note", description="Takes a note.", input_schema={"type": "object", "properties": {}}
    )
    return ToolRequest(system="Be brief.", prompt=PROMPT, tool=tool, subject=subject(), max_tokens=64)


def text_request() -> TextRequest:
    turns = [Turn("user", PROMPT)]
    about = ConversationSubject(subject().profile, None, turns, exchanges=1)
    return TextRequest(system="Be brief.", turns=turns, subject=about, max_tokens=64)


async def test_a_proper_tool_call_gives_its_input_and_token_use(
    server: ModelServer, model: AnthropicModel
) -> None:
    server.enqueue(tool_call("note", {"text": "héllo", "kind": ActionType.REPLICATE}))
    reply = await model.call_tool(tool_request())
    assert reply.input == {"text": "héllo", "kind": "REPLICATE"}
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (25, 15)
    assert model.version == "claude-haiku-4-5-20251001"


async def test_what_calls_share_is_marked_to_be_kept_and_what_was_kept_is_counted(
    server: ModelServer, model: AnthropicModel
) -> None:
    kept = {"cache_creation_input_tokens": 4000, "cache_read_input_tokens": 300}
    server.enqueue(tool_call("note", {}, kept=kept))
    tally = Tally()
    reply = await model.call_tool(replace(tool_request(), context="Shared.", tally=tally))
    (body,) = server.requests
    assert body["messages"][0]["content"] == [
        {"type": "text", "text": "Shared.", "cache_control": {"type": "ephemeral"}},
        {"type": "text", "text": PROMPT},
    ]
    assert reply.usage == Usage(25 + 4000 + 300, 15, 300)
    assert (tally.input_tokens, tally.output_tokens) == (4325, 15), "the budget pays for all that was read"


async def test_the_request_forces_the_tool_and_carries_no_sampling_parameters(
    server: ModelServer, model: AnthropicModel
) -> None:
    server.enqueue(tool_call("note", {}))
    await model.call_tool(tool_request())
    (body,) = server.requests
    assert body["tool_choice"] == {"type": "tool", "name": "note", "disable_parallel_tool_use": True}
    assert body["model"] == "claude-haiku-4-5-20251001"
    assert body["messages"] == [{"role": "user", "content": PROMPT}]
    assert body["max_tokens"] == 64
    assert not body.keys() & {"temperature", "top_p", "top_k"}
    assert KEY in " ".join(server.headers[0].values())


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (529, "overloaded_error"),
        (500, "api_error"),
        (502, "api_error"),
        (503, "api_error"),
        (429, "rate_limit_error"),
    ],
)
async def test_a_busy_provider_is_worth_another_try_which_the_port_does_not_make(
    server: ModelServer, model: AnthropicModel, status: int, kind: str
) -> None:
    server.enqueue(error_reply(status, kind))
    with pytest.raises(ModelBusy) as busy:
        await model.call_tool(tool_request())
    assert busy.value.retry_after is None
    assert busy.value.reason == f"the model is busy or failing: status {status} ({kind})"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("0.5", 0.5), ("soon", None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)]
)
async def test_a_rate_limit_says_how_long_to_wait(
    server: ModelServer, model: AnthropicModel, header: str, seconds: float | None
) -> None:
    server.enqueue(error_reply(429, "rate_limit_error", retry_after=header))
    with pytest.raises(ModelBusy) as busy:
        await model.call_tool(tool_request())
    assert busy.value.retry_after == seconds


@pytest.mark.parametrize(
    ("status", "kind"), [(401, "authentication_error"), (403, "permission_error"), (400, "permission_error")]
)
async def test_a_refused_key_is_told_apart_and_never_repeated(
    server: ModelServer, model: AnthropicModel, status: int, kind: str
) -> None:
    server.enqueue(error_reply(status, kind))
    with pytest.raises(ModelRefusedKey) as refused:
        await model.call_tool(tool_request())
    assert KEY not in str(refused.value)
    assert "secret words" not in str(refused.value)


async def test_a_request_the_provider_finds_wrong_is_not_worth_another_try(
    server: ModelServer, model: AnthropicModel
) -> None:
    server.enqueue(error_reply(400, "invalid_request_error"))
    with pytest.raises(ModelError) as failed:
        await model.call_tool(tool_request())
    assert type(failed.value) is ModelError
    assert failed.value.reason == "the provider refused the request: status 400 (invalid_request_error)"


async def test_a_server_that_is_not_there_is_busy() -> None:
    model = AnthropicModel(KEY, base_url="http://127.0.0.1:9", connect_timeout=1.0)
    with pytest.raises(ModelBusy, match="could not be reached"):
        await model.call_tool(tool_request())
    await model.aclose()


@pytest.mark.parametrize("steps", range(10))
async def test_a_tool_call_cut_at_any_point_is_incomplete(
    server: ModelServer, model: AnthropicModel, steps: int
) -> None:
    whole = tool_call("note", {"text": "long enough for four pieces"})
    assert len(whole.steps) == 10
    server.enqueue(whole.cut(steps))
    with pytest.raises(ModelIncomplete, match="cut before its end"):
        await model.call_tool(tool_request())


async def test_a_connection_that_breaks_is_incomplete(server: ModelServer, model: AnthropicModel) -> None:
    server.enqueue(tool_call("note", {"text": "x"}).then(Abort(), after=4))
    with pytest.raises(ModelIncomplete, match="connection ended"):
        await model.call_tool(tool_request())


async def test_a_stall_ends_after_the_idle_timeout(server: ModelServer, model: AnthropicModel) -> None:
    server.enqueue(tool_call("note", {"text": "x"}).then(Pause(30), after=4))
    started = time.monotonic()
    with pytest.raises(ModelIncomplete, match="stalled"):
        await model.call_tool(tool_request())
    assert 0.3 < time.monotonic() - started < 1.2


async def test_a_reply_of_pings_alone_ends_after_the_total_timeout(
    server: ModelServer, model: AnthropicModel
) -> None:
    ping = ("ping", {"type": "ping"})
    slow = [step for _ in range(100) for step in (ping, Pause(0.1))]
    server.enqueue(tool_call("note", {}).then(*slow, after=2))
    started = time.monotonic()
    with pytest.raises(ModelIncomplete, match="stalled"):
        await model.call_tool(tool_request())
    assert 0.9 < time.monotonic() - started < 2.5


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("overloaded_error", ModelBusy),
        ("authentication_error", ModelRefusedKey),
        ("invalid_request_error", ModelError),
    ],
)
async def test_an_error_in_the_middle_of_a_reply_is_classed_by_its_type(
    server: ModelServer, model: AnthropicModel, kind: str, expected: type[ModelError]
) -> None:
    server.enqueue(tool_call("note", {}).then(error_event(kind), after=3))
    with pytest.raises(ModelError) as failed:
        await model.call_tool(tool_request())
    assert type(failed.value) is expected
    assert "secret words" not in failed.value.reason


async def test_a_call_cut_by_the_token_limit_is_incomplete_but_a_whole_one_counts(
    server: ModelServer, model: AnthropicModel
) -> None:
    server.enqueue(tool_call("note", None, raw='{"text": "hal', stop_reason="max_tokens"))
    with pytest.raises(ModelIncomplete, match="token limit"):
        await model.call_tool(tool_request())
    server.enqueue(tool_call("note", {"text": "whole"}, stop_reason="max_tokens"))
    assert (await model.call_tool(tool_request())).input == {"text": "whole"}


@pytest.mark.parametrize("raw", ["{not json", "[1]", '"text"', '{"score": NaN}', "[" * 5000])
async def test_a_tool_input_that_is_no_json_object_is_invalid(
    server: ModelServer, model: AnthropicModel, raw: str
) -> None:
    server.enqueue(tool_call("note", None, raw=raw))
    with pytest.raises(ModelReplyInvalid):
        await model.call_tool(tool_request())


@pytest.mark.parametrize(
    "reply",
    [
        text_reply("I would rather talk."),
        tool_call("another_tool", {}),
        text_reply("No.", stop_reason="refusal"),
    ],
)
async def test_a_reply_without_the_tool_is_a_refusal(
    server: ModelServer, model: AnthropicModel, reply: Reply
) -> None:
    server.enqueue(reply)
    with pytest.raises(ModelDeclined):
        await model.call_tool(tool_request())


@pytest.mark.parametrize(
    "garbage",
    [
        b"event: content_block_delta\ndata: {broken\n\n",
        b'event: message_start\ndata: {"type": "message_start"}\n\n',
        b"event: message_delta\ndata: 7\n\n",
        b"event: message_start\ndata: \xff\xfe\n\n",
    ],
)
async def test_a_server_that_does_not_speak_the_protocol_is_an_error_not_a_crash(
    server: ModelServer, model: AnthropicModel, garbage: bytes
) -> None:
    server.enqueue(tool_call("note", {}).then(Raw(garbage), after=2))
    with pytest.raises(ModelError):
        await model.call_tool(tool_request())


async def test_text_arrives_in_pieces_and_ends_when_the_model_says_so(
    server: ModelServer, model: AnthropicModel
) -> None:
    server.enqueue(text_reply("Well ", "done", "."), text_reply("Long", stop_reason="max_tokens"))
    assert [piece async for piece in model.stream_text(text_request())] == ["Well ", "done", "."]
    assert [piece async for piece in model.stream_text(text_request())] == ["Long"]
    assert server.requests[0]["messages"] == [{"role": "user", "content": PROMPT}]
    assert "tools" not in server.requests[0]


async def test_text_that_is_cut_gives_what_came_and_then_fails(
    server: ModelServer, model: AnthropicModel
) -> None:
    server.enqueue(text_reply("Well ", "done").cut(4))
    stream = model.stream_text(text_request())
    assert await anext(stream) == "Well "
    with pytest.raises(ModelIncomplete):
        await anext(stream)


async def test_closing_the_stream_hangs_up_on_the_provider(
    server: ModelServer, model: AnthropicModel
) -> None:
    server.enqueue(text_reply("Well ", "done").then(Pause(30), after=4))
    stream = model.stream_text(text_request())
    assert await anext(stream) == "Well "
    await stream.aclose()
    await asyncio.wait_for(server.hung_up.wait(), patient(1))


async def test_cancelling_a_call_hangs_up_on_the_provider(server: ModelServer, model: AnthropicModel) -> None:
    server.enqueue(tool_call("note", {}).then(Pause(30), after=4))
    task = asyncio.create_task(model.call_tool(tool_request()))
    await server.asked.wait()
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(server.hung_up.wait(), patient(1))


async def test_each_call_is_one_log_line_without_prompt_reply_or_key(
    server: ModelServer, model: AnthropicModel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.enqueue(tool_call("note", {"text": "reply words"}), error_reply(401, "authentication_error"))
    with structlog.testing.capture_logs() as lines:
        await model.call_tool(tool_request())
        with pytest.raises(ModelRefusedKey):
            await model.call_tool(tool_request())
    calls: list[dict[str, Any]] = [dict(line) for line in lines if line["event"] == "model.called"]
    assert [call["outcome"] for call in calls] == ["ok", "MODEL_REFUSED_KEY"]
    assert calls[0]["purpose"] == "note"
    assert (calls[0]["input_tokens"], calls[0]["output_tokens"]) == (25, 15)
    everything = f"{lines}{caplog.text}"
    for secret in (PROMPT, "reply words", KEY, "secret words"):
        assert secret not in everything
