"""Choice of the clause that the offline coach quotes, and of the skill that a message names."""

import re
from collections.abc import Iterator, Sequence

from db.profiles import ProfileRecord
from services.kit.words.terms import implied, skill_key, words
from services.offline_coach.speech.english import ENGLISH
from services.offline_coach.speech.speech import Cues

_MOST_WORDS = 12
_LONGEST_QUOTE = 90
_SENTENCE = re.compile(
    r"(.*?)((?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bProf)(?<!\be\.g)[.!?…]+(?=\s|$)|[。！？؟；;\n]+|\s[-–—]+\s|:(?=\s)|$)",
    re.DOTALL,
)
_JOINT = re.compile(
    r",\s+|\s+(?=(?:and|but|because|so|which|while|although|then|where|when|though|after|before|that|who|until|since"
    r"|if|for|with|und|aber|weil|denn|dass|et|mais|parce|car|pero|porque)\s)",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:and|but|because|so|which|also|well|yes|yeah|yep|no(?! one)|ok|okay|hi|hello|hey|then|though|although|oh|um"
    r"|und|aber|ja|nein|hallo|danke|na ja|also gut|eigentlich|et|mais|oui|bonjour|merci|alors|y|pero|bueno|hola|gracias"
    r"|thanks|thank you|basically|actually|honestly|to be honest|maybe|perhaps"
    r"|i think|i guess|what happened was)\b[\s,]*)+",
    re.IGNORECASE,
)
_LOOSE_END = re.compile(
    r"(?:\s+(?:and|but|or|a|an|the|of|to|in|on|for|with|that|which|because|so|my|is|was|at|by|from|as|und|oder|der|die|das|ein"
    r"|eine|et|ou|le|la|les|un|une|de|des|du|y|el|los|las|una))+$",
    re.IGNORECASE,
)
# What looks like an address, markup or code, or speaks to the coach instead of about the person.
_NOT_QUOTED = re.compile(
    r"://|www\.|@|[<>＜＞{}\[\]`|\\^*_=~$\"“”«»‹›#](?<!C#)(?<!F#)|&\w+;|--"
    r"|\b[\w-]+\.(?:com|org|net|io|dev|test|app|ai|co|uk|de|fr)\b"
    r"|\b(?:ignore|disregard|forget|override)\b.*\b(?:instruction|prompt|rule|above|previous|everything)"
    r"|\b(?:system|your) (?:prompt|instruction)|\byou are now\b|\bpretend\b|\bact as\b"
    r"|\btool[ _-]?(?:result|use|call)|\b(?:system|assistant|human|user)$",
    re.IGNORECASE,
)
_SWEARING = re.compile(r"\b(?:fuck\w*|shit\w*|bitch\w*|cunt\w*|bullshit)\b", re.IGNORECASE)


def clauses(text: str) -> list[str]:
    """Return the clauses that can be quoted: verbatim, plain text, at most 12 words each."""
    sentences = [sentence for sentence, end in _SENTENCE.findall(text) if not set(end) & set("?？؟")]
    return [clause for sentence in sentences for clause in _short_enough(sentence) if _fit(clause)]


def _short_enough(sentence: str) -> Iterator[str]:
    if _NOT_QUOTED.search(sentence):
        return
    sentence = _trimmed(sentence)
    if len(sentence.split()) <= _MOST_WORDS and len(sentence) <= _LONGEST_QUOTE:
        yield sentence
        return
    parts = _JOINT.split(sentence)
    start = 0
    while start < len(parts):  # as many parts together as fit
        end = len(parts)
        while end > start + 1 and not _fits(_between(sentence, parts, start, end)):
            end -= 1
        part = _between(sentence, parts, start, end)
        yield _trimmed(part if _fits(part) else _LOOSE_END.sub("", " ".join(part.split()[:_MOST_WORDS])))
        start = end


def _between(sentence: str, parts: Sequence[str], start: int, end: int) -> str:
    """The stretch of the sentence from one part to another, with what stands between them."""
    at = 0
    places = []
    for part in parts:
        at = sentence.index(part, at)
        places.append((at, at + len(part)))
        at += len(part)
    return sentence[places[start][0] : places[end - 1][1]]


def _fits(text: str) -> bool:
    return len(text.split()) <= _MOST_WORDS and len(text) <= _LONGEST_QUOTE


def _trimmed(text: str) -> str:
    text = " ".join(text.split()).strip(" ,;:.!?-–—'’‘")
    return _LEAD.sub("", text).strip(" ,;:-–—'’‘")


def _fit(clause: str) -> bool:
    long_enough = len(clause.split()) >= 3 or not clause.isascii()
    return (
        long_enough
        and len(clause) <= _LONGEST_QUOTE
        and max(map(len, clause.split()), default=0) <= 40
        and not set(clause) & set("()")
        and bool(words(clause))
        and not _SWEARING.search(clause)
        and not ENGLISH.cues.asks_who_answers(clause)
    )


def best_quote(
    text: str, cues: Sequence[str] = (), besides: Sequence[str] = (), by: Cues = ENGLISH.cues
) -> str | None:
    """The clause that says most; with ``cues``, one that is about the first of them that any is about."""
    found = [clause for clause in clauses(text) if clause not in besides]
    for cue in cues:
        if about := [clause for clause in found if by.speaks_of(cue, clause)]:
            return max(about, key=lambda clause: _substance(clause, by))
    return None if cues else max(found, key=lambda clause: _substance(clause, by), default=None)


def _substance(clause: str, by: Cues) -> float:
    number = any(character.isdigit() for character in clause)
    own = by.own.match(by.spelled(clause)) is not None
    return len(set(words(clause))) + number + 0.5 * (by.of(clause) is not None) + 1.5 * own


def skill_in(profile: ProfileRecord, text: str) -> tuple[str, str | None] | None:
    """A skill that the text names, as it is spelled there, with the level that the profile gives it."""
    mentioned = set(words(text))
    levels = {skill_key(skill.name): (skill.name, skill.level) for skill in profile.skills}
    for key, (name, level) in levels.items():
        named = key and plain(name) and (key in mentioned or set(key.split()) <= mentioned)
        if named and (place := re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)):
            return place.group(), level
    for key in words(text):
        if implied([key]) and (place := re.search(rf"(?<!\w){re.escape(key)}(?!\w)", text, re.IGNORECASE)):
            return place.group(), None
    return None


def plain(text: str | None, most_words: int = 8) -> str | None:
    """A name or heading from the profile or an action, if it can stand in a sentence."""
    short = " ".join((text or "").split()).rstrip(".")
    good = 0 < len(short) <= 70 and len(short.split()) <= most_words and not _NOT_QUOTED.search(short)
    return short if good and words(short, prose=False) else None
