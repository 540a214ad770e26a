"""Counters of this process: plain integers, read by whoever exports them (resolvers/observe/telemetry.py).

Nothing here knows of OpenTelemetry: counting must cost next to nothing where nobody looks. Labels are words of ours
(a status, a code), never a person's or a client's. See docs/decisions/0020-telemetry.md.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the records that it leads to take long to import, and the command line counts nothing
    from services.kit.usage import Usage

Note = Callable[..., None]
"""Adds attributes to a span."""


class Observer(Protocol):
    """Receiver of durations and spans. Present while telemetry is on."""

    def delivered(self, lag: float) -> None:
        """A change reached its subscribers ``lag`` seconds after it was written, by the writer's clock."""

    def requested(self, seconds: float, status: int) -> None:
        """An HTTP request was answered."""

    def model_called(self, purpose: str, outcome: str, seconds: float, usage: "Usage") -> None:
        """A call of the model has ended."""

    def span(self, name: str, **attributes: str | int) -> AbstractContextManager[Note]:
        """Open a span around what happens inside. An exception that passes is noted by its type only."""


@dataclass(slots=True, eq=False)
class Counts:
    """Since the process began, but for ``connections``, which are open now."""

    connections: int = 0
    requests: Counter[int] = field(default_factory=Counter)
    """By HTTP status."""
    faults: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    """Of what was too much, by which limit: of a rate, or ``budget``."""
    emissions: int = 0
    deliveries: int = 0
    resyncs: Counter[str] = field(default_factory=Counter)
    """By reason."""
    drops: int = 0
    stages: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Of refresh runs, by name and by how they ended."""
    replies: Counter[str] = field(default_factory=Counter)
    """By how they ended."""
    model_calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By purpose and outcome."""
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    """Of the input, what the provider had kept from an earlier call."""
    swept: Counter[str] = field(default_factory=Counter)
    """Work that others left undone and a sweep here found, by kind."""
    sweep_failures: int = 0
    kept_answers: int = 0
    """Answers that were given again because nothing had changed."""
    database_waits: int = 0
    redis_losses: int = 0
    observer: Observer | None = None

    def model_called(self, purpose: str, outcome: str, seconds: float, usage: "Usage") -> None:
        """A call of the model has ended; ``seconds`` is how long it took."""
        self.model_calls[purpose, outcome] += 1
        self.input_tokens += usage.input_tokens
        self.output_tokens += usage.output_tokens
        self.cached_tokens += usage.cached_tokens
        if self.observer is not None:
            self.observer.model_called(purpose, outcome, seconds, usage)


counts = Counts()
"""Of this process: whatever runs in it counts here."""
