"""GraphQL types of what is promised of matches."""

from typing import Self

import strawberry

from schema.shared.described import described_enum
from services.promises.auditing import SwapKind, SwapResult

described_enum(
    SwapKind,
    "Part of a profile that an audit swaps.",
    {
        SwapKind.NAME: "Name, for one of another origin.",
        SwapKind.SCHOOL: "Schools.",
        SwapKind.GENDER: "Titles and pronouns, for those of the other gender, in eight languages.",
        SwapKind.RESIDENCE: "Place of residence; only fully remote postings are compared.",
    },
)


@strawberry.type(description="Result of one swap for a person's matches.")
class AuditedSwap:
    kind: SwapKind = strawberry.field(description="Part of the profile that was swapped.")
    swapped: str = strawberry.field(
        description="Text that stood in its place, or the words in their other form."
    )
    overlap: float = strawberry.field(description="Share of the first ten matches that are still among them.")
    tier_changes: int = strawberry.field(description="Matches that are of another tier.")
    word: str = strawberry.field(
        description="Word of the profile that alone changes a tier; empty where none does."
    )
    compared: int = strawberry.field(description="Matches that were compared.")

    @classmethod
    def from_result(cls, result: SwapResult) -> Self:
        return cls(
            kind=result.kind,
            swapped=result.swapped,
            overlap=result.overlap,
            tier_changes=result.tier_changes,
            word=result.word or "",
            compared=result.compared,
        )


@strawberry.type(
    description="Audit of a person's own matches: scored again by the rules, with what must not count swapped."
)
class MatchAudit:
    swaps: list[AuditedSwap] = strawberry.field(description="Swaps and their results.")
