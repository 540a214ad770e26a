"""Judging opportunities with a model, in two calls at most; what it leaves open, and what it says badly, rules judge.

First one call for a score of each opportunity that was not judged before, then one for the judgement in full of those
that lead. Nothing here knows where matches are kept.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from db.matches import AskedRecord
from db.opportunities import OpportunityRecord
from db.profiles import ProfileRecord
from services.kit.errors import Limited
from services.kit.offloading import offloaded
from services.kit.usage import Usage
from services.llm.port import (
    MatchSubject,
    Model,
    ModelDeclined,
    ModelError,
    ModelIncomplete,
    ModelReplyInvalid,
    ToolReply,
    ToolRequest,
)
from services.llm.retrying import Backoff, retry_busy
from services.matching.asking.anchors import anchors, are_as_expected
from services.matching.asking.checking import (
    Before,
    Checked,
    Fault,
    Scores,
    check_judgements,
    check_scores,
    is_far_above,
)
from services.matching.asking.keys import keys_of, shuffled
from services.matching.asking.prompts import MATCHING_TOOL_SPEC, judgements_request, scores_request
from services.matching.judging import Judgement, MatchingResult, Progress
from services.matching.scoring import STRONG, tier_of

LEADING = 15
"""Opportunities that a model judges in full: those that people look at."""
_PIECE = 10
_JUST_BELOW = round(STRONG - 0.001, 3)

OnBatch: TypeAlias = Callable[[Progress], Awaitable[None]]


async def judge(
    model: Model,
    profile: ProfileRecord,
    opportunities: Sequence[OpportunityRecord],
    *,
    rules: Model,
    before: Mapping[str, Judgement] | None = None,
    backoff: Backoff | None = None,
    on_batch: OnBatch | None = None,
) -> MatchingResult:
    """Judge all. ``before`` are judgements of earlier runs by their keys, which are taken as they are.

    Raises the ``ModelError`` of a model that gives no scores because it is busy, out of reach or refuses the key, and
    ``Limited`` where the budget does not allow it: then the earlier matches are better than the rules'. What it says
    badly never fails. ``on_batch`` is told how many are judged, always growing.
    """
    if model.version == rules.version:
        judged = await _ruled(rules, profile, opportunities, on_batch=on_batch)
        return MatchingResult([judged[one.id] for one in opportunities], [])
    asking = _Asking(model, profile, opportunities, rules, backoff or Backoff(), on_batch)
    return await asking.judged(before or {})


@dataclass(slots=True)
class _Asking:
    """One run with a model: what it has cost and warned of so far."""

    model: Model
    profile: ProfileRecord
    opportunities: Sequence[OpportunityRecord]
    rules: Model
    backoff: Backoff
    on_batch: OnBatch | None
    usage: Usage = field(default_factory=Usage)
    warnings: list[str] = field(default_factory=list)

    async def judged(self, before: Mapping[str, Judgement]) -> MatchingResult:
        keys = await offloaded(keys_of, self.model.version, self.profile, self.opportunities)
        found = {id_: before[key] for id_, key in keys.items() if key in before}
        fresh = [one for one in self.opportunities if one.id not in found]
        await self._tell(len(found))
        if fresh:
            ruled = await _ruled(self.rules, self.profile, self.opportunities)
            scores = await self._scores(shuffled(fresh, keys[fresh[0].id]))
            leading = self._leading(found, scores.found)
            await self._tell(len(self.opportunities) - len(leading))
            first = {
                one.id: found[one.id].score if one.id in found else scores.found[one.id] for one in leading
            }
            known = {id_: Before(score, ruled[id_].score) for id_, score in first.items()}
            full = await self._in_full(leading, known)
            faults = {**scores.faults, **full.faults}
            left = scores.found.keys() - full.judgements.keys() - faults.keys()
            scored = await self._worded({id_: scores.found[id_] for id_ in left}, ruled)
            for one in (*fresh, *leading):
                if one.id in full.judgements:
                    found[one.id] = _kept(full.judgements[one.id], keys[one.id], in_full=True)
                elif one.id in faults:
                    by_rules = replace(ruled[one.id], model_version=self.rules.version)
                    asked = faults[one.id] is not Fault.MISSING
                    found[one.id] = _kept(by_rules, keys[one.id], in_full=True) if asked else by_rules
                elif one.id in scored:
                    unexplained = one.id in known  # it is asked about again
                    judgement = scored[one.id]
                    found[one.id] = (
                        judgement if unexplained else _kept(judgement, keys[one.id], in_full=False)
                    )
            self._warn_of(faults.values())
        await self._tell(len(self.opportunities))
        return MatchingResult([found[one.id] for one in self.opportunities], self.warnings, self.usage)

    async def _scores(self, window: Sequence[OpportunityRecord]) -> Scores:
        """Ask for a score of each, with the anchors among them: where those are not where they belong, none holds."""
        none = Scores({}, {one.id: Fault.MISSING for one in window})
        known = await offloaded(anchors, self.profile)
        asked = shuffled([*window, *known], window[0].id)
        try:
            reply = await self._reply(scores_request, asked)
            scores = check_scores(reply.input, asked)
        except (ModelReplyInvalid, ModelDeclined, ModelIncomplete) as error:
            self.warnings.append(f"The model gave no scores: {error.reason}.")
            return none
        if not are_as_expected(self.profile, scores.found):
            self.warnings.append(
                "The model's scores do not count: those of two made-up opportunities were not what they had to be."
            )
            return none
        real = {one.id for one in window}
        return Scores(
            {id_: score for id_, score in scores.found.items() if id_ in real},
            {id_: fault for id_, fault in scores.faults.items() if id_ in real},
        )

    def _leading(
        self, found: Mapping[str, Judgement], scores: Mapping[str, float]
    ) -> list[OpportunityRecord]:
        """Return those of the best that were not judged in full yet, in the order in which they are asked about."""
        ranked = {**{id_: one.score for id_, one in found.items()}, **scores}
        best = sorted(ranked, key=lambda id_: (-ranked[id_], id_))[:LEADING]
        chosen = {id_ for id_ in best if (asked := _asked(found.get(id_))) is None or not asked.in_full}
        return shuffled([one for one in self.opportunities if one.id in chosen], "in full")

    async def _in_full(self, leading: Sequence[OpportunityRecord], known: Mapping[str, Before]) -> Checked:
        """Ask for judgements in full. A call that fails leaves them with their scores, and is made again next time."""
        if not leading:
            return Checked({}, {})
        try:
            reply = await self._reply(judgements_request, leading)
            return await offloaded(check_judgements, reply.input, leading, self.profile, known)
        except (ModelError, Limited) as error:
            reason = error.reason if isinstance(error, ModelError) else error.message
            self.warnings.append(f"The model explained no judgement: {reason}.")
            return Checked({}, {})

    async def _reply(
        self, request_of: Callable[[MatchSubject], ToolRequest], opportunities: Sequence[OpportunityRecord]
    ) -> ToolReply:
        request = await offloaded(request_of, MatchSubject(self.profile, opportunities))
        reply = await retry_busy(lambda: self.model.call_tool(request), self.backoff)
        self.usage += reply.usage
        return reply

    async def _worded(
        self, scores: Mapping[str, float], ruled: Mapping[str, Judgement]
    ) -> dict[str, Judgement]:
        """Return judgements in the rules' words at a model's scores, none of them STRONG or far above the rules'."""
        taken = {
            id_: ruled[id_].score if is_far_above(score, ruled[id_].score) else min(score, _JUST_BELOW)
            for id_, score in scores.items()
        }
        other = {id_ for id_, score in taken.items() if tier_of(score) is not ruled[id_].tier}
        told = [one for one in self.opportunities if one.id in other]
        again = await _ruled(self.rules, self.profile, told, scores=taken)
        return {
            id_: replace(again.get(id_, ruled[id_]), score=score, tier=tier_of(score))
            for id_, score in taken.items()
        }

    def _warn_of(self, faults: Iterable[Fault]) -> None:
        total = len(self.opportunities)
        for fault, number in sorted(Counter(faults).items()):
            self.warnings.append(f"The rules judged {number} of {total} opportunities: {fault.value}.")

    async def _tell(self, judged: int) -> None:
        if self.on_batch is not None:
            await self.on_batch(Progress(judged, len(self.opportunities)))


