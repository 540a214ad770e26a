"""Root fields of the account: export and deletion."""

from typing import Annotated

import strawberry

from resolvers.execution.access import SignedIn
from resolvers.fields.arguments import First
from schema.accounts import DeleteMyAccountPayload, DeleteMyAccountResult, MyDataExport
from schema.profiles import Viewer
from schema.shared.context import Info
from schema.shared.relay import page_size
from services.kit.errors import InvalidInput

AfterPage = Annotated[
    str | None,
    strawberry.argument(description="`nextCursor` of the page before. Omit for the first page."),
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
        export = await services.exports.page(caller.profile_id, page_size(first), after)
        budgets = services.budgets
        allowance = None if budgets is None else await budgets.allowance(caller.profile_id)
        return MyDataExport.from_export(export, caller, allowance)


@strawberry.type
class AccountMutation:
    @strawberry.mutation(
        extensions=[SignedIn()],
        description="Deletes all data of the signed-in person for good, revokes their tokens and closes their "
        "websockets. Send it over HTTP: a websocket closes before the answer. Repeat it if it was interrupted.",
    )
    async def delete_my_account(self, info: Info, confirmation: Confirmation) -> DeleteMyAccountResult:
        caller = info.context.signed_in()
        if confirmation != Viewer.from_caller(caller).id:
            raise InvalidInput("confirmation", "Pass the id of your viewer to confirm. Nothing was deleted.")
        deletion = await info.context.services.accounts.delete(caller.user_id)
        return DeleteMyAccountPayload.from_deletion(deletion)
