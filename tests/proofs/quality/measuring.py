"""The figures of the suite: one run over all people, as a mapping of names to numbers."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from db.matches import MatchTier
from services.kit.usage import Usage
from tests.proofs.quality.changes import reordered, stuffed, stuffed_posting, swapped
from tests.proofs.quality.corpus import Grades, Json, Reader, grades, people, postings, profile_of, readings
from tests.proofs.quality.figures import RELEVANT, kappa, kept_groups, kept_order, median, ndcg, precision
from tests.proofs.quality.grounding import ungrounded
from tests.proofs.quality.refresh import CANDIDATES, Board, Refreshed
from tests.proofs.quality.tokens import Spent, spent

BAND = 0.02
"""Half the difference of scores below which no order is claimed."""
CEILINGS = frozenset(
    {
        "order: STRONG without reason",
        "wording: most usual opening",
        "grounding: not in the profile",
        "grounding: inferred, said as fact",
        "actions: first steps for seniors",
        "cost: pages read a refresh",
        "tokens: in, of a first refresh",
        "tokens: out, of a first refresh",
        "tokens: of a refresh with nothing new",
        "tokens: of a refresh with one new posting",
        "robustness: swaps that move a score",
        "robustness: people whose order of entries moves a score",
        "robustness: of 100 postings lifted by 300 skills",
        "robustness: places a stuffed posting gains",
    }
)
"""Figures that are better the smaller they are."""
_TIERS = [tier.value for tier in (MatchTier.EXPLORATORY, MatchTier.PROMISING, MatchTier.STRONG)]
_STUFFED_POSTINGS = ("p10", "p63", "p32")
"""Postings that fit few: what they gain by naming everything is unearned."""
_FIRST_STEPS = re.compile(r"first (?:\w+ )?steps|introductory|introduction to", re.IGNORECASE)


@dataclass(slots=True)
class Measured:
    """Figures by name, and lines that show where they come from."""

    figures: dict[str, float] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _World:
    readers: list[Reader]
    items: list[Json]
    grades: Grades
    board: Board

    def gains(self, reader: Reader) -> dict[str, float]:
        ids = [item["externalId"] for item in self.items]
        return {id_: self.grades.get((reader.key, id_), 0.0) for id_ in ids}

    @property
    def skills(self) -> list[str]:
        """Every skill that a posting asks for, or a person has."""
        kinds = ("requiredSkills", "desiredSkills")
        asked = [skill for item in self.items for kind in kinds for skill in item.get(kind, [])]
        had = [skill["name"] for reader in self.readers for skill in reader.resume["skills"]]
        return list(dict.fromkeys([*asked, *had]))


async def measure(board: Board) -> Measured:
    """Return every figure. The board is empty at first."""
    world = _World(people(), postings(), grades(), board)
    await board.load(world.items)
    result = Measured()
    _agreement(world, result)
    first = {reader.key: await board.refresh(reader.profile) for reader in world.readers}
    _order(world, first, result)
    _wording(world, first, result)
    _cost(first, result)
    await _tokens(world, result)
    whole = {reader.key: await board.refresh(reader.profile, len(world.items)) for reader in world.readers}
    await _retyping(world, whole, result)
    await _swaps(world, first, result)
    await _stuffed_people(world, whole, result)
    await _stuffed_postings(world, whole, result)
    return result


def _agreement(world: _World, result: Measured) -> None:
    one, other = readings()
    pairs = [(reader.key, item["externalId"]) for reader in world.readers for item in world.items]
    told = sorted(one.keys() | other.keys())
    same = sum(one.get(pair) == other.get(pair) for pair in told)
    result.figures["agreement: weighted kappa, all pairs"] = kappa(one, other, pairs)
    result.figures["agreement: weighted kappa, pairs of some relevance"] = kappa(one, other, told)
    result.lines.append(
        f"{len(world.readers)} people of {len({reader.trade for reader in world.readers})} trades in "
        f"{len({reader.language for reader in world.readers})} languages, {len(world.items)} postings; "
        f"the readings agree on {same} of the {len(told)} pairs that either holds for relevant"
    )


def _order(world: _World, first: dict[str, Refreshed], result: Measured) -> None:
    scores: dict[str, float] = {}
    precisions: list[float] = []
    unearned: list[str] = []
    result.lines.append("person        nDCG  P@5   first five, each with its grade")
    for reader in world.readers:
        shown, gains = first[reader.key], world.gains(reader)
        scores[reader.key] = ndcg(shown.ranked, gains)
        precisions.append(precision(shown.ranked, gains))
        strong = [one for one, tier in shown.tiers.items() if tier == MatchTier.STRONG]
        unearned += [f"{reader.key}: {one}" for one in strong if gains[one] < 1]
        top = " ".join(f"{one}/{gains[one]:g}" for one in shown.ranked[:5])
        result.lines.append(f"  {reader.key:14}{scores[reader.key]:.2f}  {precisions[-1]:.2f}  {top}")
    if unearned:
        result.lines.append(f"STRONG without reason: {', '.join(unearned)}")
    result.figures["order: nDCG@10"] = fmean(scores.values())
    shown_first = [ndcg(first[reader.key].shown, world.gains(reader)) for reader in world.readers]
    result.figures["order: nDCG@10 as shown, of ties the newer first"] = fmean(shown_first)
    result.figures["order: P@5"] = fmean(precisions)
    for language in sorted({reader.language for reader in world.readers}):
        own = [scores[reader.key] for reader in world.readers if reader.language == language]
        result.figures[f"order: nDCG@10 {language}"] = fmean(own)
    result.figures["order: nDCG@10 of the worst person"] = min(scores.values())
    result.figures["order: STRONG without reason"] = len(unearned)
    told = [_tells_a_fit(first[reader.key], world.gains(reader)) for reader in world.readers]
    result.figures["order: people with a fit that is told"] = sum(told) / len(told)


def _tells_a_fit(shown: Refreshed, gains: dict[str, float]) -> bool:
    return any(tier != MatchTier.EXPLORATORY and gains[one] >= RELEVANT for one, tier in shown.tiers.items())


def _wording(world: _World, first: dict[str, Refreshed], result: Measured) -> None:
    nowhere: list[str] = []
    inferred: list[str] = []
    claims = 0
    for reader in world.readers:
        one, other, count = ungrounded(first[reader.key], reader.resume)
        nowhere, inferred, claims = nowhere + one, inferred + other, claims + count
    result.figures["grounding: not in the profile"] = len(nowhere)
    result.figures["grounding: inferred, said as fact"] = len(inferred)
    result.lines.append(f"{claims} claims looked up")
    result.lines += [f"  nowhere: {text}" for text in nowhere[:10]]
    result.lines += [f"  inferred: {text}" for text in inferred[:10]]
    # The first four words: a number or a name further on makes no other sentence.
    openings = [
        " ".join(match.explanation.split()[:4]) for shown in first.values() for match in shown.matches
    ]
    result.figures["wording: most usual opening"] = max(map(openings.count, set(openings))) / len(openings)
    result.figures["actions: fewest"] = min(len(shown.actions) for shown in first.values())
    seniors = [first[reader.key].actions for reader in world.readers if reader.senior]
    beginning = [
        action.title for actions in seniors for action in actions if _FIRST_STEPS.search(action.title)
    ]
    result.figures["actions: first steps for seniors"] = len(beginning)


def _cost(first: dict[str, Refreshed], result: Measured) -> None:
    """The processor time of a refresh beside that of reading a page of words, for any machine's."""
    began = time.process_time()
    for number in range(200):
        re.findall(r"[^\W\d_]+", f"the quick brown fox {number} jumps over the lazy dog " * 50)
    page = (time.process_time() - began) / 200
    seconds = median(shown.seconds for shown in first.values())
    result.figures["cost: pages read a refresh"] = seconds / page
    result.lines.append(f"a refresh takes {1000 * seconds:.0f} ms of this processor at the median")


