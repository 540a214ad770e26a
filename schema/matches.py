"""Matches, as clients see them."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from db.matches import MatchRecord, MatchTier
from schema.opportunities import Opportunity
from schema.shared.context import Info
from schema.shared.emissions import SubscriptionFailed
from schema.shared.relay import Node, global_id
from services.kit.cursors import encode_cursor
from services.sync.emissions import Emission, Reason, ResyncReason

TYPE_NAME = "Match"

strawberry.enum(MatchTier, description="How well the opportunity fits.")


@strawberry.type(description="How well an opportunity fits a profile, and why.")
class Match(Node):
    tier: MatchTier
    score: float = strawberry.field(description="0 to 1; the list is sorted by it, best first.")
    explanation: str
    strengths: list[str]
    gaps: list[str]
    recommendations: list[str] = strawberry.field(description="Skills or experience to grow.")
    model_version: str
    refresh_run: strawberry.ID = strawberry.field(description="Id of the refresh run that made it.")
    version: int = strawberry.field(description="Grows with every replacement of the matches.")
    created_at: datetime
    opportunity_id: strawberry.Private[str]

    @strawberry.field(description="Null when the opportunity was removed since.")
    async def opportunity(self, info: Info) -> Opportunity | None:
        record = await info.context.loaders.opportunity.load(self.opportunity_id)
        return None if record is None else Opportunity.from_record(record)

    @classmethod
    def from_record(cls, record: MatchRecord) -> Self:
        return cls(
            id=global_id(TYPE_NAME, record.match_id),
            tier=record.tier,
            score=record.score,
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
    """Where the record stands in the list."""
    return encode_cursor(record.score, record.id)


@strawberry.type(description="A change set of a profile's matches.")
class MatchesChange:
    reason: Reason
    resync_reason: ResyncReason | None
    cursor: str = strawberry.field(description="Give it as `after` when subscribing again.")
    upserts: list[Match]
    removed: list[strawberry.ID]
    mutation_ids: list[str]

    @classmethod
    def from_emission(cls, emission: Emission[MatchRecord]) -> Self:
        return cls(
            reason=emission.reason,
            resync_reason=emission.resync_reason,
            cursor=str(emission.cursor),
            upserts=[Match.from_record(record) for record in emission.upserts],
            removed=[global_id(TYPE_NAME, id_) for id_ in emission.removed],
            mutation_ids=list(emission.mutation_ids),
        )


MatchesEvent = Annotated[MatchesChange | SubscriptionFailed, strawberry.union("MatchesEvent")]
