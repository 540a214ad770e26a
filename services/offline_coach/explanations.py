"""Wording of the offline coach's judgements: explanation, strengths, gaps, and what to grow."""

import re
from collections.abc import Iterator

from db.matches import MatchTier
from db.opportunities import OpportunityRecord
from services.kit.words.terms import skill_key, words
from services.offline_coach.fields import fields_of_opportunity
from services.offline_coach.views import Seeker, View
from services.offline_coach.words import article, in_sentence, listed

# Whoever has worked in a field for years has picked these up, named or not.
_EVERYDAY = frozenset(
    {"git", "github", "jira", "slack", "html", "css", "rest", "json", "markdown", "linux", "excel"}
)


def explanation(person: Seeker, view: View, tier: MatchTier) -> str:
    if person.blank:
        return (
            "Your profile says too little yet to judge this. Add your skills and past work, refresh, and this "
            "judgement will mean something."
        )
    last = {
        MatchTier.STRONG: "You could apply as you are.",
        MatchTier.PROMISING: "It is within reach: see what to grow first.",
        MatchTier.EXPLORATORY: "Take it as a direction to look at rather than a next step.",
    }[tier]
    if view.short_years > 2.0:
        last = f"Its title asks for more years than your work history shows. {last}"
    elif view.hindrances and tier is not MatchTier.EXPLORATORY:
        last = "Check what does not fit your wishes before you apply."
    told = [_skills_found(view), _kind_of_work(person, view)]
    if not view.matched:
        told.reverse()  # what is not there is no beginning
    return f"{' '.join(told)} {last}"


def _skills_found(view: View) -> str:
    found, asked = len(view.matched), len(view.matched) + len(view.missing)
    if not asked:
        return "It names no skills, so this rests on the kind of work alone."
    if not found:
        return (
            f"Your profile shows none of the {asked} skills it names."
            if asked > 1
            else f"Your profile does not show the one skill it names, {view.missing[0]}."
        )
    if asked == 1:
        return f"Your profile shows the one skill it names, {view.matched[0]}."
    share = f"all {asked} skills it names" if found == asked else f"{found} of the {asked} skills it names"
    return f"Your profile shows {share}{', among them ' if found > 3 else ': '}{listed(view.matched[:3])}."


def _kind_of_work(person: Seeker, view: View) -> str:
    if view.role and view.role in [job.position for job in person.profile.work]:
        return f"You have worked as {article(in_sentence(_plain_role(view.role)))}, which is close to this."
    if view.role:
        return "Your headline describes work close to this."
    if view.kinship >= 0.5:
        return "It lies in a field you know."
    if view.kinship >= 0.15:
        return "It touches your field, without being at its centre."
    towards = f", towards {in_sentence(view.aim)}, which you are interested in" if view.aim else ""
    return f"It would be a change of field{towards}."


def _plain_role(role: str) -> str:
    return re.split(r"\s*[/(,|–—]", role)[0].strip() or role


def strengths(person: Seeker, view: View) -> Iterator[str]:
    if view.matched:
        shown, rest = view.matched[:5], len(view.matched) - 5
        names = listed(shown) if rest <= 0 else f"{', '.join(shown)} and {rest} more"
        yield f"{names} {'is' if len(view.matched) == 1 else 'are'} asked for and in your profile"
    if view.role and view.role in [job.position for job in person.profile.work]:
        yield f"Experience as {article(in_sentence(_plain_role(view.role)))}"
    if view.aim:
        yield f"It is about {in_sentence(view.aim)}, which you name as an interest"
    asked = {word for skill in view.matched for word in words(skill, prose=False)}
    for project in person.profile.projects:
        shared = [keyword for keyword in project.keywords if asked & set(words(keyword, prose=False))]
        if project.name and shared:
            yield f"Your project {project.name} shows {listed(shared[:2])} at work"
            break
    if view.seasoned and (view.role or view.matched):
        yield f"About {round(person.years)} years of work behind you"


def gaps(view: View) -> Iterator[str]:
    yield from view.hindrances[:2]
    if view.missing:
        shown, rest = view.missing[:4], len(view.missing) - 4
        names = listed(shown) if rest <= 0 else f"{', '.join(shown)} and {rest} more"
        yield f"{names} {'is' if len(view.missing) == 1 else 'are'} not in your profile"
    if view.short_years > 2.0:
        yield "Its title asks for more years of experience than your work history shows"
    if view.kinship < 0.15:
        yield "Nothing in your profile is from this field yet"


def recommendations(person: Seeker, opportunity: OpportunityRecord, view: View) -> Iterator[str]:
    """Each begins with what to grow, so that it can be read as a growth area."""
    if person.blank:
        yield "Your profile: add skills and past work, so that this can be judged properly"
        return
    if view.kinship < 0.15 and not view.matched:
        yield "First-hand knowledge of the field: talk with two people who do this work before investing in it"
    technical = {"software", "data"} & fields_of_opportunity(opportunity).keys()
    bridge = next(iter(view.matched), None)
    ways = [
        "finish an introductory course and keep what you made in it",
        "ask someone who uses it to look over a first attempt",
        "use it once for something real, however small",
    ]
    if person.years >= 5 and view.kinship >= 0.35:
        ways[0] = "use it for one real task and write down what surprised you"
        ways[2] = "ask a colleague who relies on it where it hurts, and try that part"
    if bridge:
        ways[0] = (
            f"build one small thing that joins it with {bridge}, which you know"
            if technical
            else f"take on one task that needs it beside {bridge}, which you know"
        )
    worth = [skill for skill in view.missing if person.years < 3 or skill_key(skill) not in _EVERYDAY]
    for skill, way in zip(worth[: 3 if view.kinship >= 0.15 else 1], ways, strict=False):
        yield f"{skill}: {way}"
    if view.short_years > 2.0:
        yield "Responsibility: lead one piece of work from plan to result, and add it to your profile"
