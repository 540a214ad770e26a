"""Root fields of people and their profiles."""

from collections.abc import AsyncIterable
from typing import Annotated, Any

import strawberry
from strawberry.scalars import JSON

from db.profiles import ProfileRecord
from resolvers.execution.feature import Feature, NodeType
from resolvers.execution.live import follow_list
from resolvers.execution.permissions.access import OwnerOf, SignedIn
from resolvers.execution.permissions.audience import Audience
from resolvers.fields.arguments import AfterEvent, MutationId, ProfileId
from resolvers.fields.once import once, once_planned
from schema.profile_inputs import UpdateProfileInput
from schema.profiles import (
    ImportResumeResult,
    Profile,
    ProfilePayload,
    ProfilesChange,
    ProfilesEvent,
    UpdateProfileResult,
    Viewer,
)
from schema.resumes import ResumePreview, ResumeReport
from schema.shared.context import Info
from schema.shared.limits import BudgetChange, BudgetEvent, TokenBudget
from schema.shared.live_lists import Live
from services.background.mutations import Made
from services.identity.budgets import Allowance, Budgets, live_budget
from services.kit.offloading import offloaded
from services.profiles.build import build
from services.profiles.fields import camel
from services.profiles.profiles import Profiles, ResumeImport
from services.profiles.resume_report import report_of
from services.profiles.resumes import parse_resume
from services.profiles.sections import (
    CERTIFICATES,
    CONSTRAINTS,
    EDUCATION,
    INTERESTS,
    LANGUAGES,
    LOCATION,
    PROJECTS,
    PUBLICATIONS,
    SKILLS,
    VOLUNTEERING,
    WORK,
    Part,
)
from services.registry import Services
from services.sync.emissions import LiveList

Resume = Annotated[
    JSON,
    strawberry.argument(
        description="JSON Resume v1 document as a JSON object of at most 512 KiB and 20 levels. Send one of more "
        "than 50 KiB by HTTP POST: a websocket message is at most 64 KiB, and a longer one closes the connection with "
        "1009."
    ),
]
DryRun = Annotated[
    bool,
    strawberry.argument(description="Answer with a `ResumePreview` of what would change; change nothing."),
]
ConfirmRemoval = Annotated[
    bool,
    strawberry.argument(
        description="Import the document although it says so little that most of the profile is removed."
    ),
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
        "that are not in the document. The document is stored whole; the profile shows at most 200 entries of a "
        "section and of each list in it.",
    )
    async def import_resume(
        self,
        info: Info,
        resume: Resume,
        dry_run: DryRun = False,
        confirm_removal: ConfirmRemoval = False,
        mutation_id: MutationId = None,
    ) -> ImportResumeResult:
        caller, profiles = info.context.signed_in(), info.context.services[Profiles]
        parsed = await offloaded(parse_resume, resume)
        if dry_run:
            return ResumePreview(report=ResumeReport.from_report(await profiles.preview(caller, parsed)))

        async def recall(made: Made) -> ResumeImport:
            return ResumeImport(await profiles.present(caller), report_of(made.plan))

        taken = await once_planned(
            info,
            mutation_id,
            {"resume": parsed.text, "confirmRemoval": confirm_removal},
            lambda claim: profiles.take(
                caller, parsed, confirm_removal=confirm_removal, mutation_id=mutation_id, claim=claim
            ),
            recall,
        )
        return ProfilePayload(
            profile=Profile.from_record(taken.profile),
            imported=ResumeReport.from_report(taken.report),
            mutation_id=mutation_id,
        )

    @strawberry.mutation(extensions=[SignedIn()], description="Changes the caller's profile, or creates it.")
    async def update_profile(
        self,
        info: Info,
        input: Changes,
        expected_version: ExpectedVersion = None,
        mutation_id: MutationId = None,
    ) -> UpdateProfileResult:
        caller, profiles, changes = info.context.signed_in(), info.context.services[Profiles], input.changes()
        record = await once(
            info,
            mutation_id,
            {"input": changes, "expectedVersion": expected_version},
            lambda claim: profiles.update(
                caller, changes, expected_version, mutation_id=mutation_id, claim=claim
            ),
            lambda _id: profiles.present(caller),
        )
        return ProfilePayload(profile=Profile.from_record(record), mutation_id=mutation_id)


