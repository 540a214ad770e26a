"""Learnings, as clients see them."""

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
from schema.profiles import Education, Profile, Project, ResearchInterest, Skill, Volunteering, Work
from schema.shared.context import Info
from schema.shared.emissions import SubscriptionFailed
from schema.shared.errors import ConflictError, Error, InvalidInputError, NotFoundError
from schema.shared.limits import RateLimitedError
from schema.shared.relay import Node, global_id
from services.kit.cursors import encode_cursor
from services.learnings.learnings import Extracted, InvalidLearningStatus, ModelFailed
from services.learnings.proposals import CannotRetract
from services.sync.emissions import Emission, Reason, ResyncReason

TYPE_NAME = "Learning"

strawberry.enum(
    LearningKind, description="What a learning is about: the field of its proposal that is not null."
)
strawberry.enum(
    LearningStatus,
    description="Only what is ACCEPTED is in the profile; RETRACTED was taken out of it again.",
)


@strawberry.type(description="Some constraints: what is null or empty is not spoken of.")
class ProposedConstraints:
    remote: RemotePreference | None
    places: list[str] = strawberry.field(description="They join those in the profile.")
    work_permits: list[str] = strawberry.field(description="They join those in the profile.")
    salary_minimum: int | None
    salary_currency: str | None
    hours_per_week: int | None


@strawberry.type(description="What is proposed: exactly one field is not null, that of the learning's kind.")
class LearningProposal:
    skill: Skill | None = strawberry.field(
        description="A new skill, or for one that the profile has: another level, more keywords."
    )
    work: Work | None
    project: Project | None
    education: Education | None
    volunteer: Volunteering | None
    interest: ResearchInterest | None
    goal: str | None
    constraint: ProposedConstraints | None

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


@strawberry.type(description="A proposed change to the profile, and the sentence it rests on.")
class Learning(Node):
    kind: LearningKind
    status: LearningStatus
    proposal: LearningProposal
    quotation: str = strawberry.field(description="The person's own words, as they stand in the message.")
    message: strawberry.ID = strawberry.field(description="Id of the message that the quotation is from.")
    career_action: strawberry.ID | None = strawberry.field(
        description="Id of the action whose completion conversation it is from; null for the general one."
    )
    model_version: str
    created_at: datetime
    updated_at: datetime
    version: int = strawberry.field(
        description="Grows with every change; the higher version is the newer state."
    )

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
    """Where the record stands in the list."""
    return encode_cursor(record.created_at, record.id)


@strawberry.input(description="What to accept instead: give only the field of the learning's kind.")
class LearningEdit:
    skill: SkillInput | None = None
    work: WorkInput | None = None
    project: ProjectInput | None = None
    education: EducationInput | None = None
    volunteer: VolunteeringInput | None = None
    interest: ResearchInterestInput | None = None
    goal: str | None = None
    constraint: ConstraintsInput | None = strawberry.field(
        default=None,
        description="Only what is given changes in the profile; places and work permits join those in it.",
    )

    def given(self) -> Mapping[str, Any]:
        """The fields that were given."""
        return cast(Mapping[str, Any], plain(self))


@strawberry.type(description="The learning's status does not allow what was asked. Nothing was changed.")
class InvalidLearningStatusError(Error):
    current_status: LearningStatus

    @classmethod
    def from_exception(cls, exception: InvalidLearningStatus) -> Self:
        return cls(message=exception.message, current_status=exception.current)


@strawberry.type(
    description="What the learning had changed was changed again since; the message says what. "
    "The learning stays accepted."
)
class CannotRetractError(Error):
    @classmethod
    def from_exception(cls, exception: CannotRetract) -> Self:
        return cls(message=exception.message)


@strawberry.type(description="The model gave no usable reply. Trying again is safe.")
class ModelFailedError(Error):
    code: str = strawberry.field(description="For programs, such as `MODEL_BUSY`.")

    @classmethod
    def from_exception(cls, exception: ModelFailed) -> Self:
        return cls(message=exception.message, code=exception.code)


@strawberry.type(description="The learning as it is after the change.")
class LearningPayload:
    learning: Learning
    mutation_id: str | None = strawberry.field(
        description="The client's own id, which comes back in the emission that the change caused."
    )

    @strawberry.field(description="The profile as it is after the change.")
    async def profile(self, info: Info) -> Profile | None:
        record = await info.context.services.profiles.get(info.context.signed_in())
        return None if record is None else Profile.from_record(record)


@strawberry.type(description="The learnings that are new.")
class ExtractLearningsPayload:
    learnings: list[Learning]
    warnings: list[str] = strawberry.field(
        description="What of the model's reply was left out, and why: it repeats something, or nobody said it."
    )
    mutation_id: str | None

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
    | RateLimitedError,
    strawberry.union("LearningResult"),
]
RetractLearningResult = Annotated[
    LearningPayload
    | InvalidLearningStatusError
    | CannotRetractError
    | NotFoundError
    | InvalidInputError
    | ConflictError
    | RateLimitedError,
    strawberry.union("RetractLearningResult"),
]
ExtractLearningsResult = Annotated[
    ExtractLearningsPayload
    | ModelFailedError
    | NotFoundError
    | InvalidInputError
    | ConflictError
    | RateLimitedError,
    strawberry.union("ExtractLearningsResult"),
]


@strawberry.type(description="A change set of a profile's learnings.")
class LearningsChange:
    reason: Reason
    resync_reason: ResyncReason | None
    cursor: str = strawberry.field(description="Give it as `after` when subscribing again.")
    upserts: list[Learning]
    removed: list[strawberry.ID]
    mutation_ids: list[str]

    @classmethod
    def from_emission(cls, emission: Emission[LearningRecord]) -> Self:
        return cls(
            reason=emission.reason,
            resync_reason=emission.resync_reason,
            cursor=str(emission.cursor),
            upserts=[Learning.from_record(record) for record in emission.upserts],
            removed=[global_id(TYPE_NAME, id_) for id_ in emission.removed],
            mutation_ids=list(emission.mutation_ids),
        )


LearningsEvent = Annotated[LearningsChange | SubscriptionFailed, strawberry.union("LearningsEvent")]
