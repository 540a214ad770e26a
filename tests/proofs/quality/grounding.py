"""Claims about the person, and whether the profile says so."""

import re
from collections.abc import Iterable, Iterator

from services.career_actions.generation import ActionDraft
from services.kit.words.scripts import without_accents
from tests.proofs.quality.corpus import Json
from tests.proofs.quality.refresh import Refreshed

_QUOTED = re.compile(r"“([^”]+)”")
_INFERRED = re.compile(r"\b(?:suggests?|implies|implied|hints?|probably|likely|may)\b", re.IGNORECASE)


def ungrounded(shown: Refreshed, resume: Json) -> tuple[list[str], list[str], int]:
    """Quotations and bases that are nowhere, skills said as fact that the résumé does not name, and all claims."""
    person = _plain(" \n ".join(_texts(resume)))
    nowhere: list[str] = []
    inferred: list[str] = []
    claims = 0
    titles = _plain(" \n ".join(posting.title for posting in shown.postings.values()))
    for match in shown.matches:
        posting = shown.postings[match.opportunity_id]
        asked = [*posting.required_skills, *posting.desired_skills]
        theirs = _plain(" \n ".join([posting.title, posting.description, posting.organization, *asked]))
        for text in (match.explanation, *match.strengths, *match.gaps, *match.recommendations):
            for quoted in _QUOTED.findall(text):
                claims += 1
                if not (_holds(person, quoted) or _holds(theirs, quoted) or _holds(titles, quoted)):
                    nowhere.append(quoted)
        for strength in match.strengths:
            plain = _plain(strength)
            for skill in asked:
                if not _holds(plain, skill):
                    continue
                claims += 1
                shown_by = any(_holds(person, quoted) for quoted in _QUOTED.findall(strength))
                if not (_holds(person, skill) or shown_by or _INFERRED.search(strength)):
                    inferred.append(f"{skill}: {strength}")
    for action in shown.actions:
        for text in _named(action):
            claims += 1
            if not _holds(person, text):
                nowhere.append(text)
    return nowhere, inferred, claims


def _named(action: ActionDraft) -> Iterator[str]:
    yield from action.profile_basis
    yield from (quoted for text in (action.description, action.rationale) for quoted in _QUOTED.findall(text))


def _plain(text: str) -> str:
    return " ".join(without_accents(text).casefold().split())


def _holds(text: str, part: str) -> bool:
    found = _plain(part).rstrip("….")
    return re.search(rf"(?<!\w){re.escape(found)}(?!\w)", text) is not None


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
