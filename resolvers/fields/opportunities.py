"""Root fields of opportunities."""

from datetime import datetime
from typing import Annotated

import strawberry

from resolvers.execution.feature import Feature, NodeType
from resolvers.execution.permissions.access import SignedIn
from resolvers.execution.permissions.audience import Audience
from resolvers.fields.arguments import AfterEdge, First
from schema.opportunities import Opportunity, OpportunityFilter, opportunity_cursor
from schema.shared.context import Info
from schema.shared.relay import Connection, after_cursor, connection, page_size
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
