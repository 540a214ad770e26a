"""Root fields of people and their profiles."""

import strawberry
from strawberry.scalars import JSON

from resolvers.execution.access import OwnerOf, SignedIn
from schema.profile_inputs import UpdateProfileInput
from schema.profiles import ImportResumeResult, Profile, ProfilePayload, UpdateProfileResult, Viewer
from schema.shared.context import Info


@strawberry.type
class ProfileQuery:
    @strawberry.field(extensions=[SignedIn()], description="The person who asks.")
    async def viewer(self, info: Info) -> Viewer:
        return Viewer.from_caller(info.context.signed_in())

    @strawberry.field(
        extensions=[OwnerOf("id")], description="One's own profile; null when there is none yet."
    )
    async def profile(self, info: Info, id: strawberry.ID) -> Profile | None:
        record = await info.context.services.profiles.get(info.context.signed_in())
        return None if record is None else Profile.from_record(record)


@strawberry.type
class ProfileMutation:
    @strawberry.mutation(
        extensions=[SignedIn()],
        description="Takes a JSON Resume v1 document of at most 512 KiB. It replaces what a résumé can say; "
        "skills from elsewhere stay, and so do career goals and constraints that it does not speak of.",
    )
    async def import_resume(self, info: Info, resume: JSON) -> ImportResumeResult:
        record = await info.context.services.profiles.import_resume(info.context.signed_in(), resume)
        return ProfilePayload(profile=Profile.from_record(record))

    @strawberry.mutation(
        extensions=[SignedIn()], description="Changes one's own profile, or makes it when there is none."
    )
    async def update_profile(
        self,
        info: Info,
        input: UpdateProfileInput,
        expected_version: int | None = None,
    ) -> UpdateProfileResult:
        record = await info.context.services.profiles.update(
            info.context.signed_in(), input.changes(), expected_version
        )
        return ProfilePayload(profile=Profile.from_record(record))
