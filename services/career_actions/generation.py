"""Career actions out of a model's reply: what is usable is kept, and each departure becomes a warning.

Warnings go to the person and into the log, so they say which item and why, and hold no text of the model's.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from db.career_actions import ActionType
from services.career_actions.grounding import Grounds, repeats
from services.career_actions.prompts import generation_request
from services.kit.ids import derived_id
from services.kit.offloading import offloaded
from services.kit.usage import Usage
from services.kit.words.text import clean
from services.llm.port import GenerationSubject, Model, ModelReplyInvalid
from services.safety.links import holds_link

FEWEST = 3
MOST = 5
LONGEST_TITLE = 120
_LONGEST_TEXT = 1_500
_LONGEST_BASIS = 300
_MOST_BASIS = 6
_MOST_READ = 50


@dataclass(frozen=True, slots=True)
class ActionDraft:
    """An action that has passed every check."""

    type: ActionType
    title: str
    description: str
    rationale: str
    profile_basis: list[str]


@dataclass(frozen=True, slots=True)
class GenerationResult:
    """At most five actions. Fewer than three, or of fewer than three types, is said in ``warnings``."""

    actions: list[ActionDraft]
    warnings: list[str]
    usage: Usage = field(default_factory=Usage)


class _Unusable(Exception):
    """The item is left out; the message is the reason."""


def inputs_of(model: Model, subject: GenerationSubject) -> str:
    """Return the digest of all that suggestions rest on: the model, the prompt, and what it tells of the person."""
    request = generation_request(subject)
    return derived_id("suggestions", model.version, request.system, request.prompt, str(request.tool))


async def generate(model: Model, subject: GenerationSubject, *, max_tokens: int = 4096) -> GenerationResult:
    """Make one attempt. Raises ``ModelError``."""
    reply = await model.call_tool(await offloaded(generation_request, subject, max_tokens))
    checked = await offloaded(check_actions, reply.input, subject)
    return GenerationResult(checked.actions, checked.warnings, reply.usage)


def check_actions(reply: Mapping[str, Any], subject: GenerationSubject) -> GenerationResult:
    """Return the usable actions of a reply. Raises ``ModelReplyInvalid`` if it has no list of actions."""
    items = reply.get("actions")
    if not isinstance(items, list):
        raise ModelReplyInvalid("the reply has no list of actions")
    grounds = Grounds(subject.profile)
    taken = [(action.type, action.title) for action in (*subject.preserved, *subject.dismissed)]
    actions: list[ActionDraft] = []
    warnings: list[str] = []
    for number, item in enumerate(items[:_MOST_READ], start=1):
        notes: list[str] = []
        try:
            draft = _draft(item, grounds, notes)
            _refuse_repeats(draft, taken, "an action that is kept or was dismissed")
            _refuse_repeats(
                draft, ((other.type, other.title) for other in actions), "another of the same reply"
            )
            if len(actions) == MOST:
                raise _Unusable(f"{MOST} are enough")
        except _Unusable as reason:
            warnings.append(f"Suggestion {number} was left out: {reason}.")
        else:
            actions.append(draft)
            warnings += [f"Suggestion {number}: {note}." for note in notes]
    if len(items) > _MOST_READ:
        warnings.append(f"Only the first {_MOST_READ} suggestions were read.")
    if len(actions) < FEWEST:
        warnings.append(f"Only {len(actions)} of at least {FEWEST} suggestions were usable.")
    elif len({action.type for action in actions}) < FEWEST:
        warnings.append(f"The suggestions are of fewer than {FEWEST} types.")
    return GenerationResult(actions, warnings)


def _draft(item: object, grounds: Grounds, notes: list[str]) -> ActionDraft:
    if not isinstance(item, Mapping):
        raise _Unusable("it is not an action")
    kind = _type(item.get("type"))
    title = " ".join(_text(item.get("title")).split())
    description = _text(item.get("description"))
    rationale = _text(item.get("rationale"))
    if not title:
        raise _Unusable("it has no title")
    if not description:
        raise _Unusable("it does not say what to do")
    basis = _basis(item.get("profile_basis"), grounds, notes)
    if any(names_a_link(text, grounds) for text in (title, description, rationale, *basis)):
        raise _Unusable("it contains a link")
    if not rationale:
        notes.append("it did not say why, so its basis stands for the reason")
        rationale = (
            f"It builds on: {'; '.join(basis)}." if basis else "A first step while the profile is empty."
        )
    if len(title) > LONGEST_TITLE:
        notes.append("its title was too long and was cut")
    for name, text in (("description", description), ("rationale", rationale)):
        if len(text) > _LONGEST_TEXT:
            notes.append(f"its {name} was too long and was cut")
    return ActionDraft(
        type=kind,
        title=_cut(title, LONGEST_TITLE),
        description=_cut(description, _LONGEST_TEXT),
        rationale=_cut(rationale, _LONGEST_TEXT),
        profile_basis=basis,
    )


def _type(value: object) -> ActionType:
    name = re.sub(r"[\s-]+", "_", _text(value)).upper()
    try:
        return ActionType(name)
    except ValueError:
        raise _Unusable("its type is unknown") from None


def _basis(value: object, grounds: Grounds, notes: list[str]) -> list[str]:
    """The entries that the profile has. None will do only for an empty profile and no claim."""
    entries = value if isinstance(value, list) else [value]
    claimed = [text for text in (" ".join(_text(entry).split()) for entry in entries) if text]
    found = [entry for entry in claimed if len(entry) <= _LONGEST_BASIS and grounds.holds(entry)]
    found = list(dict.fromkeys(found))[:_MOST_BASIS]
    if not found and (claimed or not grounds.empty):
        raise _Unusable("nothing it rests on is in the profile")
    missing = sum(entry not in found for entry in claimed)
    if missing:
        what = "1 part" if missing == 1 else f"{missing} parts"
        notes.append(f"{what} of what it rests on could not be used")
    return found


def _refuse_repeats(draft: ActionDraft, others: Iterable[tuple[ActionType, str]], what: str) -> None:
    if any(repeats(draft.type, draft.title, kind, title) for kind, title in others):
        raise _Unusable(f"it repeats {what}")


def names_a_link(text: str, grounds: Grounds) -> bool:
    """A name like Socket.io is no link when the person wrote it themselves."""
    return holds_link(text, grounds.mentions)


def _text(value: object) -> str:
    if not isinstance(value, str):
        return ""
    return clean(value.encode("utf-8", "ignore").decode())


def _cut(text: str, longest: int) -> str:
    """At most ``longest`` characters, ending with a whole word and an ellipsis."""
    if len(text) <= longest:
        return text
    kept = text[: longest - 1]
    shorter = kept.rsplit(maxsplit=1)[0]
    return (shorter if len(shorter) > longest // 2 else kept).rstrip(" ,;:.-") + "…"
