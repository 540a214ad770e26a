"""Root fields of opportunities."""

from datetime import datetime
from typing import Annotated

import strawberry

from resolvers.execution.access import SignedIn
from resolvers.fields.arguments import AfterEdge, First
from schema.opportunities import Opportunity, OpportunityFilter, opportunity_cursor
from schema.shared.context import Info
from schema.shared.relay import Connection, after_cursor, connection, page_size

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
        records = await info.context.services.opportunities.page(
            (filter or OpportunityFilter()).to_query(), page_size(first) + 1, after_cursor(after, datetime)
        )
        return connection(records, first, after, Opportunity.from_record, opportunity_cursor)
