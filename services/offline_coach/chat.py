"""Replies of the offline coach: they take up what the person wrote, and ask one thing."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from db.profiles import ConstraintsRecord, ProfileRecord
from services.conversations.summary_signal import MARKER
from services.llm.port import ConversationSubject, TextRequest
from services.offline_coach import reading
from services.offline_coach.speech.choosing import CANNOT, speech_for
from services.offline_coach.speech.speech import Cues, Lines, Speech, is_question, is_thin
from services.offline_coach.words import choose, listed

_LAST_EXCHANGE = 4


@dataclass(frozen=True, slots=True)
class _Talk:
    """The conversation so far: what the person said, what the coach said, and what is being answered."""

    subject: ConversationSubject
    said: Sequence[str]
    told: str
    exchange: int
    speech: Speech
    understood: bool

    @property
    def profile(self) -> ProfileRecord:
        return self.subject.profile

    @property
    def lines(self) -> Lines:
        return self.speech.lines

    @property
    def cues(self) -> Cues:
        return self.speech.cues

    @property
    def last(self) -> str:
        return self.said[-1]

    def pick(self, options: Sequence[str]) -> str:
        """Always the same for the same message at the same place."""
        return choose(options, self.profile.id, str(self.exchange), self.last)

    def best_quote(self, text: str, cues: Sequence[str] = (), besides: Sequence[str] = ()) -> str | None:
        return reading.best_quote(text, cues, besides, self.cues)

    def asked(self, options: Iterable[str]) -> bool:
        """Return True if the coach has already asked one of these questions."""
        return any(all(part in self.told for part in re.split(r"\{\w+\}", option)) for option in options)

    def covered(self, cue: str) -> bool:
        return any(self.cues.speaks_of(cue, text) for text in self.said)


def reply_pieces(request: TextRequest) -> Iterator[str]:
    """A short reply, word by word, with the marker when it sums up."""
    yield from re.findall(r"\S+\s*", _reply(_talk(request.subject)))


def _talk(subject: ConversationSubject) -> _Talk:
    said = [turn.text for turn in subject.turns if turn.role == "user"] or [""]
    told = "\n".join(turn.text for turn in subject.turns if turn.role == "assistant")
    speech, understood = speech_for(said, subject.profile)
    return _Talk(subject, said, told, max(subject.exchanges, len(said)), speech, understood)


def _reply(talk: _Talk) -> str:
    summed_up = any(closing in talk.told for closing in talk.lines.summary_closings)
    if summed_up and talk.cues.says_thanks(talk.last):
        return f"{talk.lines.you_are_welcome}\n\n{MARKER}"
    if summed_up:
        return f"{_opening(talk)} {talk.pick(talk.lines.after_summary)}\n\n{MARKER}"
    question = None
    if talk.exchange < _LAST_EXCHANGE and not talk.cues.wants_to_end(talk.last, talk.exchange):
        question = next(_questions(talk), None)
    if question is None:
        return _summary(talk)
    return f"{_opening(talk)} {question}"


def _opening(talk: _Talk) -> str:
    first, last, action = talk.exchange == 1, talk.last, talk.subject.action
    quote, cue = _taken_up(talk)
    parts = []
    if first and action is None and talk.cues.is_greeting(last):
        parts.append(talk.pick(talk.lines.greeting))
    if first and action is not None and cue != "unfinished":
        title = reading.plain(action.title, 12)
        finished = (
            [line.format(title=title) for line in talk.lines.finished]
            if title
            else talk.lines.finished_unnamed
        )
        parts.append(talk.pick(finished))
    if talk.cues.asks_who_answers(last):
        return " ".join([*parts, talk.lines.who_i_am_asked])
    if first:
        parts.append(talk.lines.who_i_am)
    if not talk.understood and CANNOT not in talk.told:
        parts.append(CANNOT)
    if quote:
        parts.append(talk.pick(talk.lines.echoes[cue]).format(quote=quote))
    if is_question(last):
        parts.append(talk.pick(talk.lines.asked_back))
    elif not quote and not first:
        found = (
            talk.lines.nothing
            if talk.cues.says_nothing(last)
            else talk.lines.thin
            if is_thin(last)
            else talk.lines.thanks
        )
        parts.append(talk.pick(found))
    return " ".join(parts)


def _taken_up(talk: _Talk) -> tuple[str | None, str]:
    """The clause to quote, and what it is about."""
    if talk.cues.says_nothing(talk.last):
        return None, "other"
    quote = talk.best_quote(talk.last, [*talk.cues.topics]) or talk.best_quote(talk.last)
    return quote, (talk.cues.of(quote) if quote else None) or "other"


def _questions(talk: _Talk) -> Iterator[str]:
    """Return the questions worth asking now, best first; none means that it is time to sum up."""
    if talk.subject.action is None:
        order = [_follow_ups(talk), _gaps(talk)] if talk.exchange == 1 else [_gaps(talk), _follow_ups(talk)]
    else:
        order = [_about_the_action(talk)]
    for questions in order:
        yield from questions


def _about_the_action(talk: _Talk) -> Iterator[str]:
    action = talk.subject.action
    by_kind = talk.lines.by_action.get(action.type, talk.lines.done) if action else talk.lines.done
    learned = _unasked(talk, talk.lines.learned, covered=talk.covered("learned") or talk.covered("insight"))
    people = _unasked(talk, talk.lines.people, covered=talk.covered("people"))
    change = _unasked(talk, talk.lines.next, covered=talk.covered("want"))
    if talk.exchange == 1:
        if not is_thin(talk.last):
            yield from _follow_ups(talk)
        yield from _unasked(talk, by_kind)
    elif talk.exchange == 2:
        yield from learned
        yield from _follow_ups(talk)
        yield from people
    yield from change
    if talk.exchange < 3:
        yield from people


def _follow_ups(talk: _Talk) -> Iterator[str]:
    """A question about the very thing that the message is about."""
    if talk.cues.says_nothing(talk.last) or is_question(talk.last):
        return
    cue = _taken_up(talk)[1]
    about_skill = (talk.lines.skill_with_level, talk.lines.skill_without_level)
    named = reading.skill_in(talk.profile, talk.last)
    if named and cue in ("learned", "result", "experience", "other") and not talk.asked(about_skill):
        skill, level = named
        known = reading.plain(level, 3)
        line = talk.lines.skill_with_level if known else talk.lines.skill_without_level
        yield line.format(skill=skill, level=known)
    yield from _unasked(talk, talk.lines.follow_ups.get(cue, ()))


def _unasked(talk: _Talk, options: Sequence[str], *, covered: bool = False) -> Iterator[str]:
    if options and not covered and not talk.asked(options):
        yield talk.pick(options)


def _gaps(talk: _Talk) -> Iterator[str]:
    """Return the gaps of the profile, most important first, then the parts it says too little about."""
    profile = talk.profile
    anchor = next(filter(None, map(reading.plain, _anchors(profile))), None)
    skills = listed(
        [name for skill in profile.skills[:6] if (name := reading.plain(skill.name, 4))][:3],
        talk.lines.conjunction,
    )
    goals = [talk.lines.goals_from.format(anchor=anchor)] if anchor else talk.lines.goals
    levels = [talk.lines.levels.format(skills=skills)] if skills else []
    without_levels = not any(skill.level for skill in profile.skills)
    helps = any(map(talk.cues.helps, talk.said))
    missing: list[tuple[bool, Sequence[str], bool]] = [
        (not profile.career_goals, goals, talk.covered("want")),
        (not profile.skills, talk.lines.skills, False),
        (not profile.work and not profile.projects, talk.lines.deeds, False),
        (without_levels, levels, False),
        (not profile.research_interests, talk.lines.interests, False),
        (profile.constraints == ConstraintsRecord(), talk.lines.limits, talk.covered("limits")),
        (not profile.volunteer, talk.lines.unpaid, helps),
        (not profile.education, talk.lines.studies, False),
        (not profile.languages, talk.lines.languages, False),
    ]
    for lacks, options, covered in missing:
        for question in _unasked(talk, options if lacks else [], covered=covered):
            named = talk.exchange == 1 or options in (goals, levels)
            yield question if named else f"{talk.pick(talk.lines.not_in_profile)} {question}"
    goal = next(filter(None, (reading.plain(goal, 10) for goal in profile.career_goals)), None)
    project = next(filter(None, (reading.plain(project.name) for project in profile.projects)), None)
    yield from _unasked(talk, [talk.lines.goal_known.format(anchor=goal)] if goal else [])
    yield from _unasked(talk, [talk.lines.project_known.format(anchor=project)] if project else [])
    yield from _unasked(
        talk, [talk.lines.use_more.format(skills=skills)] if len(profile.skills) > 1 and skills else []
    )


def _anchors(profile: ProfileRecord) -> Iterator[str | None]:
    yield profile.headline
    yield from (job.position for job in profile.work)
    yield from (project.name for project in profile.projects)
    yield from (study.area for study in profile.education)


_SUMMED_UP = {
    "did": ("result",),
    "learned": ("learned", "insight"),
    "people": ("people",),
    "experience": ("experience",),
    "unfinished": ("unfinished",),
    "hard": ("hard",),
    "enjoyed": ("enjoyed",),
    "limits": ("limits",),
    "want": ("want",),
}
_WORTH_MOST = ("want", "learned", "did", "people", "experience", "limits", "unfinished", "hard", "enjoyed")


def _summary(talk: _Talk) -> str:
    """At most four things, in the person's own words."""
    used: list[str] = []
    parts: dict[str, str] = {}
    for name in _WORTH_MOST:
        # What they want next is what they said last.
        said = reversed(talk.said) if name == "want" else talk.said
        quote = next(filter(None, (talk.best_quote(text, _SUMMED_UP[name], used) for text in said)), None)
        if quote and len(parts) < 4:
            used.append(quote)
            parts[name] = talk.lines.summary_parts[name].format(quote=quote)
    if not parts:
        quote = next(filter(None, map(talk.best_quote, talk.said)), None)
        parts = {"other": talk.lines.summary_parts["other"].format(quote=quote)} if quote else {}
    told = [parts[name] for name in (*_SUMMED_UP, "other") if name in parts]
    opening = talk.pick(talk.lines.summary_openings) if told else talk.lines.summary_empty
    return " ".join([opening, *told, talk.pick(talk.lines.summary_closings)]) + f"\n\n{MARKER}"
