"""Results of the chat benchmark as a section of docs/benchmarks.md."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from time import monotonic

from bench.page import machine
from bench.upstream import age
from resolvers.observe.version import DISTRIBUTION

HEADING = "## Chat"


@dataclass(slots=True)
class Reply:
    """Times of one reply at a subscriber, in seconds."""

    first: float = 0.0
    worst: float = 0.0
    tokens: int = 0
    arrivals: list[float] = field(default_factory=list)

    def take(self, text: str) -> None:
        """A piece of the text, just received."""
        stamps = text.split()
        late = age(stamps[0])
        if not self.arrivals:
            self.first = late
        self.worst = max(self.worst, late)
        self.tokens += len(stamps)
        self.arrivals.append(monotonic())


Follow = Callable[[int, str], Awaitable[Reply]]


@dataclass(slots=True)
class Side:
    """One way from the upstream to the subscriber, and what was measured on it."""

    name: str
    follow: Follow
    pid: int
    single: list[Reply] = field(default_factory=list)
    many: list[Reply] = field(default_factory=list)
    processor: float = 0.0


def percentile(values: list[float], share: float) -> float:
    """The value that this share of all does not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def rows(side: Side) -> list[float]:
    """The numbers of a side, in milliseconds, the last one in percent of a core."""
    first = [reply.first for reply in side.single]
    worst = [reply.worst for reply in side.many]
    gaps = [later - earlier for reply in side.many for earlier, later in pairwise(reply.arrivals)]
    seconds = [
        median(first),
        percentile(first, 0.99),
        median(reply.first for reply in side.many),
        median(worst),
        percentile(worst, 0.99),
        max(worst),
        median(gaps),
    ]
    return [value * 1000 for value in seconds] + [side.processor * 100]


NAMES = (
    "first token, one reply at a time: median",
    "first token, one reply at a time: p99",
    "first token, {replies} replies at once: median",
    "worst lag of a reply, {replies} at once: median",
    "worst lag of a reply, {replies} at once: p99",
    "worst lag of a reply, {replies} at once: worst",
    "time between two frames, {replies} at once: median",
    "processor of the server, {replies} at once",
)


def table(foothold: Side, relay: Side, replies: int) -> str:
    """Both sides and their ratio."""
    lines = ["| | Foothold | bare relay | ratio |", "|---|---:|---:|---:|"]
    for name, ours, theirs in zip(NAMES, rows(foothold), rows(relay), strict=True):
        unit = "% of a core" if name.startswith("processor") else "ms"
        digits = 0 if ours >= 100 or unit != "ms" else 1
        cells = (f"{value:.{digits}f} {unit}" for value in (ours, theirs))
        lines.append(f"| {name.format(replies=replies)} | {' | '.join(cells)} | {ours / theirs:.1f} |")
    return "\n".join(lines)


def verdict(foothold: Side, rate: int) -> str:
    """Return the goals with their results."""
    first, *_, worst, gap, _ = rows(foothold)
    goals = [
        ("the first token within 20 ms (median)", first <= 20),
        (f"no reply of {len(foothold.many)} at {rate} tokens a second more than 250 ms behind", worst <= 250),
        ("frames of about 50 ms", 40 <= gap <= 60),
    ]
    return "\n".join(f"- Goal: {goal}: {'met' if met else '**not met**'}." for goal, met in goals)


def section(found: str, goals: str, settings: str, own_delay: float) -> str:
    """Return the page's text."""
    packages = (
        DISTRIBUTION,
        "strawberry-graphql",
        "starlette",
        "uvicorn",
        "websockets",
        "anthropic",
        "SecantusDB",
    )
    return f"""{HEADING}

`make bench` measures how long a model's token takes from leaving the upstream to arriving at a subscriber, through \
Foothold (`foothold serve` on the embedded database: saved, resumable, for any number of tabs) and through \
`bench/relay.py`, a Starlette websocket that only passes on what comes. {settings}

{found}

{goals}

A frame of Foothold's holds what came in about 50 ms, the lag is that of its oldest token: up to 50 ms of it are the \
frame. All processes (upstream, server, database, and one client for all websockets) share the machine's \
{os.cpu_count()} cores; the client itself was late by up to {own_delay * 1000:.0f} ms.

{machine(packages)}
"""
