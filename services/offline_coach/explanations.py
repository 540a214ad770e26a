"""Wording of the offline coach's judgements: explanation, strengths, gaps, and what to grow.

What the person and the posting wrote stands in quotation marks, as they wrote it; what only follows from it is worded
as a guess.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from db.matches import MatchTier
from db.opportunities import OpportunityKind, OpportunityRecord
from services.kit.words.terms import skill_key
from services.matching.postings import learnt
from services.offline_coach.meetings import How, Meeting, Places
from services.offline_coach.people.licences import is_licence, licences_asked
from services.offline_coach.people.tongues import spelling_of
from services.offline_coach.views import Seeker, View
from services.offline_coach.words import article, listed, plain_role
from services.reference.occupations import Likeness, title_of

_BLANK = (
    "Your profile says too little yet to judge this. Add your skills and past work, refresh, and this "
    "judgement will mean something."
)
# Whoever has worked in a field for years has picked these up, named or not.
_EVERYDAY = frozenset(
    {"git", "github", "jira", "slack", "html", "css", "rest", "json", "markdown", "linux", "excel"}
)
_SEASONED = 5.0
_TOLD = 0.15
"""Likeness to an occupation from which it is named."""
_ENOUGH_SHOWN = 2 / 3
"""Share of what is required that must be in the profile, named, before "as you are" may be said."""


class Wording:
    """Words for one person about any posting."""

    def __init__(self, person: Seeker) -> None:
        self._person = person
        self._places = Places(person.profile)
        self._reading = person.seeking.reading.occupations
        self._spelled = spelling_of(person.profile)
        self._positions = {job.position for job in person.profile.work}
        self._held = " \n ".join(
            [each.name or "" for each in person.profile.certificates]
            + [
                part
                for study in person.profile.education
                for part in (study.study_type or "", study.area or "")
            ]
            + [skill.name for skill in person.profile.skills]
        )

    def of(self, opportunity: OpportunityRecord, view: View, tier: MatchTier) -> dict[str, Any]:
        """Return explanation, strengths, gaps and recommendations in the tool's shape."""
        if self._person.blank:
            todo = "Your profile: add skills and past work, so that this can be judged properly"
            return {"explanation": _BLANK, "strengths": [], "gaps": [], "recommendations": [todo]}
        met = self._places.meetings(opportunity, view.matched)
        licences = licences_asked(opportunity.description, self._held)
        return {
            "explanation": " ".join(self._explained(opportunity, view, tier, met, licences)),
            "strengths": list(self._strengths(opportunity, view, met))[:5],
            "gaps": list(_gaps(opportunity, view, licences))[:5],
            "recommendations": list(self._recommendations(opportunity, view))[:4],
        }

    def _explained(
        self,
        opportunity: OpportunityRecord,
        view: View,
        tier: MatchTier,
        met: Sequence[Meeting],
        licences: Sequence[str],
    ) -> Iterator[str]:
        said = [one for one in met if one.how is not How.IMPLIED]
        if said:
            yield self._met(opportunity, said)
            yield from self._kind_of_work(opportunity, view, begins=False)
        else:
            yield from self._kind_of_work(opportunity, view, begins=True)
        if rest := [one for one in met if one.how is How.IMPLIED][:1]:
            yield f"{_inferred(rest[0])}."
        yield from _counted(opportunity, view)
        yield self._verdict(opportunity, view, tier, met, licences)

    def _met(self, opportunity: OpportunityRecord, said: Sequence[Meeting]) -> str:
        first = said[0]
        taught = opportunity.kind is OpportunityKind.TRAINING
        asked = "which it teaches" if taught else first.asked
        others = [f"“{one.skill}”" for one in said[1:3]]
        also = f"; {listed(others)} {'is' if len(others) == 1 else 'are'} there too" if others else ""
        own = "" if _same(first.own, first.skill) or not first.own else f" as “{first.own}”"
        place = first.where if not first.done else f"{first.where} and {first.doing}"
        return f"“{first.skill}”, {asked}, stands {place}{own}{also}."

    def _kind_of_work(self, opportunity: OpportunityRecord, view: View, *, begins: bool) -> Iterator[str]:
        it = f"“{opportunity.title}”" if begins else "It"
        if view.role and view.role in self._positions:
            yield f"{it} is close to your work as {self._as_role(view.role)}."
        elif view.role:
            yield f"{it} is close to what your headline says, “{view.role.strip()}”."
        elif view.kinship >= 0.5:
            yield self._near(it, opportunity)
        elif view.kinship >= 0.15:
            yield f"{it} touches your field, without being at its centre."
        else:
            towards = f", towards “{view.aim}”, which you are interested in" if view.aim else ""
            yield f"{it} would be a change of field{towards}."

    def _near(self, it: str, opportunity: OpportunityRecord) -> str:
        """Name an occupation that is among the two that each of both reads most like: others would be guesses."""
        ours, theirs = self._reading, learnt(opportunity).reading.occupations
        shared = set(_leading(ours)) & set(_leading(theirs))
        both = max(shared, key=lambda one: (ours[one] * theirs[one], -one), default=None)
        if both is None or min(ours[both], theirs[both]) < _TOLD:
            return f"{it} lies in a field you know."
        return f"{it} reads like the work of {title_of(both)}, and so does your profile."

    def _as_role(self, role: str) -> str:
        return article(self._spelled(plain_role(role)))

    def _verdict(
        self,
        opportunity: OpportunityRecord,
        view: View,
        tier: MatchTier,
        met: Sequence[Meeting],
        licences: Sequence[str],
    ) -> str:
        if tier is MatchTier.EXPLORATORY:
            return "Take it as a direction to look at rather than a next step."
        unlicensed = licences or any(is_licence(skill) for skill in view.missing)
        first = (
            (view.short_years > 2.0, "Its title asks for more years than your work history shows."),
            (bool(view.hindrances), "Check what does not fit your wishes before you apply."),
            (bool(unlicensed), "Make sure first that you hold the licence or certificate that it asks for."),
            (
                opportunity.kind is OpportunityKind.TRAINING,
                "Look first at how much of it would be new to you.",
            ),
        )
        return next((told for holds, told in first if holds), None) or _last_word(
            opportunity, view, tier, met
        )

    def _strengths(self, opportunity: OpportunityRecord, view: View, met: Sequence[Meeting]) -> Iterator[str]:
        taught = opportunity.kind is OpportunityKind.TRAINING
        for one in met[:3]:
            if one.how is How.IMPLIED:
                yield _inferred(one)
                continue
            asked = "which it teaches" if taught else one.asked
            own = "" if _same(one.own, one.skill) or not one.own else f" as “{one.own}”"
            done = f", and {one.doing}: “{one.done}”" if one.done else ""
            yield f"“{one.skill}”, {asked}, is {one.where}{own}{done}"
        if more := [one.skill for one in met[3:] if one.how is not How.IMPLIED]:
            yield f"{_quoted(more[:5])} {'is' if len(more) == 1 else 'are'} in your profile too"
        if view.role and view.role in self._positions:
            yield f"Experience as {self._as_role(view.role)}"
        if view.aim:
            yield f"It is about “{view.aim}”, which you name as an interest"
        if view.seasoned and (view.role or view.matched):
            yield f"About {round(self._person.years)} years of work behind you"

    def _recommendations(self, opportunity: OpportunityRecord, view: View) -> Iterator[str]:
        """Each begins with what to grow, so that it can be read as a growth area."""
        years = self._person.years
        if view.kinship < 0.15 and not view.matched:
            yield "First-hand knowledge of the field: talk with two people who do this work before investing in it"
        if opportunity.kind is OpportunityKind.TRAINING:
            return
        ways = [
            "finish an introductory course and keep what you made in it",
            "ask someone who uses it to look over a first attempt",
            "use it once for something real, however small",
        ]
        if years >= _SEASONED:
            ways[0] = "use it for one real task and write down what surprised you"
            ways[2] = "ask a colleague who relies on it where it hurts, and try that part"
        if bridge := next((skill for skill in view.matched if not is_licence(skill)), None):
            ways[0] = f"take on one task that needs it beside {bridge}, which you know"
        worth = [skill for skill in view.missing if years < 3 or skill_key(skill) not in _EVERYDAY]
        for skill, way in zip(worth[: 3 if view.kinship >= 0.15 else 1], ways, strict=False):
            if is_licence(skill):
                yield f"{skill}: add it to your profile if you hold it, else ask who grants it and what they credit"
            else:
                yield f"{skill}: {way}"
        if view.short_years > 2.0:
            yield "Responsibility: lead one piece of work from plan to result, and add it to your profile"


