"""Root fields of the account: export and deletion."""

from typing import Annotated, Any

import strawberry

from db.sync.mutations import COLLECTION, MutationRecord
from resolvers.execution.feature import Feature
from resolvers.execution.permissions.access import SignedIn
from resolvers.execution.permissions.audience import Audience
from resolvers.fields.arguments import First, MutationId, mutation_id_of
from resolvers.settings import Settings
from schema.accounts import DeleteMyAccountPayload, DeleteMyAccountResult, MyDataExport
from schema.profiles import Viewer
from schema.shared.context import Info
from schema.shared.relay import page_size
from services.accounts.accounts import Accounts
from services.accounts.build import AccountOptions, build
from services.accounts.exports import Exports
from services.identity.budgets import Budgets
from services.kit.errors import InvalidInput
from services.kit.offloading import offloaded
from services.registry import ExportedList

AfterPage = Annotated[
    str | None,
    strawberry.argument(
        description="`nextCursor` of the page before. Omit, or leave empty, for the first page."
    ),
]
Confirmation = Annotated[strawberry.ID, strawberry.argument(description="Id of the caller's `viewer`.")]


@strawberry.type
class AccountQuery:
    @strawberry.field(
        extensions=[SignedIn()],
        description="All stored data of the signed-in person, page by page.",
    )
    async def export_my_data(self, info: Info, first: First = 100, after: AfterPage = None) -> MyDataExport:
        services, caller = info.context.services, info.context.signed_in()
        export = await services[Exports].page(caller.profile_id, page_size(first), after)
        budgets = services.find(Budgets)
        allowance = None if budgets is None else await budgets.allowance(caller.profile_id)
        info.context.expect_large_answer()
        return await offloaded(MyDataExport.from_export, export, caller, allowance)


@strawberry.type
class AccountMutation:
    @strawberry.mutation(
        extensions=[SignedIn()],
        description="Deletes all data of the signed-in person for good, revokes their tokens and closes their "
        "websockets. Send it over HTTP: a websocket closes before the answer. Repeat it if it was interrupted: it "
        "deletes what is left, whatever its `mutationId`. Once the token is revoked, a repeat fails with "
        "`UNAUTHENTICATED`.",
    )
    async def delete_my_account(
        self, info: Info, confirmation: Confirmation, mutation_id: MutationId = None
    ) -> DeleteMyAccountResult:
        mutation_id_of(mutation_id)
        caller = info.context.signed_in()
        if confirmation != Viewer.from_caller(caller).id:
            raise InvalidInput("confirmation", "Pass the id of your viewer to confirm. Nothing was deleted.")
        deletion = await info.context.services[Accounts].delete(caller.user_id)
        return DeleteMyAccountPayload.from_deletion(deletion, mutation_id)


def _exported(record: MutationRecord) -> list[Any]:
    return [
        {
            "operation": record.operation,
            "mutationId": record.mutation_id,
            "createdAt": record.created_at.isoformat(),
        }
    ]


def _options(settings: Settings) -> AccountOptions:
    secret = settings.webhook_secret
    return AccountOptions(None if secret is None else secret.get_secret_value())


FEATURE = Feature(
    query=AccountQuery,
    mutation=AccountMutation,
    build=build,
    options=_options,
    exports=[ExportedList("mutations", COLLECTION, _exported)],
    policy={
        Audience.OWNER: {
            "MyDataExport": "format version createdAt data nextCursor",
            "DeleteMyAccountPayload": "deletedAt newAccountFrom mutationId",
        },
    },
)
