"""A language that the coach talks: its lines, and the cues by which it hears what a message is about."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from db.career_actions import ActionType
from services.kit.words.terms import words

Options = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Everything that is said. ``{quote}`` is a clause of the person's, ``{title}`` an action's, ``{anchor}`` a part of
    the profile; where there are several, one is chosen by what was said.
    """

    who_i_am: str
    who_i_am_asked: str
    echoes: Mapping[str, Options]
    thanks: Options
    nothing: Options
    thin: Options
    asked_back: Options
    greeting: Options
    finished: Options
    finished_unnamed: Options
    follow_ups: Mapping[str, Options]
    skill_with_level: str
    skill_without_level: str
    by_action: Mapping[ActionType, Options]
    done: Options
    learned: Options
    people: Options
    next: Options
    goals: Options
    goals_from: str
    skills: Options
    levels: str
    deeds: Options
    interests: Options
    limits: Options
    unpaid: Options
    studies: Options
    languages: Options
    goal_known: str
    project_known: str
    use_more: str
    summary_openings: Options
    summary_parts: Mapping[str, str]
    not_in_profile: Options
    you_are_welcome: str
    summary_empty: str
    summary_closings: Options
    after_summary: Options
    conjunction: str = "and"


def any_of(alternatives: str) -> re.Pattern[str]:
    """Return a pattern for any of the alternatives, separated by semicolons, as whole words."""
    whole = re.sub(r"\s*\n\s*\|", "|", alternatives)
    options = "|".join(" ".join(option.split()) for option in whole.split(";"))
    return re.compile(rf"\b(?:{options})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cues:
    """Subject of a message, by its words. ``topics`` are in their order: what says most about the person first.

    ``own`` begins a clause that is about the person, ``helping`` is a word for unpaid work, ``spelled`` undoes
    contractions.
    """

    topics: Mapping[str, re.Pattern[str]]
    closing: re.Pattern[str]
    bye: re.Pattern[str]
    thanks: re.Pattern[str]
    nothing: re.Pattern[str]
    greeting: re.Pattern[str]
    about_coach: re.Pattern[str]
    own: re.Pattern[str]
    helping: re.Pattern[str]
    spelled: Callable[[str], str] = str

    def of(self, text: str) -> str | None:
        """Return the topic of the text, None if it does not show."""
        text = self.spelled(text)
        return next((name for name, pattern in self.topics.items() if pattern.search(text)), None)

    def speaks_of(self, cue: str, text: str) -> bool:
        """Return True if the text touches this topic."""
        return self.topics[cue].search(self.spelled(text)) is not None

    def wants_to_end(self, text: str, exchange: int) -> bool:
        """A short message that closes the conversation. "Done!" at its beginning tells of the action."""
        pattern = self.closing if exchange > 1 else self.bye
        return len(text.split()) <= 14 and pattern.search(self.spelled(text)) is not None

    def says_nothing(self, text: str) -> bool:
        """No, nothing, nobody, no idea."""
        return self.nothing.match(self.spelled(text)) is not None

    def is_greeting(self, text: str) -> bool:
        """Begins with a greeting."""
        return self.greeting.match(text) is not None

    def asks_who_answers(self, text: str) -> bool:
        """Return True if the person asks what they are talking to."""
        return self.about_coach.search(self.spelled(text)) is not None

    def says_thanks(self, text: str) -> bool:
        """Only thanks, or a farewell."""
        return is_thin(text) and self.thanks.search(text) is not None

    def helps(self, text: str) -> bool:
        """Return True if unpaid work is spoken of."""
        return self.helping.search(text) is not None


@dataclass(frozen=True, slots=True)
class Speech:
    """A language that the coach replies in; ``small`` are words, without accents, that tell it in a short message."""

    code: str
    lines: Lines
    cues: Cues
    small: frozenset[str]


def is_thin(text: str) -> bool:
    """Too little to take anything up."""
    return len(set(words(text))) < 3


def is_question(text: str) -> bool:
    """Return True if the text ends with a question to the coach."""
    return text.rstrip().endswith(("?", "？", "؟"))
