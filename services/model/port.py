"""The narrow port through which every model is used: a forced-tool call and a text stream.

A request carries both the rendered prompt, for implementations that are models, and ``subject``, the typed
facts it was rendered from, for implementations that follow rules.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from db.career_actions import CareerActionRecord
from db.opportunities import OpportunityRecord
from db.profiles import ProfileRecord


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool the model is forced to call. ``input_schema`` is JSON Schema."""

    name: str
    description: str
    input_schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MatchSubject:
    """What a batch of matches is judged from."""

    profile: ProfileRecord
    opportunities: Sequence[OpportunityRecord]


@dataclass(frozen=True, slots=True)
class GenerationSubject:
    """What career actions are generated from."""

    profile: ProfileRecord
    growth_areas: Sequence[str]
    preserved: Sequence[CareerActionRecord]
    dismissed: Sequence[CareerActionRecord]


Subject = MatchSubject | GenerationSubject


@dataclass(frozen=True, slots=True)
class ToolRequest:
    """A call in which the model must answer through ``tool``."""

    system: str
    prompt: str
    tool: ToolSpec
    subject: Subject
    max_tokens: int


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, as the provider counts them; zero for rules."""

    input_tokens: int = 0
    output_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(self.input_tokens + other.input_tokens, self.output_tokens + other.output_tokens)


@dataclass(frozen=True, slots=True)
class ToolReply:
    """The tool's input as the model gave it: parsed JSON, not yet validated."""

    input: Mapping[str, Any]
    usage: Usage = Usage()


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class TextRequest:
    """A conversation that the model continues; ``turns`` is oldest first and ends with the person's message."""

    system: str
    turns: Sequence[Turn]
    subject: GenerationSubject
    max_tokens: int


class Model(Protocol):
    """Implemented by Anthropic's SDK, the offline coach and the scripted model. All errors are ``ModelError``."""

    @property
    def version(self) -> str:
        """What is kept beside everything it made, such as ``claude-haiku-4-5-20251001`` or ``offline-coach/1``."""

    async def call_tool(self, request: ToolRequest) -> ToolReply:
        """Force one call of the tool; one attempt, no retry here."""

    def stream_text(self, request: TextRequest) -> AsyncIterator[str]:
        """Text as it arrives. Ends normally only when the model said that it had finished."""

    async def aclose(self) -> None:
        """Give connections back."""


class ModelError(Exception):
    """A call did not give a whole reply. ``reason`` is safe to show and to log: it holds no prompt and no reply."""

    code = "MODEL_FAILED"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ModelBusy(ModelError):
    """Rate limited (429), overloaded (529) or failing (5xx): worth another try after ``retry_after`` seconds."""

    code = "MODEL_BUSY"

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class ModelRefusedKey(ModelError):
    """The provider does not accept the key (401 or 403): nobody but the operator can mend it."""

    code = "MODEL_REFUSED_KEY"


class ModelIncomplete(ModelError):
    """The reply was cut: the connection ended, stalled, or the token limit was reached before the tool call was whole."""

    code = "MODEL_INCOMPLETE"


class ModelDeclined(ModelError):
    """The model declined to answer, or answered without calling the tool."""

    code = "MODEL_DECLINED"
