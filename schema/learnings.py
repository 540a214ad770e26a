"""GraphQL types of learnings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self, cast

import strawberry

from db.driver.records import Record
from db.learnings import LearningRecord, LearningStatus
from db.profiles import LearningKind, ProfilePartRecord, RemotePreference
from schema.profile_inputs import (
    ConstraintsInput,
    EducationInput,
    ProjectInput,
    ResearchInterestInput,
    SkillInput,
    VolunteeringInput,
    WorkInput,
    plain,
)
from schema.profiles import (
    Constraints,
    Education,
    Profile,
    Project,
    ResearchInterest,
    Skill,
    Volunteering,
    Work,
)
from schema.shared.context import Info
from schema.shared.described import (
    CREATED_AT,
    MODEL_VERSION,
    MUTATION_ID_ECHO,
    UPDATED_AT,
    VERSION,
    describe_like,
    described_enum,
)
from schema.shared.emissions import ListChange, SubscriptionFailed
from schema.shared.errors import ConflictError, Error, InvalidInputError, MutationIdReusedError, NotFoundError
from schema.shared.limits import RateLimitedError
from schema.shared.relay import Node, global_id
from services.kit.cursors import encode_cursor
from services.learnings.learnings import Extracted, InvalidLearningStatus, ModelFailed
from services.learnings.proposals import CannotRetract
from services.profiles.profiles import Profiles

TYPE_NAME = "Learning"

described_enum(
    LearningKind,
    "Part of the profile that a learning proposes to change; names the field of its proposal that is not null.",
    {
        LearningKind.SKILL: "A skill.",
        LearningKind.WORK: "A position held.",
        LearningKind.PROJECT: "A project.",
        LearningKind.EDUCATION: "A course of study.",
        LearningKind.VOLUNTEER: "Volunteering.",
        LearningKind.INTEREST: "A research interest.",
        LearningKind.GOAL: "A career goal.",
        LearningKind.CONSTRAINT: "Constraints on the next step.",
    },
)
described_enum(
    LearningStatus,
    "Status of a learning. The profile shows accepted ones only.",
    {
        LearningStatus.PENDING: "Waits for the person's decision.",
        LearningStatus.ACCEPTED: "Accepted: the profile is changed.",
        LearningStatus.REJECTED: "Rejected: the profile was not changed.",
        LearningStatus.RETRACTED: "Was accepted; its change to the profile is undone.",
    },
)


@strawberry.type(description="Proposed constraints. Fields that are null or empty propose nothing.")
class ProposedConstraints:
    remote: RemotePreference | None
    places: list[str] = strawberry.field(description="Places to add to those in the profile.")
    work_permits: list[str] = strawberry.field(
        description="Countries (ISO 3166-1 alpha-2) to add to those in the profile."
    )
    salary_minimum: int | None
    salary_currency: str | None
    hours_per_week: int | None


describe_like(ProposedConstraints, Constraints)


@strawberry.type(
    description="Proposed change. Exactly one field is not null: the one of the learning's kind."
)
class LearningProposal:
    skill: Skill | None = strawberry.field(
        description="Skill to add; for one that the profile has, a new level and more keywords."
    )
    work: Work | None = strawberry.field(description="Position to add.")
    project: Project | None = strawberry.field(description="Project to add.")
    education: Education | None = strawberry.field(description="Course of study to add.")
    volunteer: Volunteering | None = strawberry.field(description="Volunteering to add.")
    interest: ResearchInterest | None = strawberry.field(description="Research interest to add.")
    goal: str | None = strawberry.field(description="Career goal to add.")
    constraint: ProposedConstraints | None = strawberry.field(description="Constraints to set.")

    @classmethod
    def from_record(cls, record: ProfilePartRecord) -> Self:
        return cls(
            **{
                name: _TYPES[name](**dict(part)) if isinstance(part, Record) else part
                for name, part in record
            }
        )


_TYPES: Mapping[str, Any] = {
    "skill": Skill,
    "work": Work,
    "project": Project,
    "education": Education,
    "volunteer": Volunteering,
    "interest": ResearchInterest,
    "constraint": ProposedConstraints,
}


@strawberry.type(
    description="Proposed change to the profile, with the sentence of the person that it rests on."
)
class Learning(Node):
    kind: LearningKind = strawberry.field(description="Part of the profile that it would change.")
    status: LearningStatus = strawberry.field(description="Current status.")
    proposal: LearningProposal = strawberry.field(description="Proposed change, or the person's edit of it.")
    quotation: str = strawberry.field(description="The person's own words, verbatim from the message.")
    message: strawberry.ID = strawberry.field(description="Id of the message that is quoted.")
    career_action: strawberry.ID | None = strawberry.field(
        description="Id of the career action whose completion conversation it is from. Null for the general one."
    )
    model_version: str = strawberry.field(description=MODEL_VERSION)
    created_at: datetime = strawberry.field(description=CREATED_AT)
    updated_at: datetime = strawberry.field(description=UPDATED_AT)
    version: int = strawberry.field(description=VERSION)

    @classmethod
    def from_record(cls, record: LearningRecord) -> Self:
        return cls(
            id=global_id(TYPE_NAME, record.id),
            kind=record.kind,
            status=record.status,
            proposal=LearningProposal.from_record(record.proposal),
            quotation=record.quotation,
            message=global_id("Message", record.message_id),
            career_action=None if record.action_id is None else global_id("CareerAction", record.action_id),
            model_version=record.model_version,
            created_at=record.created_at,
            updated_at=record.touched_at,
            version=record.version,
        )


def learning_cursor(record: LearningRecord) -> str:
    """Return the record's cursor in the list."""
    return encode_cursor(record.created_at, record.id)


