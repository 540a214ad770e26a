"""Anthropic's SDK behind the port. The only import of ``anthropic``.

Both abilities stream, because only a stream shows a stall early and a cut at all: the SDK ends its iteration
quietly when the connection does, so a reply counts as whole only once ``message_stop`` has been seen.
"""

import asyncio
import json
import logging
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast

import aiohttp
import anthropic
import httpx2
import structlog
from anthropic.types import MessageParam, RawMessageStreamEvent, TextBlockParam

from services.kit.metrics import counts
from services.kit.usage import Usage
from services.llm.port import (
    ModelBusy,
    ModelDeclined,
    ModelError,
    ModelIncomplete,
    ModelRefusedKey,
    ModelReplyInvalid,
    Tally,
    TextRequest,
    ToolReply,
    ToolRequest,
)

DEFAULT_MODEL = "claude-haiku-4-5-20251001"

_LONGEST_REPLY = 1_000_000  # characters; a server that never stops must not fill the memory
_BUSY_TYPES = frozenset({"rate_limit_error", "overloaded_error", "api_error", "timeout_error"})
_KEY_TYPES = frozenset({"authentication_error", "permission_error"})
_REFUSING = frozenset({500, 503, 529})
_WHOLE_TEXT = frozenset({"end_turn", "stop_sequence", "max_tokens"})

log = structlog.get_logger()


@dataclass(slots=True)
class _Call:
    """State of a reply so far: all that its log line and its outcome need."""

    started: float = field(default_factory=time.monotonic)
    stop_reason: str | None = None
    stopped: bool = False
    refused: bool = False
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    size: int = 0

    @property
    def usage(self) -> Usage:
        return Usage(self.input_tokens, self.output_tokens, self.cached_tokens)

    def count_input(self, usage: Mapping[str, Any]) -> None:
        """Take in the provider's count, which tells what it kept and what it had kept apart from the rest."""
        self.cached_tokens = usage.get("cache_read_input_tokens") or 0
        kept = self.cached_tokens + (usage.get("cache_creation_input_tokens") or 0)
        self.input_tokens = (usage.get("input_tokens") or 0) + kept

    def tell(self, tally: Tally) -> None:
        """Write the tokens used to ``tally``, as far as known. Some compatible servers count nothing."""
        if self.refused:
            tally.input_tokens = tally.output_tokens = 0
            return
        tally.input_tokens = self.input_tokens or None
        tally.output_tokens = (self.output_tokens or None) if self.stopped else None

    def check_whole(self) -> None:
        if self.stop_reason == "refusal":
            raise ModelDeclined("the model declined to answer")
        if not self.stopped or self.stop_reason is None:
            raise ModelIncomplete("the reply was cut before its end")


