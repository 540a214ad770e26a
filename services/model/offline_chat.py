"""What the offline coach says in a conversation: honest about being rules, and about what the person wrote."""

import re
from collections.abc import Iterator

from services.model.offline_words import choose
from services.model.port import TextRequest
from services.terms import words

_QUESTIONS = (
    "What did you do yourself, and what did you find out that you did not know before?",
    "Which skill did you use most, and where did it reach its limit?",
    "Whom did you meet through it, and is there somebody you would like to work with again?",
    "What does it change about what you want to do next?",
)


def reply_pieces(request: TextRequest) -> Iterator[str]:
    """A short reply, word by word: one thing taken up, one question, and a close after four exchanges."""
    said = [turn.text for turn in request.turns if turn.role == "user"]
    last = said[-1] if said else ""
    exchange = max(0, len(said) - 1)
    topic = _taken_up(last)
    opening = choose(("Thank you.", "Thanks for telling me.", "Good to hear from you."), last, str(exchange))
    if topic:
        opening += f" You mention “{topic}”, and that is worth keeping."
    if exchange < len(_QUESTIONS):
        rest = _QUESTIONS[exchange]
    else:
        rest = (
            "That is enough to sum up: look through what you told me and decide what belongs in your profile."
        )
    if exchange == 0:
        rest += " I am the offline coach and work by rules, so short and plain answers help me most."
    yield from re.findall(r"\S+\s*", f"{opening} {rest}")


def _taken_up(text: str) -> str:
    """The longest clause of at most eight words that says something."""
    clauses = [clause.strip() for clause in re.split(r"[.!?;,\n]|\sand\s|\sbut\s", text)]
    short = [
        clause for clause in clauses if 0 < len(clause) <= 60 and len(clause.split()) <= 8 and words(clause)
    ]
    return max(short, key=len, default="")
