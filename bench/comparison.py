"""Results of the comparison as a section of docs/benchmarks.md."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from bench.page import machine
from bench.plan import Step
from bench.sides import FLOOR, FOOTHOLD, NODE, PEER
from resolvers.observe.version import DISTRIBUTION

HEADING = "## Foothold, a floor, and Node"

Found = dict[str, dict[str, float]]
Results = dict[str, Found]


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of a step, for every side that has it."""

    step: str
    key: str
    name: str
    unit: str


ROWS = [
    Row("list", "cpu", "list query, 20 actions: processor", "ms"),
    Row("list", "time_p50", "list query: time, p50", "ms"),
    Row("list", "time_p99", "list query: time, p99", "ms"),
    Row("kept", "cpu", "the same again, nothing having changed: processor", "ms"),
    Row("kept", "time_p50", "the same again: time, p50", "ms"),
    Row("fanout", "cpu", "one profile, {subscribers} subscribers: processor per delivered change", "µs"),
    Row("fanout", "commit_p50", "the same: commit to last subscriber, p50", "ms"),
    Row("fanout", "commit_p99", "the same: commit to last subscriber, p99", "ms"),
    Row("fanout", "request_p50", "the same: request to last subscriber, p50", "ms"),
    Row("fanout", "request_p99", "the same: request to last subscriber, p99", "ms"),
    Row("many", "cpu", "{profiles} profiles with one subscriber each: processor per change", "ms"),
    Row("many", "time_p50", "the same: request to subscriber, p50", "ms"),
    Row("many", "time_p99", "the same: request to subscriber, p99", "ms"),
    Row("idle", "memory", "memory of an idle subscriber", "KiB"),
    Row("idle", "held", "idle subscribers held, of {subscribers}", ""),
    Row("idle", "reached", "deliveries to a sample of them", ""),
    Row("idle", "cpu", "processor while nothing happens", "% of a core"),
    Row("together", "one_memory", "eight lists in one subscription: memory of an idle subscriber", "KiB"),
    Row("together", "eight_memory", "the same in eight subscriptions on one connection", "KiB"),
    Row("together", "one_opening", "eight lists in one subscription: processor to open it", "ms"),
    Row("together", "eight_opening", "the same in eight subscriptions", "ms"),
    Row("together", "none_change", "a change that nobody follows: processor", "ms"),
    Row("together", "one_change", "followed by one subscription to eight lists", "ms"),
    Row("together", "eight_change", "followed by eight subscriptions", "ms"),
    Row("small", "time_p50", "list query, {actions} actions in the collection: p50", "ms"),
    Row("large", "time_p50", "list query, {actions} actions in the collection: p50", "ms"),
    Row(
        "redis",
        "cpu",
        "two processes and Redis, {subscribers} subscribers: processor of both per delivered change",
        "µs",
    ),
    Row("redis", "commit_p50", "the same: commit to last subscriber, p50", "ms"),
    Row("redis", "commit_p99", "the same: commit to last subscriber, p99", "ms"),
    Row("first", "deaf", "first subscribers at once, {subscribers}: deaf", ""),
    Row("first-redis", "deaf", "the same with two processes and Redis: deaf", ""),
    Row("slow", "dropped", "a subscriber that stops reading 100 kB changes: dropped after", "s"),
    Row("slow", "memory", "the same: memory kept", "MB"),
    Row("slow", "peak", "the same: memory at worst", "MB"),
    Row("slow", "alone_p99", "the same: others before, p99", "ms"),
    Row("slow", "beside_p99", "the same: others meanwhile, p99", "ms"),
]


