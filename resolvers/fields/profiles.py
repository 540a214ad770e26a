"""Root fields of people and their profiles."""

from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from resolvers.execution.access import OwnerOf, SignedIn
from resolvers.execution.audience import Audience
from resolvers.execution.feature import Feature, NodeType
from resolvers.fields.arguments import ProfileId
from schema.profile_inputs import UpdateProfileInput
from schema.profiles import ImportResumeResult, Profile, ProfilePayload, UpdateProfileResult, Viewer
from schema.shared.context import Info
from services.profiles.build import build
from services.profiles.profiles import Profiles

Resume = Annotated[
    JSON, strawberry.argument(description="JSON Resume v1 document as a JSON object, at most 512 KiB.")
]
Changes = Annotated[UpdateProfileInput, strawberry.argument(description="Fields to change.")]
ExpectedVersion = Annotated[
    int | None,
    strawberry.argument(
        description="Version the change is based on. The mutation fails with `ConflictError` if the profile has "
        "another one. Omit to apply the change to any version."
    ),
]


@strawberry.type
class ProfileQuery:
    @strawberry.field(extensions=[SignedIn()], description="The signed-in person.")
    async def viewer(self, info: Info) -> Viewer:
        return Viewer.from_caller(info.context.signed_in())

    @strawberry.field(
        extensions=[OwnerOf("id")], description="The caller's own profile. Null when there is none yet."
    )
    async def profile(self, info: Info, id: ProfileId) -> Profile | None:
        record = await info.context.services[Profiles].get(info.context.signed_in())
        return None if record is None else Profile.from_record(record)


@strawberry.type
class ProfileMutation:
    @strawberry.mutation(
        extensions=[SignedIn()],
        description="Imports a JSON Resume v1 document and creates the profile if there is none. Replaces all parts "
        "of the profile that a résumé has; skills from other sources stay, and so do career goals and constraints "
        "that are not in the document.",
    )
    async def import_resume(self, info: Info, resume: Resume) -> ImportResumeResult:
        record = await info.context.services[Profiles].import_resume(info.context.signed_in(), resume)
        return ProfilePayload(profile=Profile.from_record(record))

    @strawberry.mutation(extensions=[SignedIn()], description="Changes the caller's profile, or creates it.")
    async def update_profile(
        self,
        info: Info,
        input: Changes,
        expected_version: ExpectedVersion = None,
    ) -> UpdateProfileResult:
        record = await info.context.services[Profiles].update(
            info.context.signed_in(), input.changes(), expected_version
        )
        return ProfilePayload(profile=Profile.from_record(record))


async def _node(info: Info, local: str) -> Profile | None:
    caller = info.context.signed_in()
    record = await info.context.services[Profiles].get(caller) if local == caller.profile_id else None
    return None if record is None else Profile.from_record(record)


FEATURE = Feature(
    query=ProfileQuery,
    mutation=ProfileMutation,
    leads=("Mutation",),
    nodes=[NodeType(Profile, _node)],
    build=build,
    policy={
        Audience.OWNER: {
            "Profile": (
                "id name headline summary location skills work education projects publications "
                "volunteer languages researchInterests careerGoals constraints version createdAt "
                "updatedAt resume"
            ),
            "ProfilePayload": "profile",
            "Location": "city region countryCode",
            "Skill": "name level keywords source",
            "Work": "name position location description url startDate endDate summary highlights",
            "Education": "institution area studyType url startDate endDate score courses",
            "Project": "name description entity type url startDate endDate highlights keywords roles",
            "Publication": "name publisher releaseDate url summary",
            "Volunteering": "organization position url startDate endDate summary highlights",
            "Language": "language fluency",
            "ResearchInterest": "name keywords",
            "Constraints": "remote places workPermits salaryMinimum salaryCurrency hoursPerWeek",
        },
        Audience.SIGNED_IN: {
            "Viewer": "id profile budget",
            "TokenBudget": "dailyTokens tokensLeft resetsAt",
        },
    },
)
