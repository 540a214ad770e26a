"""Permissions of root fields. Every root field declares exactly one of these; a test fails when one does not."""

from inspect import isawaitable
from typing import Any, ClassVar

import structlog
from graphql import OperationType
from strawberry.extensions.field_extension import AsyncExtensionResolver, FieldExtension

from db.accounts import AccountDeleted
from resolvers.execution.errors import words_for
from resolvers.execution.live import Following, only
from resolvers.execution.permissions.addresses import counted_address
from resolvers.execution.permissions.audience import Audience
from schema.shared.context import Info
from schema.shared.emissions import SubscriptionFailed
from schema.shared.relay import local_id
from services.identity.rates import Rates
from services.kit.errors import AccountGone, FootholdError, NotFound
from services.kit.metrics import counts

log = structlog.get_logger()


class Access(FieldExtension):
    """Base: refuses before the resolver runs. Whatever refuses or ends a subscription is its terminal member."""

    audience: ClassVar[Audience]
    """The audience of the field, in the same words as the policy of a type's field."""

    def __init__(self, *, model_work: bool = False) -> None:
        """``model_work``: the field starts something that the model does, which is counted by itself."""
        super().__init__()
        self.model_work = model_work

    def check(self, info: Info, arguments: dict[str, Any]) -> None:
        """Raise the refusal, or return."""
        raise NotImplementedError

    async def _count(self, info: Info) -> None:
        """Raises ``Limited`` for a person who asks for too much. Only what they may ask for is counted."""
        context = info.context
        if context.caller is None:
            return
        profile_id = context.caller.profile_id
        await context.services[Rates].root_field(profile_id)
        if self.model_work:
            address = counted_address(context.connection.scope)
            await context.services[Rates].model_work(profile_id, address)

    async def resolve_async(
        self, next_: AsyncExtensionResolver, source: Any, info: Any, **kwargs: Any
    ) -> Any:
        if info.operation.operation is OperationType.SUBSCRIPTION:
            return await self._described(next_, source, info, kwargs)
        self.check(info, kwargs)
        await self._count(info)
        try:
            result: Any = next_(source, info, **kwargs)
            return await result if isawaitable(result) else result
        except AccountDeleted as deleted:  # while this was under way
            raise AccountGone(deleted.until) from None

    async def _described(
        self, next_: AsyncExtensionResolver, source: Any, info: Any, arguments: dict[str, Any]
    ) -> Following[Any]:
        """Return what the subscription follows; after a refusal that is its only event."""
        try:
            self.check(info, arguments)
            await self._count(info)
            following: Any = next_(source, info, **arguments)
            if isawaitable(following):
                following = await following
        except Exception as fault:
            return only(failed_by(fault, info.field_name))
        if not isinstance(following, Following):
            raise TypeError(f"the subscription {info.field_name} does not say what to follow")
        # The caller and the arguments stay: from now on only the caller's rights can end.
        return following.allow(info.field_name, info.context.signed_in)


def failed_by(fault: Exception, field_name: str) -> SubscriptionFailed:
    """The terminal member that says why a subscription ends, and nothing of what a fault itself says."""
    if isinstance(fault, AccountDeleted):
        fault = AccountGone(fault.until)
    if isinstance(fault, FootholdError):
        return SubscriptionFailed.from_exception(fault)
    counts.faults += 1
    log.error("graphql.operation_failed", path=field_name, exc_info=fault)
    code, message = words_for(fault)
    return SubscriptionFailed(code=code, message=message)


class SignedIn(Access):
    """Any known person: it is the same for everybody, or everybody's own."""

    audience = Audience.SIGNED_IN

    def check(self, info: Info, arguments: dict[str, Any]) -> None:
        info.context.signed_in()


class OwnThing(SignedIn):
    """The person whose thing is given by its id, which the resolver looks for among what is theirs."""

    audience = Audience.OWNER


class OwnerOf(Access):
    """The person whose profile's id is given in ``argument``. Others learn only that nothing of theirs has it."""

    audience = Audience.OWNER

    def __init__(self, argument: str = "profile_id", *, model_work: bool = False) -> None:
        super().__init__(model_work=model_work)
        self.argument = argument

    def check(self, info: Info, arguments: dict[str, Any]) -> None:
        caller = info.context.signed_in()
        head, *rest = self.argument.split("_")
        field = head + "".join(part.title() for part in rest)
        if local_id(arguments[self.argument], "Profile", field) != caller.profile_id:
            raise NotFound("profile")