def _leading(likeness: Likeness) -> list[int]:
    return sorted(likeness, key=lambda one: (-likeness[one], one))[:2]


def _last_word(opportunity: OpportunityRecord, view: View, tier: MatchTier, met: Sequence[Meeting]) -> str:
    if tier is MatchTier.PROMISING:
        grow = next(iter(view.missing), None)
        return f"It is within reach; “{grow}” is what to grow first." if grow else "It is within reach."
    if _required_is_shown(opportunity, met):
        return "You could apply as you are."
    return "Read closely what it asks for, and apply if you find yourself in it."


def _required_is_shown(opportunity: OpportunityRecord, met: Sequence[Meeting]) -> bool:
    shown = sum(one.required and one.how is not How.IMPLIED for one in met)
    required = len(set(opportunity.required_skills))
    return required > 0 and shown >= _ENOUGH_SHOWN * required


def _counted(opportunity: OpportunityRecord, view: View) -> Iterator[str]:
    """Say which required skills are missing, where not all are there."""
    required = [skill for skill in view.missing if skill in opportunity.required_skills]
    if not required or opportunity.kind is OpportunityKind.TRAINING:
        return
    asked = len(set(opportunity.required_skills))
    if len(required) == asked:
        yield f"Of what it requires your profile names nothing: {_quoted(required[:3])}."
    else:
        names = _quoted(required[:3])
        yield f"Of the {asked} skills that it requires, {names} {_is(required[:3])} not in your profile."


