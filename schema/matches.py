"""GraphQL types of matches."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from db.matches import CauseKind, CauseRecord, CounterfactualRecord, MatchRecord, MatchTier, StepKind
from schema.opportunities import Opportunity
from schema.shared.context import Info
from schema.shared.described import CREATED_AT, MODEL_VERSION, described_enum
from schema.shared.emissions import ListChange, SubscriptionFailed
from schema.shared.relay import Node, global_id
from services.kit.cursors import encode_cursor

TYPE_NAME = "Match"

described_enum(
    MatchTier,
    "Fit of an opportunity, in three tiers.",
    {
        MatchTier.STRONG: "The person could apply today with good hope.",
        MatchTier.PROMISING: "Most fits; something that can be learned is missing.",
        MatchTier.EXPLORATORY: "A change of direction, or out of reach for now.",
    },
)


described_enum(
    StepKind,
    "Kind of a step by which a match would rise a tier.",
    {
        StepKind.SKILLS: "One or two skills that the posting requires.",
        StepKind.YEAR: "A year more of related work.",
        StepKind.CONSTRAINT: "A constraint of the person's that gives way: their choice.",
    },
)


described_enum(
    CauseKind,
    "Kind of cause that moved a match between two refreshes.",
    {
        CauseKind.PROFILE_CHANGED: "A part of the profile.",
        CauseKind.POSTING_CHANGED: "A field of the posting.",
        CauseKind.DATE_PASSED: "Time: a job that goes on counts up to the profile's last change.",
        CauseKind.RULES_CHANGED: "The rules judge the same profile and posting in another way.",
        CauseKind.REFERENCE_CHANGED: "Another version of the reference of occupations; rules that changed with it are "
        "included.",
        CauseKind.MODEL_CHANGED: "Another model has judged, or a model instead of the rules, or the other way round.",
        CauseKind.JUDGED_AGAIN: "The same model judged anew, and what changed does not explain this part.",
    },
)


@strawberry.type(
    description="Cause that moved a match since the refresh before. The match was judged again with one input "
    "exchanged at a time, so the changes of all causes add up to the change of the score."
)
class MatchCause:
    kind: CauseKind = strawberry.field(description="Kind of the cause.")
    part: str | None = strawberry.field(
        description="Field of the type `Profile` or `Opportunity` that changed; null for the other kinds."
    )
    change: float = strawberry.field(
        description="Amount that the cause adds to the score, from -1 to 1. An effect of two changes together counts "
        "for one of them."
    )
    estimated: bool = strawberry.field(
        description="True where a model judged and the rules say how large the amount is."
    )

    @classmethod
    def from_record(cls, record: CauseRecord) -> Self:
        return cls(kind=record.kind, part=record.part, change=record.change, estimated=record.estimated)


@strawberry.type(
    description="The cheapest single step by which a match would rise a tier. It was tried on the profile."
)
class Counterfactual:
    tier: MatchTier = strawberry.field(description="The tier that it would have.")
    kind: StepKind = strawberry.field(description="Kind of the step.")
    names: list[str] = strawberry.field(
        description="Skills as the posting spells them, or the field of the constraints."
    )

    @classmethod
    def from_record(cls, record: CounterfactualRecord) -> Self:
        return cls(tier=record.tier, kind=record.kind, names=record.names)


@strawberry.type(
    description="Judgement of one opportunity for one profile. A refresh replaces all matches at once."
)
class Match(Node):
    tier: MatchTier = strawberry.field(description="Fit in three tiers.")
    score: float = strawberry.field(
        description="Fit from 0 to 1. The list is sorted by it, best first, and within a rank group the newer posting "
        "first."
    )
    band: float = strawberry.field(
        description="Half-width of the noise of the score: as far as it moves when nothing that matters changes. At "
        "least 0.02."
    )
    tier_firm: bool = strawberry.field(
        description="False when the score with its band reaches into another tier: nearly that one."
    )
    rank_group: int = strawberry.field(
        description="Number of the group of ties in the list, from 1: of its matches none is claimed to be better. 0 "
        "when it is not known."
    )
    counterfactual: Counterfactual | None = strawberry.field(
        description="The cheapest single step to the next tier. Null when no single step is enough, and for matches "
        "that are STRONG or far down the list."
    )
    score_before: float | None = strawberry.field(
        description="Score after the refresh before. Null when the match is new, or it is not known."
    )
    tier_before: MatchTier | None = strawberry.field(
        description="Tier after the refresh before. Null when the match is new, or it is not known."
    )
    causes: list[MatchCause] = strawberry.field(
        description="Causes of the score's change since the refresh before, the largest first. Empty when nothing "
        "moved it."
    )
    explanation: str = strawberry.field(description="Reasons for the judgement, written to the person.")
    strengths: list[str] = strawberry.field(description="Parts of the profile that fit.")
    gaps: list[str] = strawberry.field(description="Requirements that the profile does not show.")
    recommendations: list[str] = strawberry.field(description="Skills or experience worth growing.")
    model_version: str = strawberry.field(description=MODEL_VERSION)
    refresh_run: strawberry.ID = strawberry.field(description="Id of the refresh run that made this match.")
    version: int = strawberry.field(
        description="Grows with every refresh. Of two states, keep the one with the higher version."
    )
    created_at: datetime = strawberry.field(description=CREATED_AT)
    opportunity_id: strawberry.Private[str]

    @strawberry.field(description="The opportunity that was judged. Null when it was removed since.")
    async def opportunity(self, info: Info) -> Opportunity | None:
        record = await info.context.loaders.opportunity.load(self.opportunity_id)
        return None if record is None else Opportunity.from_record(record)

    @classmethod
    def from_record(cls, record: MatchRecord) -> Self:
        found = record.counterfactual
        return cls(
            id=global_id(TYPE_NAME, record.match_id),
            tier=record.tier,
            score=record.score,
            band=record.band,
            tier_firm=record.tier_firm,
            rank_group=record.rank_group,
            counterfactual=None if found is None else Counterfactual.from_record(found),
            score_before=record.score_before,
            tier_before=record.tier_before,
            causes=[MatchCause.from_record(each) for each in record.causes],
            explanation=record.explanation,
            strengths=record.strengths,
            gaps=record.gaps,
            recommendations=record.recommendations,
            model_version=record.model_version,
            refresh_run=global_id("RefreshRun", record.run_id),
            version=record.version,
            created_at=record.created_at,
            opportunity_id=record.opportunity_id,
        )


def match_cursor(record: MatchRecord) -> str:
    """Return the record's cursor in the list."""
    return encode_cursor(record.sort_key, record.id)


@strawberry.type(description="Change set of a profile's matches.")
class MatchesChange(ListChange[Match]):
    node = Match


MatchesEvent = Annotated[
    MatchesChange | SubscriptionFailed,
    strawberry.union("MatchesEvent", description="Event of the subscription `matches`."),
]