async def _tokens(world: _World, result: Measured) -> None:
    """What a model would be sent and would say, at the median of one person in each of three languages."""
    chosen = list({reader.language: reader for reader in reversed(world.readers)}.values())[:3]
    fitting = {reader.key: await world.board.shortlisted(reader.profile) for reader in world.readers}
    others = {one.id: one for shortlist in fitting.values() for one in shortlist}
    found = []
    for reader in chosen:
        own = {one.id: one for one in fitting[reader.key]}
        found.append(await spent(reader.profile, list({**own, **others}.values())[:CANDIDATES]))

    def middle(usage_of: Callable[[Spent], Usage]) -> tuple[float, float]:
        usages = [usage_of(one) for one in found]
        return median(one.input_tokens for one in usages), median(one.output_tokens for one in usages)

    read, said = middle(lambda one: one.first)
    result.figures["tokens: in, of a first refresh"] = read
    result.figures["tokens: out, of a first refresh"] = said
    result.figures["tokens: of a refresh with nothing new"] = sum(middle(lambda one: one.unchanged))
    result.figures["tokens: of a refresh with one new posting"] = sum(middle(lambda one: one.one_new))
    ten_a_call, actions = middle(lambda one: one.in_batches), middle(lambda one: one.actions)
    one_new = middle(lambda one: one.one_new)
    result.lines.append(
        f"tokens of judging {median(one.postings for one in found):.0f} postings with a model, in and out: "
        f"{read:.0f} and {said:.0f}; all in full, ten a call: {ten_a_call[0]:.0f} and {ten_a_call[1]:.0f}; "
        f"one of them new: {one_new[0]:.0f} and {one_new[1]:.0f}; of actions: {actions[0]:.0f} and {actions[1]:.0f}"
    )


