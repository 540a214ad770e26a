"""The narrow port through which every model is used: a forced-tool call and a text stream.

A request carries both the rendered prompt, for implementations that are models, and ``subject``, the typed
facts it was rendered from, for implementations that follow rules.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from db.career_actions import CareerActionRecord
from db.opportunities import OpportunityRecord
from db.profiles import ProfileRecord
from services.kit.usage import Usage


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool the model is forced to call. ``input_schema`` is JSON Schema."""

    name: str
    description: str
    input_schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MatchSubject:
    """Input for judging matches. ``scores`` are those that are given already, by the opportunities' ids."""

    profile: ProfileRecord
    opportunities: Sequence[OpportunityRecord]
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GenerationSubject:
    """Input for generating career actions."""

    profile: ProfileRecord
    growth_areas: Sequence[str]
    preserved: Sequence[CareerActionRecord]
    dismissed: Sequence[CareerActionRecord]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation. ``id`` is the message's, for quoting it."""

    role: Literal["user", "assistant"]
    text: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class ConversationSubject:
    """Input for writing a reply: about ``action``, when it is done, or about the profile in general.

    ``turns`` is oldest first and ends with the person's message; ``exchanges`` counts all, the trimmed ones too.
    """

    profile: ProfileRecord
    action: CareerActionRecord | None
    turns: Sequence[Turn]
    exchanges: int


@dataclass(frozen=True, slots=True)
class ExtractionSubject:
    """Input for extracting learnings: a whole conversation."""

    profile: ProfileRecord
    action: CareerActionRecord | None
    turns: Sequence[Turn]


Subject = MatchSubject | GenerationSubject | ExtractionSubject


@dataclass(slots=True)
class Tally:
    """Known cost of a call, also of a failed one. None is not known: it may be all that was asked for."""

    input_tokens: int | None = None
    output_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class ToolRequest:
    """A call in which the model must answer through ``tool``. What it costs goes into ``tally``.

    ``context`` stands before ``prompt`` and is the same in several calls with this system and tool, one soon after
    the other: a provider may keep what it has read up to its end.
    """

    system: str
    prompt: str
    tool: ToolSpec
    subject: Subject
    max_tokens: int
    context: str = ""
    tally: Tally | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ToolReply:
    """The tool's input as the model gave it: parsed JSON, not yet validated.

    ``by_rules``: it was made by rules that read the subject itself, so that what it claims needs no quotations.
    """

    input: Mapping[str, Any]
    usage: Usage = field(default_factory=Usage)
    by_rules: bool = False


@dataclass(frozen=True, slots=True)
class TextRequest:
    """A conversation that the model continues: ``turns``, oldest first, the last being the person's.

    What the call costs goes into ``tally``.
    """

    system: str
    turns: Sequence[Turn]
    subject: ConversationSubject
    max_tokens: int
    tally: Tally | None = field(default=None, compare=False, repr=False)


class Model(Protocol):
    """Interface of all models: Anthropic's, the offline coach and the scripted one. Every error is a ``ModelError``."""

    @property
    def version(self) -> str:
        """Version kept with everything the model wrote: ``claude-haiku-4-5-20251001``, ``offline-coach/1``."""

    async def call_tool(self, request: ToolRequest) -> ToolReply:
        """Force one call of the tool; one attempt, no retry here."""

    def stream_text(self, request: TextRequest) -> AsyncGenerator[str, None]:
        """Text as it arrives. Ends normally only when the model said that it was done, or at ``max_tokens``.

        Closing the generator, or cancelling who reads it, ends the call upstream at once.
        """

    async def aclose(self) -> None:
        """Give connections back."""


class ModelError(Exception):
    """A call gave no whole reply. ``reason`` is safe to show and to log: it holds no prompt and no reply."""

    code = "MODEL_FAILED"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ModelBusy(ModelError):
    """Rate limited, overloaded, failing or out of reach: try again in ``retry_after`` seconds."""

    code = "MODEL_BUSY"

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class ModelRefusedKey(ModelError):
    """The provider does not accept the key (401 or 403): nobody but the operator can mend it."""

    code = "MODEL_REFUSED_KEY"


class ModelIncomplete(ModelError):
    """The reply was cut: its connection ended or stalled, or the token limit came too early."""

    code = "MODEL_INCOMPLETE"


class ModelDeclined(ModelError):
    """The model declined to answer, or answered without calling the tool."""

    code = "MODEL_DECLINED"


class ModelReplyInvalid(ModelError):
    """The call was whole, but what the model put into the tool is not of the tool's shape at all."""

    code = "MODEL_REPLY_INVALID"