def _gaps(opportunity: OpportunityRecord, view: View, licences: Sequence[str]) -> Iterator[str]:
    yield from view.hindrances[:2]
    if opportunity.kind is not OpportunityKind.TRAINING:
        lacking = [skill for skill in view.missing if is_licence(skill)]
        for skill in lacking[:2]:
            yield f"“{skill}”: no licence or certificate in your profile says so"
        rest = [skill for skill in view.missing if skill not in lacking]
        required = [skill for skill in rest if skill in opportunity.required_skills]
        desired = [skill for skill in rest if skill not in required]
        if required:
            yield f"{_cut(required)} {_is(required)} required and not in your profile"
        if desired:
            yield f"{_cut(desired)} {_is(desired)} welcome and not in your profile"
        if licences and not lacking:
            yield f"It says “{licences[0]}” — your profile names no such licence or certificate"
    if view.short_years > 2.0:
        yield "Its title asks for more years of experience than your work history shows"
    if view.kinship < 0.15:
        yield "Nothing in your profile is from this field yet"


def _inferred(one: Meeting) -> str:
    if one.own:
        return f"“{one.skill}”, {one.asked}, is not named in your profile, but “{one.own}” {one.where} suggests it"
    return f"“{one.skill}”, {one.asked}, is not named in your profile, but what you write suggests it"


def _same(own: str, skill: str) -> bool:
    return own.casefold() == skill.casefold()


def _is(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _quoted(names: Sequence[str]) -> str:
    return listed([f"“{name}”" for name in names])


def _cut(names: Sequence[str]) -> str:
    shown, rest = [f"“{name}”" for name in names[:4]], len(names) - 4
    return listed(shown) if rest <= 0 else f"{', '.join(shown)} and {rest} more"