@strawberry.type
class ProfileSubscription:
    @strawberry.subscription(
        extensions=[OwnerOf("profile_id")],
        description="The profile, then every new state of it: by a change, an import or an accepted learning. With "
        "`after`, only if it has changed since that cursor. Empty before the first import or change.",
    )
    def profile(
        self, info: Info, profile_id: ProfileId, after: AfterEvent = None
    ) -> AsyncIterable[ProfilesEvent]:
        return follow_list(info, _live_profile(info.context.services), after, ProfilesChange)

    @strawberry.subscription(
        extensions=[OwnerOf("profile_id")],
        description="Today's token budget, then every new state of it. Empty where the model costs nothing.",
    )
    def budget(
        self, info: Info, profile_id: ProfileId, after: AfterEvent = None
    ) -> AsyncIterable[BudgetEvent]:
        return follow_list(info, _live_budget(info.context.services), after, BudgetChange)


def _live_profile(services: Services) -> LiveList[ProfileRecord]:
    return services[Profiles].live_list


def _live_budget(services: Services) -> LiveList[Allowance]:
    return live_budget(services.find(Budgets))


async def _budget_node(info: Info, local: str) -> TokenBudget | None:
    caller, budgets = info.context.signed_in(), info.context.services.find(Budgets)
    allowance = None if budgets is None else await budgets.allowance(caller.profile_id)
    return None if allowance is None or local != allowance.id else TokenBudget.from_record(allowance)


async def _node(info: Info, local: str) -> Profile | None:
    caller = info.context.signed_in()
    record = await info.context.services[Profiles].get(caller) if local == caller.profile_id else None
    return None if record is None else Profile.from_record(record)


def _fields(part: Part[Any]) -> str:
    return " ".join(camel(field.name) for field in part.fields)


FEATURE = Feature(
    query=ProfileQuery,
    mutation=ProfileMutation,
    subscription=ProfileSubscription,
    leads=("Mutation",),
    nodes=[NodeType(Profile, _node), NodeType(TokenBudget, _budget_node)],
    live=[
        Live("PROFILE", "The profile, as `profile` has it.", ProfilesChange, _live_profile),
        Live("BUDGET", "Today's token budget, as `budget` has it.", BudgetChange, _live_budget),
    ],
    build=build,
    policy={
        Audience.OWNER: {
            "Profile": (
                "id name headline summary location skills work education projects publications "
                "certificates volunteer languages researchInterests careerGoals constraints version createdAt "
                "updatedAt resume"
            ),
            "ProfilePayload": "profile imported mutationId",
            "ProfilesChange": "reason resyncReason cursor upserts removed mutationIds",
            "BudgetChange": "reason resyncReason cursor upserts removed mutationIds",
            "ResumePreview": "report",
            "ResumeReport": "sections notes needsConfirmation",
            "ResumeSectionChange": "section added changed removed",
            "Location": _fields(LOCATION),
            "Skill": f"{_fields(SKILLS)} source",
            "Work": _fields(WORK),
            "Education": _fields(EDUCATION),
            "Project": _fields(PROJECTS),
            "Publication": _fields(PUBLICATIONS),
            "Certificate": _fields(CERTIFICATES),
            "Volunteering": _fields(VOLUNTEERING),
            "Language": _fields(LANGUAGES),
            "ResearchInterest": _fields(INTERESTS),
            "Constraints": _fields(CONSTRAINTS),
        },
        Audience.SIGNED_IN: {
            "Viewer": "id profile budget",
            "TokenBudget": "id dailyTokens tokensLeft resetsAt version",
        },
    },
)
