"""Root fields of matches."""

from collections.abc import AsyncIterable
from typing import Annotated, Any

import strawberry

from db.match_inputs import COLLECTION as INPUTS
from db.match_inputs import MatchInputsRecord
from db.matches import COLLECTION, MatchRecord, MatchTier
from resolvers.execution.feature import Feature, NodeType
from resolvers.execution.live import follow_list
from resolvers.execution.permissions.access import OwnerOf
from resolvers.execution.permissions.audience import Audience
from resolvers.fields.arguments import AfterEdge, AfterEvent, First, ProfileId
from schema.matches import Match, MatchesChange, MatchesEvent, match_cursor
from schema.promises import AuditedSwap, MatchAudit
from schema.shared.context import Info
from schema.shared.live_lists import Live
from schema.shared.plain import plain
from schema.shared.relay import Connection, after_cursor, connection, global_id, page_size
from services.matching.build import build
from services.matching.matches import Matches
from services.profiles.fields import camelled
from services.promises.audits import Audits
from services.promises.inputs import unpacked
from services.registry import ExportedList

Tier = Annotated[MatchTier | None, strawberry.argument(description="Tier to include. Omit for all.")]


@strawberry.type
class MatchQuery:
    @strawberry.field(extensions=[OwnerOf("profile_id")], description="Matches of a profile, best first.")
    async def matches(
        self,
        info: Info,
        profile_id: ProfileId,
        tier: Tier = None,
        first: First = 20,
        after: AfterEdge = None,
    ) -> Connection[Match]:
        records, position = await info.context.services[Matches].page(
            info.context.signed_in().profile_id,
            tier,
            page_size(first) + 1,
            after_cursor(after, float),
        )
        info.context.rest(position)
        return connection(records, first, after, Match.from_record, match_cursor)

    @strawberry.field(
        extensions=[OwnerOf("profile_id", model_work=True)],
        description="Audit of the caller's own matches: names, schools, gender and residence swapped. It is counted "
        "like work for the model.",
    )
    async def match_audit(self, info: Info, profile_id: ProfileId) -> MatchAudit:
        results = await info.context.services[Audits].audit(info.context.signed_in().profile_id)
        return MatchAudit(swaps=[AuditedSwap.from_result(result) for result in results])


@strawberry.type
class MatchSubscription:
    @strawberry.subscription(
        extensions=[OwnerOf("profile_id")],
        description="Live list of a profile's matches: the whole list first, then every change. With `after`, only the "
        "changes since that cursor.",
    )
    def matches(
        self, info: Info, profile_id: ProfileId, after: AfterEvent = None
    ) -> AsyncIterable[MatchesEvent]:
        return follow_list(info, info.context.services[Matches].live_list, after, MatchesChange)


def _exported(record: MatchRecord) -> list[Any]:
    opportunity = {"id": global_id("Opportunity", record.opportunity_id)}
    return [{**plain(Match.from_record(record)), "opportunity": opportunity}]


def _exported_inputs(record: MatchInputsRecord) -> list[Any]:
    found = unpacked(record.data)
    if found is None:  # of another release
        return [{"id": record.id}]
    judged = [global_id("Opportunity", id_) for id_ in found.postings]
    return [{"id": record.id, "profile": camelled(found.profile), "opportunities": judged}]


async def _node(info: Info, local: str) -> Match | None:
    record = await info.context.services[Matches].get(info.context.signed_in().profile_id, local)
    return None if record is None else Match.from_record(record)


FEATURE = Feature(
    query=MatchQuery,
    subscription=MatchSubscription,
    nodes=[NodeType(Match, _node)],
    live=[
        Live(
            "MATCHES",
            "Matches, as `matches` has them.",
            MatchesChange,
            lambda services: services[Matches].live_list,
        )
    ],
    build=build,
    exports=[
        ExportedList("matches", COLLECTION, _exported),
        ExportedList("matchInputs", INPUTS, _exported_inputs),
    ],
    numbered=("MatchConnection", "MatchEdge", "Match"),
    policy={
        Audience.OWNER: {
            "Match": (
                "id tier score band tierFirm rankGroup counterfactual scoreBefore tierBefore causes explanation "
                "strengths gaps recommendations modelVersion refreshRun version createdAt opportunity"
            ),
            "Counterfactual": "tier kind names",
            "MatchCause": "kind part change estimated",
            "MatchAudit": "swaps",
            "AuditedSwap": "kind swapped overlap tierChanges word compared",
            "MatchConnection": "edges pageInfo",
            "MatchEdge": "cursor node",
            "MatchesChange": "reason resyncReason cursor upserts removed mutationIds",
        },
    },
)