class AnthropicModel:
    """Makes one attempt per call; the SDK never retries.

    ``idle_timeout`` is the longest silence on the connection in seconds, ``total_timeout`` the longest reply.
    """

    def __init__(
        self,
        api_key: str,
        *,
        base_url: str | None = None,
        model: str = DEFAULT_MODEL,
        connect_timeout: float = 5.0,
        idle_timeout: float = 30.0,
        total_timeout: float = 300.0,
    ) -> None:
        # At DEBUG the SDK logs whole requests, prompts included.
        logging.getLogger("anthropic").setLevel(logging.INFO)
        self._model = model
        self._total_timeout = total_timeout
        self._client = anthropic.AsyncAnthropic(
            api_key=api_key.strip(),
            base_url=base_url,
            max_retries=0,
            timeout=httpx2.Timeout(idle_timeout, connect=connect_timeout),
            http_client=anthropic.DefaultAioHttpClient(),  # half the processor time a token of the default one
        )

    @property
    def version(self) -> str:
        """The model's name."""
        return self._model

    async def call_tool(self, request: ToolRequest) -> ToolReply:
        """Force one call of the tool. A whole call counts even when the token limit came right after it."""
        tool = request.tool
        block = _ToolBlock(tool.name)
        async with self._call(tool.name, request.tally) as call:
            stream = await self._client.messages.create(
                model=self._model,
                max_tokens=request.max_tokens,
                system=request.system,
                messages=[{"role": "user", "content": _content(request)}],
                tools=[
                    {
                        "name": tool.name,
                        "description": tool.description,
                        "input_schema": dict(tool.input_schema),
                    }
                ],
                tool_choice={"type": "tool", "name": tool.name, "disable_parallel_tool_use": True},
                stream=True,
            )
            async with stream:
                async for event in self._events(stream, call):
                    block.add(event)
            call.check_whole()
            return ToolReply(input=block.parse(cut=call.stop_reason == "max_tokens"), usage=call.usage)

    async def stream_text(self, request: TextRequest) -> AsyncGenerator[str, None]:
        """Text as it arrives. Reaching ``max_tokens`` is a normal end: it keeps replies short."""
        turns = [cast("MessageParam", {"role": turn.role, "content": turn.text}) for turn in request.turns]
        async with self._call("text", request.tally) as call:
            stream = await self._client.messages.create(
                model=self._model,
                max_tokens=request.max_tokens,
                system=request.system,
                messages=turns,
                stream=True,
            )
            async with stream:
                async for event in self._events(stream, call):
                    if event["type"] == "content_block_delta" and event["delta"]["type"] == "text_delta":
                        yield event["delta"]["text"]
            call.check_whole()
            if call.stop_reason not in _WHOLE_TEXT:
                raise ModelDeclined("the model answered with something that is not text")

    async def aclose(self) -> None:
        """Give connections back."""
        await self._client.close()

    async def _events(
        self, stream: anthropic.AsyncStream[RawMessageStreamEvent], call: _Call
    ) -> AsyncIterator[dict[str, Any]]:
        """The reply's events up to ``message_stop``, counted into ``call``.

        As plain JSON: to make the SDK's types of them takes more time than all else that is done with a token.
        """
        deadline = time.monotonic() + self._total_timeout
        async for raw in stream.raw_events(stream.response):
            if (
                time.monotonic() > deadline
            ):  # looked at often enough: no silence is longer than the idle timeout
                raise TimeoutError
            if raw.event in (None, "ping") or not raw.data:
                continue
            event: dict[str, Any] = raw.json()
            kind = event["type"]
            if kind == "error":
                raise _refused(stream.response, str(event["error"]["type"]))
            if kind == "message_start":
                call.count_input(event["message"]["usage"])
            elif kind == "message_delta":
                call.stop_reason = event["delta"].get("stop_reason") or call.stop_reason
                call.output_tokens = event["usage"].get("output_tokens") or 0
            elif kind == "message_stop":
                call.stopped = True
            elif kind == "content_block_delta":
                for part in ("text", "partial_json", "thinking"):
                    call.size += len(event["delta"].get(part) or "")
                if call.size > _LONGEST_REPLY:
                    raise ModelError("the reply was longer than any that was asked for")
            yield event
            if call.stopped:
                return

    @asynccontextmanager
    async def _call(self, purpose: str, tally: Tally | None) -> AsyncIterator[_Call]:
        """Turns every failure into a ``ModelError``, and writes one line whatever happens."""
        call = _Call()
        outcome = "cancelled"
        try:
            yield call
            outcome = "ok"
        except (asyncio.CancelledError, GeneratorExit):
            raise
        except ModelError as error:
            outcome = error.code
            raise
        except Exception as error:
            failure = _failure(error)
            outcome = failure.code
            call.refused = _costs_nothing(error)
            raise failure from None
        finally:
            if tally is not None:
                call.tell(tally)
            seconds = round(time.monotonic() - call.started, 3)
            counts.model_called(purpose, outcome, seconds, call.usage)
            log.info(
                "model.called",
                purpose=purpose,
                model=self._model,
                outcome=outcome,
                input_tokens=call.input_tokens,
                output_tokens=call.output_tokens,
                cached_tokens=call.cached_tokens,
                seconds=seconds,
            )


