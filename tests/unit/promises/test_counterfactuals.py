"""Steps to the next tier: true when they are done, the cheapest first, and none where none is enough."""

from dataclasses import replace

from db.matches import MatchTier, StepKind
from db.opportunities import OpportunityRecord, Remote
from db.profiles import ConstraintsRecord, ProfileRecord, RemotePreference, SkillRecord, WorkRecord
from services.matching.candidates import Candidate
from services.matching.judging import Judgement
from services.matching.scoring import PROMISING, STRONG, fit
from services.matching.seeking import seeking
from services.promises.counterfactuals import Step, applied
from services.promises.promises import promised
from tests.proofs.quality.corpus import people, postings
from tests.support.people import CARPENTER, KERNEL, judged, person, posting

LIMITS = {MatchTier.STRONG: STRONG, MatchTier.PROMISING: PROMISING}
COOK = person(
    "cook",
    headline="Cook",
    work=[WorkRecord(position="Cook", start_date="2012", highlights=["Menu planning", "Food safety"])],
    skills=[SkillRecord(name="Menu planning"), SkillRecord(name="Food safety")],
)


def on_board() -> list[OpportunityRecord]:
    """Return the postings of the quality suite."""
    kinds = {"required_skills": "requiredSkills", "desired_skills": "desiredSkills"}
    return [
        posting(item["title"], number=number, description=item["description"]).model_copy(
            update={name: item.get(key, []) for name, key in kinds.items()}
        )
        for number, item in enumerate(postings(), start=1)
    ]


def after(profile: ProfileRecord, match: Judgement, record: OpportunityRecord) -> float:
    """Return the score of the profile after the step that was told."""
    assert match.counterfactual is not None
    told = match.counterfactual
    step = Step(told.kind, tuple(told.names), told.cost)
    if step.kind is StepKind.YEAR:
        read = seeking(profile)
        return fit(replace(read, years=read.years + 1), Candidate.of(record)).score
    return fit(seeking(applied(profile, step)), Candidate.of(record)).score


async def test_whatever_is_told_is_true_when_it_is_done_beyond_the_band() -> None:
    board = on_board()
    records = {record.id: record for record in board}
    told = 0
    for reader in people()[:8]:
        for match in await promised(reader.profile, board, await judged(reader.profile, *board)):
            if match.counterfactual is None:
                continue
            told += 1
            assert match.tier is not MatchTier.STRONG
            lifted = after(reader.profile, match, records[match.opportunity_id])
            assert lifted >= LIMITS[match.counterfactual.tier] + match.band > match.score
            assert set(match.counterfactual.names) <= {
                *records[match.opportunity_id].required_skills, "remote", "places", "salaryMinimum"
            }  # fmt: skip
    assert told > 5


async def one(profile: ProfileRecord, record: OpportunityRecord) -> Judgement:
    (match,) = await promised(profile, [record], await judged(profile, record))
    return match


async def test_a_wish_that_alone_is_in_the_way_is_named_as_one() -> None:
    here = posting("Cook", "Menu planning", "Food safety", remote=Remote.NONE, location="Graz")
    limits = ConstraintsRecord(remote=RemotePreference.REMOTE_ONLY)
    match = await one(COOK.model_copy(update={"constraints": limits}), here)
    assert match.counterfactual is not None
    assert (match.counterfactual.kind, match.counterfactual.names) == (StepKind.CONSTRAINT, ["remote"])


async def test_the_skill_that_is_missing_is_named_as_the_posting_spells_it() -> None:
    match = await one(COOK, posting("Cook", "Menu planning", "HACCP", "Stock control", "Patisserie"))
    assert match.tier is not MatchTier.STRONG
    assert match.counterfactual is not None
    assert match.counterfactual.kind is StepKind.SKILLS
    assert set(match.counterfactual.names) <= {"HACCP", "Stock control", "Patisserie"}


async def test_nothing_is_told_where_no_step_is_enough_or_none_is_needed() -> None:
    assert (await one(CARPENTER, KERNEL)).counterfactual is None
    best = await one(COOK, posting("Cook", "Menu planning", "Food safety"))
    assert best.tier is MatchTier.STRONG
    assert best.counterfactual is None


async def test_where_a_model_judges_lower_than_the_rules_nothing_is_told() -> None:
    record = posting("Cook", "Menu planning", "Food safety")
    (judgement,) = await judged(COOK, record)
    lower = replace(judgement, tier=MatchTier.PROMISING, score=0.5)
    (match,) = await promised(COOK, [record], [lower])
    assert match.counterfactual is None