@strawberry.input(
    description="The person's version of a proposal. Give exactly one field: the one of the learning's kind."
)
class LearningEdit:
    skill: SkillInput | None = strawberry.field(default=None, description="For a `SKILL`.")
    work: WorkInput | None = strawberry.field(default=None, description="For a `WORK`.")
    project: ProjectInput | None = strawberry.field(default=None, description="For a `PROJECT`.")
    education: EducationInput | None = strawberry.field(default=None, description="For an `EDUCATION`.")
    volunteer: VolunteeringInput | None = strawberry.field(default=None, description="For a `VOLUNTEER`.")
    interest: ResearchInterestInput | None = strawberry.field(default=None, description="For an `INTEREST`.")
    goal: str | None = strawberry.field(default=None, description="For a `GOAL`.")
    constraint: ConstraintsInput | None = strawberry.field(
        default=None,
        description="For a `CONSTRAINT`. Only given fields change the profile; places and work permits are added "
        "to those in it.",
    )

    def given(self) -> Mapping[str, Any]:
        """Return the given fields by name."""
        return cast(Mapping[str, Any], plain(self))


@strawberry.type(
    description="The learning's current status does not allow this mutation. Nothing was changed."
)
class InvalidLearningStatusError(Error):
    current_status: LearningStatus = strawberry.field(description="Current status of the learning.")

    @classmethod
    def from_exception(cls, exception: InvalidLearningStatus) -> Self:
        return cls(message=exception.message, current_status=exception.current)


@strawberry.type(
    description="The part of the profile that the learning changed has changed again since; the message names it. "
    "The learning stays accepted."
)
class CannotRetractError(Error):
    @classmethod
    def from_exception(cls, exception: CannotRetract) -> Self:
        return cls(message=exception.message)


@strawberry.type(description="The model gave no usable reply. Retrying is safe.")
class ModelFailedError(Error):
    code: str = strawberry.field(description="Machine-readable code, such as `MODEL_BUSY`.")

    @classmethod
    def from_exception(cls, exception: ModelFailed) -> Self:
        return cls(message=exception.message, code=exception.code)


@strawberry.type(description="The learning after the change.")
class LearningPayload:
    learning: Learning = strawberry.field(description="The changed learning.")
    mutation_id: str | None = strawberry.field(description=MUTATION_ID_ECHO)

    @strawberry.field(description="The caller's profile after the change. Null when there is none.")
    async def profile(self, info: Info) -> Profile | None:
        record = await info.context.services[Profiles].get(info.context.signed_in())
        return None if record is None else Profile.from_record(record)


@strawberry.type(description="Learnings extracted from a conversation.")
class ExtractLearningsPayload:
    learnings: list[Learning] = strawberry.field(
        description="New learnings, newest first. Empty when the conversation adds nothing to the profile."
    )
    warnings: list[str] = strawberry.field(
        description="Proposals of the model that were dropped, with the reason: a repetition, or not in the "
        "person's words."
    )
    mutation_id: str | None = strawberry.field(description=MUTATION_ID_ECHO)

    @classmethod
    def from_extracted(cls, extracted: Extracted, mutation_id: str | None) -> Self:
        return cls(
            learnings=[Learning.from_record(record) for record in extracted.learnings],
            warnings=extracted.warnings,
            mutation_id=mutation_id,
        )


LearningResult = Annotated[
    LearningPayload
    | InvalidLearningStatusError
    | NotFoundError
    | InvalidInputError
    | ConflictError
    | MutationIdReusedError
    | RateLimitedError,
    strawberry.union("LearningResult", description="Result of `acceptLearning` and `rejectLearning`."),
]
RetractLearningResult = Annotated[
    LearningPayload
    | InvalidLearningStatusError
    | CannotRetractError
    | NotFoundError
    | InvalidInputError
    | ConflictError
    | MutationIdReusedError
    | RateLimitedError,
    strawberry.union("RetractLearningResult", description="Result of `retractLearning`."),
]
ExtractLearningsResult = Annotated[
    ExtractLearningsPayload
    | ModelFailedError
    | NotFoundError
    | InvalidInputError
    | ConflictError
    | MutationIdReusedError
    | RateLimitedError,
    strawberry.union("ExtractLearningsResult", description="Result of `extractLearnings`."),
]


@strawberry.type(description="Change set of a profile's learnings.")
class LearningsChange(ListChange[Learning]):
    node = Learning


LearningsEvent = Annotated[
    LearningsChange | SubscriptionFailed,
    strawberry.union("LearningsEvent", description="Event of the subscription `learnings`."),
]
