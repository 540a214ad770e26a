"""The table of an application's moves, and what a history comes to."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

from db.applications import ApplicationOutcome, ApplicationRecord, ApplicationStage, StepRecord
from services.kit.errors import InvalidInput, NotAllowedNow

S = ApplicationStage
MOST_STEPS = 200
"""Steps that a history keeps: the first and the latest ones."""
MOST_ROUNDS = 50
ORDER = MappingProxyType({stage: place for place, stage in enumerate(S)})
PROGRESS = (S.RESPONDED, S.INTERVIEWING, S.OFFERED)
"""Stages that are recorded as they come; the others have mutations of their own."""
_UNDER_WAY = (S.APPLIED, S.RESPONDED, S.INTERVIEWING, S.OFFERED)
_OF_AN_OFFER = (ApplicationOutcome.ACCEPTED, ApplicationOutcome.DECLINED)


_NAMED = MappingProxyType(
    {
        S.INTERESTED: "has not been sent",
        S.APPLIED: "was sent",
        S.RESPONDED: "was answered",
        S.INTERVIEWING: "has come to interviews",
        S.OFFERED: "has come to an offer",
        S.CLOSED: "is closed",
    }
)


def refusal(what: str, stage: ApplicationStage) -> NotAllowedNow:
    """Return the refusal of a move that the stage does not allow."""
    return NotAllowedNow(f"{what} The application {_NAMED[stage]}.", stage.value)


def check_applied(application: ApplicationRecord) -> None:
    """Raises ``NotAllowedNow`` unless the person has not applied yet."""
    if application.stage is not S.INTERESTED:
        raise refusal("Cannot be marked as applied.", application.stage)


def check_round(stage: ApplicationStage, number: int | None) -> None:
    """Raises ``InvalidInput`` for a round that is none, or is one of another stage than interviews."""
    if number is None:
        return
    if stage is not S.INTERVIEWING:
        raise InvalidInput("round", "Only interviews have rounds: leave it out.")
    if not 1 <= number <= MOST_ROUNDS:
        raise InvalidInput("round", f"Must be from 1 to {MOST_ROUNDS}.")


def round_after(application: ApplicationRecord, stage: ApplicationStage, number: int | None) -> int | None:
    """Return the round that the application comes to. Raises ``NotAllowedNow`` unless it goes forward."""
    present = application.round or 0
    if application.stage not in _UNDER_WAY:
        raise refusal(
            "Progress comes after the application was sent, and before it is closed.", application.stage
        )
    if stage is S.INTERVIEWING is application.stage:
        if number is None:
            number = present + 1
        if number <= present or number > MOST_ROUNDS:
            raise refusal(
                f"Round {present} is recorded already, and rounds only go up to {MOST_ROUNDS}.",
                S.INTERVIEWING,
            )
        return number
    if ORDER[stage] <= ORDER[application.stage]:
        raise refusal("Progress only goes forward. Take the last step back to correct it.", application.stage)
    return (number or 1) if stage is S.INTERVIEWING else application.round


def reached_by(
    application: ApplicationRecord, outcome: ApplicationOutcome, stage: ApplicationStage | None
) -> ApplicationStage:
    """Return the stage that a closed application has come to. Raises ``NotAllowedNow`` and ``InvalidInput``."""
    if application.stage is S.CLOSED:
        raise refusal("Closed already.", S.CLOSED)
    if outcome in _OF_AN_OFFER and application.stage is not S.OFFERED:
        raise refusal("Only an offer can be accepted or declined.", application.stage)
    reached = stage or application.stage
    if ORDER[reached] < ORDER[application.stage]:
        raise InvalidInput("stage", f"The application has come to {application.stage.value} already.")
    return reached


def followed_by(history: Sequence[StepRecord], step: StepRecord) -> list[StepRecord]:
    """Return the history with one more step: of too many the first stays, and the latest."""
    steps = [*history, step]
    return steps if len(steps) <= MOST_STEPS else [steps[0], *steps[-MOST_STEPS + 1 :]]


def taken_back(application: ApplicationRecord) -> dict[str, Any]:
    """Return what changes when the last step is taken out of the history. Raises ``NotAllowedNow``."""
    *kept, last = application.history
    if not kept:
        raise refusal("There is no step to take back. Remove the application instead.", application.stage)
    closed = kept[-1] if kept[-1].after is S.CLOSED else None
    rounds = [step.round for step in kept if step.round is not None]
    changes: dict[str, Any] = {
        "history": kept,
        "stage": kept[-1].after,
        "outcome": None if closed is None else closed.outcome,
        "reached": None if closed is None else closed.reached,
        "reasons": [] if closed is None else closed.reasons,
        "round": rounds[-1] if rounds else None,
    }
    if (last.before, last.after) == (S.INTERESTED, S.APPLIED):
        changes |= {"applied_at": None, "channel": None}
    return changes
