"""Documents that cost as much as possible for their size, each made from a seed."""

import random
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

PROFILE = 'profile(id: "UHJvZmlsZTox")'
CONNECTIONS = ("matches", "careerActions", "messages", "learnings")


class Hostile(NamedTuple):
    kind: str
    text: str
    variables: dict[str, Any]


Draw = random.Random


def _deep(draw: Draw) -> str:
    level = draw.choice(["viewer {", "... on Query {", "a: viewer {", "... @include(if: true) {"])
    depth = draw.randint(20, 220)
    return "{ " + level * depth + " __typename " + "}" * depth + " }"


def _deep_types(draw: Draw) -> str:
    depth = draw.randint(20, 180)
    return '{ __type(name: "Query") {' + "ofType {" * depth + " name " + "}" * depth + " } }"


def _wide(draw: Draw) -> str:
    field = draw.choice(["__typename ", "viewer { id } ", "viewr ", "viewer { id profile { id name } } "])
    return "{ " + field * draw.randint(100, 1_900 // len(field.split())) + "}"


def _aliased(draw: Draw) -> str:
    field = draw.choice(["viewer { id }", "__typename", "opportunities(first: 100) { edges { cursor } }"])
    return "{ " + " ".join(f"a{n}: {field}" for n in range(draw.randint(51, 400))) + " }"


def _chain(draw: Draw) -> str:
    """Fragments that each spread the next, 1 to 100 of them, over nested fields or none."""
    length = draw.randint(1, 100)
    nested = draw.random() < 0.5
    links = [
        f"fragment f{n} on Profile {{ id {f'... on Profile {{ ...f{n + 1} }}' if nested else f'...f{n + 1}'} }}"
        for n in range(length)
    ]
    return f"{{ {PROFILE} {{ ...f0 }} }} {' '.join(links)} fragment f{length} on Profile {{ name }}"


def _doubling(draw: Draw) -> str:
    """Each fragment spreads the next several times: exponential where it is expanded."""
    length, times = draw.randint(3, 49), draw.randint(2, 4)
    where = draw.choice(["", "viewer"])
    links = []
    for n in range(length):
        spread = f"...f{n + 1} "
        inner = " ".join(f"a{k}: viewer {{ id }} {spread}" for k in range(times)) if where else spread * times
        links.append(f"fragment f{n} on Query {{ {inner} }}")
    return f"{{ ...f0 }} {' '.join(links)} fragment f{length} on Query {{ __typename }}"


def _directives(draw: Draw) -> str:
    count = draw.randint(51, 380)
    name = draw.choice(["include(if: true)", "skip(if: false)", "nonsense", "include"])
    if draw.random() < 0.5:
        return "{ viewer " + f"@{name} " * min(count, 300) + "{ id } }"
    return "{ " + f"viewer @{name} {{ id }} " * min(count, 170) + "}"


def _cycle(draw: Draw) -> str:
    length = draw.randint(1, 100)
    links = [
        f"fragment f{n} on Profile {{ id ...f{(n + 1) % length} ...f{draw.randrange(length)} }}"
        for n in range(length)
    ]
    return f"{{ {PROFILE} {{ ...f0 }} }} {' '.join(links)}"


def _overlapping(draw: Draw) -> str:
    """Fields of one name, whose selections have to be compared with each other."""
    inner = " ".join(draw.choice(["id", "name", "headline", "summary"]) for _ in range(draw.randint(1, 6)))
    count = 1_600 // (9 + len(inner.split()))
    if draw.random() < 0.5:
        return "{ " + f"{PROFILE} {{ {inner} }} " * count + "}"
    spreads = " ".join(f"...f{n}" for n in range(45))
    links = " ".join(f"fragment f{n} on Profile {{ {inner} x: name }}" for n in range(45))
    return f"{{ {PROFILE} {{ {spreads} }} }} {links}"


def _misspelt(draw: Draw) -> str:
    """Names that are almost right: each makes the server look for what was meant."""
    names = [f"{draw.choice(['viewe', 'profil', 'opportunitie', 'matche', 'nod'])}{n}" for n in range(400)]
    return "{ " + " ".join(names[: draw.randint(100, 400)]) + " }"


def _arguments(draw: Draw) -> str:
    count = draw.randint(100, 500)
    if draw.random() < 0.5:
        given = " ".join(f"a{n}: 1" for n in range(count))
        return f"{{ opportunities({given}) {{ edges {{ cursor }} }} }}"
    nested = draw.randint(20, 200)
    return f"{{ opportunities(filter: {'{kinds: [' * nested}{']}' * nested}) {{ edges {{ cursor }} }} }}"


def _declared(draw: Draw) -> str:
    count = draw.randint(100, 450)
    used = " ".join(f"$v{n}: Int = 1" for n in range(count // 2))
    return f"query ({used}) {{ opportunities(first: $v1) {{ edges {{ cursor }} }} }}"


def _operations(draw: Draw) -> str:
    links = " ".join(f"fragment f{n} on Query {{ ...f{n + 1} }}" for n in range(40))
    many = " ".join(f"query q{n} {{ ...f0 }}" for n in range(draw.randint(20, 200)))
    return f"{many} {links} fragment f40 on Query {{ __typename }}"


def _tokens(draw: Draw) -> str:
    part = draw.choice(["a ", "... on Query { a } ", "# nothing\n", "a(b: 1) ", "a @b "])
    return "{ " + part * draw.randint(1_000, 8_000) + "}"


def _unclosed(draw: Draw) -> str:
    return "{ " + draw.choice(["viewer { ", "a ", "a(b: ["]) * draw.randint(50, 400)


def _amounts(draw: Draw) -> str:
    pages = "edges { node { ... on Node { id } } }"
    listed = " ".join(f'{name}(profileId: "x", first: $n) {{ {pages} }}' for name in CONNECTIONS)
    return f"query ($n: Int!) {{ {listed} {listed.replace('matches', 'm: matches')} }}"


KINDS: dict[str, Callable[[Draw], str]] = {
    "deep": _deep,
    "deep types": _deep_types,
    "wide": _wide,
    "aliased": _aliased,
    "fragment chain": _chain,
    "doubling fragments": _doubling,
    "directives": _directives,
    "cycle": _cycle,
    "overlapping": _overlapping,
    "misspelt": _misspelt,
    "arguments": _arguments,
    "declared": _declared,
    "operations": _operations,
    "tokens": _tokens,
    "unclosed": _unclosed,
    "amounts": _amounts,
}
HUGE = [101, 2**31 - 1, 10**30, 1e308, -1, 0, "100", None, True, [], {}]


def hostile_documents(count: int, seed: int = 20261121) -> Iterator[Hostile]:
    """``count`` documents, all kinds in turn."""
    draw = random.Random(seed)  # noqa: S311 - not to be secret
    kinds = list(KINDS.items())
    for number in range(count):
        kind, made = kinds[number % len(kinds)]
        variables = {"n": draw.choice(HUGE)} if kind == "amounts" else {}
        yield Hostile(kind, made(draw), variables)
