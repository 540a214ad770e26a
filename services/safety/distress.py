"""Signs in a text that its writer does not want to live, or harms themselves, in the languages people write in.

The phrases are data: see ``distress_phrases.json`` for where they are from and how they are written. They are
compiled once into a tree of words; a text is looked through in time that grows with its length only.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import chain, pairwise, product
from typing import Any, TypeAlias

from services.kit.caches import remembered
from services.llm.port import Turn
from services.safety.spelling import Token, plain, spelling_of, squeezed, tokens

_OPENING = "^"
_NEGATION_WORDS = """
not dont didnt no never nicht keine pas ne non nao niet nie geen inte ikke en nechci nu nem не
"""
_NEGATIONS = frozenset(_NEGATION_WORDS.split())
# May stand between a phrase and the words that show that something else is meant.
_LINGERING = frozenset(["anymore", "any", "more", "longer", "mehr", "plus", "mas", "piu", "mais"])
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_SEAM = 80
_PART = re.compile(r"\{(\w+)\}|([\[\]|])|([^\s\[\]|{}]+)")

_Words: TypeAlias = tuple[str, ...]


@dataclass(slots=True)
class _Node:
    """A place in the tree of words; ``ends`` has language and exceptions of each phrase that ends here."""

    following: dict[str, "_Node"] = field(default_factory=dict)
    ends: list[tuple[str, frozenset[_Words]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Phrases:
    tree: _Node
    fillers: frozenset[str]
    onlys: frozenset[str]
    last_words: set[str]
    unspaced: Sequence[tuple[str, str, Sequence[str]]]


@remembered(2_048)
def distress_in(text: str) -> str | None:
    """The language in which the text speaks of not wanting to live, as ISO 639-1; None when it does not."""
    phrases, text = _phrases(), plain(text)
    said = _without_fillers(tokens(text), phrases)
    for at in range(len(said)):
        language = _match(phrases.tree, said, at)
        if language is not None:
            return language
    return None if text.isascii() else _unspaced(squeezed(text), phrases)


_MARKS = '.,:;!?()"-*'


def may_end_phrase(word: str) -> bool:
    """A phrase may end with this word, or the word is of a script that does not separate words."""
    bare = word.strip(_MARKS)
    if bare.isascii() and bare.isalpha():  # nearly every word: a reply is looked through word by word
        return spelling_of(bare.lower()) in _phrases().last_words
    said = tokens(plain(word))
    return not word.isascii() or any(token.word in _phrases().last_words for token in said)


def without_distress(turns: Sequence[Turn]) -> list[Turn]:
    """The turns without each message of the person that speaks of not wanting to live, and without its reply.

    Two messages in a row that say it only together go both.
    """
    said = [at for at, turn in enumerate(turns) if turn.role == "user"]
    dropped = {at for at in said if distress_in(turns[at].text)}
    for first, second in pairwise(said):
        apart = first not in dropped and second not in dropped
        if apart and distress_in(_seam(turns[first].text, turns[second].text)):
            dropped |= {first, second}
    kept: list[Turn] = []
    dropping = False
    for at, turn in enumerate(turns):
        dropping = at in dropped or (dropping and turn.role == "assistant")
        if not dropping:
            kept.append(turn)
    return kept


def distress_of(turns: Sequence[Turn]) -> str | None:
    """The language of the distress that the last message of the person shows, alone or with the one before it."""
    said = [turn.text for turn in turns if turn.role == "user"]
    if not said:
        return None
    language = distress_in(said[-1])
    if language is None and len(said) > 1 and not distress_in(said[-2]):
        language = distress_in(_seam(said[-2], said[-1]))
    return language


def _seam(first: str, second: str) -> str:
    """The text that joins two messages."""
    return f"{first[-_SEAM:]} {second[:_SEAM]}"


def _match(tree: _Node, said: Sequence[Token], at: int) -> str | None:
    starts = [tree, tree.following[_OPENING]] if said[at].opens else [tree]
    for start in starts:
        node, place = start, at
        while place < len(said) and (following := node.following.get(said[place].word)):
            node, place = following, place + 1
            for language, exceptions in node.ends:
                if not _excepted(said, place, exceptions):
                    return language
    return None


def _excepted(said: Sequence[Token], place: int, exceptions: frozenset[_Words]) -> bool:
    """The words from ``place`` on, in the same clause, show that something else is meant."""
    while place < len(said) and said[place].word in _LINGERING and not said[place].opens:
        place += 1
    following: list[str] = []
    for token in said[place : place + 3]:
        if token.opens:
            break
        following.append(token.word)
        if tuple(following) in exceptions:
            return True
    return False


def _without_fillers(said: Sequence[Token], phrases: _Phrases) -> list[Token]:
    kept: list[Token] = []
    opens, last = False, ""
    for token in said:
        opens = opens or token.opens
        if not _left_out(phrases, token.word, last):
            kept.append(Token(token.word, opens))
            opens, last = False, token.word
    return kept


def _unspaced(letters: str, phrases: _Phrases) -> str | None:
    for language, phrase, exceptions in phrases.unspaced:
        at = letters.find(phrase)
        while at >= 0:
            if not any(letters.startswith(other, at + len(phrase)) for other in exceptions):
                return language
            at = letters.find(phrase, at + 1)
    return None


@cache
def _phrases() -> _Phrases:
    """The compiled data, read once."""
    data = json.loads(files("services.safety").joinpath("distress_phrases.json").read_text("utf-8"))
    languages: Mapping[str, Mapping[str, Any]] = data["languages"]
    phrases = _Phrases(
        tree=_Node({_OPENING: _Node()}),
        fillers=frozenset(_words(word for one in languages.values() for word in one["fillers"])),
        onlys=frozenset(_words(word for one in languages.values() for word in one.get("onlys", []))),
        last_words=set(),
        unspaced=[
            (language, squeezed(plain(phrase)), [squeezed(plain(other)) for other in exceptions])
            for language, entries in data["unspaced"].items()
            if language != "about"
            for phrase, exceptions in entries
        ],
    )
    for language, table in languages.items():
        sets = {name: [_spellings(text) for text in texts] for name, texts in table["sets"].items()}
        for entry in table["phrases"]:
            unless = frozenset(chain.from_iterable(sets[entry["unless"]] if "unless" in entry else []))
            for node in _grown(phrases, list(_parts(entry["say"], table["sets"]))):
                node.ends.append((language, unless))
    return phrases


def _grown(phrases: _Phrases, parts: Sequence[frozenset[_Words]]) -> Iterable[_Node]:
    """Add what the parts stand for to the tree; where it ends."""
    reached = [(phrases.tree, "")]
    for part in parts:
        reached = [_walked(phrases, node, last, words) for node, last in reached for words in part]
    phrases.last_words.update(last for _, last in reached)
    return {id(node): node for node, _ in reached}.values()


def _walked(phrases: _Phrases, node: _Node, last: str, words: _Words) -> tuple[_Node, str]:
    for word in words:
        if not _left_out(phrases, word, last):
            node, last = node.following.setdefault(word, _Node()), word
    return node, last


def _left_out(phrases: _Phrases, word: str, last: str) -> bool:
    """A word that says nothing. "Only" does after a negation."""
    return word in phrases.fillers or (word in phrases.onlys and last not in _NEGATIONS)


@cache
def _spellings(phrase: str) -> frozenset[_Words]:
    """The words of a phrase: with apostrophes left out or as gaps, with umlauts as one letter or two."""
    if phrase == _OPENING:
        return frozenset({(_OPENING,)})
    if phrase.startswith(_OPENING):
        return frozenset((_OPENING, *words) for words in _spellings(phrase.removeprefix(_OPENING).strip()))
    variants = {phrase, phrase.replace("'", " "), phrase.translate(_UMLAUTS)}
    return frozenset(tuple(token.word for token in tokens(plain(variant))) for variant in variants)


def _words(texts: Iterable[str]) -> Iterator[str]:
    return (word for text in texts for words in _spellings(text) for word in words)


def _parts(pattern: str, sets: Mapping[str, Sequence[str]]) -> Iterator[frozenset[_Words]]:
    """The words allowed at each place of a pattern."""
    depth, options = 0, [""]
    for found in _PART.finditer(pattern):
        name, sign, word = found.groups()
        depth += {"[": 1, "]": -1}.get(sign, 0)
        if sign == "[" and depth == 1:
            options = [""]
        elif sign == "]" and depth == 0:
            yield frozenset(words for option in options for words in _phrases_of(option, sets))
        elif sign == "|" and depth == 1:
            options.append("")
        elif depth:
            options[-1] += f" {found.group()}"
        else:
            yield frozenset(words for text in (sets[name] if name else [word]) for words in _spellings(text))


def _phrases_of(option: str, sets: Mapping[str, Sequence[str]]) -> Iterator[_Words]:
    for parts in product(*_parts(option, sets)):
        yield tuple(chain.from_iterable(parts))