def table(results: Results, steps: dict[str, Step], sides: list[str], quick: bool) -> str:
    """Every figure of every side, and our ratios."""
    names = {FOOTHOLD: "Foothold", FLOOR: "floor", NODE: "Node"}
    others = [side for side in sides if side != FOOTHOLD]
    head = ["", *(names[side] for side in sides), *(f"÷ {names[side]}" for side in others)]
    lines = [f"| {' | '.join(head)} |", "|---|" + "---:|" * (len(head) - 1)]
    for row in ROWS:
        found = results.get(row.step)
        if found is None:
            continue
        step = steps[row.step]
        sizes = step.quick if quick else step.sizes
        words = {name: f"{size:,}" for name, size in {**sizes, "actions": step.actions or 0}.items()}
        cells = [row.name.format(**words)]
        cells += [_cell(found, side, row) for side in sides]
        cells += [_ratio(found, side, row) for side in others]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(found: Found, side: str, row: Row) -> str:
    if side not in found:
        return ""
    value = found[side][row.key]
    if row.key == "dropped" and value < 0:
        return "never"
    digits = 0 if not row.unit or abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {row.unit}".strip()


def _ratio(found: Found, side: str, row: Row) -> str:
    comparable = row.unit in ("ms", "µs", "KiB", "% of a core")
    if side not in found or not comparable or found[side][row.key] <= 0:
        return ""
    return f"{found[FOOTHOLD][row.key] / found[side][row.key]:.2f}"


@dataclass(frozen=True, slots=True)
class Goal:
    """``measure`` raises ``KeyError`` where the figure is missing."""

    name: str
    limit: float
    measure: Callable[[Results], float]
    unit: str = ""
    least: bool = False


def _against(step: str, key: str, side: str) -> Callable[[Results], float]:
    return lambda results: results[step][FOOTHOLD][key] / results[step][side][key]


def _ours(step: str, key: str) -> Callable[[Results], float]:
    return lambda results: results[step][FOOTHOLD][key]


def _dropped(results: Results) -> float:
    value = results["slow"][FOOTHOLD]["dropped"]
    return value if value >= 0 else float("inf")


def _others(results: Results) -> float:
    ours = results["slow"][FOOTHOLD]
    return ours["beside_p99"] / ours["alone_p99"]


GOALS = [
    Goal("processor per list query, the answer made, ours ÷ Node", 0.9, _against("list", "cpu", NODE)),
    Goal("the same, the answer kept", 0.6, _against("kept", "cpu", NODE)),
    Goal("processor per list query, the answer made, ours ÷ floor", 3.0, _against("list", "cpu", FLOOR)),
    Goal(
        "processor per delivered change, 500 on one profile, ours ÷ Node",
        0.6,
        _against("fanout", "cpu", NODE),
    ),
    Goal("the same, ours ÷ floor", 1.5, _against("fanout", "cpu", FLOOR)),
    Goal(
        "processor per change, 2,000 profiles × 1 subscriber, ours ÷ Node", 1.0, _against("many", "cpu", NODE)
    ),
    Goal("memory of an idle subscriber", 32, _ours("idle", "memory"), "KiB"),
    Goal("eight lists in one subscription ÷ in eight: memory", 0.25, _ours("together", "memory")),
    Goal("the same: processor to open", 0.25, _ours("together", "opening")),
    Goal("the same: processor to deliver a change", 0.25, _ours("together", "delivering")),
    Goal("idle subscribers held", 10_000, _ours("idle", "held"), least=True),
    Goal(
        "list query at the largest ÷ smallest collection, p50",
        1.2,
        lambda results: results["large"][FOOTHOLD]["time_p50"] / results["small"][FOOTHOLD]["time_p50"],
    ),
    Goal("commit to last of 500 subscribers, p99, ours ÷ Node", 0.5, _against("fanout", "commit_p99", NODE)),
    Goal("of 100 first subscribers at once, deaf", 0, _ours("first", "deaf")),
    Goal("the same with two processes and Redis", 0, _ours("first-redis", "deaf")),
    Goal("a subscriber that stops reading: dropped after", 10, _dropped, "s"),
    Goal("the same: memory kept", 10, _ours("slow", "memory"), "MB"),
    Goal("the same: others' p99 ÷ before", 2, _others),
]


