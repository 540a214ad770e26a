"""Plans: in a person's own words why an action matters and when they begin, and later what came of it.

Nobody is asked for one, and no transition waits for one.
"""

from datetime import date, timedelta

from db.career_actions import ActionPlanRecord, ActionStatus
from services.kit import clock
from services.kit.errors import InvalidInput
from services.profiles.fields import TextRule
from services.safety.distress import distress_in
from services.safety.help_lines import help_reply

PLANNED_IN = frozenset({ActionStatus.SAVED, ActionStatus.IN_PROGRESS})
"""Statuses in which a plan is made. A suggestion may be replaced, and the words with it."""
ANSWERED_IN = PLANNED_IN | {ActionStatus.DONE}
LONGEST = timedelta(days=2 * 366)
"""Time ahead in which an action can begin."""

_WHY = TextRule(500)
_CAME_OF_IT = TextRule(1_000)
_TIME_ZONES = timedelta(days=1)


def plan_of(why: str | None, begin_on: date | None) -> ActionPlanRecord | None:
    """Return the plan to keep; None where nothing is said. Raises ``InvalidInput``."""
    reason = None if why is None else _said(_WHY, why, "input.why")
    today = clock.now().date()
    if begin_on is not None and not today - _TIME_ZONES <= begin_on <= today + LONGEST:
        raise InvalidInput("input.beginOn", "Must be a day from today on, within two years.")
    if reason is None and begin_on is None:
        return None
    day = None if begin_on is None else begin_on.isoformat()
    return ActionPlanRecord(why=reason, begin_on=day, planned_at=clock.now())


def answered(plan: ActionPlanRecord, came_of_it: str | None) -> ActionPlanRecord:
    """Return the plan with what came of it, None where the person does not say. Raises ``InvalidInput``."""
    said = None if came_of_it is None else _said(_CAME_OF_IT, came_of_it, "cameOfIt")
    if plan.answered_at is not None and plan.came_of_it == said:
        return plan
    return plan.model_copy(update={"came_of_it": said, "answered_at": clock.now()})


def _said(rule: TextRule, text: str, path: str) -> str | None:
    """Return the cleaned words. Somebody who does not want to live is given help, not a card that asks later."""
    language = distress_in(text)
    if language is not None:
        raise InvalidInput(path, help_reply(language, None))
    return rule.check(text, path)