async def _ruled(
    rules: Model,
    profile: ProfileRecord,
    opportunities: Sequence[OpportunityRecord],
    *,
    scores: Mapping[str, float] | None = None,
    on_batch: OnBatch | None = None,
) -> dict[str, Judgement]:
    """Return the rules' judgements by the opportunities' ids, made in pieces that are short for others who wait."""
    found: dict[str, Judgement] = {}
    for start in range(0, len(opportunities), _PIECE):
        piece = opportunities[start : start + _PIECE]
        subject = MatchSubject(profile, piece, scores or {})
        # Rules read the subject: to word a prompt for them would take more time than they do.
        request = ToolRequest(system="", prompt="", tool=MATCHING_TOOL_SPEC, subject=subject, max_tokens=1)
        reply = await rules.call_tool(request)
        checked = await offloaded(check_judgements, reply.input, piece, profile)
        found |= checked.judgements
        if on_batch is not None:
            await on_batch(Progress(len(found), len(opportunities)))
    return found


def _asked(judgement: Judgement | None) -> AskedRecord | None:
    return None if judgement is None else judgement.asked


def _kept(judgement: Judgement, key: str, *, in_full: bool) -> Judgement:
    asked = AskedRecord(key=key, explanation=judgement.explanation, band=judgement.band, in_full=in_full)
    return replace(judgement, asked=asked)
