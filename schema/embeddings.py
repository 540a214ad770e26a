"""GraphQL types of what is found by vectors."""

from typing import Self

import strawberry

from schema.opportunities import Opportunity
from schema.shared.described import MODEL_VERSION
from services.embeddings.similar import Similar


@strawberry.type(description="Opportunity that is about what a text is about.")
class SimilarOpportunity:
    likeness: float = strawberry.field(
        description="Likeness of the two, from -1 to 1. Those of one answer can be compared, those of two models not."
    )
    opportunity: Opportunity = strawberry.field(description="The opportunity.")


@strawberry.type(description="Opportunities that are about what a text is about.")
class SimilarOpportunities:
    found: list[SimilarOpportunity] = strawberry.field(
        description="Open opportunities, the most alike first."
    )
    pending: int = strawberry.field(
        description="Number of open opportunities that were not compared yet: the model is still reading them."
    )
    model_version: str = strawberry.field(description=MODEL_VERSION)

    @classmethod
    def from_similar(cls, similar: Similar) -> Self:
        found = [
            SimilarOpportunity(likeness=round(likeness, 3), opportunity=Opportunity.from_record(record))
            for record, likeness in similar.found
        ]
        return cls(found=found, pending=similar.pending, model_version=similar.model)
