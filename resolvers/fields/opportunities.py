"""Root fields of opportunities."""

from datetime import datetime

import strawberry

from resolvers.execution.access import SignedIn
from schema.opportunities import Opportunity, OpportunityFilter, opportunity_cursor
from schema.shared.context import Info
from schema.shared.relay import Connection, after_cursor, connection, page_size


@strawberry.type
class OpportunityQuery:
    @strawberry.field(extensions=[SignedIn()], description="Newest posted first.")
    async def opportunities(
        self,
        info: Info,
        filter: OpportunityFilter | None = None,
        first: int = 20,
        after: str | None = None,
    ) -> Connection[Opportunity]:
        records = await info.context.services.opportunities.page(
            (filter or OpportunityFilter()).to_query(), page_size(first) + 1, after_cursor(after, datetime)
        )
        return connection(records, first, after, Opportunity.from_record, opportunity_cursor)
