"""Root fields of opportunities, and of those that are similar to a text."""

from datetime import datetime
from typing import Annotated

import strawberry

from resolvers.execution.feature import Feature, NodeType
from resolvers.execution.permissions.access import OwnerOf, SignedIn
from resolvers.execution.permissions.audience import Audience
from resolvers.fields.arguments import AfterEdge, First, ProfileId
from resolvers.settings import Settings
from schema.embeddings import SimilarOpportunities
from schema.opportunities import Opportunity, OpportunityFilter, opportunity_cursor
from schema.shared.context import Info
from schema.shared.relay import Connection, after_cursor, connection, page_size
from services.embeddings.build import EmbeddingOptions
from services.embeddings.build import build as build_embeddings
from services.embeddings.similar import SimilarSearch
from services.opportunities.build import build
from services.opportunities.opportunities import Opportunities

Filter = Annotated[
    OpportunityFilter | None, strawberry.argument(description="Conditions. Omit for all open opportunities.")
]


@strawberry.type
class OpportunityQuery:
    @strawberry.field(extensions=[SignedIn()], description="Opportunities, latest posting first.")
    async def opportunities(
        self,
        info: Info,
        filter: Filter = None,
        first: First = 20,
        after: AfterEdge = None,
    ) -> Connection[Opportunity]:
        records = await info.context.services[Opportunities].page(
            (filter or OpportunityFilter()).to_query(), page_size(first) + 1, after_cursor(after, datetime)
        )
        return connection(records, first, after, Opportunity.from_record, opportunity_cursor)


async def _node(info: Info, local: str) -> Opportunity | None:
    record = await info.context.loaders.opportunity.load(local)
    return None if record is None else Opportunity.from_record(record)


FEATURE = Feature(
    query=OpportunityQuery,
    nodes=[NodeType(Opportunity, _node)],
    build=build,
    policy={
        Audience.SIGNED_IN: {
            "Opportunity": (
                "id title organization kind description requiredSkills desiredSkills location "
                "remote salary url postedAt deadlineAt status source externalId createdAt "
                "updatedAt"
            ),
            "OpportunityConnection": "edges pageInfo",
            "OpportunityEdge": "cursor node",
            "Salary": "text minimum maximum currency",
        },
    },
)


Text = Annotated[str, strawberry.argument(description="Text to compare with, 1 to 1,000 characters.")]


@strawberry.type
class SimilarOpportunityQuery:
    @strawberry.field(
        extensions=[OwnerOf("profile_id", model_work=True)],
        description="Open opportunities that are about what a text is about, whatever its words, the most alike "
        "first. It needs the extra `semantic` or `FOOTHOLD_EMBEDDINGS_URL`, else it is refused with "
        "`NOT_CONFIGURED`, and `extensions.setting` names the setting. It is counted like work for the model.",
    )
    async def similar_opportunities(
        self, info: Info, profile_id: ProfileId, text: Text, first: First = 20
    ) -> SimilarOpportunities:
        return SimilarOpportunities.from_similar(
            await info.context.services[SimilarSearch].search(text, page_size(first))
        )


def _options(settings: Settings) -> EmbeddingOptions:
    key = settings.embeddings_key
    return EmbeddingOptions(
        url=settings.embeddings_url,
        key=None if key is None else key.get_secret_value(),
        model=settings.embeddings_model,
    )


SIMILAR = Feature(
    query=SimilarOpportunityQuery,
    build=build_embeddings,
    options=_options,
    policy={
        Audience.OWNER: {
            "SimilarOpportunities": "found pending modelVersion",
            "SimilarOpportunity": "likeness opportunity",
        }
    },
)