def verdict(results: Results) -> str:
    """Each goal, and whether it was met."""
    lines = ["| figure | goal | measured | |", "|---|---:|---:|---|"]
    for goal in GOALS:
        try:
            value = goal.measure(results)
        except KeyError:
            lines.append(f"| {goal.name} | {_goal(goal)} | | not measured |")
            continue
        met = value >= goal.limit if goal.least else value <= goal.limit
        shown = f"{value:,.0f}" if goal.limit in (0, 10_000) else f"{value:.2f} {goal.unit}".strip()
        lines.append(f"| {goal.name} | {_goal(goal)} | {shown} | {'met' if met else '**not met**'} |")
    return "\n".join(lines)


def _goal(goal: Goal) -> str:
    return f"{'≥' if goal.least else '≤'} {goal.limit:,g} {goal.unit}".strip()


def section(
    results: Results, steps: dict[str, Step], node: str | None, *, embedded: bool, quick: bool
) -> str:
    """Return the page's text."""
    sides = [FOOTHOLD, FLOOR] if node is None else [FOOTHOLD, FLOOR, NODE]
    packages = [
        DISTRIBUTION,
        "strawberry-graphql",
        "graphql-core",
        "starlette",
        "uvicorn",
        "motor",
        "pymongo",
    ]
    if embedded:
        packages.append("SecantusDB")
    also = [] if node is None else [_output(node, "--version").replace("v", "Node ", 1), *_locked()]
    where = "the embedded database" if embedded else "a MongoDB"
    hurried = "**A quick run: the figures mean little.**\n\n" if quick else ""
    return f"""{HEADING}

{hurried}`make bench` starts each side in turn on the same data in {where}, drives it with the same load generator, \
and reads what the server's process used of the processor (user and system) and of the memory from the operating \
system. Before anything is measured, the sides' answers to the same documents are compared: their data must be \
equal. All three check the same signed tokens, and on all of them a change is a read, a compare-and-set of the \
action, and a compare-and-set of the profile's numbered stream.

- **Foothold** is `foothold serve` as it is shipped. A subscriber that reconnects with its cursor gets exactly what it \
missed, a lost announcement is noticed and a crash between two writes is mended: for that it marks and unmarks the \
action, and every other process reads what changed from the database, once for all its subscribers.
- **The floor**, `bench/floor.py`, does the same database operations and sends the same data on bare Starlette and \
uvicorn, with `json.dumps` and without GraphQL, healing or resuming; it encodes a change once for all subscribers.
- **Node**, `bench/peer`, is graphql-yoga, graphql-ws and the mongodb driver put together as their guides say, in \
production mode. It publishes the changed action through yoga's `createPubSub`, so its subscribers need no read; what \
is published while a subscriber or a process is away is lost to it, and it keeps no cursor that can be resumed from.

### Goals

{verdict(results)}

### Figures

{table(results, steps, sides, quick)}

A list query asks for all scalar fields of 20 actions; its variables hold a number that nothing uses and that \
differs each time, so that no answer of before can be given. Asked for again with nothing changed, Foothold gives the \
answer it kept after one small read (docs/decisions/0023-kept-answers.md); the others make it anew. A delivered change \
is one emission at one subscriber; the processor time of the mutation, the numbering and the deliveries is counted \
together. Commit is the server's own stamp on the action, taken just before it is written, to the millisecond; request \
is when the mutation was sent. Generator, server and database share the machine's cores, so times hold the database's \
share as well. Memory of an idle subscriber is the growth of the resident set divided by their number, beyond the \
first 500. The slow subscriber's time runs from its last read, what the operating system buffers for it included.

{machine(packages, also)}
"""


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603


def _locked() -> list[str]:
    packages = json.loads((PEER / "package-lock.json").read_text())["packages"]
    names = ("graphql-yoga", "graphql-ws", "graphql", "mongodb", "ws", "jose")
    return [f"{name} {packages[f'node_modules/{name}']['version']}" for name in names]