def _content(request: ToolRequest) -> str | list[TextBlockParam]:
    """The request's texts, marked at the end of what is the same in other calls.

    Below the least length that the provider keeps (its models differ), the mark changes nothing and costs nothing.
    """
    if not request.context:
        return request.prompt
    return [
        {"type": "text", "text": request.context, "cache_control": {"type": "ephemeral"}},
        {"type": "text", "text": request.prompt},
    ]


class _ToolBlock:
    """Gathers the input of the forced tool; other blocks are not ours."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._index: int | None = None
        self._given: Any = None
        self._pieces: list[str] = []

    def add(self, event: dict[str, Any]) -> None:
        if event["type"] == "content_block_start" and self._index is None:
            block = event["content_block"]
            if block["type"] == "tool_use" and block["name"] == self._name:
                self._index, self._given = event["index"], block["input"]
        elif (
            event["type"] == "content_block_delta"
            and event["index"] == self._index
            and event["delta"]["type"] == "input_json_delta"
        ):
            self._pieces.append(event["delta"]["partial_json"])

    def parse(self, *, cut: bool) -> dict[str, Any]:
        """The input as parsed JSON."""
        if self._index is None:
            raise ModelDeclined("the model did not call the tool")
        text = "".join(self._pieces)
        try:
            value = json.loads(text, parse_constant=_no_constant) if text else self._given
        except (ValueError, RecursionError):
            if cut:
                raise ModelIncomplete("the token limit was reached in the middle of the tool call") from None
            raise ModelReplyInvalid("the tool's input is not JSON") from None
        if not isinstance(value, dict):
            raise ModelReplyInvalid("the tool's input is not an object")
        return value


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _failure(error: Exception) -> ModelError:
    """The port's error for any other. No message of the provider gets through: it may repeat the request."""
    match error:
        case anthropic.APIStatusError():
            return _refused(error.response, str(error.type or ""))
        case anthropic.APITimeoutError():
            return ModelBusy("the model did not answer in time")
        case anthropic.APIConnectionError():
            return ModelBusy("the model could not be reached")
        # From here on the reply had begun: while it is read, the SDK lets the transport's errors through.
        case httpx2.TimeoutException() | TimeoutError():
            return ModelIncomplete("the reply stalled")
        case httpx2.TransportError():
            return ModelIncomplete("the connection ended in the middle of the reply")
    return ModelError(f"the exchange with the model was not understood ({type(error).__name__})")


def _costs_nothing(error: Exception) -> bool:
    """Return True if the request was refused or never sent. A gateway's errors do not tell what came before."""
    if isinstance(error, anthropic.APIStatusError):
        status = error.response.status_code
        return 400 <= status < 500 or status in _REFUSING
    if not isinstance(error, anthropic.APIConnectionError):
        return False
    cause = error.__cause__
    # Its ConnectError also stands for a connection that was lost later.
    return isinstance(cause, httpx2.ConnectTimeout) or (
        isinstance(cause, httpx2.ConnectError) and isinstance(cause.__cause__, aiohttp.ClientConnectorError)
    )


def _refused(response: httpx2.Response, kind: str) -> ModelError:
    """The port's error for one that the provider words, instead of a reply or, with status 200, in the middle of it."""
    status = response.status_code
    where = f"status {status}" if status >= 400 else "an error in mid-reply"
    named = f" ({kind})" if re.fullmatch(r"[a-z_]{1,40}", kind) else ""
    if status in (401, 403) or kind in _KEY_TYPES:
        return ModelRefusedKey(f"the provider does not accept the key: {where}{named}")
    if status in (408, 429) or status >= 500 or kind in _BUSY_TYPES:
        return ModelBusy(f"the model is busy or failing: {where}{named}", _retry_after(response.headers))
    return ModelError(f"the provider refused the request: {where}{named}")


def _retry_after(headers: httpx2.Headers) -> float | None:
    """Seconds, from either form of RFC 9110's ``Retry-After``."""
    value = headers.get("retry-after", "")
    if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", value):
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    return max(0.0, (at - datetime.now(UTC)).total_seconds()) if at.tzinfo else None
