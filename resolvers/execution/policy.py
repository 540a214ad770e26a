"""Who may see what: for each field of each type, whose business it is.

The resolvers and services are what keeps others out; this table says what they have to come to. A test walks the
whole schema by it, in every role, and fails when a field is not in it: whoever adds a field decides here.
"""

from collections.abc import Iterator, Mapping
from enum import Enum


class Role(Enum):
    """What somebody is to the thing that is asked for."""

    ANONYMOUS = "anonymous"
    OWNER = "owner"
    OTHER = "another person"
    ADMINISTRATOR = "administrator"


class Audience(Enum):
    """Whose business a field is. An administrator runs the installation: nobody's content is their business."""

    OWNER = frozenset({Role.OWNER})
    SIGNED_IN = frozenset({Role.OWNER, Role.OTHER, Role.ADMINISTRATOR})
    ANYONE = frozenset(Role)


FIELDS: Mapping[Audience, Mapping[str, str]] = {
    # What is a person's own: seen, changed and followed by that person only.
    Audience.OWNER: {
        "Query": "profile matches careerActions refreshRun completionMessages messages learnings",
        "Mutation": (
            "refreshMatches saveAction dismissAction startAction completeAction unsaveAction cancelAction "
            "markCompletionStarted sendCompletionMessage sendMessage stopReply extractLearnings "
            "acceptLearning rejectLearning retractLearning"
        ),
        "Subscription": "careerActions matches refreshProgress chat learnings",
        "CannotRetractError": "message",
        "CareerAction": (
            "id type title description rationale profileBasis status generationRun modelVersion createdAt "
            "savedAt dismissedAt startedAt completedAt completionConversationStarted version"
        ),
        "CareerActionConnection": "edges pageInfo",
        "CareerActionEdge": "cursor node",
        "CareerActionPayload": "careerAction mutationId",
        "CareerActionsChange": "reason resyncReason cursor upserts removed mutationIds",
        "ChatCompleted": "message shouldExtract",
        "ChatDelta": "cursor text",
        "ChatFailed": "code message reply",
        "ChatInterrupted": "message",
        "ChatReset": "attempt",
        "ChatStopped": "message",
        "Constraints": "remote places workPermits salaryMinimum salaryCurrency hoursPerWeek",
        "DeleteMyAccountPayload": "deletedAt newAccountFrom",
        "Education": "institution area studyType url startDate endDate score courses",
        "ExtractLearningsPayload": "learnings warnings mutationId",
        "InvalidLearningStatusError": "message currentStatus",
        "InvalidTransitionError": "message currentStatus",
        "Language": "language fluency",
        "Learning": (
            "id kind status proposal quotation message careerAction modelVersion createdAt updatedAt version"
        ),
        "LearningConnection": "edges pageInfo",
        "LearningEdge": "cursor node",
        "LearningPayload": "learning mutationId profile",
        "LearningProposal": "skill work project education volunteer interest goal constraint",
        "LearningsChange": "reason resyncReason cursor upserts removed mutationIds",
        "Location": "city region countryCode",
        "Match": (
            "id tier score explanation strengths gaps recommendations modelVersion refreshRun version "
            "createdAt opportunity"
        ),
        "MatchConnection": "edges pageInfo",
        "MatchEdge": "cursor node",
        "MatchesChange": "reason resyncReason cursor upserts removed mutationIds",
        "Message": (
            "id role text status attempt careerActionId shouldExtract failure interruptedText modelVersion "
            "createdAt finishedAt"
        ),
        "MessageConnection": "edges pageInfo",
        "MessageEdge": "cursor node",
        "MessageFailure": "code message",
        "ModelFailedError": "message code",
        "MyDataExport": "format version createdAt data nextCursor",
        "Profile": (
            "id name headline summary location skills work education projects publications volunteer "
            "languages researchInterests careerGoals constraints version createdAt updatedAt resume"
        ),
        "ProfilePayload": "profile",
        "Project": "name description entity type url startDate endDate highlights keywords roles",
        "ProposedConstraints": "remote places workPermits salaryMinimum salaryCurrency hoursPerWeek",
        "Publication": "name publisher releaseDate url summary",
        "RefreshFailure": "code message",
        "RefreshMatchesPayload": "refreshRun",
        "RefreshProgressChange": "refreshRun",
        "RefreshRun": (
            "id active matching generation warnings inputTokens outputTokens modelVersion attempt version "
            "createdAt updatedAt finishedAt"
        ),
        "RefreshStage": "status done total result failure",
        "ReplyNotRunningError": "message status",
        "ReplyRunningError": "message replyId",
        "ResearchInterest": "name keywords",
        "SendMessagePayload": "message reply",
        "Skill": "name level keywords source",
        "StopReplyPayload": "message",
        "Volunteering": "organization position url startDate endDate summary highlights",
        "Work": "name position location description url startDate endDate summary highlights",
    },
    # What is the same for everybody, what gives everybody their own, and refusals that say nothing of a thing.
    Audience.SIGNED_IN: {
        "Query": "viewer opportunities node exportMyData",
        "Mutation": "importResume updateProfile deleteMyAccount",
        "ConflictError": "message",
        "Error": "message",
        "InvalidInputError": "message field",
        "Node": "id",
        "NotFoundError": "message",
        "Opportunity": (
            "id title organization kind description requiredSkills desiredSkills location remote salary url "
            "postedAt deadlineAt status source externalId createdAt updatedAt"
        ),
        "OpportunityConnection": "edges pageInfo",
        "OpportunityEdge": "cursor node",
        "PageInfo": "hasNextPage hasPreviousPage startCursor endCursor",
        "Salary": "text minimum maximum currency",
        "RateLimitedError": "message code retryAfter",
        "SubscriptionFailed": "retryAfter",
        "TokenBudget": "dailyTokens tokensLeft resetsAt",
        "Viewer": "id profile budget",
    },
    # How a subscription is refused, also to a stranger.
    Audience.ANYONE: {
        "SubscriptionFailed": "code message",
    },
}


def policies() -> Iterator[tuple[str, Audience]]:
    """All fields that have a policy, as ``Type.field``."""
    for audience, types in FIELDS.items():
        for type_, fields in types.items():
            for field in fields.split():
                yield f"{type_}.{field}", audience


_AUDIENCES = dict(policies())


def may_see(role: Role, type_: str, field: str) -> bool:
    """Whether somebody in this role may get a value of the field. Raises ``KeyError`` for one without a policy."""
    return role in _AUDIENCES[f"{type_}.{field}"].value