async def _retyping(world: _World, whole: dict[str, Refreshed], result: Measured) -> None:
    kept = told = apart = stayed = 0
    shared: list[float] = []
    for reader in world.readers:
        again = await world.board.refresh(profile_of(reader.key, reader.again), len(world.items))
        right, pairs = kept_order(whole[reader.key].scores, again.scores, BAND)
        kept, told = kept + right, told + pairs
        right, pairs = kept_groups(whole[reader.key].groups, whole[reader.key].scores, again.scores)
        stayed, apart = stayed + right, apart + pairs
        shared.append(len(set(again.ranked[:5]) & set(whole[reader.key].ranked[:5])) / 5)
    result.figures["robustness: pairs that keep their order, typed again"] = kept / told
    result.figures["promises: pairs of different groups that keep their order, typed again"] = stayed / apart
    result.figures["robustness: first five that stay, typed again"] = fmean(shared)


async def _swaps(world: _World, first: dict[str, Refreshed], result: Measured) -> None:
    moved: list[str] = []
    unordered: list[str] = []
    for reader in world.readers:
        for what, resume in swapped(reader):
            other = await world.board.refresh(profile_of(reader.key, resume))
            if other.scores != first[reader.key].scores:
                moved.append(f"{reader.key}, {what}")
        turned = await world.board.refresh(profile_of(reader.key, reordered(reader.resume)))
        if turned.scores != first[reader.key].scores:
            unordered.append(reader.key)
    result.figures["robustness: swaps that move a score"] = len(moved)
    result.figures["robustness: people whose order of entries moves a score"] = len(unordered)
    result.lines += [f"moved by a swap: {'; '.join(moved[:10])}"] if moved else []
    result.lines += [f"moved by the order of entries: {', '.join(unordered)}"] if unordered else []


async def _stuffed_people(world: _World, whole: dict[str, Refreshed], result: Measured) -> None:
    lifted = 0
    for reader in world.readers:
        profile = profile_of(reader.key, stuffed(reader.resume, world.skills))
        after = (await world.board.refresh(profile, len(world.items))).tiers
        before = whole[reader.key].tiers
        lifted += sum(
            _TIERS.index(tier) > _TIERS.index(before.get(one, _TIERS[0])) for one, tier in after.items()
        )
    share = 100 * lifted / (len(world.readers) * len(world.items))
    result.figures["robustness: of 100 postings lifted by 300 skills"] = share


async def _stuffed_postings(world: _World, whole: dict[str, Refreshed], result: Measured) -> None:
    chosen = [item for item in world.items if item["externalId"] in _STUFFED_POSTINGS]
    await world.board.load([stuffed_posting(item, world.skills) for item in chosen])
    last = len(world.items)
    gains: list[float] = []
    for reader in world.readers:
        before = _ranks(whole[reader.key].ranked)
        after = _ranks((await world.board.refresh(reader.profile, last)).ranked)
        gains += [before.get(one, last) - after.get(one, last) for one in _STUFFED_POSTINGS]
    await world.board.load(chosen)
    result.figures["robustness: places a stuffed posting gains"] = median(gains)


def _ranks(ranked: Sequence[str]) -> dict[str, int]:
    return {one: at for at, one in enumerate(ranked, start=1)}
