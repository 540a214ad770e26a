"""Root fields of the account as a whole."""

import strawberry

from resolvers.execution.access import SignedIn
from schema.accounts import DeleteMyAccountPayload, DeleteMyAccountResult, MyDataExport
from schema.profiles import Viewer
from schema.shared.context import Info
from schema.shared.relay import page_size
from services.kit.errors import InvalidInput


@strawberry.type
class AccountQuery:
    @strawberry.field(
        extensions=[SignedIn()],
        description="Everything that is kept of the person who asks, `first` documents at a time (at most 100), "
        "each with all that belongs to it.",
    )
    async def export_my_data(self, info: Info, first: int = 100, after: str | None = None) -> MyDataExport:
        services, caller = info.context.services, info.context.signed_in()
        export = await services.exports.page(caller.profile_id, page_size(first), after)
        budgets = services.budgets
        allowance = None if budgets is None else await budgets.allowance(caller.profile_id)
        return MyDataExport.from_export(export, caller, allowance)


@strawberry.type
class AccountMutation:
    @strawberry.mutation(
        extensions=[SignedIn()],
        description="Deletes everything of the person who asks, everywhere and for good, and ends their tokens. "
        "`confirmation` is the id of their `viewer`. Ask by HTTP: a websocket closes before it could answer. "
        "Asking again finishes what was cut.",
    )
    async def delete_my_account(self, info: Info, confirmation: strawberry.ID) -> DeleteMyAccountResult:
        caller = info.context.signed_in()
        if confirmation != Viewer.from_caller(caller).id:
            raise InvalidInput(
                "confirmation", "Give the id of your `viewer` to confirm. Nothing was deleted."
            )
        deletion = await info.context.services.accounts.delete(caller.user_id)
        return DeleteMyAccountPayload.from_deletion(deletion)
